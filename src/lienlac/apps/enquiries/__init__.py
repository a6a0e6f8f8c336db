"""Enquiries: asked here or received here, with their answers and their clocks."""
