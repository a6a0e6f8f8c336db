"""Measure peers on the same rows, each with its best settings, in an environment of their own.

    uv run --no-sync --with anyascii --with uroman --with nomenklatura python -m bench.names.peers --data DIR

`bench.names --peers` starts this beside its own run. Prints for each track and peer recall@1 and recall@10 with ties
shared, as `bench.names` does. A peer whose library or server is not there is left out and named. nomenklatura builds
PyICU, which wants the headers of ICU (Debian: `apt-get install libicu-dev pkg-config g++`); pg_trgm wants a server.
"""

from __future__ import annotations

import argparse
import json
import random
import sys
from collections import Counter
from collections.abc import Callable
from contextlib import ExitStack
from importlib import import_module
from pathlib import Path

import numpy as np
import numpy.typing as npt
from rapidfuzz import fuzz, process

from . import postgres, rerank, tracks
from .measures import Place, Scores, interval, recall_at

Counts = npt.NDArray[np.int64]
Plain = Callable[[str], str]


class Ratio:
    """rapidfuzz: the ratio of the letters with words sorted, by brute force over a gallery written in plain letters."""

    def __init__(self, names: list[str]) -> None:
        self._names = names

    def scores(self, query: str) -> Scores:
        """Return how alike each name is."""
        found = process.cdist([query], self._names, scorer=fuzz.token_sort_ratio)[0]
        return np.asarray(found, dtype=np.float64)


class Trigrams:
    """PostgreSQL's pg_trgm: shared threes of letters over all, each word with two spaces before it and one after."""

    def __init__(self, names: list[str]) -> None:
        held = [_trigrams(name) for name in names]
        self._sizes = np.array([len(one) for one in held])
        places: dict[str, list[int]] = {}
        for at, one in enumerate(held):
            for three in one:
                places.setdefault(three, []).append(at)
        self._places = {three: np.array(found) for three, found in places.items()}

    def scores(self, query: str) -> Scores:
        """Return the similarity of each name, in [0, 1]."""
        asked = _trigrams(query)
        shared = np.zeros(len(self._sizes))
        for three in asked & self._places.keys():
            shared[self._places[three]] += 1
        return shared / np.maximum(self._sizes + len(asked) - shared, 1)


def _trigrams(text: str) -> set[str]:
    words = ["".join(char if char.isalnum() else " " for char in text).split()]
    padded = [f"  {word} " for word in words[0]]
    return {word[at : at + 3] for word in padded for at in range(len(word) - 2)}


def _anyascii() -> Plain:
    made = import_module("anyascii").anyascii
    return lambda name: str(made(name)).casefold()


def _uroman() -> Plain:
    made = import_module("uroman").Uroman()
    return lambda name: str(made.romanize_string(name)).casefold()


Scored = Ratio | Trigrams | postgres.Trigrams
PEERS: dict[str, tuple[Callable[[], Plain], type[Ratio] | type[Trigrams] | None]] = {
    "rapidfuzz_anyascii": (_anyascii, Ratio),
    "rapidfuzz_uroman": (_uroman, Ratio),
    "trigrams_anyascii": (_anyascii, Trigrams),
    "pg_trgm_anyascii": (_anyascii, None),  # the real one, in a server
}


def main() -> None:
    """Measure every track with every peer."""
    parser = argparse.ArgumentParser(prog="bench.names.peers", description=__doc__)
    parser.add_argument("--data", type=Path, required=True)
    parser.add_argument("--split", default="dev")
    parser.add_argument("--track", action="append", help="only this track; may be given again")
    parser.add_argument(
        "--peer",
        action="append",
        choices=sorted({*PEERS, *rerank.MODELS}),
        help="only this peer; may be given again",
    )
    parser.add_argument(
        "--limit", type=int, default=100, help="at most so many rows a track, drawn with seed 1"
    )
    parser.add_argument("--json", action="store_true")
    asked = parser.parse_args()
    rows = _rows(asked.data, asked.split, asked.track, asked.limit)
    found: dict[str, dict[str, object]] = {track: {} for track in rows}
    for peer in asked.peer or (*PEERS, *rerank.MODELS):
        measured = _reranked if peer in rerank.MODELS else _measured
        for track, figures in measured(peer, rows, asked.data):
            found[track][peer] = figures
            if not asked.json:
                print(f"{track:18s} {peer:20s}", figures, flush=True)
    if asked.json:
        json.dump(found, sys.stdout)


