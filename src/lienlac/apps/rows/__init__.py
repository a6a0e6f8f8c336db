"""How rows are asked for and written where hundreds a second are: for every room, and about none."""
