"""Names held in memory for search: postings of syllables by view, then exact comparison of the best.

A query looks up each of its syllables in each view; a posting adds the rarity of the syllable (log of one
over its share of names) to the names that hold it; the best few hundred are compared syllable by syllable and
ranked. Only the names given to it are kept, nothing of a query.
"""

from __future__ import annotations

import math
from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
from rapidfuzz import process
from rapidfuzz.distance import OSA, Levenshtein

from lienlac.core.errors import Malformed

from .comparison import Match, Views, best_match, score
from .namesakes import expected_namesakes
from .postings import units
from .reading import Reading
from .sounding import coarse
from .views import all_views
from .written import write

CANDIDATES = 150  # compared exactly; recall within these is measured by bench/names (`blocking`)
SOUNDS = 400  # compared exactly where only the sound is known
_SIMILAR = 40  # words of the vocabulary looked at for a word that may be misspelt

Ids = npt.NDArray[np.intp]
Scores = npt.NDArray[np.float32]


@dataclass(frozen=True, kw_only=True, slots=True)
class Hit:
    """A name found: its place `at` in the gallery, `score` in [0, 1], `cost`, the `view` that showed it."""

    at: int
    name: str
    score: float
    cost: float
    view: str


class Gallery:
    """An index over names; `search` ranks them against a query in any script.

    Names that are none are never found.
    """

    def __init__(self, names: Iterable[str]) -> None:
        self.names: Sequence[str] = list(names)
        gathered: dict[str, list[int]] = defaultdict(list)
        self._sounds: list[str] = []
        self._foreign: list[
            str | None
        ] = []  # sounds of the names in Lao, Thai, Khmer and Burmese letters only
        heard: dict[str, str] = {}
        for at, name in enumerate(self.names):
            forms = _forms(name)
            for unit in _units_of(forms):
                gathered[unit].append(at)
            self._sounds.append(coarse(forms[0], heard) if forms else "")
            self._foreign.append(self._sounds[-1] if forms and "sound" in forms[0] else None)
        self._postings = {unit: np.array(ids, dtype=np.int32) for unit, ids in gathered.items()}
        self._words = [unit[2:] for unit in self._postings if unit.startswith("l:")]

    def search(self, query: str, limit: int = 10) -> tuple[Hit, ...]:
        """Return at most `limit` names, the best first.

        Equal costs are ties. Raises Malformed when it is no name.
        """
        asked = all_views(write(query))
        found = (self._hit(asked, int(at)) for at in self._candidates(asked))
        ranked = sorted((hit for hit in found if hit is not None), key=lambda hit: (hit.cost, hit.at))
        return tuple(ranked[:limit])

    def expected_namesakes(self, query: str, *, size: int | None = None) -> float:
        """Return how many equally good names chance gives in a list of `size` names like those here.

        Shares come from the gallery itself, in the view of the query where it is rarest; a syllable
        never seen here counts as seen in half a name. `size` is the size of the gallery unless told.
        Raises Malformed when it is no name.
        """
        found = [self._shares(views) for views in all_views(write(query))]
        wanted = len(self.names) if size is None else size
        return min(
            (expected_namesakes(shares, wanted) for by_kind in found for shares in by_kind if shares),
            default=0.0,
        )

    def _shares(self, views: dict[str, Reading]) -> list[list[float]]:
        by_kind: dict[str, list[float]] = {}
        for kind, position in units(views, asking=False):
            held = [
                self._postings[unit]
                for weight, unit in position
                if unit in self._postings and unit[0] == kind
            ]
            count = len(np.unique(np.concatenate(held))) if held else 0.5
            if any(unit[0] == kind for _, unit in position):
                by_kind.setdefault(kind, []).append(count / max(len(self.names), 1))
        return list(by_kind.values())

    def _hit(self, asked: Views, at: int) -> Hit | None:
        match: Match | None = best_match(asked, all_views(write(self.names[at])))
        if match is None:
            return None
        return Hit(at=at, name=self.names[at], score=score(match), cost=round(match.cost, 4), view=match.view)

    def _candidates(self, asked: Views) -> list[int]:
        total = np.zeros(len(self.names), dtype=np.float32)
        for views in asked:
            by_kind: dict[str, Scores] = {}
            for kind, weighted in self._positions(views):
                sums = by_kind.setdefault(kind, np.zeros(len(self.names), dtype=np.float32))
                sums += self._gained(weighted)
            for sums in by_kind.values():
                np.maximum(total, sums, out=total)
        found = dict.fromkeys(int(at) for at in _best(total))
        for views in asked:
            found.update(dict.fromkeys(self._sounding_alike(views)))
        return list(found)

    def _sounding_alike(self, views: dict[str, Reading]) -> list[int]:
        """Return the names whose coarse sound is nearest, where one side is Lao, Thai, Khmer or Burmese."""
        asked = coarse(views)
        wanted = self._sounds if "sound" in views else self._foreign
        if not asked:
            return []
        near = Levenshtein.normalized_similarity
        return [
            at for _, _, at in process.extract(asked, wanted, scorer=near, limit=SOUNDS, score_cutoff=0.4)
        ]

    def _positions(self, views: dict[str, Reading]) -> Iterator[tuple[str, list[tuple[float, str]]]]:
        for kind, position in units(views, asking=True):
            if kind != "l":
                yield kind, position
            else:
                yield kind, [near for weight, word in position for near in self._near(weight, word)]

    def _near(self, weight: float, word: str) -> list[tuple[float, str]]:
        text = word[2:]
        similar = process.extract(
            text, self._words, scorer=OSA.normalized_similarity, limit=_SIMILAR, score_cutoff=0.6
        )
        return [(weight * closeness**2, "l:" + str(near)) for near, closeness, _ in similar]

    def _gained(self, weighted: list[tuple[float, str]]) -> Scores:
        """Return for each name the best rarity among the alternatives of one position."""
        gained = np.zeros(len(self.names), dtype=np.float32)
        found = [(weight, self._postings[unit]) for weight, unit in weighted if unit in self._postings]
        worth = [(weight * math.log(2 * len(self.names) / len(ids)), ids) for weight, ids in found]
        for value, ids in sorted(worth, key=lambda item: item[0]):
            gained[ids] = value
        return gained


def _forms(name: str) -> Views:
    try:
        return all_views(write(name))
    except Malformed:
        return ()


def _units_of(forms: Views) -> set[str]:
    return {unit for views in forms for _, position in units(views, asking=False) for _, unit in position}


def _best(total: Scores) -> Ids:
    touched = np.flatnonzero(total > 0)
    if len(touched) <= CANDIDATES:
        return touched
    cut = np.partition(total[touched], -CANDIDATES)[-CANDIDATES]
    above = touched[total[touched] >= cut]
    ranked: Ids = above[np.argsort(-total[above], kind="stable")][:CANDIDATES]
    return ranked
