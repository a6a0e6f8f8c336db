"""Pages about the post: what is on its way, sticks, ledgers."""
