"""The names of a table that sound like a name: those that share most stretches of sound, ranked by their signatures.

Thousands share the stretches of a common word. Their signatures (`core.names.signature`) are read from the rows, and
put beside the name as the gallery in memory puts them: the nearest are few, and however many bear one name they count
as one. Each side is asked by itself, the names in Lao, Thai, Khmer or Burmese letters and those in all others.
"""

from __future__ import annotations

from lienlac.apps.records import exact, keyed
from lienlac.core import names

READ = 12_000  # rows of keys that a question reads of each side
SHARING = 2_000  # names of each side whose signatures are read
NEAREST = 60  # different sounds across the border of scripts, that are compared
NEAREST_HERE = 20  # and on the side of who asks, where the keys of what is written find as well


def near(text: str) -> list[int]:
    """Return the keys of the names that sound most like one, the nearest of each side first.

    Raises Malformed when it is no name.
    """
    here = exact.HEARD_THERE if names.signature(text).isupper() else exact.HEARD
    return [
        name
        for side in (exact.HEARD, exact.HEARD_THERE)
        for name in _near(text, side, NEAREST_HERE if side == here else NEAREST)
    ]


def _near(text: str, side: str, most: int) -> list[int]:
    """Return the names of a side that have one of so many sounds."""
    bearers: dict[str, list[int]] = {}
    for name, sound in keyed.sounding(exact.heard(text, side), SHARING, read=READ):
        bearers.setdefault(sound, []).append(name)
    sounds = list(bearers)
    return [name for at in names.nearest_by_sound(text, sounds)[:most] for name in bearers[sounds[at]]]
