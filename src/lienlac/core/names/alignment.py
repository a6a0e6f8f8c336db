"""Syllables of two readings put side by side: the alignment is the score.

Words may stand in another order (surname last) at a cost, and a syllable may be missing on either side. The
differences of all pairs are worked out once; orders and gaps only add them up.
"""

from __future__ import annotations

from collections.abc import Iterator
from functools import cache
from itertools import chain, permutations
from typing import NamedTuple

from . import scripts
from .costs import Differ, Difference, least
from .reading import Reading, Spelling, Syllable
from .tables import words

ORDER = 0.5  # the words stand in another order
SCRAMBLED = 1.0  # in an order that nobody uses: Long Lee Kok
HOPELESS = 2.5  # names that cost more a syllable in any order are different: their order is not looked at
MIXED = 4  # syllables, up to which every order is tried
MISSING = 3.0  # a syllable is there on one side only
_HAN_MISSING = 4.0  # nobody leaves out a character of a Han name
_FOREIGN_MISSING = 0.9  # a word that no character is spelled as, beside a Chinese name: Patrick Tay Teck Guan
_WESTERN_MISSING = 0.3  # and one that is a Western given name: half of Hong Kong has one
_PARTICLE_MISSING = 0.6  # bin, thị, de: left out at will

Order = tuple[int, ...]
Whole = tuple[str, str]
"""All letters of a name in a row, as they are compared and as somebody wrote them."""
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
    table = _Table(cells, [gap(s) for s in ours], [gap(s) for s in theirs])
    here, there = tuple(range(len(ours))), tuple(range(len(theirs)))
    best, cost = (here, there), table.cost(here, there)
    hope = _least(cells, table, len(ours))
    if hope + ORDER < min(cost, HOPELESS * max(len(ours), len(theirs))):
        for ways in _ways(words_of(left), words_of(right)):
            found = table.cost(*ways) + ORDER
            if found < cost:
                best, cost = ways, found
        if hope + SCRAMBLED < cost:
            order, found = scrambled(cells)
            if found + SCRAMBLED < cost:
                best, cost = (here, order), found + SCRAMBLED
    pairs = table.pairs(*best, ours, theirs)
    return Alignment(cost, pairs, best != (here, there), max(len(ours), len(theirs)))


def _least(cells: Cells, table: _Table, count: int) -> float:
    """Return what no order of words can go below: each syllable beside the one that it suits best."""
    ours = sum(min(table.left_gaps[i], *(cell.cost for cell in cells[i])) for i in range(count))
    theirs = sum(min(gone, *(row[j].cost for row in cells)) for j, gone in enumerate(table.right_gaps))
    return max(ours, theirs)


def scrambled(cells: Cells) -> tuple[Order, float]:
    """Return the best order of the right syllables where both sides have as many, at most MIXED; and its cost."""
    count = len(cells)
    if not 3 <= count <= MIXED or len(cells[0]) != count:
        return (), float("inf")
    every = ((sum(cells[i][j].cost for i, j in enumerate(order)), order) for order in mixed(count))
    cost, best = min(every)
    return best, cost


@cache
def mixed(count: int) -> tuple[Order, ...]:
    """Return every order of so many syllables."""
    return tuple(permutations(range(count)))


def joined(left: Whole, right: Whole, met: str, cost: float, *, swapped: bool, size: int) -> Alignment:
    """Return the alignment of two names that were compared letter by letter as a whole; `met` is a code of reasons."""
    mine, theirs = (Spelling(shown, letters, 0.0, "written") for letters, shown in (left, right))
    one = Syllable(written=mine.text, spellings=(mine,), word=0)
    other = Syllable(written=theirs.text, spellings=(theirs,), word=0)
    return Alignment(cost, (Pair(one, other, Difference(cost, met, mine, theirs), cost),), swapped, size)


def gap(syllable: Syllable) -> float:
    """Return what a syllable costs that the other name has not."""
    return missing(syllable.written, syllable.spellings[0].table)


def missing(written: str, table: str) -> float:
    """Return what a syllable costs that the other name has not, by its letters and where its first reading is from."""
    if written in words("particles"):
        return _PARTICLE_MISSING
    if scripts.of_char(written[0]) == scripts.HAN:
        return _HAN_MISSING
    if table != "foreign":
        return MISSING
    return _WESTERN_MISSING if written in words("western") else _FOREIGN_MISSING


def _ways(ours: list[list[int]], theirs: list[list[int]]) -> Iterator[tuple[Order, Order]]:
    here, there = tuple(chain(*ours)), tuple(chain(*theirs))
    yield from ((here, order) for order in orders(theirs))
    yield from ((order, there) for order in orders(ours))


def words_of(reading: Reading) -> list[list[int]]:
    """Return the places of the syllables of each word; a Han character is a word of its own."""
    found: list[list[int]] = []
    for at, syllable in enumerate(reading.syllables):
        if (
            at == 0
            or syllable.word != reading.syllables[at - 1].word
            or scripts.of_char(syllable.written[0]) == scripts.HAN
        ):
            found.append([])
        found[-1].append(at)
    return found


def orders(words_: list[list[int]]) -> Iterator[Order]:
    """Yield the other orders in which a name is written: last word first, first word last, the reverse."""
    if len(words_) < 2:
        return
    yield tuple(chain(*words_[-1:], *words_[:-1]))
    if len(words_) > 2:
        yield tuple(chain(*words_[1:], *words_[:1]))
        yield tuple(chain(*reversed(words_)))


class _Table:
    """Needleman and Wunsch (1970) over differences worked out before; a straight walk is tried first."""

    def __init__(self, cells: Cells, left_gaps: list[float], right_gaps: list[float]) -> None:
        self._cells = cells
        self.left_gaps = left_gaps
        self.right_gaps = right_gaps

    def cost(self, left: Order, right: Order) -> float:
        """Return the least cost of the syllables in these orders."""
        if len(left) == len(right) and not any(
            self._cells[i][j].cost for i, j in zip(left, right, strict=True)
        ):
            return 0.0
        return self._rows(left, right)[-1][-1]

    def _rows(self, left: Order, right: Order) -> list[list[float]]:
        row = [0.0]
        for j in right:
            row.append(row[-1] + self.right_gaps[j])
        found = [row]
        for i in left:
            gap, cells, before = self.left_gaps[i], self._cells[i], row
            row = [before[0] + gap]
            for at, j in enumerate(right):
                row.append(
                    min(before[at] + cells[j].cost, before[at + 1] + gap, row[at] + self.right_gaps[j])
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
            if i and rows[i][j] == rows[i - 1][j] + self.left_gaps[left[i - 1]]:
                i -= 1
                found.append(Pair(ours[left[i]], None, None, self.left_gaps[left[i]]))
            else:
                j -= 1
                found.append(Pair(None, theirs[right[j]], None, self.right_gaps[right[j]]))
        return tuple(reversed(found))
