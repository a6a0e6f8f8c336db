"""The edit distance of one short text to thousands of others at once.

Each other text is a lane: its column of the table of Wagner and Fischer is held in the bits of one number (Myers 1999,
in the form of Hyyrö 2003), and one more letter of all of them is a dozen operations on arrays.
"""

from __future__ import annotations

from typing import Any

import numpy as np
import numpy.typing as npt

from .matrices import Bytes, Floats, Ints

LONGEST = 64  # letters of the text that is asked for; what goes beyond is left away
Lanes = npt.NDArray[Any]  # unsigned, of the least width that holds the text
_WIDTHS: tuple[tuple[int, Any], ...] = ((16, np.uint16), (32, np.uint32), (LONGEST, np.uint64))


class Texts:
    """Texts one after another in `flat`, `lengths` letters each."""

    def __init__(self, flat: Bytes, lengths: Ints) -> None:
        self.flat = flat
        self._lengths = lengths.astype(np.int32)
        self._starts = (np.cumsum(lengths) - lengths).astype(np.int32)

    def alike(self, asked: bytes, places: Ints) -> Floats:
        """Return how alike a text is to those at some places: 1 less the edits for each letter of the longer."""
        asked, lengths = asked[:LONGEST], self._lengths[places]
        order = np.argsort(-lengths, kind="stable")
        edits = np.empty(len(places), dtype=np.int64)
        edits[order] = self._edits(asked, self._starts[places[order]], lengths[order])
        longest = np.maximum(np.maximum(lengths, len(asked)), 1)
        return (1.0 - edits / longest).astype(np.float32)

    def _edits(self, asked: bytes, starts: npt.NDArray[np.int32], lengths: npt.NDArray[np.int32]) -> Ints:
        """Return the distances to texts given by where they begin and how long they are, the longest first."""
        width = next(kind for most, kind in _WIDTHS if len(asked) <= most)
        whole = width((1 << len(asked)) - 1)
        places = _places(asked, width)
        one = width(1)
        more: Lanes = np.full(len(starts), whole, dtype=width)  # where the table rises by one from row to row
        less: Lanes = np.zeros(len(starts), dtype=width)  # where it falls
        steps = np.arange(int(lengths[0]) if len(lengths) else 0)
        still = np.searchsorted(-lengths, -steps, side="left")  # texts that have a letter at each place
        for at, here in enumerate(still.tolist()):
            up, down = more[:here], less[:here]
            met = places[self.flat[starts[:here] + at]]
            across = (((met & up) + up) ^ up) | met
            rises = ((down | ~(across | up)) << one) | one
            falls = (up & across) << one
            met |= down
            np.bitwise_or(falls, ~(met | rises), out=up)
            np.bitwise_and(rises, met, out=down)
        found: Ints = (
            lengths + np.bitwise_count(more & whole).astype(np.int64) - np.bitwise_count(less & whole)
        )
        return found


def _places(text: bytes, width: Any) -> Lanes:
    """Return for each letter the places of a text where it stands, as bits."""
    found = [0] * 256
    for at, letter in enumerate(text):
        found[letter] |= 1 << at
    return np.array(found, dtype=width)
