"""The keys by which SQL finds a name: those of `core.names.keys`, and one for its exact writing."""

from __future__ import annotations

import hashlib

from lienlac.core import names


def of(name: str) -> list[str]:
    """Return every key of a name that is stored. Raises Malformed when it is no name."""
    return [exact(name), *sorted(names.keys(name))]


def exact(name: str) -> str:
    """Return the key that a name has in common with the same writing alone, capitals and look-alike marks aside.

    However many share the other keys with it, a name as it is written is always found. Raises Malformed when
    it is no name.
    """
    return f"={hashlib.sha256(names.write(name).text.encode()).hexdigest()[:32]}"
