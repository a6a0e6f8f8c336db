"""A hub as a transport: sealed letters, left over HTTPS at a node that both sides dial and that can read none of them.

The hub is believed in nothing: what it says it has is flow control, and what it loses is sent again.
"""
