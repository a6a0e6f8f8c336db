"""Names held in memory for search: what is near is looked up by pieces and by sound, then compared exactly in arrays.

Only the names given to it are kept, nothing of a query.
"""

from __future__ import annotations

import math
from collections.abc import Iterable, Sequence
from typing import NamedTuple

import numpy as np
import numpy.typing as npt

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


class Hit(NamedTuple):
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
        at, paid, views, sizes = self._ranked(asked, chosen, limit)
        named = [self.names[place] for place in at.tolist()]
        shown = [_VIEW_NAMES[view] for view in views.tolist()]
        columns = at.tolist(), named, _scores(paid, sizes), _rounded(paid), shown, sizes.tolist()
        return [*map(Hit._make, zip(*columns, strict=True))]

    def _ranked(self, asked: Views, chosen: Ints, limit: int) -> Columns:
        """Return the names of some entries in columns, the best first, each name once."""
        if not len(chosen):
            return chosen, np.zeros(0), chosen, chosen
        found = all_costs(asked, Field(self._book, self._entries, chosen))
        names = self._entries.names[chosen]
        order = np.lexsort((names, found.costs))
        order = order[np.isfinite(found.costs[order])]
        _, first = np.unique(names[order], return_index=True)
        rows = order[np.sort(first)][:limit]
        paid = np.maximum(found.costs[rows].astype(np.float64), 0.0)
        return names[rows].astype(np.int64), paid, found.views[rows], found.sizes[rows]


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
        at, paid, _, sizes = self._ranked(asked, self._lookup.near(asked), limit)
        return [*zip(at.tolist(), _scores(paid, sizes), strict=True)]

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


Exact = npt.NDArray[np.float64]
Columns = tuple[Ints, Exact, Ints, Ints]
"""Places of names in the gallery, their costs, 0 at least, the views that showed them, and their sizes."""
_VIEW_NAMES = [name for name, _ in VIEWS]


def _scores(paid: Exact, sizes: Ints) -> list[float]:
    return [*map(math.exp, (-paid / sizes).tolist())]


def _rounded(paid: Exact) -> list[float]:
    """Return costs to three places, as `round` gives them: a thousand times a cost of 32 bits is exact in 64."""
    found: list[float] = (np.rint(paid * 1000.0) / 1000.0).tolist()
    return found
