"""Pages about the post: what is on its way, what came and is not understood, sticks, ledgers."""
