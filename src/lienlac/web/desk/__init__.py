"""Pages about desk."""
