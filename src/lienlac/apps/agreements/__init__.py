"""Agreements in force: data that permits. Nothing travels that none of them covers."""
