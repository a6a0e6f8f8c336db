"""A name in one of the four scripts beside many in another of them, by sound, all at once.

The same costs as `sounding.align_aloud` reckons for one pair, to the last bit, since the way back through the table
depends on which of two sums is less.
"""

from __future__ import annotations

from functools import cache
from typing import NamedTuple

import numpy as np
import numpy.typing as npt

from . import sounds
from .alignment import ORDER
from .matrices import Ints, padded
from .sounding import DOUBT, SCALE, TORN, WORSE, Heard, ends_of, lead_of, turned, word_ends_of

Exact = npt.NDArray[np.float64]
Names = tuple[list[Heard], list[Heard]]  # two, of which the first leads


class _Sounds(NamedTuple):
    """The sounds of one side, as columns of N: their codes, what each costs to leave out, and how many there are."""

    codes: Ints
    drops: Exact
    counts: Ints


def costs_aloud(name: list[Heard], others: list[list[Heard]]) -> Exact:
    """Return the least cost of each other name over the orders of words."""
    pairs = [(name, other) if lead_of(name) <= lead_of(other) else (other, name) for other in others]
    best = _costs(pairs)
    far = [at for at, (left, _) in enumerate(pairs) if best[at] > WORSE * SCALE * ends_of(left)[-1]]
    orders = [(at, names) for at in far for names in _orders(*pairs[at])]
    if orders:
        found = _costs([names for _, names in orders]) + ORDER
        np.minimum.at(best, [at for at, _ in orders], found)
    return best


def _orders(left: list[Heard], right: list[Heard]) -> list[Names]:
    return [(left, order) for order in turned(right)] + [(order, right) for order in turned(left)]


def _costs(pairs: list[Names]) -> Exact:
    """Return the cost of each pair, its words as they stand."""
    ours, theirs = _sounds([left for left, _ in pairs]), _sounds([right for _, right in pairs])
    table = _table(ours, theirs)
    paths = _paths(table, ours, theirs)
    torn = np.array([_torn(*names, path) for names, path in zip(pairs, paths, strict=True)])
    last = table[ours.counts, theirs.counts, np.arange(len(pairs))]
    found: Exact = DOUBT + TORN * torn + SCALE * last
    return found


def _torn(left: list[Heard], right: list[Heard], path: list[int]) -> int:
    """Return how many spaces stand inside a syllable."""
    if right[0].word == right[-1].word:
        return 0
    return len(word_ends_of(right) - {path[at] for at in ends_of(left)})


def _sounds(names: list[list[Heard]]) -> _Sounds:
    texts = ["".join([one.sound for one in name]).encode("ascii") for name in names]
    counts = np.array([*map(len, texts)])
    codes = padded(np.frombuffer(b"".join(texts), dtype=np.uint8), counts, 0).astype(np.int64)
    drops = _drops()[codes]
    drops[1:][codes[1:] == codes[:-1]] = sounds.DOUBLE
    drops[codes == 0] = 0.0
    return _Sounds(codes, drops, counts)


@cache
def _drops() -> Exact:
    """Return by its code what each sound costs to leave out."""
    return np.array([sounds.drops(chr(code))[0] for code in range(128)], dtype=np.float64)


@cache
def _met() -> Exact:
    """Return what each pair of sounds costs, by their codes."""
    found = np.ones((128, 128), dtype=np.float64)
    np.fill_diagonal(found, 0.0)
    for pair, cost in sounds.costs().items():
        found[ord(pair[0]), ord(pair[1])] = cost
    return found


def _table(ours: _Sounds, theirs: _Sounds) -> Exact:
    """Return `sounds.table` of each pair: (place of ours, place of theirs, pair)."""
    met, gone, more = _met()[ours.codes[:, None], theirs.codes], ours.drops, theirs.drops
    found = np.zeros((len(gone) + 1, len(more) + 1, len(ours.counts)), dtype=np.float64)
    np.cumsum(gone, axis=0, out=found[1:, 0])
    np.cumsum(more, axis=0, out=found[0, 1:])
    for i, drop in enumerate(gone):
        straight = np.minimum(found[i, :-1] + met[i], found[i, 1:] + drop)
        for j, extra in enumerate(more):
            np.minimum(straight[j], found[i + 1, j] + extra, out=found[i + 1, j + 1])
    return found


def _paths(table: Exact, ours: _Sounds, theirs: _Sounds) -> list[list[int]]:
    """Return for each pair, by place in ours, the place in theirs that the cheapest way passes."""
    i, j, who = ours.counts.copy(), theirs.counts.copy(), np.arange(len(ours.counts))
    path = np.zeros((len(who), len(table)), dtype=np.int64)
    path[who, i] = j
    while len(who := who[(i[who] > 0) & (j[who] > 0)]):
        ways = (
            table[i[who] - 1, j[who] - 1, who],
            table[i[who] - 1, j[who], who],
            table[i[who], j[who] - 1, who],
        )
        back = np.argmin(ways, axis=0)
        i[who] -= back != 2
        j[who] -= back != 1
        before = path[who, i[who]]
        path[who, i[who]] = np.where(before > 0, np.minimum(before, j[who]), j[who])
    path[:, 0] = 0
    return path.tolist()
