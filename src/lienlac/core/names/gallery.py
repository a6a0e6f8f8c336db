"""Names held in memory for search: what is near is looked up by pieces and by sound, then compared exactly in arrays.

Only the names given to it are kept, nothing of a query.
"""

from __future__ import annotations

import math
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

import numpy as np

from .book import Book
from .comparison import Views
from .entries import read
from .field import Field
from .lookup import Lookup
from .matrices import Ints, distinct
from .namesakes import expected_namesakes
from .ranking import VIEWS, all_costs
from .views import all_views
from .written import write


@dataclass(frozen=True, kw_only=True, slots=True)
class Hit:
    """A name found: its place `at` in the gallery, `score` in [0, 1], `cost`, the `view` that showed it.

    `size` is how many syllables, or words, the longer of the two names has in that view.
    """

    at: int
    name: str
    score: float
    cost: float
    view: str
    size: int


class Lineup:
    """Names laid out to be compared with a query, all of them or some: no index, so that a few hundred cost little.

    Names that are none are never found.
    """

    def __init__(self, names: Iterable[str]) -> None:
        self.names: Sequence[str] = list(names)
        self._book = Book()
        self._entries = read(self.names, self._book)

    def compared(self, query: str, places: Iterable[int] | None = None) -> tuple[Hit, ...]:
        """Compare a query exactly with the names at some places and with no others, the best first; without, with all.

        For bulk work: tens of thousands of pairs a second. Raises Malformed when the query is no name.
        """
        wanted = range(len(self.names)) if places is None else places
        chosen = distinct(np.fromiter(wanted, dtype=np.int64))
        chosen = self._entries.of_names(chosen[(chosen >= 0) & (chosen < len(self.names))])
        return tuple(self._of(all_views(write(query)), chosen, len(self.names)))

    def _of(self, asked: Views, chosen: Ints, limit: int) -> list[Hit]:
        return [self._hit(*one) for one in zip(*self._ranked(asked, chosen, limit), strict=True)]

    def _ranked(self, asked: Views, chosen: Ints, limit: int) -> Columns:
        """Return the names of some entries in columns, the best first, each name once."""
        if not len(chosen):
            return [], [], [], []
        found = all_costs(asked, Field(self._book, self._entries, chosen))
        names = self._entries.names[chosen]
        order = np.lexsort((names, found.costs))
        order = order[np.isfinite(found.costs[order])]
        _, first = np.unique(names[order], return_index=True)
        rows = order[np.sort(first)][:limit]
        return (
            names[rows].tolist(),
            found.costs[rows].tolist(),
            found.views[rows].tolist(),
            found.sizes[rows].tolist(),
        )

    def _hit(self, at: int, cost: float, view: int, size: int) -> Hit:
        return Hit(
            at=at,
            name=self.names[at],
            score=_score(cost, size),
            cost=round(max(cost, 0.0), 3),
            view=VIEWS[view][0],
            size=size,
        )


class Gallery(Lineup):
    """An index over names; `search` ranks them against a query in any script."""

    def __init__(self, names: Iterable[str]) -> None:
        super().__init__(names)
        self._lookup = Lookup(self._book, self._entries)

    def search(self, query: str, limit: int = 10) -> tuple[Hit, ...]:
        """Return at most `limit` names, the best first.

        Equal costs are ties. Raises Malformed when it is no name.
        """
        return self.nearest(all_views(write(query)), limit)

    def nearest(self, asked: Views, limit: int) -> tuple[Hit, ...]:
        """Return what `search` returns for a query that was read before."""
        return tuple(self._of(asked, self._lookup.near(asked), limit))

    def scores(self, query: str, limit: int) -> list[tuple[int, float]]:
        """Return (place, score) of what `search` returns, for whoever looks at hundreds of them.

        Raises Malformed when it is no name.
        """
        asked = all_views(write(query))
        places, costs, _, sizes = self._ranked(asked, self._lookup.near(asked), limit)
        return [(at, _score(cost, size)) for at, cost, size in zip(places, costs, sizes, strict=True)]

    def expected_namesakes(self, query: str, *, size: int | None = None) -> float:
        """Return how many equally good names chance gives in a list of `size` names like those here.

        Shares come from the gallery itself, in the view of the query where it is rarest; a syllable
        never seen here counts as seen in half a name. `size` is the size of the gallery unless told.
        Raises Malformed when it is no name.
        """
        return self.namesakes_of(all_views(write(query)), size=size)

    def namesakes_of(self, asked: Views, *, size: int | None = None) -> float:
        """Return what `expected_namesakes` returns for a query that was read before."""
        wanted = len(self.names) if size is None else size
        found = (self._lookup.shares(views) for views in asked)
        return min(
            (expected_namesakes(shares, wanted) for by_view in found for shares in by_view), default=0.0
        )


Columns = tuple[list[int], list[float], list[int], list[int]]
"""Places of names in the gallery, their costs, the views that showed them, and their sizes."""


def _score(cost: float, size: int) -> float:
    return math.exp(-max(cost, 0.0) / size)
