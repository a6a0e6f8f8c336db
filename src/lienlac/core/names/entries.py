"""The names of a gallery as rows of pieces: each form of a name is an entry, with and without its titles."""

from __future__ import annotations

from array import array
from collections.abc import Iterable
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from lienlac.core.errors import Malformed

from . import scripts, transcribed
from .book import FIRST, SCRIPTS, Book
from .matrices import Bytes, Flags, Ints, gathered, ranges
from .written import write


@dataclass(frozen=True, kw_only=True)
class Entries:
    """Entry by entry: its pieces (`offsets` into `pieces`), its name, its kind of form, its flags, its script.

    `scripts` are places in `book.SCRIPTS`; names in several scripts are OTHER.
    """

    offsets: npt.NDArray[np.int32]
    pieces: npt.NDArray[np.int32]
    names: npt.NDArray[np.int32]
    forms: Bytes
    flags: Bytes
    scripts: Bytes

    def __len__(self) -> int:
        return len(self.names)

    def owners(self) -> npt.NDArray[np.int32]:
        """Return the entry of each piece."""
        counts = np.diff(self.offsets)
        return np.repeat(np.arange(len(self), dtype=np.int32), counts)

    def of_names(self, wanted: Ints) -> Ints:
        """Return the entries of some names, given ascending; looked up, for the entries stand in the order of names."""
        ends = np.searchsorted(self.names, (wanted + 1).astype(np.int32))
        starts = np.searchsorted(self.names, wanted.astype(np.int32))
        return ranges(starts, ends - starts)


def read(names: Iterable[str], book: Book) -> Entries:
    """Read every name into the book; what is no name has no entry."""
    offsets, pieces, whose, forms = array("i", [0]), array("i"), array("i"), array("B")
    for at, name in enumerate(names):
        try:
            written = write(name)
        except Malformed:
            continue
        for number, form in enumerate(written.forms):
            pieces.extend(book.pieces(form))
            offsets.append(len(pieces))
            whose.append(at)
            forms.append(written.kinds[number])
    book.finish()
    ends, flat = np.array(offsets, dtype=np.int32), np.array(pieces, dtype=np.int32)
    return Entries(
        offsets=ends,
        pieces=flat,
        names=np.array(whose, dtype=np.int32),
        forms=np.array(forms, dtype=np.uint8),
        flags=_all_of(book.flags[flat], ends),
        scripts=_scripts(book.scripts[flat], ends),
    )


def _all_of(flags: Bytes, ends: npt.NDArray[np.int32]) -> Bytes:
    if not len(flags):
        return np.zeros(0, dtype=np.uint8)
    found: Bytes = np.bitwise_and.reduceat(flags, ends[:-1])
    return found


def _scripts(found: Bytes, ends: npt.NDArray[np.int32]) -> Bytes:
    if not len(found):
        return np.zeros(0, dtype=np.uint8)
    low, high = np.minimum.reduceat(found, ends[:-1]), np.maximum.reduceat(found, ends[:-1])
    one: Bytes = np.where(low == high, low, SCRIPTS.index(scripts.OTHER)).astype(np.uint8)
    return one


def transcribed_entries(book: Book, entries: Entries) -> Flags:
    """Say of each entry whether it may be a foreign name in Han characters (`transcribed`)."""
    used = transcribed.used()
    known = np.array([text.removeprefix(FIRST) in used for text in book.texts], dtype=np.bool_)
    if not len(entries):
        return np.zeros(0, dtype=np.bool_)
    found: Flags = np.logical_and.reduceat(known[entries.pieces], entries.offsets[:-1])
    return found & (np.diff(entries.offsets) > 1)


def coarse(entries: Entries, book: Book, chosen: Ints) -> tuple[Bytes, Ints]:
    """Return the coarse sounds of some entries one after another, and how many letters each has."""
    offsets = np.zeros(len(book.coarse) + 1, dtype=np.int32)
    np.cumsum([len(text) for text in book.coarse], out=offsets[1:])
    letters = np.frombuffer("".join(book.coarse).encode("ascii", "replace"), dtype=np.uint8)
    places, in_entry = gathered(entries.offsets, chosen)
    where, in_piece = gathered(offsets, entries.pieces[places].astype(np.int64))
    flat = letters[where]
    owners = np.repeat(np.repeat(np.arange(len(chosen)), in_entry), in_piece)
    kept = np.ones(len(flat), dtype=bool)
    kept[1:] = (flat[1:] != flat[:-1]) | (owners[1:] != owners[:-1])
    return flat[kept], np.bincount(owners[kept], minlength=len(chosen))
