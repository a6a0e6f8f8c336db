"""Pages about candidates: is it the same person?"""
