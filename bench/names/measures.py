"""The measures of ranked search, with ties: tied candidates share a rank, so chance decides within a tie.

recall@k is the probability that the target is among the first k when ties are put in random order; mrr likewise.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from typing import NamedTuple

import numpy as np
import numpy.typing as npt

Scores = npt.NDArray[np.float64]


class Place(NamedTuple):
    """Where the target stands: `better` candidates before it, `tied` with it (itself among them); None: not found."""

    better: int
    tied: int


def recall_at(place: Place | None, k: int) -> float:
    """Return the probability that the target is among the first `k`."""
    if place is None:
        return 0.0
    return min(max((k - place.better) / place.tied, 0.0), 1.0)


def reciprocal_rank(place: Place | None) -> float:
    """Return the expected value of one over the rank."""
    if place is None:
        return 0.0
    return sum(1 / (place.better + at) for at in range(1, place.tied + 1)) / place.tied


def average_precision(scores: Sequence[float], truths: Sequence[bool]) -> float:
    """Return the average precision of a ranking by `scores`, the higher the better; ties count as their worst order."""
    ranked = sorted(zip(scores, truths, strict=True), key=lambda item: (-item[0], item[1]))
    found, total = 0, 0.0
    for at, (_, truth) in enumerate(ranked, start=1):
        if truth:
            found += 1
            total += found / at
    return total / found if found else 0.0


def interval(successes: float, n: int) -> tuple[float, float]:
    """Return Wilson's 95 % interval of a proportion."""
    if not n:
        return 0.0, 1.0
    z, p = 1.96, successes / n
    middle, half = p + z * z / (2 * n), z * math.sqrt(p * (1 - p) / n + z * z / (4 * n * n))
    return (middle - half) / (1 + z * z / n), (middle + half) / (1 + z * z / n)
