"""The edit distance of one short text to thousands of others at once.

Each other text is a lane: its column of the table of Wagner and Fischer is held in the bits of one number (Myers 1999,
in the form of Hyyrö 2003), and one more letter of all of them is a dozen operations on arrays.
"""

from __future__ import annotations

from collections.abc import Iterator
from string import ascii_lowercase
from typing import Any

import numpy as np
import numpy.typing as npt

from .matrices import Bytes, Floats, Ints

LONGEST = 64  # letters of the text that is asked for; what goes beyond is left away
Lanes = npt.NDArray[Any]  # unsigned, of the least width that holds the text
_LONGEST_FIRST = np.uint16(0xFFFF)
_WIDTHS: tuple[tuple[int, Any], ...] = ((16, np.uint16), (32, np.uint32), (LONGEST, np.uint64))


def one_edit_from(word: str) -> Iterator[str]:
    """Yield every text of the letters a to z that is one edit from a word, some of them twice.

    That is a letter missing, added or changed, or two changed places.
    """
    for at in range(len(word) + 1):
        before, here, after = word[:at], word[at : at + 1], word[at + 1 :]
        yield from (before + letter + here + after for letter in ascii_lowercase)
        if here:
            yield before + after
            yield from (before + letter + after for letter in ascii_lowercase)
        if after:
            yield before + after[0] + here + after[1:]


class Texts:
    """Texts one after another in `flat`, `lengths` letters each."""

    def __init__(self, flat: Bytes, lengths: Ints) -> None:
        self.flat = flat
        self._lengths = lengths.astype(np.int32)
        self._starts = (np.cumsum(lengths) - lengths).astype(np.int32)

    def alike(self, asked: list[bytes], places: Ints) -> Floats:
        """Return how alike each text at some places is to the nearest of those asked for.

        That is 1 less the edits for each letter of the longer.
        """
        lengths = self._lengths[places]
        order = (_LONGEST_FIRST - lengths.astype(np.uint16)).argsort(
            kind="stable"
        )  # sixteen bits sort by digits
        lengths, letters = lengths[order], self._letters(places[order])
        alike = np.max([_alike(one[:LONGEST], letters, lengths) for one in asked], axis=0)
        found = np.empty(len(places), dtype=np.float32)
        found[order] = alike
        return found

    def _letters(self, places: Ints) -> list[Ints]:
        """Return the first letters of the texts at some places, then the second of those that have one …

        The places are those of the longest texts first.
        """
        starts, lengths = self._starts[places].astype(np.int64), self._lengths[places]
        steps = np.arange(int(lengths.max(initial=0)))
        still = np.searchsorted(-lengths, -steps, side="left")
        return [self.flat.take(starts[:here] + at).astype(np.int64) for at, here in enumerate(still.tolist())]


def _alike(asked: bytes, letters: list[Ints], lengths: npt.NDArray[np.int32]) -> Floats:
    longest = np.maximum(np.maximum(lengths, len(asked)), 1)
    return (1.0 - _edits(asked, letters, lengths) / longest).astype(np.float32)


def _edits(asked: bytes, letters: list[Ints], lengths: npt.NDArray[np.int32]) -> Ints:
    """Return the distances to texts given place by place, the longest first (`Texts._letters`)."""
    width = next(kind for most, kind in _WIDTHS if len(asked) <= most)
    whole, one, places = width((1 << len(asked)) - 1), width(1), _places(asked, width)
    more: Lanes = np.full(len(lengths), whole, dtype=width)  # where the table rises by one from row to row
    less: Lanes = np.zeros(len(lengths), dtype=width)  # where it falls
    for letter in letters:
        up, down = more[: len(letter)], less[: len(letter)]
        met = places.take(letter)
        across: Lanes = met & up
        across += up
        across ^= up
        across |= met
        rises: Lanes = across | up
        np.invert(rises, out=rises)
        rises |= down
        rises <<= one
        rises |= one
        across &= up
        across <<= one
        met |= down
        np.bitwise_and(rises, met, out=down)
        met |= rises
        np.invert(met, out=met)
        np.bitwise_or(across, met, out=up)
    found: Ints = lengths + np.bitwise_count(more & whole).astype(np.int64) - np.bitwise_count(less & whole)
    return found


def _places(text: bytes, width: Any) -> Lanes:
    """Return for each letter the places of a text where it stands, as bits."""
    found = [0] * 256
    for at, letter in enumerate(text):
        found[letter] |= 1 << at
    return np.array(found, dtype=width)
