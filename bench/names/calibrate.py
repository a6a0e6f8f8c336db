"""Fit and check the probability of `core.names.calibration`: `python -m bench.names.calibrate --data DIR [--fit]`.

Pairs: each labelled row whose licence permits it, and ten names of its gallery that share a surname token with its
target, so that one pair in eleven is true; and our own pairs. Names are split in two by the hash of the target: the
fit sees one half, the expected calibration error (ten bins) is told for the other, by curve and by pair of languages.
`--fit` writes the table.
"""

from __future__ import annotations

import argparse
import json
import random
from collections import defaultdict
from pathlib import Path
from typing import NamedTuple

import numpy as np
import numpy.typing as npt

from lienlac.core.errors import Malformed
from lienlac.core.names import calibration, compare

from . import tracks
from .compose import DIRECTIONS
from .composing import HOME
from .fit import FORBIDDEN, in_fold

NEAR_MISSES = 10
MOST = 250  # rows of a track
HELD_OUT = "1/2"
RIDGE = 1.0  # how strongly weights are drawn to those of all views together
FEWEST = 50  # pairs that a curve of its own wants; a kind with fewer has that of all


class Sample(NamedTuple):
    """One pair compared: its kind and costs, whether it is one name, whether the fit may not see it, its languages."""

    kind: str
    mean: float
    worst: float
    true: bool
    held: bool
    languages: str


Weights = npt.NDArray[np.float64]


def main() -> None:
    """Fit on one half, tell the error of the other."""
    parser = argparse.ArgumentParser(prog="bench.names.calibrate", description=__doc__)
    parser.add_argument("--data", type=Path, required=True)
    parser.add_argument("--split", default="dev")
    parser.add_argument("--fit", action="store_true", help="write the table")
    asked = parser.parse_args()
    samples = [*_labelled(asked.data, asked.split), *_own()]
    curves = {"any": _fitted([s for s in samples if not s.held], np.zeros(3))}
    for kind, found in _grouped(samples, "kind"):
        if len(found) >= FEWEST:
            curves[kind] = _fitted([s for s in found if not s.held], curves["any"])
    lines = [
        _line(kind, weights, [s for s in samples if kind in ("any", s.kind)])
        for kind, weights in curves.items()
    ]
    for languages, found in _grouped([s for s in samples if s.held], "languages"):
        print(f"{languages:20s} held out {len(found):5d}  ECE {_error(found, curves):.3f}")
    if asked.fit:
        table = Path(calibration.__file__).parent / "data" / "calibration.tsv"
        head = "view\tconstant\tmean\tworst\tn\tsource\n"
        table.write_text(head + "".join(lines), encoding="utf-8")


def _labelled(data: Path, split: str) -> list[Sample]:
    found: list[Sample] = []
    galleries: dict[str, dict[str, list[str]]] = {}
    draw = random.Random(1)
    for path in sorted(data.glob(f"*_{split}.jsonl")):
        raw = [json.loads(line) for line in path.read_text(encoding="utf-8").splitlines()]
        allowed = {row["query"] for row in raw if FORBIDDEN not in row["licence"]}
        rows = [row for row in tracks.rows(path) if row.query in allowed]
        for row in draw.sample(rows, min(MOST, len(rows))):
            if row.gallery not in galleries:
                galleries[row.gallery] = tracks.surname_sharers(tracks.gallery(data, row.gallery))
            sharers = galleries[row.gallery]
            pool = [n for token in tracks.surname_tokens(row.target) for n in sharers.get(token, ())]
            others = [name for name in dict.fromkeys(pool) if name not in (row.target, row.query)]
            names = [row.target, *draw.sample(others, min(NEAR_MISSES, len(others)))]
            label = path.stem.removesuffix(f"_{split}")
            found += [
                s for name in names if (s := _sample(row.query, name, row.target, name == row.target, label))
            ]
    return found


def _own() -> list[Sample]:
    found: list[Sample] = []
    draw = random.Random(1)
    for one, other in DIRECTIONS:
        lines = (HOME / f"{one}_{other}.jsonl").read_text(encoding="utf-8").splitlines()
        rows = [json.loads(line) for line in lines]
        for row in rows:
            query, target, label = row["query"], row["target"], f"own {one}-{other}"
            others = draw.sample(rows, NEAR_MISSES - 1) if row["same"] else []
            wrong = sorted({o["target"] for o in others} - {target})
            told = [(target, row["same"]), *((name, False) for name in wrong)]
            found += [s for name, true in told if (s := _sample(query, name, target, true, label))]
    return found


def _grouped(samples: list[Sample], by: str) -> list[tuple[str, list[Sample]]]:
    found: dict[str, list[Sample]] = defaultdict(list)
    for sample in samples:
        found[getattr(sample, by)].append(sample)
    return sorted(found.items())


def _sample(query: str, name: str, target: str, true: bool, languages: str) -> Sample | None:
    try:
        found = compare(query, name)
    except Malformed:
        return None
    kind = calibration.kind(query, name, found.view)
    return Sample(kind, found.mean, found.worst, true, in_fold(target, HELD_OUT), languages)


def _fitted(samples: list[Sample], towards: Weights) -> Weights:
    """Return logistic weights by Newton's method in small steps, drawn towards given ones."""
    x = np.array([calibration.features(s.mean, s.worst) for s in samples])
    y = np.array([s.true for s in samples], dtype=np.float64)
    weights = towards.copy()
    for _ in range(100 if len(samples) else 0):
        p = 1 / (1 + np.exp(-np.clip(x @ weights, -30, 30)))
        slope = x.T @ (y - p) - RIDGE * (weights - towards)
        curve = (x * (p * (1 - p))[:, None]).T @ x + RIDGE * np.eye(3)
        step = np.linalg.solve(curve, slope)
        weights = weights + step / max(1.0, float(np.abs(step).max()))
        weights[1:] = np.minimum(weights[1:], 0.0)  # what costs more is never more probable
    return weights


def _line(view: str, weights: Weights, samples: list[Sample]) -> str:
    held = [s for s in samples if s.held]
    error = _error(held, {"any": weights})
    print(f"{view:16s} n={len(samples):5d}  held out {len(held):5d}  ECE {error:.3f}  {np.round(weights, 2)}")
    numbers = "\t".join(f"{weight:.3f}" for weight in weights)
    return f"{view}\t{numbers}\t{len(samples) - len(held)}\tbench.names.calibrate 2026-11\n"


def _error(samples: list[Sample], curves: dict[str, Weights]) -> float:
    """Return the expected calibration error of the curves, each sample by that of its kind."""
    told = [
        calibration.logistic(curves.get(s.kind, curves["any"]).tolist(), s.mean, s.worst) for s in samples
    ]
    return calibration_error(told, [s.true for s in samples])


def calibration_error(probabilities: list[float], truths: list[bool], bins: int = 10) -> float:
    """Return the expected calibration error: how far the told share of true ones is from the real one."""
    if not truths:
        return 0.0
    p, y = np.array(probabilities), np.array(truths, dtype=np.float64)
    which = np.minimum((p * bins).astype(int), bins - 1)
    apart = [abs(p[which == at].sum() - y[which == at].sum()) for at in range(bins)]
    return float(sum(apart) / len(y))


if __name__ == "__main__":
    main()
