"""The door for other nodes: the post goes out and comes in here."""
