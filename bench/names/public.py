"""Measure `compare` on labelled pairs of names that others published: `python -m bench.names.public FILE [--peer]`.

FILE is a CSV with the columns `name1`, `name2`, `is_match` (true or false), `schema` (Person, Company …) and, where it
has them, `case_group`, as nomenklatura keeps its own pairs in `contrib/name_bench/cases.csv` (MIT; not in this
repository). A pair counts as told to be one name where its tier is at least `possible`, for that is what an officer is
shown; all rows count, those of companies and ships too. `--peer` measures nomenklatura's LogicV2 on the same pairs, at
the threshold of its own bench and at the one that suits it best here, in an environment of its own. Half of the names
(`is_held_out`) is not for looking: what was answered wrongly is printed of the other half alone.
"""

from __future__ import annotations

import argparse
import csv
import hashlib
import json
import subprocess
from collections.abc import Callable, Iterable, Iterator
from pathlib import Path
from typing import NamedTuple

from lienlac.core.errors import Malformed
from lienlac.core.names import compare

from . import paired, rerank

PEER = "nomenklatura_logic_v2"
THRESHOLD = 0.7  # of nomenklatura's own bench


class Pair(NamedTuple):
    """Two names, whether they are one, what they name, and the group of its file that the pair is from."""

    one: str
    other: str
    same: bool
    schema: str
    group: str = ""


Says = Callable[[Pair], bool]
Part = tuple[str, list[int]]


def main() -> None:
    """Print precision, recall and F1 by part of the file, then what was answered wrongly."""
    parser = argparse.ArgumentParser(prog="bench.names.public", description=__doc__)
    parser.add_argument("file", type=Path)
    parser.add_argument("--peer", action="store_true", help="measure LogicV2 too (needs uv)")
    parser.add_argument("--wrong", type=int, default=15, help="wrong answers that are printed")
    parser.add_argument("--peer-alone", action="store_true", help=argparse.SUPPRESS)
    asked = parser.parse_args()
    pairs = read(asked.file)
    if asked.peer_alone:
        score = rerank.comparer(PEER)
        print(json.dumps([score(pair.one, pair.other, pair.schema) for pair in pairs]))
        return
    answers = [says(pair) for pair in pairs]
    tell("lienlac", pairs, answers)
    for line in wrong(pairs, answers)[: asked.wrong]:
        print(line)
    if asked.peer:
        _beside(pairs, answers, _peer(asked.file))


def read(path: Path) -> list[Pair]:
    """Read labelled pairs."""
    with path.open(encoding="utf-8", newline="") as file:
        return [
            Pair(
                r["name1"], r["name2"], r["is_match"].lower() == "true", r["schema"], r.get("case_group", "")
            )
            for r in csv.DictReader(file)
        ]


def says(pair: Pair) -> bool:
    """Say whether two names may be one; what is no name is none."""
    try:
        return compare(pair.one, pair.other).tier != "different"
    except Malformed:
        return False


def is_held_out(pair: Pair) -> bool:
    """Say whether a pair is in the half that is not for looking; all pairs with one second name are in one half."""
    return hashlib.sha256(f"1 {pair.other.casefold()}".encode()).digest()[0] % 2 == 1


def parts(pairs: list[Pair]) -> Iterator[Part]:
    """Yield what is measured by itself: a name, and which of the pairs are in it."""
    every = range(len(pairs))
    yield "all", [*every]
    yield "all, looked at", [at for at in every if not is_held_out(pairs[at])]
    yield "all, held out", [at for at in every if is_held_out(pairs[at])]
    people = [at for at in every if pairs[at].schema == "Person"]
    yield "Person, looked at", [at for at in people if not is_held_out(pairs[at])]
    yield "Person, held out", [at for at in people if is_held_out(pairs[at])]
    for schema in sorted({pair.schema for pair in pairs}):
        yield schema, [at for at in every if pairs[at].schema == schema]
    for group in sorted({pair.group for pair in pairs} - {""}):
        yield group, [at for at in every if pairs[at].group == group]


def tell(name: str, pairs: list[Pair], answers: list[bool]) -> None:
    """Print the measures of one that answers, for each part."""
    for part, places in parts(pairs):
        some = [(pairs[at].same, answers[at]) for at in places]
        precision, recall, f1 = measures(some)
        figures = f"P {precision:.3f}  R {recall:.3f}  F1 {f1:.3f}"
        print(f"{name:22s} {part:17s} n={len(some):4d}  {figures}")


def wrong(pairs: list[Pair], answers: list[bool]) -> list[str]:
    """Return lines for what was answered wrongly, of the half that is for looking."""
    return [
        f"  {'not found' if pair.same else 'found    '}  {pair.schema[:7]:7s} {pair.one} | {pair.other}"
        for pair, answer in zip(pairs, answers, strict=True)
        if answer != pair.same and not is_held_out(pair)
    ]


def measures(answers: Iterable[tuple[bool, bool]]) -> tuple[float, float, float]:
    """Return precision, recall and F1 of (true, told) answers; what has no case is 0."""
    every = list(answers)
    right = sum(true and told for true, told in every)
    precision = right / max(sum(told for _, told in every), 1)
    recall = right / max(sum(true for true, _ in every), 1)
    return precision, recall, 2 * precision * recall / max(precision + recall, 1e-9)


def _peer(file: Path) -> list[float]:
    command = ["uv", "run", "--no-sync", "--with", "nomenklatura", "python", "-m", "bench.names.public"]
    done = subprocess.run([*command, str(file), "--peer-alone"], check=True, stdout=subprocess.PIPE)
    return [float(score) for score in json.loads(done.stdout)]


def _beside(pairs: list[Pair], answers: list[bool], scores: list[float]) -> None:
    """Print the peer at both thresholds, and by how much our F1 is better, with its interval."""
    same = [pair.same for pair in pairs]
    best = max(
        sorted(set(scores)), key=lambda least: measures(zip(same, _told(scores, least), strict=True))[2]
    )
    for least in (THRESHOLD, best):
        told = _told(scores, least)
        tell(f"{PEER} {least:.2f}", pairs, told)
        for part, places in parts(pairs):
            rows = [(pairs[at].other.casefold(), same[at], answers[at], told[at]) for at in places]
            low, middle, high = paired.difference(rows)
            print(f"F1 better by           {part:17s} {middle:+.3f} [{low:+.3f}, {high:+.3f}]")


def _told(scores: list[float], least: float) -> list[bool]:
    return [score >= least for score in scores]


if __name__ == "__main__":
    main()
