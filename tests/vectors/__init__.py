"""Bytes that every implementation is checked against, and the scripts that made them."""
