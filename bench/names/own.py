"""Measure our own pairs: `python -m bench.names.own [--json]`, see `pairs/README.md`.

For each direction: recall of the true name among all targets in that script (those that differ by one thing among
them), and how often pairs are told `same` or `likely`, the true ones and the others by reason.
"""

from __future__ import annotations

import argparse
import json
import sys
from collections import Counter

from lienlac.core.names import TIERS, Gallery, compare

from . import compose, compose_han, told
from .composing import HOME
from .measures import Place, interval, recall_at

DIRECTIONS = (*compose.DIRECTIONS, *compose_han.DIRECTIONS)
Row = dict[str, str]


def main() -> None:
    """Measure every direction."""
    parser = argparse.ArgumentParser(prog="bench.names.own", description=__doc__)
    parser.add_argument("--json", action="store_true")
    asked = parser.parse_args()
    pairs = {(one, other): rows_of(one, other) for one, other in DIRECTIONS}
    galleries = {
        script: Gallery(
            sorted({row["target"] for (_, other), rows in pairs.items() if other == script for row in rows})
        )
        for script in {other for _, other in DIRECTIONS}
    }
    found = {f"{one}_{other}": _measured(rows, galleries[other]) for (one, other), rows in pairs.items()}
    if asked.json:
        json.dump(found, sys.stdout, ensure_ascii=False, indent=1)
        return
    for name, figures in found.items():
        print(name, figures, flush=True)


def rows_of(one: str, other: str) -> list[Row]:
    """Return our own pairs of a direction (one of DIRECTIONS)."""
    return [
        json.loads(line) for line in (HOME / f"{one}_{other}.jsonl").read_text(encoding="utf-8").splitlines()
    ]


def _measured(rows: list[Row], gallery: Gallery) -> dict[str, object]:
    true, other = [row for row in rows if row["same"]], [row for row in rows if not row["same"]]
    places = [_place(row, gallery) for row in true]
    first = sum(recall_at(place, 1) for place in places)
    tiers = tiers_of(rows)
    good = Counter((row["reason"], tier in TIERS[:2]) for row, tier in zip(rows, tiers, strict=True))
    return {
        "n": len(true),
        "gallery": len(gallery.names),
        "recall@1": round(first / len(true), 3),
        "recall@1_interval": [round(end, 2) for end in interval(first, len(true))],
        "recall@10": round(sum(recall_at(place, 10) for place in places) / len(true), 3),
        "likely_when_true": round(good["", True] / len(true), 3),
        "same_when_other": sum(
            tier == "same" for row, tier in zip(rows, tiers, strict=True) if not row["same"]
        ),
        "likely_when_other": {
            reason: round(good[reason, True] / (good[reason, True] + good[reason, False]), 2)
            for reason in sorted({row["reason"] for row in other})
        },
        "told": told_of(rows, tiers),
    }


def tiers_of(rows: list[Row]) -> list[str]:
    """Return what is told of each pair."""
    return [compare(row["query"], row["target"]).tier for row in rows]


def told_of(rows: list[Row], tiers: list[str]) -> told.Shares:
    """Return the share of each tier among the true pairs, and among those that differ by one thing."""
    pairs = zip(rows, tiers, strict=True)
    return told.shares([told.Told("", bool(row["same"]), tier) for row, tier in pairs])


def _place(row: Row, gallery: Gallery) -> Place | None:
    costs = {hit.name: hit.cost for hit in gallery.search(row["query"], 200)}
    mine = costs.get(row["target"])
    if mine is None:
        return None
    return Place(sum(cost < mine for cost in costs.values()), sum(cost == mine for cost in costs.values()))


if __name__ == "__main__":
    main()
