"""Pages about who is awake on the other side."""
