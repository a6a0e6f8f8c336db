"""How sure it is that one that answers is better than another on the same pairs: a bootstrap of both at once."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import numpy.typing as npt

DRAWS = 2000
SEED = 1
Row = tuple[str, bool, bool, bool]  # what it is about, whether it is true, and what each of the two says
Counts = npt.NDArray[np.float64]


def difference(rows: Sequence[Row]) -> tuple[float, float, float]:
    """Return (2.5th percentile, value, 97.5th percentile) of the F1 of the first less that of the second.

    Drawn with replacement are not pairs but all pairs about one thing, since these fall together.
    """
    about = {name: at for at, name in enumerate(sorted({row[0] for row in rows}))}
    counts = np.zeros((len(about), 5))  # true, told by the first and rightly, told by the second and rightly
    for name, same, one, other in rows:
        counts[about[name]] += (same, one, one and same, other, other and same)
    drawn = np.random.default_rng(SEED).multinomial(len(about), [1 / len(about)] * len(about), DRAWS)
    found = _better(drawn @ counts)
    low, high = np.percentile(found, (2.5, 97.5))
    return float(low), float(_better(counts.sum(axis=0, keepdims=True))[0]), float(high)


def _better(sums: Counts) -> Counts:
    true, one, one_right, other, other_right = sums.T
    better: Counts = _f1(true, one, one_right) - _f1(true, other, other_right)
    return better


def _f1(true: Counts, told: Counts, right: Counts) -> Counts:
    found: Counts = 2 * right / np.maximum(true + told, 1)
    return found
