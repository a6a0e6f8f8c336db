"""Many alignments at once: one query against N candidates, in arrays.

The same costs as `alignment` and `channels` reckon for one pair, cell by cell; here a cell is a row of N candidates.
Tensors have the shape (m, N, n): syllables of the query, candidates, syllables of the longest candidate.
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
    starts = offsets[rows].astype(np.int64)
    counts = offsets[rows + 1] - starts
    return ranges(starts, counts), counts


def ranges(starts: Ints, counts: Ints) -> Ints:
    """Return the numbers from each start on, so many of each, one after another."""
    ends = np.cumsum(counts)
    found: Ints = np.arange(ends[-1] if len(ends) else 0) + np.repeat(starts - (ends - counts), counts)
    return found


def distinct(values: Array) -> Array:
    """Return each value once, ascending; sorting beats the hashing of numpy.unique here."""
    ranked = np.sort(values)
    kept = np.ones(len(ranked), dtype=bool)
    kept[1:] = ranked[1:] != ranked[:-1]
    return cast(Array, ranked[kept])


def padded(values: Array, counts: Ints, fill: int) -> Array:
    """Return flat values of rows of the given lengths as a matrix, filled up at the right."""
    width = int(counts.max()) if len(counts) else 0
    mask = np.arange(width)[None, :] < counts[:, None]
    found = np.full((len(counts), width), fill, dtype=values.dtype)
    found[mask] = values
    return cast(Array, found)


def walk(cells: Floats, left_gaps: Floats, right_gaps: Floats, lengths: Ints) -> Floats:
    """Return the cost of the cheapest alignment with each candidate (Needleman and Wunsch 1970).

    `cells` (m, N, n); `left_gaps` (m,) and `right_gaps` (N, n) say what a syllable without counterpart costs.
    """
    count = len(lengths)
    gone = np.zeros((count, right_gaps.shape[1] + 1), dtype=np.float32)
    np.cumsum(right_gaps, axis=1, out=gone[:, 1:])
    row = gone.copy()
    for cell, gap in zip(cells, left_gaps, strict=True):
        after = row + gap
        np.minimum(after[:, 1:], row[:, :-1] + cell, out=after[:, 1:])
        row = _with_gaps(after, gone)
    found: Floats = row[np.arange(count), lengths]
    return found


def _with_gaps(row: Floats, gone: Floats) -> Floats:
    """Let the candidate have further syllables, any number: a running minimum over what they cost in all."""
    row -= gone
    np.minimum.accumulate(row, axis=1, out=row)
    row += gone
    return row


def bound(cells: Floats, left_gaps: Floats, right_gaps: Floats, present: Flags) -> Floats:
    """Return what no order of words can go below: each syllable beside the one that it suits best."""
    ours = np.minimum(np.where(present[None], cells, np.inf).min(axis=2), left_gaps[:, None]).sum(axis=0)
    theirs = np.where(present, np.minimum(cells.min(axis=0), right_gaps), 0.0).sum(axis=1)
    found: Floats = np.maximum(ours, theirs).astype(np.float32)
    return found
