"""Spelled sounds in arrays: one name in Lao, Thai, Khmer or Burmese letters against N Latin ones, or the reverse.

The same costs as `channels.spelled_rows`, for many candidates at once. Letters are codes: 1 for a … 26 for z, 27 for a
space, 28 for another letter, 0 after the end.
"""

from __future__ import annotations

from collections.abc import Sequence
from functools import cache

import numpy as np
import numpy.typing as npt

from . import channels
from .channels import GAP, LONGEST, Unit
from .matrices import Flags, Floats, Ints

Codes = npt.NDArray[np.uint8]
FAR = np.float32(1e4)  # a cost that nothing reaches
SPACE, STRANGE = 27, 28
_LETTERS = "\0abcdefghijklmnopqrstuvwxyz" + GAP
_CODES = {letter: code for code, letter in enumerate(_LETTERS)}


def coded(text: str) -> bytes:
    """Return the codes of some letters."""
    return bytes([_CODES.get(letter, STRANGE) for letter in text])


@cache
def _extra(language: str) -> Floats:
    """Return by code what a letter costs that stands for no sound."""
    every = (0.0, *(channels.added(letter, language)[0] for letter in (*_LETTERS[1:], "\0")))
    return np.array(every, dtype=np.float32)


def _added(letters: Codes, language: str) -> Floats:
    """Return what each letter costs when it stands for no sound (`channels.added`), summed from the left."""
    costs = _extra(language)[letters]
    again = (letters[:, 1:] == letters[:, :-1]) & (letters[:, 1:] != SPACE)
    costs[:, 1:][again] = channels.DOUBLED
    costs[letters == 0] = 0.0
    found = np.zeros((len(letters), letters.shape[1] + 1), dtype=np.float32)
    np.cumsum(costs, axis=1, out=found[:, 1:])
    return found


class Texts:
    """N Latin candidates as a matrix of letters, with the places of each spelling, found once."""

    def __init__(self, letters: Codes, lengths: Ints, language: str = "") -> None:
        """Take letters and lengths; `language` where letters that are not heard cost otherwise (`channels.added`)."""
        self._letters = letters
        self._lengths = lengths
        self._gone = _added(letters, language)
        self._found: dict[str, Floats | None] = {}
        self._spaces = np.where(letters == SPACE, np.float32(0.0), FAR)

    def spelled(self, units: tuple[Unit, ...], language: str) -> Floats:
        """Return the least cost to spell the units as each candidate."""
        row = self._spelled(self._gone.copy(), units, language)
        found: Floats = row[np.arange(len(row)), self._lengths]
        return found

    def heard_within(self, units: tuple[Unit, ...], language: str, *, outside: float, most: int) -> Floats:
        """Return the least cost to spell the units as some words in a row; each word outside costs `outside`.

        Of a candidate with more than `most` words, those after are always outside.
        """
        here = np.arange(self._letters.shape[1] + 1)[None, :]
        spaces = np.cumsum(self._letters == SPACE, axis=1)
        before = np.concatenate((np.zeros((len(spaces), 1), dtype=spaces.dtype), spaces), axis=1)
        words = before[:, -1:] + 1
        starts = np.concatenate((np.ones((len(spaces), 1), dtype=bool), self._letters == SPACE), axis=1)
        starts &= before < most
        begun = np.where(starts, before * np.float32(outside), FAR).astype(np.float32) - self._gone
        row = np.minimum.accumulate(begun, axis=1) + self._gone
        row = self._spelled(row, units, language)
        ends = np.concatenate((self._letters == SPACE, np.zeros((len(spaces), 1), dtype=bool)), axis=1)
        ends = (ends & (before < most)) | ((here == self._lengths[:, None]) & (words <= most))
        found: Floats = np.where(ends, row + (words - 1 - before) * np.float32(outside), FAR).min(axis=1)
        return found.astype(np.float32)

    def _spelled(self, row: Floats, units: tuple[Unit, ...], language: str) -> Floats:
        for at, unit in enumerate(units):
            known = channels.spellings(unit.key, language)
            after = row + np.float32(known[""])
            for spelling, cost in known.items():
                places = self._places(spelling) if spelling else None
                if places is not None:
                    size = len(spelling)
                    np.minimum(
                        after[:, size:], row[:, :-size] + (places + np.float32(cost)), out=after[:, size:]
                    )
            if at + 1 == len(units) or units[at + 1].at != unit.at:
                np.minimum(after[:, 1:], after[:, :-1] + self._spaces, out=after[:, 1:])
            after -= self._gone
            np.minimum.accumulate(after, axis=1, out=after)
            after += self._gone
            row = after
        return row

    def _places(self, spelling: str) -> Floats | None:
        """Return 0 where the spelling begins, FAR elsewhere; None when it stands nowhere."""
        if spelling not in self._found:
            codes, width = coded(spelling), self._letters.shape[1] - len(spelling) + 1
            if width <= 0:
                self._found[spelling] = None
                return None
            here: Flags = self._letters[:, :width] == codes[0]
            for at, code in enumerate(codes[1:], start=1):
                here &= self._letters[:, at : at + width] == code
            self._found[spelling] = np.where(here, np.float32(0.0), FAR) if here.any() else None
        return self._found[spelling]


