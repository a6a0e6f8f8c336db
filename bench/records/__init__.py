"""Figures of records: taking in ten thousand persons, searching among them. `python -m bench.records [--json]`."""
