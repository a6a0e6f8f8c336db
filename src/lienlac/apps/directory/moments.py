"""Moments on the wire, for the rooms above: the rules are `core.trust.moments`'."""

from lienlac.core.trust.moments import NOT_YET, from_wire, to_wire

__all__ = ["NOT_YET", "from_wire", "to_wire"]
