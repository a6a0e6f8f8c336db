"""Measure `compare` on labelled pairs of names that others published: `python -m bench.names.public FILE [--peer]`.

FILE is a CSV with the columns `name1`, `name2`, `is_match` (true or false) and `schema` (Person, Company …), as
nomenklatura keeps its own pairs in `contrib/name_bench/cases.csv` (MIT; not in this repository). A pair counts as told
to be one name where its tier is at least `possible`, for that is what an officer is shown. `--peer` prints beside it
what nomenklatura's LogicV2 says of the same pairs, at the threshold of its own bench, in an environment of its own.
"""

from __future__ import annotations

import argparse
import csv
import subprocess
from collections.abc import Callable, Iterable
from pathlib import Path
from typing import NamedTuple

from lienlac.core.errors import Malformed
from lienlac.core.names import compare

from . import rerank

PEER = "nomenklatura_logic_v2"
THRESHOLD = 0.7  # of nomenklatura's own bench
SHOWN = 15  # wrong answers that are printed


class Pair(NamedTuple):
    """Two names, whether they are one, and what they name."""

    one: str
    other: str
    same: bool
    schema: str


Says = Callable[[Pair], bool]


def main() -> None:
    """Print precision, recall and F1 over all pairs and by what they name, then what was answered wrongly."""
    parser = argparse.ArgumentParser(prog="bench.names.public", description=__doc__)
    parser.add_argument("file", type=Path)
    parser.add_argument("--peer", action="store_true", help="measure LogicV2 too (needs uv)")
    parser.add_argument("--peer-alone", action="store_true", help=argparse.SUPPRESS)
    asked = parser.parse_args()
    pairs = read(asked.file)
    if asked.peer_alone:
        tell(PEER, pairs, _logic_v2())
        return
    tell("lienlac", pairs, says)
    for pair in [pair for pair in pairs if says(pair) != pair.same][:SHOWN]:
        print(f"  {'not found' if pair.same else 'found    '}  {pair.one} | {pair.other}")
    if asked.peer:
        command = ["uv", "run", "--no-sync", "--with", "nomenklatura", "python", "-m", "bench.names.public"]
        subprocess.run([*command, str(asked.file), "--peer-alone"], check=True)


def read(path: Path) -> list[Pair]:
    """Read labelled pairs."""
    with path.open(encoding="utf-8", newline="") as file:
        rows = list(csv.DictReader(file))
    return [Pair(r["name1"], r["name2"], r["is_match"].lower() == "true", r["schema"]) for r in rows]


def says(pair: Pair) -> bool:
    """Say whether two names may be one; what is no name is none."""
    try:
        return compare(pair.one, pair.other).tier != "different"
    except Malformed:
        return False


def _logic_v2() -> Says:
    score = rerank.comparer(PEER)
    return lambda pair: score(pair.one, pair.other, pair.schema) >= THRESHOLD


def tell(name: str, pairs: list[Pair], says_: Says) -> None:
    """Print the measures of one that answers, over all and by what is named."""
    answers = [(pair.schema, pair.same, says_(pair)) for pair in pairs]
    for schema in ("", *sorted({pair.schema for pair in pairs})):
        some = [(same, told) for about, same, told in answers if schema in ("", about)]
        precision, recall, f1 = measures(some)
        print(
            f"{name:22s} {schema or 'all':13s} n={len(some):4d}  P {precision:.3f}  R {recall:.3f}  F1 {f1:.3f}"
        )


def measures(answers: Iterable[tuple[bool, bool]]) -> tuple[float, float, float]:
    """Return precision, recall and F1 of (true, told) answers; what has no case is 0."""
    every = list(answers)
    right = sum(true and told for true, told in every)
    precision = right / max(sum(told for _, told in every), 1)
    recall = right / max(sum(true for true, _ in every), 1)
    return precision, recall, 2 * precision * recall / max(precision + recall, 1e-9)


if __name__ == "__main__":
    main()
