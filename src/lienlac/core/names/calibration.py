"""How probable it is that two names are one, from the cost of their alignment: a curve for each kind of pair.

Logistic in the mean and the worst cost of a syllable. Table `calibration` is fitted by `bench/names/calibrate.py` on
pairs of which one in eleven is one name in two forms, the others share a surname with it; where true pairs are rarer,
they are less probable than this says, so that `expected_namesakes` belongs beside it.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from functools import cache

from . import scripts
from .tables import rows

_FURTHEST = 8.0  # costs beyond this say no more


def probability(kind_: str, mean: float, worst: float) -> float:
    """Return the probability in (0, 1) for a kind of pair (`kind`) and its costs."""
    known = _weights()
    return logistic(known.get(kind_) or known["any"], mean, worst)


def kind(one: str, other: str, view: str) -> str:
    """Return the kind of a pair: the view that showed it, by sound with the script that is sounded out.

    Letters in a row (`joined`) are of the kind of words, `latin`.
    """
    if view != "sound":
        return {"joined": "latin"}.get(view, view) or "none"
    found = {scripts.of_char(char) for char in one + other} & scripts.BRAHMIC
    return f"sound:{'+'.join(sorted(found))}"


def furthest(wanted: float) -> float:
    """Return the mean cost beyond which no kind of pair is so probable (in (0, 1)), whatever its worst cost."""
    odds = math.log(wanted / (1 - wanted))
    return max((constant - odds) / -mean for constant, mean, _ in _weights().values())


def features(mean: float, worst: float) -> tuple[float, float, float]:
    """Return what the curve is made of: a constant and the two costs."""
    return 1.0, min(mean, _FURTHEST), min(worst, _FURTHEST)


def logistic(weights: Sequence[float], mean: float, worst: float) -> float:
    """Return the value of a curve."""
    total = sum(w * x for w, x in zip(weights, features(mean, worst), strict=True))
    return 1 / (1 + math.exp(-max(-30.0, min(30.0, total))))


@cache
def _weights() -> dict[str, tuple[float, ...]]:
    return {row[0]: tuple(map(float, row[1:4])) for row in rows("calibration")}
