"""The figures of the exchange: `python -m bench.exchange`."""
