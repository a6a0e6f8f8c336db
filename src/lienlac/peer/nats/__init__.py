"""NATS JetStream as a transport: sealed letters, left in the mailbox that the other node has on a relay cluster.

The cluster is blind and believed in nothing: what it says it stored is flow control, and what it loses is sent again.
"""
