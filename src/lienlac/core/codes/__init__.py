"""Code lists as data: what exists, where it comes from, how lists hang together. Labels: `wording`."""

from lienlac.core.codes.lists import CodeList, Row, load, names

__all__ = ["CodeList", "Row", "load", "names"]
