"""Altered bytes for every parser that meets bytes from outside: `python -m tests.fuzz`, or `make fuzz`."""
