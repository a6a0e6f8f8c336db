"""Messages on their way: sealed, queued, received, receipted. It carries everything and understands nothing."""
