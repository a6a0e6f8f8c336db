"""Search by hand and with a file among the records that were taken in, in this process, by the verbs of the desk.

A line of a file is compared exactly with the most promising records only (`screening.lines.MOST`). How much that loses
is measured against comparing the same line with every record that may agree at all.
"""

from __future__ import annotations

import random
import time
from collections.abc import Callable, Sequence
from datetime import UTC, date, datetime
from typing import Any

from bench.figures import Figure, percentile
from bench.records import files
from bench.records.people import Person

SEARCHES = 60  # as many persons as one officer may ask for within an hour
LINES = 100
SAMPLE = 60
ROLES = (("bench-author", "duty_officer"), ("bench-first", "supervisor"), ("bench-second", "analyst"))


def figures(persons: Sequence[Person]) -> list[Figure]:
    """Search for persons on record, by hand and with a file; then hold the file's way against comparing everything."""
    author, first, second = (_officer(name, role) for name, role in ROLES)
    asked = [one for one in persons if one.asked]
    draw = random.Random(7)
    return [
        *_by_hand(author, draw.sample(list(persons), SEARCHES)),
        _with_a_file(author, (first, second), draw.sample(asked, LINES)),
        *_against_all(draw.sample(asked, SAMPLE)),
    ]


def _by_hand(author: Any, drawn: Sequence[Person]) -> list[Figure]:
    from lienlac.apps.records import actions

    times, found = [], 0
    for one in drawn:
        question = actions.Question(text=one.name, purpose="INVESTIGATE", case_number="bench")
        hits, took = _timed(lambda question=question: actions.search(author, question, now=_now()))
        times.append(1_000 * took)
        found += any(one.name in [name.text for name in hit.record.names.all()] for hit in hits)
    note = f"{found} of {SEARCHES} names found as they are written"
    return [
        Figure(name="search, p50", value=percentile(times, 50), unit="ms", note=note),
        Figure(name="search, p95", value=percentile(times, 95), unit="ms"),
    ]


def _with_a_file(author: Any, approvers: tuple[Any, Any], persons: Sequence[Person]) -> Figure:
    from dataclasses import replace

    from lienlac.apps.screening import actions, gates

    said = actions.FileQuestion(
        purpose="INVESTIGATE", case_number="bench", legal_basis="bench", register="case_file", origin="bench",
        origin_signed=True,
    )  # fmt: skip
    others = [replace(one, name=one.asked, passport="") for one in persons]
    row = actions.stage_search(author, "list.csv", files.plain_csv(others), said, now=_now())
    for one in approvers:
        actions.approve_search(one, row, gates.SEARCH, now=_now())
    _, took = _timed(lambda: actions.search_files(now=_now(), turns=LINES))
    row.refresh_from_db()
    found = set(row.hits.values_list("record__reference", flat=True))
    right = sum(files.reference(one) in found for one in persons)
    note = (
        f"{row.rows_done} lines in other scripts, {right} found, {row.hits.count()} candidates, {took:.1f} s"
    )
    return Figure(name="search with a file", value=row.rows_done / took, unit="lines/s", note=note)


def _against_all(persons: Sequence[Person]) -> list[Figure]:
    """Compare lines with the most promising records, and again with all that may agree; hold the two lists together."""
    from lienlac.apps.screening import lines
    from lienlac.apps.screening.persons import Known

    kept, everything, times = [0, 0], [0, 0], [0.0, 0.0]
    for one in persons:
        known = Known(names=((one.asked, ""),), birth=one.birth[:4])
        few, took = _timed(lambda known=known: lines.near(known))
        every, longer = _timed(lambda known=known: lines.near(known, most=10**6))
        times[0], times[1] = times[0] + took, times[1] + longer
        short = {near.record for near in few}
        for place, wanted in enumerate(
            (lambda _near: True, lambda near: near.agreement in ("strong", "moderate"))
        ):
            listed = {near.record for near in every if wanted(near)}
            everything[place] += len(listed)
            kept[place] += len(listed & short)
    note = f"{SAMPLE} lines; {times[0]:.1f} s, comparing all {times[1]:.1f} s"
    return [
        Figure(
            name="file search keeps, of strong and moderate ones",
            value=100 * kept[1] / max(everything[1], 1), unit="%", note=f"{kept[1]} of {everything[1]}; {note}",
        ),
        Figure(
            name="file search keeps, of all that agree",
            value=100 * kept[0] / max(everything[0], 1), unit="%", note=f"{kept[0]} of {everything[0]}",
        ),
    ]  # fmt: skip


def _officer(username: str, role: str) -> Any:
    from lienlac.apps.accounts.models import User

    return User.objects.create(
        username=username, full_name=username, role=role, office="cn-jingxi", unit=username, language="en",
        certified_to=date(2099, 1, 1),
    )  # fmt: skip


def _timed(step: Callable[[], Any]) -> tuple[Any, float]:
    started = time.perf_counter()
    return step(), time.perf_counter() - started


def _now() -> datetime:
    return datetime.now(UTC)
