"""Many alignments at once: one query against N candidates, in arrays.

The same costs as `alignment` and `channels` reckon for one pair, cell by cell; here a cell is a row of N candidates.
Tensors have the shape (m, n, N): syllables of the query, syllables of the longest candidate, candidates. The candidates
come last, so that a step of the table is one pass over memory that lies together.
"""

from __future__ import annotations

from typing import Any, TypeVar, cast

import numpy as np
import numpy.typing as npt

Array = TypeVar("Array", bound=npt.NDArray[Any])
Floats = npt.NDArray[np.float32]
Ints = npt.NDArray[np.int64]
Flags = npt.NDArray[np.bool_]
Bytes = npt.NDArray[np.uint8]


def gathered(offsets: npt.NDArray[Any], rows: Ints) -> tuple[Ints, Ints]:
    """Return (places in the flat values, how many of each row) for some rows of a compressed table."""
    starts = offsets.take(rows).astype(np.int64)
    counts = offsets.take(rows + 1) - starts
    return ranges(starts, counts), counts


def ranges(starts: Ints, counts: Ints) -> Ints:
    """Return the numbers from each start on, so many of each, one after another."""
    found: Ints = (starts - counts.cumsum() + counts).repeat(counts)
    found += np.arange(len(found))
    return found


def distinct(values: Array) -> Array:
    """Return each value once, ascending; sorting beats the hashing of numpy.unique here."""
    ranked = np.sort(values)
    kept = np.ones(len(ranked), dtype=bool)
    np.not_equal(ranked[1:], ranked[:-1], out=kept[1:])
    return cast(Array, ranked[kept])


def each_once(values: Ints) -> tuple[Ints, Ints]:
    """Return different numbers, 0 or more, ascending, and for each value which of them it is."""
    most = int(values.max(initial=0)) + 1
    if most > _MARKED:
        found, which = np.unique(values, return_inverse=True)
        return found, which
    marked = np.zeros(most, dtype=bool)
    marked[values] = True
    found = marked.nonzero()[0]
    places = np.empty(most, dtype=np.int64)
    places[found] = np.arange(len(found))
    return found, places.take(values)


_MARKED = 1 << 16  # numbers below this are marked in a row of flags, which is faster than to sort them


def padded(values: Array, counts: Ints, fill: int) -> Array:
    """Return flat values of N candidates of the given lengths as a matrix (longest, N), filled up at the end."""
    depth = np.arange(int(counts.max(initial=0)))[:, None]
    found = values.take(counts.cumsum() - counts + depth, mode="clip")
    found[depth >= counts] = fill
    return cast(Array, found)


def reordered(values: Array, order: Ints) -> Array:
    """Return values (..., n, N) with those of each candidate in its own order (n, N)."""
    flat = values.reshape(*values.shape[:-2], -1)
    return cast(Array, flat.take(order * order.shape[1] + np.arange(order.shape[1]), axis=-1))


def walk(cells: Floats, left_gaps: Floats, right_gaps: Floats, lengths: Ints) -> Floats:
    """Return the cost of the cheapest alignment with each candidate (Needleman and Wunsch 1970).

    `cells` (m, n, N); `left_gaps` (m,) or (m, N) and `right_gaps` (n, N): what a syllable without counterpart costs.
    """
    row = np.zeros((len(right_gaps) + 1, len(lengths)), dtype=np.float32)
    np.cumsum(right_gaps, axis=0, out=row[1:])
    for cell, gap in zip(cells, left_gaps, strict=True):
        after = row + gap
        np.minimum(after[1:], row[:-1] + cell, out=after[1:])
        with_gaps(after, right_gaps)
        row = after
    found: Floats = row[lengths, np.arange(len(lengths))]
    return found


def with_gaps(row: Floats, gaps: Floats) -> None:
    """Let each place of a row (n + 1, N) be reached from the one before, at what that costs (n, N)."""
    for before, after, gap in zip(row[:-1], row[1:], gaps, strict=True):
        np.minimum(after, before + gap, out=after)


def bound(cells: Floats, left_gaps: Floats, right_gaps: Floats, present: Flags) -> Floats:
    """Return what no order of words can go below: each syllable beside the one that it suits best."""
    ours = np.minimum(np.where(present, cells, np.float32(np.inf)).min(axis=1), left_gaps[:, None]).sum(
        axis=0
    )
    theirs = np.where(present, np.minimum(cells.min(axis=0), right_gaps), 0.0).sum(axis=0)
    found: Floats = np.maximum(ours, theirs).astype(np.float32)
    return found
