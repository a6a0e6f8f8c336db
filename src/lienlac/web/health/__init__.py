"""The health of the node: a page for who keeps it, one line for its leader, codes for monitors."""
