"""Pages about the post: outbox, partners, ledgers."""