def _rows(data: Path, split: str, wanted: list[str] | None, limit: int) -> dict[str, list[tracks.Row]]:
    found = {}
    for track, path in tracks.paths(data, split).items():
        if not wanted or track in wanted:
            every = tracks.rows(path)
            found[track] = random.Random(1).sample(every, min(limit, len(every)))
    return found


Figures = list[tuple[str, dict[str, object]]]


def _measured(peer: str, rows: dict[str, list[tracks.Row]], data: Path) -> Figures:
    """Rank every name of the gallery of each row."""
    make, kind = PEERS[peer]
    try:
        plain = make()
    except ModuleNotFoundError as missing:
        return _left_out(peer, f"{missing.name} is not installed")
    with ExitStack() as stack:
        if kind is not None:
            return _ranked(rows, data, plain, kind)
        programs = postgres.programs()
        if programs is None:
            return _left_out(peer, "there is no PostgreSQL with pg_trgm on this machine")
        link = stack.enter_context(postgres.server(programs))
        return _ranked(rows, data, plain, lambda names: postgres.Trigrams(names, link))


def _left_out(peer: str, why: str) -> Figures:
    print(f"{peer} is left out: {why}", file=sys.stderr)
    return []


def _ranked(
    rows: dict[str, list[tracks.Row]], data: Path, plain: Plain, kind: Callable[[list[str]], Scored]
) -> Figures:
    found = {}
    for name in _galleries(rows):
        counts = Counter(map(plain, {one.casefold() for one in tracks.gallery(data, name)}))
        # names that the letters do not tell apart are ties
        names, held = list(counts), np.array(list(counts.values()))
        gallery = kind(names)
        for track, at, row in _of_gallery(rows, name):
            found[track, at] = _place(plain(row.query), plain(row.target), names, held, gallery)
    return _by_track(rows, found)


def _reranked(peer: str, rows: dict[str, list[tracks.Row]], data: Path) -> Figures:
    """Rank the target among its neighbours."""
    try:
        compare, plain = rerank.comparer(peer), _anyascii()
    except ModuleNotFoundError as missing:
        return _left_out(peer, f"{missing.name} is not installed")
    found: dict[tuple[str, int], Place | None] = {}
    for name in _galleries(rows):
        gallery = rerank.Neighbours(tracks.gallery(data, name), plain)
        for track, at, row in _of_gallery(rows, name):
            found[track, at] = gallery.place(row.query, row.target, compare)
    return _by_track(rows, found)


def _galleries(rows: dict[str, list[tracks.Row]]) -> list[str]:
    return sorted({row.gallery for every in rows.values() for row in every})


def _of_gallery(rows: dict[str, list[tracks.Row]], name: str) -> list[tuple[str, int, tracks.Row]]:
    return [
        (track, at, row)
        for track, every in rows.items()
        for at, row in enumerate(every)
        if row.gallery == name
    ]


def _by_track(rows: dict[str, list[tracks.Row]], found: dict[tuple[str, int], Place | None]) -> Figures:
    return [
        (track, _figures([found[track, at] for at in range(len(every))])) for track, every in rows.items()
    ]


def _place(query: str, target: str, names: list[str], held: Counts, gallery: Scored) -> Place | None:
    """Rank the target; what is written exactly as the query is set aside, as `bench.names` does."""
    scores = gallery.scores(query)
    mine = next((scores[at] for at, name in enumerate(names) if name == target), None)
    if mine is None:
        return None
    if query != target:
        held = np.where([name == query for name in names], 0, held)
    better, tied = held[scores > mine + 1e-6].sum(), held[abs(scores - mine) <= 1e-6].sum()
    return Place(int(better), max(int(tied), 1))


def _figures(places: list[Place | None]) -> dict[str, object]:
    n = max(len(places), 1)
    first = sum(recall_at(place, 1) for place in places)
    ten = sum(recall_at(place, 10) for place in places)
    return {
        "n": len(places),
        "recall@1": round(first / n, 3),
        "recall@1_interval": [round(end, 3) for end in interval(first, len(places))],
        "recall@10": round(ten / n, 3),
    }


if __name__ == "__main__":
    main()
