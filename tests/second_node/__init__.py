"""A second node, written by reading `docs/protocol` alone: no code of `src/`, no Django, no database.

It shows that the documents suffice, and finds out when they no longer do. Standard library, `cryptography` and
`urllib3`. What it keeps lies in memory; a node for life writes it down before it answers (lane.md, section 5).
"""
