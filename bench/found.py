"""By keys in the database beside the exact ranking in memory: who is found among the same records, script by script.

python -m bench.found [--records 100000] [--queries 40] [--home DIR] [--json]

The node of `bench.searching`. For persons of each script, as somebody else writes them: how many are shown at all, and
among the first ten, with the 95 % interval; by `records.keyed`, which a node of more than 100,000 names searches with,
and by `core.names.Gallery`, which compares in memory. What one way shows and the other does not is listed with how the
names agree: what is `different` is no loss, since a page shows candidates alone.
"""

from __future__ import annotations

import argparse
import os
import random
import tempfile
from collections.abc import Iterable, Iterator
from contextlib import ExitStack
from dataclasses import dataclass
from itertools import islice
from pathlib import Path

from bench import searching
from bench.figures import Figure, shown
from bench.names import crowd
from bench.names.measures import interval
from lienlac.site import start

FIRST = 10
WAYS = {"keys": 0, "memory": 10**6}
"""Way of searching -> how many names a process may hold."""


@dataclass(frozen=True, kw_only=True)
class Asked:
    """A person of a script, what is typed for him, and what each way showed."""

    script: str
    typed: str
    meant: str


def main() -> None:
    """Fill, search both ways, print."""
    asked = _arguments()
    with ExitStack() as until:
        place = asked.home or Path(until.enter_context(tempfile.TemporaryDirectory(prefix="ll-found-")))
        start.for_home(searching.filled(place, asked.records))
        persons = list(_persons(asked.records, asked.queries))
        seen = {way: [_seen(one.typed) for one in persons] for way in WAYS if _behave(way)}
        figures = list(_figures(persons, seen))
    print(shown(figures, as_json=asked.json))


def _arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="bench.found", description=__doc__)
    parser.add_argument("--records", type=int, default=100_000)
    parser.add_argument("--queries", type=int, default=40, help="of each script, at most")
    parser.add_argument("--home", type=Path, help="keep the node here")
    parser.add_argument("--json", action="store_true")
    return parser.parse_args()


def _persons(records: int, most: int) -> Iterator[Asked]:
    draw, taken = random.Random(4), dict.fromkeys(crowd.SHARES, 0)
    for one in islice(crowd.people(records), 0, None, searching.APART):
        typed = one.asked(draw)[1]
        taken[one.script] += 1
        if taken[one.script] <= most:
            yield Asked(script=one.script, typed=typed, meant=one.written)


def _behave(way: str) -> bool:
    from lienlac.apps.records import held

    held.forget()
    held.behave(held.Manner(many=WAYS[way]))
    return True


def _seen(typed: str) -> list[str]:
    """Return the names that are shown for one, the best first, each writing once."""
    from lienlac.apps.records import finding

    hits = sorted(finding.near([typed]).values(), key=lambda hit: hit.order)
    return list(dict.fromkeys(hit.name.text for hit in hits if hit.name))


def _figures(persons: list[Asked], seen: dict[str, list[list[str]]]) -> Iterator[Figure]:
    for script in crowd.SHARES:
        mine = [at for at, one in enumerate(persons) if one.script == script]
        for way, names in seen.items():
            told = [
                names[at].index(persons[at].meant) if persons[at].meant in names[at] else None for at in mine
            ]
            note = f"first {_share(at == 0 for at in told)}, shown {_share(at is not None for at in told)}"
            among = [at is not None and at < FIRST for at in told]
            low, high = interval(sum(among) / len(among), len(among))
            yield Figure(
                name=f"{script}, by {way}: first ten", value=100 * sum(among) / len(among), unit="%",
                note=f"{low:.2f}–{high:.2f}, n {len(among)}; {note}; load {os.getloadavg()[0]:.0f}",
            )  # fmt: skip
    yield from _apart(persons, seen)


def _share(told: Iterable[bool]) -> str:
    every = list(told)
    return f"{sum(every) / len(every):.3f}"


def _apart(persons: list[Asked], seen: dict[str, list[list[str]]]) -> Iterator[Figure]:
    """Say of each person who is shown one way alone which way, and how the names agree."""
    from lienlac.core import names

    for at, one in enumerate(persons):
        ways = [way for way in WAYS if one.meant in seen[way][at]]
        if len(ways) == 1:
            shared = len(names.keys(one.typed) & names.keys(one.meant))
            tier = names.compare(one.typed, one.meant).tier
            yield Figure(
                name=f"by {ways[0]} alone: {one.meant}",
                value=shared,
                unit="keys",
                note=f"typed {one.typed}, {tier}",
            )


if __name__ == "__main__":
    main()
