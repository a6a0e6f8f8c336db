"""The keys by which SQL finds a name: those of `core.names.keys`, and one for its exact writing.

A stretch of sound is a key of its own for names in Lao, Thai, Khmer or Burmese letters (`b:` for `s:`): whoever asks in
other letters finds them by sound alone, and they must not be hidden behind all that sounds alike.
"""

from __future__ import annotations

import hashlib

from lienlac.core import names

HEARD, HEARD_THERE = (
    "s:",
    "b:",
)  # stretches of sound, of names in other letters and in those of the four scripts


def of(name: str, sound: str) -> list[str]:
    """Return every key of a name that is stored with its signature. Raises Malformed when it is no name."""
    there = sound.isupper()
    keys = names.keys(name)
    return [exact(name), *sorted(_there(key) if there else key for key in keys)]


def written(name: str) -> list[str]:
    """Return the keys to ask for what stands in a name; those for how it sounds are `heard`. Raises Malformed."""
    return [key for key in names.keys(name) if not key.startswith(HEARD)]


def heard(name: str, side: str) -> list[str]:
    """Return the keys to ask for how a name sounds: among names of one side, HEARD or HEARD_THERE. Raises Malformed."""
    return [side + key.removeprefix(HEARD) for key in names.keys(name) if key.startswith(HEARD)]


def plain(key: str) -> str:
    """Return a stored key as `core.names.keys` gives it, whichever side it was stored for."""
    return HEARD + key.removeprefix(HEARD_THERE) if key.startswith(HEARD_THERE) else key


def exact(name: str) -> str:
    """Return the key that a name has in common with the same writing alone, capitals and look-alike marks aside.

    However many share the other keys with it, a name as it is written is always found. Raises Malformed when
    it is no name.
    """
    return f"={hashlib.sha256(names.write(name).text.encode()).hexdigest()[:32]}"


def _there(key: str) -> str:
    return HEARD_THERE + key.removeprefix(HEARD) if key.startswith(HEARD) else key
