"""Syllables of two readings put side by side: the alignment is the score.

Words may stand in another order (surname last) at a cost, and a syllable may be missing on either side.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import NamedTuple

from .costs import Differ, Difference, least
from .reading import Reading, Syllable
from .tables import words

ORDER = 0.5  # the words stand in another order
MISSING = 2.4  # a syllable is there on one side only
_PARTICLE_MISSING = 0.6

Order = tuple[Syllable, ...]
Words = list[list[Syllable]]


class Pair(NamedTuple):
    """Two syllables side by side; one of them is None where the other has no counterpart."""

    left: Syllable | None
    right: Syllable | None
    difference: Difference | None
    cost: float

    def turned(self) -> Pair:
        """Return the pair as it looks from the other name."""
        met = self.difference
        return Pair(self.right, self.left, met and met._replace(left=met.right, right=met.left), self.cost)


class Alignment(NamedTuple):
    """The best way to put two readings side by side.

    Total `cost`, its `pairs`, and whether the order differs.
    """

    cost: float
    pairs: tuple[Pair, ...]
    swapped: bool

    @property
    def worst(self) -> float:
        """Return the cost of the dearest pair."""
        return max(pair.cost for pair in self.pairs)

    @property
    def mean(self) -> float:
        """Return the cost for each pair."""
        return self.cost / len(self.pairs)


def align(left: Reading, right: Reading, differ: Differ, *, bare: bool) -> Alignment:
    """Return the cheapest alignment of two readings over the usual orders of words; symmetric in its cost."""
    best = _in_order(left.syllables, right.syllables, differ, bare)
    if best.cost <= ORDER:
        return best
    left_words, right_words = _words(left.syllables), _words(right.syllables)
    moved = [(left.syllables, order) for order in _orders(left_words, right_words, differ, bare)]
    moved += [(order, right.syllables) for order in _orders(right_words, left_words, differ, bare)]
    for sides in moved:
        found = _in_order(*sides, differ, bare)
        if found.cost + ORDER < best.cost:
            best = Alignment(found.cost + ORDER, found.pairs, True)
    return best


def _orders(fixed: Words, moving: Words, differ: Differ, bare: bool) -> Iterator[Order]:
    """Yield other orders of `moving`: last word first, first word last, and the one that suits best."""
    count = len(moving)
    if count < 2:
        return
    straight = tuple(range(count))
    suited = _suited(fixed, moving, differ, bare)
    tried = {straight}
    for order in (straight[-1:] + straight[:-1], straight[1:] + straight[:1], suited):
        if order not in tried:
            tried.add(order)
            yield tuple(syllable for place in order for syllable in moving[place])


def _suited(fixed: Words, moving: Words, differ: Differ, bare: bool) -> tuple[int, ...]:
    """Return the order in which each word meets the one it agrees with best, greedily, by first syllables."""
    met = sorted(
        (least(one[0], other[0], differ, bare).cost, abs(i - j), i, j)
        for i, one in enumerate(fixed)
        for j, other in enumerate(moving)
    )
    place: dict[int, int] = {}
    for _, _, i, j in met:
        if j not in place and i not in place.values():
            place[j] = i
    return tuple(sorted(range(len(moving)), key=lambda j: (place.get(j, len(fixed)), j)))


def _words(syllables: Order) -> Words:
    words: Words = []
    for at, syllable in enumerate(syllables):
        if at == 0 or syllable.word != syllables[at - 1].word:
            words.append([])
        words[-1].append(syllable)
    return words


def _in_order(left: Order, right: Order, differ: Differ, bare: bool) -> Alignment:
    def pair(i: int, j: int) -> Difference:
        return least(left[i], right[j], differ, bare)

    if len(left) == len(right):
        pairs = tuple(Pair(left[i], right[i], d := pair(i, i), d.cost) for i in range(len(left)))
        straight = Alignment(sum(p.cost for p in pairs), pairs, False)
        if straight.cost < 2 * MISSING:
            return straight
    return _with_gaps(left, right, pair)


def _with_gaps(left: Order, right: Order, pair: Callable[[int, int], Difference]) -> Alignment:
    """Needleman and Wunsch (1970): each cell is the least cost of the first i and j syllables."""
    rows: list[list[tuple[float, Pair | None, int]]] = [[(0.0, None, 0)]]
    for j, syllable in enumerate(right):
        rows[0].append(_gap(rows[0][j][0], None, syllable))
    for i, one in enumerate(left):
        rows.append([_gap(rows[i][0][0], one, None)])
        for j, other in enumerate(right):
            met = pair(i, j)
            choices = (
                (rows[i][j][0] + met.cost, Pair(one, other, met, met.cost), 0),
                _gap(rows[i][j + 1][0], one, None),
                _gap(rows[i + 1][j][0], None, other),
            )
            rows[i + 1].append(min(choices, key=lambda choice: choice[0]))
    return Alignment(rows[-1][-1][0], _trace(rows), False)


def _gap(before: float, left: Syllable | None, right: Syllable | None) -> tuple[float, Pair, int]:
    syllable = left or right
    assert syllable is not None
    cost = _PARTICLE_MISSING if syllable.written in words("particles") else MISSING
    return before + cost, Pair(left, right, None, cost), 1 if right is None else 2


def _trace(rows: list[list[tuple[float, Pair | None, int]]]) -> tuple[Pair, ...]:
    i, j, pairs = len(rows) - 1, len(rows[0]) - 1, []
    while i or j:
        _, pair, way = rows[i][j]
        assert pair is not None
        pairs.append(pair)
        i, j = (i - (way != 2), j - (way != 1))
    return tuple(reversed(pairs))
