"""Run the benchmark: `python -m bench.names --data DIR [--split S] [--track T …] [--limit N] [--peers] [--json]`."""

from __future__ import annotations

import argparse
import json
import os
import random
import resource
import shutil
import subprocess
import sys
import time
from pathlib import Path
from typing import cast

from lienlac.core.errors import Malformed
from lienlac.core.names import TIERS, Gallery, Hit, compare, write

from . import told, tracks
from .measures import Place, average_precision, interval, recall_at, reciprocal_rank

DEPTH = 200  # ranks looked at; a target below counts as not found
LIBRARIES = ("anyascii", "uroman", "nomenklatura")  # of the peers
PEER_ROWS = 100  # a track, since they compare with every name of a gallery
NEAR_MISSES = 10  # names of the gallery that share a surname token, beside the true one


def main() -> None:
    """Measure every track and print a table or JSON."""
    asked = _arguments()
    found: dict[str, dict[str, object]] = {}
    galleries: dict[str, Gallery] = {}
    building: dict[str, float] = {}
    for name, path in _paths(asked).items():
        rows = _sample(tracks.rows(path), asked.limit)
        for row in rows:
            if row.gallery not in galleries:
                galleries[row.gallery], building[row.gallery] = _build(asked.data, row.gallery)
        found[name] = _measure(rows, galleries)
        if not asked.json:
            _print(name, found[name])
    peers = _peers(asked) if asked.peers else {}
    memory = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss // 1024
    if asked.json:
        json.dump(
            {"tracks": found, "names_per_s": building, "memory_mb": memory, "peers": peers},
            sys.stdout,
            ensure_ascii=False,
        )
        print()
    else:
        print(f"built names/s: {building}; memory {memory} MB")


def _arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="bench.names", description=__doc__)
    parser.add_argument("--data", type=Path, required=True, help="directory with tracks and galleries")
    parser.add_argument(
        "--split", default="dev", help="run *_SPLIT.jsonl, or SPLIT.jsonl where there is none (*: all)"
    )
    parser.add_argument("--track", action="append", help="only this track; may be given again")
    parser.add_argument(
        "--limit", type=int, default=0, help="at most so many rows a track, drawn with seed 1"
    )
    parser.add_argument(
        "--peers", action="store_true", help="measure the peers too, 100 rows a track (needs uv)"
    )
    parser.add_argument("--json", action="store_true")
    return parser.parse_args()


def _paths(asked: argparse.Namespace) -> dict[str, Path]:
    """Return the files that were asked for by their tracks; end where there is none."""
    every = tracks.paths(asked.data, asked.split)
    found = {name: path for name, path in every.items() if not asked.track or name in asked.track}
    if not found:
        there = " ".join(path.name for path in sorted(asked.data.glob("*.jsonl"))) or "no *.jsonl"
        sys.exit(f"no track of split {asked.split} in {asked.data}; there is: {there}")
    return found


def _peers(asked: argparse.Namespace) -> object:
    """Measure the peers on at most 100 rows a track, in an environment that has their libraries."""
    command = [_uv(), "run", "--no-sync"]
    command += [part for library in LIBRARIES if _installs(library) for part in ("--with", library)]
    command += ["python", "-m", "bench.names.peers", "--data", str(asked.data), "--split", asked.split]
    command += ["--limit", str(asked.limit or PEER_ROWS)]
    command += [part for track in asked.track or () for part in ("--track", track)]
    if not asked.json:
        subprocess.run(command, check=True)
        return {}
    return json.loads(subprocess.run([*command, "--json"], check=True, stdout=subprocess.PIPE).stdout)


def _uv() -> str:
    """Return the program that makes environments: the one that runs us, the machine's, or the one `make` fetched."""
    return os.environ.get("UV") or shutil.which("uv") or str(Path(".uv/bin/uv").resolve())


def _installs(library: str) -> bool:
    """Say whether a library can be had here; the peer that wants it names itself when it is left out."""
    tried = [_uv(), "run", "--no-sync", "--with", library, "python", "-c", f"import {library}"]
    return subprocess.run(tried, check=False, stderr=subprocess.DEVNULL).returncode == 0


def _sample(rows: list[tracks.Row], limit: int) -> list[tracks.Row]:
    return random.Random(1).sample(rows, limit) if 0 < limit < len(rows) else rows


def _build(data: Path, name: str) -> tuple[Gallery, float]:
    names = tracks.gallery(data, name)
    start = time.perf_counter()
    gallery = Gallery(names)
    return gallery, round(len(names) / (time.perf_counter() - start))


