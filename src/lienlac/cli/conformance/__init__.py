"""`lienlac conformance URL`: does the node behind a peer door keep the protocol? From a training node, to one."""

from lienlac.cli.conformance.command import conformance

__all__ = ["conformance"]
