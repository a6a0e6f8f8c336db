"""Tamper-evident ledgers: RFC 9162 trees, C2SP checkpoints and cosignatures, leaves, exports."""
