"""Syllables of two readings put side by side: the alignment is the score.

Words may stand in another order (surname last) at a cost, and a syllable may be missing on either side. The
differences of all pairs are worked out once; orders and gaps only add them up.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import NamedTuple

from . import scripts
from .costs import Differ, Difference, least
from .reading import Reading, Spelling, Syllable
from .tables import words

ORDER = 0.5  # the words stand in another order
MISSING = 3.0  # a syllable is there on one side only
_HAN_MISSING = 4.0  # nobody leaves out a character of a Han name
_FOREIGN_MISSING = 0.9  # a Western given name beside a Chinese one: Patrick Tay, Alice Mak Mei-kuen
_PARTICLE_MISSING = 0.6  # bin, thị, de: left out at will

Order = tuple[int, ...]
Syllables = tuple[Syllable, ...]
Cells = list[list[Difference]]


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
    """The best way to put two readings side by side: total `cost`, its `pairs`, and whether the order differs."""

    cost: float
    pairs: tuple[Pair, ...]
    swapped: bool
    size: int  # syllables, or words, of the longer side

    @property
    def worst(self) -> float:
        """Return the cost of the dearest pair."""
        return max(pair.cost for pair in self.pairs)

    @property
    def mean(self) -> float:
        """Return the cost for each syllable."""
        return self.cost / self.size


def align(left: Reading, right: Reading, differ: Differ, *, bare: bool) -> Alignment:
    """Return the cheapest alignment of two readings over the usual orders of words; symmetric in its cost."""
    ours, theirs = left.syllables, right.syllables
    cells = [[least(one, other, differ, bare) for other in theirs] for one in ours]
    table = _Table(cells, [_gap(s) for s in ours], [_gap(s) for s in theirs])
    here, there = tuple(range(len(ours))), tuple(range(len(theirs)))
    best, cost = (here, there), table.cost(here, there)
    if cost > ORDER:
        for ways in _ways(left, right, cells):
            found = table.cost(*ways) + ORDER
            if found < cost:
                best, cost = ways, found
    pairs = table.pairs(*best, ours, theirs)
    return Alignment(cost, pairs, best != (here, there), max(len(ours), len(theirs)))


def joined(left: str, right: str, cost: float, *, swapped: bool, size: int) -> Alignment:
    """Return the alignment of two names that were compared letter by letter as a whole."""
    mine, theirs = Spelling(left, left, 0.0, "written"), Spelling(right, right, 0.0, "written")
    code = "joined_differently" if left == right else "slip"
    one = Syllable(written=left, spellings=(mine,), word=0)
    other = Syllable(written=right, spellings=(theirs,), word=0)
    return Alignment(cost, (Pair(one, other, Difference(cost, code, mine, theirs), cost),), swapped, size)


def _gap(syllable: Syllable) -> float:
    if syllable.written in words("particles"):
        return _PARTICLE_MISSING
    if scripts.script_of(syllable.written[0]) == scripts.HAN:
        return _HAN_MISSING
    return _FOREIGN_MISSING if syllable.spellings[0].table == "foreign" else MISSING


def _ways(left: Reading, right: Reading, cells: Cells) -> Iterator[tuple[Order, Order]]:
    """Yield other orders of either side: last word first, first word last, and the one that suits best."""
    here, there = tuple(range(len(left.syllables))), tuple(range(len(right.syllables)))
    ours, theirs = _words(left), _words(right)
    turned = list(map(list, zip(*cells, strict=True)))
    for order in _orders(ours, theirs, cells):
        yield here, order
    for order in _orders(theirs, ours, turned):
        yield order, there


def _words(reading: Reading) -> list[list[int]]:
    """Return the places of the syllables of each word."""
    found: list[list[int]] = []
    for at, syllable in enumerate(reading.syllables):
        if at == 0 or syllable.word != reading.syllables[at - 1].word:
            found.append([])
        found[-1].append(at)
    return found


def _orders(fixed: list[list[int]], moving: list[list[int]], cells: Cells) -> Iterator[Order]:
    count = len(moving)
    if count < 2:
        return
    straight = tuple(range(count))
    tried = {straight}
    for order in (straight[-1:] + straight[:-1], straight[1:] + straight[:1], _suited(fixed, moving, cells)):
        if order not in tried:
            tried.add(order)
            yield tuple(at for word in order for at in moving[word])


def _suited(fixed: list[list[int]], moving: list[list[int]], cells: Cells) -> Order:
    """Return the order in which each word meets the one it agrees with best, greedily, by first syllables."""
    if len(fixed) == 1:
        fixed = [[at] for at in fixed[0]]  # a Han name is one word: its characters are met one by one
    met = sorted(
        (cells[one[0]][other[0]].cost, abs(i - j), i, j)
        for i, one in enumerate(fixed)
        for j, other in enumerate(moving)
    )
    place: dict[int, int] = {}
    taken: set[int] = set()
    for _, _, i, j in met:
        if j not in place and i not in taken:
            place[j] = i
            taken.add(i)
    return tuple(sorted(range(len(moving)), key=lambda j: (place.get(j, len(fixed)), j)))


class _Table:
    """Needleman and Wunsch (1970) over differences worked out before; a straight walk is tried first."""

    def __init__(self, cells: Cells, left_gaps: list[float], right_gaps: list[float]) -> None:
        self._cells = cells
        self._left_gaps = left_gaps
        self._right_gaps = right_gaps

    def cost(self, left: Order, right: Order) -> float:
        """Return the least cost of the syllables in these orders."""
        if len(left) == len(right):
            straight = sum(self._cells[i][j].cost for i, j in zip(left, right, strict=True))
            if straight < 2 * _PARTICLE_MISSING:
                return straight
        return self._rows(left, right)[-1][-1]

    def _rows(self, left: Order, right: Order) -> list[list[float]]:
        row = [0.0]
        for j in right:
            row.append(row[-1] + self._right_gaps[j])
        found = [row]
        for i in left:
            gap, cells, before = self._left_gaps[i], self._cells[i], row
            row = [before[0] + gap]
            for at, j in enumerate(right):
                row.append(
                    min(before[at] + cells[j].cost, before[at + 1] + gap, row[at] + self._right_gaps[j])
                )
            found.append(row)
        return found

    def pairs(self, left: Order, right: Order, ours: Syllables, theirs: Syllables) -> tuple[Pair, ...]:
        """Return the pairs of the cheapest way, read back from its end."""
        rows, i, j = self._rows(left, right), len(left), len(right)
        found: list[Pair] = []
        while i or j:
            if i and j:
                met = self._cells[left[i - 1]][right[j - 1]]
                if rows[i][j] == rows[i - 1][j - 1] + met.cost:
                    i, j = i - 1, j - 1
                    found.append(Pair(ours[left[i]], theirs[right[j]], met, met.cost))
                    continue
            if i and rows[i][j] == rows[i - 1][j] + self._left_gaps[left[i - 1]]:
                i -= 1
                found.append(Pair(ours[left[i]], None, None, self._left_gaps[left[i]]))
            else:
                j -= 1
                found.append(Pair(None, theirs[right[j]], None, self._right_gaps[right[j]]))
        return tuple(reversed(found))
