"""Pages about enquiries."""
