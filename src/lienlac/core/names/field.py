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
        self.flat = entries.pieces[places].astype(np.int64)
        self.flags = entries.flags[chosen]
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
        return self.flat[places], counts


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
    absent = words < 0
    turned = (np.where(words == last, -1, words), np.where(words == 0, last + 1, words), last - words)
    for order in turned[: 1 if last.max(initial=0) < 2 else 3]:
        yield np.argsort(np.where(absent, 99, order), axis=0, kind="stable")


def places_in_name(counts: Ints) -> Ints:
    """Return for each piece its place in its name, for names of so many pieces one after another."""
    starts = np.cumsum(counts) - counts
    return np.arange(int(counts.sum())) - np.repeat(starts, counts)
