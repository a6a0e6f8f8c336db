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
from .matrices import Flags, Floats, Ints, with_gaps

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
    """Return what each letter costs when it stands for no sound (`channels.added`)."""
    costs = _extra(language)[letters]
    costs[1:][(letters[1:] == letters[:-1]) & (letters[1:] != SPACE)] = channels.DOUBLED
    costs[letters == 0] = 0.0
    return costs


class Texts:
    """N Latin candidates as a matrix of letters (longest, N), with the places of each spelling, found once.

    A place is one number, letter * N + candidate, in the letters as in a row of costs (longest + 1, N).
    """

    def __init__(self, letters: Codes, lengths: Ints, language: str = "") -> None:
        """Take letters and lengths; `language` where letters that are not heard cost otherwise (`channels.added`)."""
        self._letters = letters
        self._lengths = lengths
        self._added = _added(letters, language)
        beyond = np.zeros((LONGEST, len(lengths)), dtype=np.uint8)
        self._flat = np.concatenate((letters, beyond)).ravel()
        self._found: dict[str, Ints] = {}
        self._known: dict[tuple[str, str], list[tuple[int, Ints, Floats]]] = {}

    def spelled(self, units: tuple[Unit, ...], language: str) -> Floats:
        """Return the least cost to spell the units as each candidate."""
        row = np.zeros((len(self._letters) + 1, len(self._lengths)), dtype=np.float32)
        np.cumsum(self._added, axis=0, out=row[1:])
        row = self._spelled(row, units, language)
        found: Floats = row[self._lengths, np.arange(len(self._lengths))]
        return found

    def heard_within(
        self, units: tuple[Unit, ...], language: str, *, outside: tuple[float, float], most: int
    ) -> Floats:
        """Return the least cost to spell the units as some words in a row.

        `outside` is what each word before them costs, and each after. Of a candidate with more than `most`
        words, those after are always outside.
        """
        here, none = np.arange(len(self._letters) + 1)[:, None], np.zeros((1, len(self._lengths)), dtype=bool)
        spaces = self._letters == SPACE
        before = np.cumsum(np.concatenate((none, spaces)), axis=0)
        words = before[-1] + 1
        starts = np.concatenate((~none, spaces)) & (before < most)
        row = np.where(starts, before * np.float32(outside[0]), FAR).astype(np.float32)
        with_gaps(row, self._added)
        row = self._spelled(row, units, language)
        ends = np.concatenate((spaces, none))
        ends = (ends & (before < most)) | ((here == self._lengths) & (words <= most))
        found: Floats = np.where(ends, row + (words - 1 - before) * np.float32(outside[1]), FAR).min(axis=0)
        return found.astype(np.float32)

    def _spelled(self, row: Floats, units: tuple[Unit, ...], language: str) -> Floats:
        spaces, count = self._places(GAP), len(self._lengths)
        for at, unit in enumerate(units):
            after = row + np.float32(channels.spellings(unit.key, language)[""])
            mine, before = after.ravel(), row.ravel()
            for size, places, costs in self._of_unit(unit.key, language):
                ends = places + size * count
                mine[ends] = np.minimum(mine[ends], before[places] + costs)
            if at + 1 == len(units) or units[at + 1].at != unit.at:
                mine[spaces + count] = np.minimum(mine[spaces + count], mine[spaces])
            with_gaps(after, self._added)
            row = after
        return row

    def _of_unit(self, unit: str, language: str) -> list[tuple[int, Ints, Floats]]:
        """Return (size, places, costs) of the spellings of a unit, those of one size together: none at one place."""
        asked = (unit, language)
        if asked not in self._known:
            by_size: dict[int, list[tuple[Ints, float]]] = {}
            for spelling, cost in channels.spellings(unit, language).items():
                if spelling and len(places := self._places(spelling)):
                    by_size.setdefault(len(spelling), []).append((places, cost))
            self._known[asked] = [(size, *_together(found)) for size, found in by_size.items()]
        return self._known[asked]

    def _places(self, spelling: str) -> Ints:
        """Return where a spelling begins."""
        if spelling not in self._found:
            code, before = coded(spelling[-1])[0], spelling[:-1]
            if before:
                places = self._places(before)
                places = places[self._flat[places + len(before) * len(self._lengths)] == code]
            else:
                places = np.flatnonzero(self._flat == code)
            self._found[spelling] = places
        return self._found[spelling]


def _together(found: list[tuple[Ints, float]]) -> tuple[Ints, Floats]:
    sizes = [len(places) for places, _ in found]
    costs = np.array([cost for _, cost in found], dtype=np.float32)
    return np.concatenate([places for places, _ in found]), np.repeat(costs, sizes)


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
        """Return (length, place, unit) -> cost of spelling each unit by the letters of `text` from that place."""
        found = np.full((LONGEST + 1, len(text) + 1, len(self._silent)), FAR, dtype=np.float32)
        found[0] = self._silent
        for size in range(1, LONGEST + 1):
            for place in range(len(text) - size + 1):
                here = self._by_spelling.get(text[place : place + size])
                if here is not None:
                    found[size, place, here[0]] = here[1]
        return found


def heard(text: str, table: Floats, units: Ints, ends: Flags, lengths: Ints, language: str = "") -> Floats:
    """Return the least costs to spell each of N candidates, given by its units, as the first j letters of a text.

    `units` (m, N) are units of `table` (`Spellings.of`), `ends` (m, N) says where a syllable ends; (letters + 1, N).
    """
    added = np.array(channels.added(text, language), dtype=np.float32)
    gone = np.concatenate((np.zeros(1, dtype=np.float32), np.cumsum(added)))
    row = np.repeat(gone[:, None], len(lengths), axis=1)
    spaces = [at for at, one in enumerate(text) if one == GAP]
    sizes = [size for size in range(1, LONGEST + 1) if np.any(table[size] < FAR)]  # those that any unit has
    longest = np.argsort(-lengths, kind="stable")  # first, so that those with further units lie together
    units, ends = units[:, longest], ends[:, longest]
    for at, still in enumerate(np.count_nonzero(lengths > np.arange(len(units))[:, None], axis=1)):
        before = row[:, :still]
        after = before + table[0].take(units[at, :still], axis=1)
        for size in sizes:
            costs = table[size, :-size].take(units[at, :still], axis=1)
            np.minimum(after[size:], before[:-size] + costs, out=after[size:])
        for space in spaces:
            np.minimum(after[space + 1], after[space], out=after[space + 1], where=ends[at, :still])
        with_gaps(after, added)
        row[:, :still] = after
    found = np.empty_like(row)
    found[:, longest] = row
    return found
