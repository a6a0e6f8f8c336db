"""The rooms that keep things: each has models (tables), actions (verbs), queries (questions); no pages.

Top down: enquiries / screening / records | mailroom / agreements / directory / accounts / audit.
"""
