"""Take in a CSV and a FollowTheMoney file of ten thousand invented persons each; search among them.

python -m bench.records [--persons 10000] [--json]

A node in a home of its own, SQLite as it ships, all in this process: the verbs that page, call and command use.
"""

from __future__ import annotations

import argparse
import os
import random
import resource
import tempfile
import time
from collections.abc import Callable
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any

from bench.figures import Figure, percentile, shown
from bench.records import files
from bench.records.people import Person, people

SEARCHES = 60  # as many persons as one officer may ask for within an hour
LINES = 100
Figures = list[Figure]


def main() -> None:
    """Measure everything and print it."""
    parser = argparse.ArgumentParser(prog="bench.records")
    parser.add_argument("--persons", type=int, default=10_000)
    parser.add_argument("--json", action="store_true")
    wished = parser.parse_args()
    with tempfile.TemporaryDirectory(prefix="lienlac-bench-") as place:
        _open_node(Path(place))
        print(shown(measure(wished.persons), as_json=wished.json))


def measure(count: int) -> Figures:
    """Take in, search and compare; return the figures."""
    drawn = list(people(2 * count))
    first, second = drawn[:count], drawn[count:]
    linh, bang, lam = (_officer(name, role) for name, role in CAST)
    before = _memory_mb()
    figures = [
        _taken_in(linh, "csv", files.as_csv(first), count),
        _taken_in(linh, "jsonl", files.as_ftm(second), count),
        *_searched(linh, first),
        _searched_with_a_file(linh, (bang, lam), second[:LINES]),
    ]
    peak = Figure(name="memory at its peak", value=_memory_mb(), unit="MB", note=f"{before:.0f} MB before")
    return [*figures, peak]


def _taken_in(linh: Any, ending: str, content: bytes, count: int) -> Figure:
    from lienlac.apps.records import actions

    said = actions.Declared(
        kind="wanted", source=f"bench {ending}", register="wanted_list", legal_basis="bench"
    )
    started = time.perf_counter()
    row = actions.stage(linh, f"persons.{ending}", content, said, now=_now())
    actions.start(linh, row, now=_now())
    done = actions.run(row.pk, now=_now())
    took = time.perf_counter() - started
    note = f"{done.rows_done - done.rows_bad} records, {done.rows_bad} lines refused, {took:.1f} s, {count} persons"
    return Figure(name=f"import of {ending}", value=done.rows_total / took, unit="rows/s", note=note)


def _searched(linh: Any, persons: list[Person]) -> Figures:
    from lienlac.apps.records import actions

    taken_in = [one for one in persons if one.number % files.BAD_DATE_EVERY]  # the others were refused
    drawn = random.Random(7).sample(taken_in, SEARCHES)
    times, found = [], 0
    for one in drawn:
        question = actions.Question(text=one.name, purpose="INVESTIGATE", case_number="bench")
        hits, took = _timed(lambda question=question: actions.search(linh, question, now=_now()))
        times.append(1_000 * took)
        found += any(one.name in [name.text for name in hit.record.names.all()] for hit in hits)
    note = f"{found} of {SEARCHES} names found as they are written"
    return [
        Figure(name="search, middle", value=percentile(times, 50), unit="ms", note=note),
        Figure(name="search, 95 of 100", value=percentile(times, 95), unit="ms"),
    ]


def _searched_with_a_file(linh: Any, approvers: tuple[Any, Any], persons: list[Person]) -> Figure:
    from lienlac.apps.screening import actions, gates

    said = actions.FileQuestion(
        purpose="INVESTIGATE", case_number="bench", legal_basis="bench", register="case_file", origin="bench",
        origin_signed=True,
    )  # fmt: skip
    row = actions.stage_search(linh, "list.csv", files.as_csv(persons), said, now=_now())
    for one in approvers:
        actions.approve_search(one, row, gates.SEARCH, now=_now())
    _, took = _timed(lambda: actions.search_files(now=_now(), turns=LINES))
    row.refresh_from_db()
    note = f"{row.rows_done} lines, {row.hits.count()} candidates, {took:.1f} s"
    return Figure(name="search with a file", value=row.rows_done / took, unit="lines/s", note=note)


CAST = (("linh", "duty_officer"), ("bang", "supervisor"), ("lam", "analyst"))


def _officer(username: str, role: str) -> Any:
    from lienlac.apps.accounts.models import User

    return User.objects.create(
        username=username, full_name=username, role=role, office="vn-bench", unit=username, language="vi",
        certified_to=date(2099, 1, 1),
    )  # fmt: skip


def _open_node(place: Path) -> None:
    """Make a home with an empty database, and start Django upon it."""
    from lienlac.site import home

    home.write(
        home.Home(
            path=place / "node", node="vn-bench", country="VN", time_zone="Asia/Ho_Chi_Minh", language="vi",
            training=True, desk=home.Door(host="testserver", port=80), peer=home.Door(host="127.0.0.1", port=9),
            database="", offices=("vn-bench",),
        )
    )  # fmt: skip
    os.environ["LIENLAC_HOME"] = str(place / "node")
    from django.core.management import call_command

    from lienlac.site import start

    start.for_home(place / "node")
    call_command("migrate", verbosity=0)


def _timed(step: Callable[[], Any]) -> tuple[Any, float]:
    started = time.perf_counter()
    return step(), time.perf_counter() - started


def _memory_mb() -> float:
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024


def _now() -> datetime:
    return datetime.now(UTC)


if __name__ == "__main__":
    main()
