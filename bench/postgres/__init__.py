"""Several workers on one PostgreSQL, measured: `python -m bench.postgres`."""