class Spellings:
    """How some units may be spelled: looked up by the letters that a text has, not unit by unit."""

    def __init__(self, units: Sequence[tuple[str, str]]) -> None:
        """Take units as (key, language)."""
        known = [channels.spellings(key, language) for key, language in units]
        self._silent = np.array([one[""] for one in known], dtype=np.float32)
        found: dict[str, list[tuple[int, float]]] = {}
        for unit, one in enumerate(known):
            for spelling, cost in one.items():
                found.setdefault(spelling, []).append((unit, cost))
        self._by_spelling = {
            spelling: (
                np.array([unit for unit, _ in every]),
                np.array([cost for _, cost in every], np.float32),
            )
            for spelling, every in found.items()
            if spelling
        }

    def of(self, text: str) -> Floats:
        """Return (unit, length, place) -> cost of spelling each unit by the letters of `text` from that place."""
        found = np.full((len(self._silent), LONGEST + 1, len(text) + 1), FAR, dtype=np.float32)
        found[:, 0] = self._silent[:, None]
        for size in range(1, LONGEST + 1):
            for place in range(len(text) - size + 1):
                here = self._by_spelling.get(text[place : place + size])
                if here is not None:
                    found[here[0], size, place] = here[1]
        return found


def heard(text: str, table: Floats, units: Ints, ends: Flags, lengths: Ints, language: str = "") -> Floats:
    """Return the least costs to spell each of N candidates, given by its units, as the first j letters of a text.

    `units` (N, m) are rows of `table` (`Spellings.of`), `ends` (N, m) says where a syllable ends; (N, letters + 1).
    """
    gone = np.array([0.0, *np.cumsum(channels.added(text, language))], dtype=np.float32)
    row = np.broadcast_to(gone, (len(units), len(gone))).copy()
    spaces = np.array([0.0 if one == GAP else FAR for one in text], dtype=np.float32)
    used: Flags = np.any(table < FAR, axis=(0, 2))  # lengths that no unit of these has need not be tried
    for at in range(units.shape[1]):
        costs = table[units[:, at]]
        after = row + costs[:, 0]
        for size in range(1, min(LONGEST, len(text)) + 1):
            if used[size]:
                np.minimum(after[:, size:], row[:, :-size] + costs[:, size, :-size], out=after[:, size:])
        ended = ends[:, at]
        if GAP in text and ended.any():
            after[ended, 1:] = np.minimum(after[ended, 1:], after[ended, :-1] + spaces)
        after -= gone
        np.minimum.accumulate(after, axis=1, out=after)
        after += gone
        row = np.where((at < lengths)[:, None], after, row)
    return row
