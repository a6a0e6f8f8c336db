"""One list against another: the candidates of a name, by the same functions wherever the work runs.

One process, several (`lienlac names screen`) or several machines (`lienlac.bulk`): a list that is too long for one
memory is cut into parts, each a gallery of its own; every part answers, and the answers are merged. Costs do not
depend on the gallery, so that the merged answer is that of the whole list.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from functools import cache
from itertools import chain

from . import calibration
from .comparison import LIKELY_MEAN, POSSIBLE_MEAN, POSSIBLE_PROBABILITY, TIERS, compare_read, read
from .gallery import Gallery, Hit


@dataclass(frozen=True, kw_only=True, slots=True)
class Candidate:
    """A name of the list that may be the one asked for: its place `at` in the list, and how the names agree.

    `expected_namesakes` says how many agree as well by chance alone in the whole list; `reasons` and `against` are
    codes of `reasons.CODES`.
    """

    at: int
    name: str
    tier: str
    cost: float
    score: float
    probability: float
    expected_namesakes: float
    view: str
    reasons: tuple[str, ...]
    against: tuple[str, ...]


@dataclass(frozen=True, kw_only=True, slots=True)
class Wanted:
    """What is wanted of each name: at most `limit` candidates, whose names agree at least so well (a tier)."""

    limit: int = 3
    least: str = "likely"

    @property
    def tiers(self) -> tuple[str, ...]:
        """Return the tiers that are good enough."""
        return TIERS[: TIERS.index(self.least) + 1]


def candidates(
    gallery: Gallery, name: str, wanted: Wanted, *, first: int = 0, size: int | None = None
) -> tuple[Candidate, ...]:
    """Return the candidates of a name in a gallery, the best first; Malformed when it is no name.

    Where the gallery is a part of a list, `first` is the place of its first name there, `size` the names of the list.
    """
    asked = read(name)
    hits = (hit for hit in gallery.nearest(asked.views, wanted.limit) if _may_be(hit, wanted))
    agree = cache(lambda name: compare_read(asked, read(name)))  # namesakes are compared once
    compared = [(hit, agree(hit.name)) for hit in hits]
    near = [(hit, found) for hit, found in compared if found.tier in wanted.tiers]
    by_chance = gallery.namesakes_of(asked.views, size=size) if near else 0.0
    return tuple(
        Candidate(
            at=first + hit.at,
            name=hit.name,
            tier=found.tier,
            cost=hit.cost,
            score=found.score,
            probability=found.probability,
            expected_namesakes=by_chance,
            view=found.view,
            reasons=tuple(reason.code for reason in found.reasons),
            against=tuple(reason.code for reason in found.against),
        )
        for hit, found in near
    )


_ASIDE = 1.2  # and what a title, and the way by which names are compared, cost at most beside the syllables


def _may_be(hit: Hit, wanted: Wanted) -> bool:
    """Say whether a hit can be in a tier that is wanted: what cannot need not be explained."""
    means = _means()
    return wanted.least not in means or hit.cost <= means[wanted.least] * hit.size + _ASIDE


@cache
def _means() -> dict[str, float]:
    """Return the most that a syllable costs in each tier."""
    possible = max(POSSIBLE_MEAN, calibration.furthest(POSSIBLE_PROBABILITY))
    return {"same": 0.0, "likely": LIKELY_MEAN, "possible": possible}


def merged(parts: Iterable[Iterable[Candidate]], wanted: Wanted) -> tuple[Candidate, ...]:
    """Return the best candidates of what each part of a list gave for one name."""
    ranked = sorted(chain.from_iterable(parts), key=lambda one: (one.cost, one.at))
    return tuple(ranked[: wanted.limit])
