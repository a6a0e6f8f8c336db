"""A syllable with its sound, and the table `sounds` that says how letters sound. What parses letters is elsewhere."""

from __future__ import annotations

from functools import cache
from typing import NamedTuple

from .tables import rows


class Sounded(NamedTuple):
    """One syllable: the letters as `written` and its `sound`."""

    written: str
    sound: str


@cache
def part(script: str, wanted: str) -> dict[str, str]:
    """Return written -> sound for one part of a script (onset, coda, vowel …) of the table `sounds`."""
    return {row[2]: row[3] for row in rows("sounds") if row[0] == script and row[1] == wanted}