def _measure(rows: list[tracks.Row], galleries: dict[str, Gallery]) -> dict[str, object]:
    places, times, tiers = [], [], [row.tier for row in rows]
    for row in rows:
        start = time.perf_counter()
        places.append(_place(galleries[row.gallery], row))
        times.append(1000 * (time.perf_counter() - start))
    times = sorted(times) or [0.0]
    precision, tiers_told = _beside_near_misses(rows, galleries)
    return {
        **_figures(places),
        "average_precision": round(precision, 3),
        "told": told.by_part(tiers_told),
        "ms_p50": round(times[len(times) // 2], 1),
        "ms_p99": round(times[int(0.99 * (len(times) - 1))], 1),
        "tiers": {
            t: _figures([p for p, tier in zip(places, tiers, strict=True) if tier == t])
            for t in sorted(set(tiers))
        },
    }


def _place(gallery: Gallery, row: tracks.Row) -> Place | None:
    """Rank the target; a record written exactly as the query is set aside, since it is the same entity twice."""
    try:
        costs = _once(gallery.search(row.query, DEPTH), row)
        mine = costs.get(_plain(row.target))
    except Malformed:  # one of the two is no name
        return None
    if mine is None:
        return None
    return Place(sum(cost < mine for cost in costs.values()), sum(cost == mine for cost in costs.values()))


def _once(hits: tuple[Hit, ...], row: tracks.Row) -> dict[str, float]:
    """Return the cost of each name found, names that differ in case only taken once, without the query itself."""
    costs: dict[str, float] = {}
    for hit in hits:
        costs.setdefault(_plain(hit.name), hit.cost)
    if _plain(row.query) != _plain(row.target):
        costs.pop(_plain(row.query), None)
    return costs


def _plain(name: str) -> str:
    return " ".join(token.text for token in write(name).forms[-1])


def _figures(places: list[Place | None]) -> dict[str, object]:
    n = max(len(places), 1)
    first, ten = sum(recall_at(p, 1) for p in places), sum(recall_at(p, 10) for p in places)
    return {
        "n": len(places),
        "recall@1": round(first / n, 3),
        "recall@1_interval": [round(end, 3) for end in interval(first, len(places))],
        "recall@10": round(ten / n, 3),
        "recall@10_interval": [round(end, 3) for end in interval(ten, len(places))],
        "mrr": round(sum(reciprocal_rank(p) for p in places) / n, 3),
        "found": round(sum(p is not None for p in places) / n, 3),
    }


def _beside_near_misses(
    rows: list[tracks.Row], galleries: dict[str, Gallery]
) -> tuple[float, list[told.Told]]:
    """Compare each true name and ten of its gallery that share a surname token: average precision, and what is told."""
    draw = random.Random(1)
    sharers = {
        name: tracks.surname_sharers(list(galleries[name].names)) for name in {row.gallery for row in rows}
    }
    total, tiers = 0.0, []
    for row in rows:
        pool = [n for token in tracks.surname_tokens(row.target) for n in sharers[row.gallery].get(token, ())]
        others = [name for name in dict.fromkeys(pool) if name != row.target]
        names = [row.target, *draw.sample(others, min(NEAR_MISSES, len(others)))]
        compared = [_compared(row.query, name) for name in names]
        truths = [name == row.target for name in names]
        total += average_precision([score for score, _ in compared], truths)
        tiers += [
            told.Told(row.part, true, tier)
            for name, true, (_, tier) in zip(names, truths, compared, strict=True)
            if true or name != row.query  # a record written exactly as the query is no near miss
        ]
    return total / max(len(rows), 1), tiers


def _compared(query: str, name: str) -> tuple[float, str]:
    """Return score and tier; what is no name agrees with nothing."""
    try:
        found = compare(query, name)
    except Malformed:
        return 0.0, TIERS[-1]
    return found.score, found.tier


def _print(name: str, found: dict[str, object]) -> None:
    low, high = cast(list[float], found["recall@1_interval"])
    print(
        f"{name:18s} n={found['n']:5d}  r@1 {found['recall@1']:.3f} [{low:.2f}–{high:.2f}]",
        f"r@10 {found['recall@10']:.3f}  mrr {found['mrr']:.3f}  ap {found['average_precision']:.3f}",
        f"{found['ms_p50']} / {found['ms_p99']} ms",
        sep="  ",
        flush=True,
    )
    for part, shares in cast(dict[str, told.Shares], found["told"]).items():
        print(told.line(part, shares), flush=True)


if __name__ == "__main__":
    main()
