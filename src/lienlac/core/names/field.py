"""Some names of a gallery laid out side by side, and the shapes that views answer in."""

from __future__ import annotations

from collections.abc import Iterator
from typing import NamedTuple

import numpy as np

from .book import ASCII, Book
from .entries import Entries
from .matrices import Flags, Floats, Ints, gathered
from .reading import Reading

Views = dict[str, Reading]
FAR = np.float32(np.inf)
Found = Iterator[tuple[Ints, Floats, Ints]]  # rows of the field, their costs, their lengths


class Field:
    """Some entries of a gallery, laid out for comparison."""

    def __init__(self, book: Book, entries: Entries, chosen: Ints) -> None:
        self.book, self.entries, self.chosen = book, entries, chosen
        places, self.counts = gathered(entries.offsets, chosen)
        self._starts = np.concatenate(([0], np.cumsum(self.counts)))
        self.flat = entries.pieces.take(places).astype(np.int64)
        self.flags = entries.flags.take(chosen)
        self.bare = (self.flags & ASCII) > 0
        self.best = np.full(len(chosen), FAR, dtype=np.float32)  # lowered view by view

    def having(self, *flags: int) -> Flags:
        """Say of each entry whether it has all of some flags."""
        wanted = sum(flags)
        found: Flags = (self.flags & wanted) == wanted
        return found

    def pieces(self, rows_: Ints) -> tuple[Ints, Ints]:
        """Return (pieces one after another, how many of each) of some rows."""
        places, counts = gathered(self._starts, rows_)
        return self.flat.take(places), counts


class Costs(NamedTuple):
    """Of each entry the cost of its best match, the view that showed it (a place in VIEWS), and its length."""

    costs: Floats
    views: Ints
    sizes: Ints


def turns(words: Ints, counts: Ints) -> Iterator[Ints]:
    """Yield the units of each candidate in other orders: last word first, first word last, the reverse.

    `words` (n, N) are the words that the units are of, -1 after the end; an order (n, N) holds places of units.
    """
    last = words.max(axis=0, initial=0).astype(np.int64)
    depth = np.arange(len(words))[:, None]
    present = depth < counts
    in_last = np.count_nonzero((words == last) & present, axis=0)
    yield _rolled(depth, counts - in_last, counts, present)
    if last.max(initial=0) < 2:
        return
    yield _rolled(depth, np.count_nonzero(words == 0, axis=0), counts, present)
    if (last + 1 == counts).all():  # each unit is a word
        yield np.where(present, last - depth, depth)
    else:
        yield np.argsort(np.where(present, last - words, 99), axis=0, kind="stable")


def _rolled(depth: Ints, start: Ints, counts: Ints, present: Flags) -> Ints:
    """Return the places of units from one on, those before it last; what is absent keeps its place."""
    found = depth + start
    found = np.where(found < counts, found, found - counts)
    return np.where(present, found, depth)


def places_in_name(counts: Ints) -> Ints:
    """Return for each piece its place in its name, for names of so many pieces one after another."""
    found: Ints = (counts - counts.cumsum()).repeat(counts)
    found += np.arange(len(found))
    return found
