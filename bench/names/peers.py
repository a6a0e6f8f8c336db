"""Measure a peer on the same rows: rapidfuzz over anyascii, brute force. It runs in an environment of its own:

    uv run --with anyascii python -m bench.names.peers --data DIR --limit 100

Prints for each track recall@1 and recall@10 with ties shared, as `bench.names` does.
"""

from __future__ import annotations

import argparse
import random
from pathlib import Path

import numpy as np
from anyascii import anyascii  # type: ignore[import-not-found,unused-ignore]
from rapidfuzz import fuzz, process

from . import tracks
from .measures import Place, interval, recall_at


def main() -> None:
    """Measure every track."""
    parser = argparse.ArgumentParser(prog="bench.names.peers", description=__doc__)
    parser.add_argument("--data", type=Path, required=True)
    parser.add_argument("--split", default="dev")
    parser.add_argument(
        "--limit", type=int, default=100, help="at most so many rows a track, drawn with seed 1"
    )
    asked = parser.parse_args()
    galleries: dict[str, list[str]] = {}
    for path in sorted(asked.data.glob(f"*_{asked.split}.jsonl")):
        rows = tracks.rows(path)
        rows = random.Random(1).sample(rows, min(asked.limit, len(rows)))
        for name in {row.gallery for row in rows} - galleries.keys():
            galleries[name] = list(dict.fromkeys(map(_plain, tracks.gallery(asked.data, name))))
        places = [_place(row, galleries[row.gallery]) for row in rows]
        first = sum(recall_at(place, 1) for place in places)
        ten = sum(recall_at(place, 10) for place in places)
        low, high = interval(first, len(rows))
        name = path.stem.removesuffix(f"_{asked.split}")
        print(
            f"{name:18s} n={len(rows):4d}  r@1 {first / len(rows):.3f} [{low:.2f}–{high:.2f}]"
            f"  r@10 {ten / len(rows):.3f}",
            flush=True,
        )


def _plain(name: str) -> str:
    return str(anyascii(name)).casefold()


def _place(row: tracks.Row, gallery: list[str]) -> Place:
    """Rank the target; what is written exactly as the query is set aside, as `bench.names` does."""
    query, target = _plain(row.query), _plain(row.target)
    scores = process.cdist([query], gallery, scorer=fuzz.token_sort_ratio)[0]
    mine = fuzz.token_sort_ratio(query, target)
    other = np.array([name not in (target, query) or name == target for name in gallery])
    return Place(
        int((scores[other] > mine + 1e-4).sum()), max(int((abs(scores[other] - mine) <= 1e-4).sum()), 1)
    )


if __name__ == "__main__":
    main()
