"""Ask at one node about persons on record at another, by names in other scripts, and see what the other node finds.

An enquiry is asked by the API and travels as every enquiry does. The other node's database is read from outside: when
the enquiry was received, when its comparison was there to be seen, and which records are candidates in which order.
"""

from __future__ import annotations

import json
import random
import time
from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime

from tests.matters import MATTER

from bench.figures import Figure, percentile
from bench.records.doors import call, token
from bench.records.files import reference
from bench.records.people import Person
from lienlac.cli.demo.inspector import rows
from lienlac.cli.demo.journey import ASKED, ASKER
from lienlac.cli.demo.make import MEMORANDUM
from lienlac.cli.demo.stage import Stage

WITHIN_S = 120.0
LOOK_EVERY_S = 0.01
LANGUAGE_OF = {"latin": "en"}
CLOSE_AGREEMENTS = ("strong", "moderate")


@dataclass(frozen=True, kw_only=True)
class Found:
    """What the other node found: the place of the right record (1 is first), 0 when it is none of the candidates."""

    person: Person
    with_birth: bool
    place: int
    others: int
    close_others: int
    seconds: float


def asked(stage: Stage, persons: Sequence[Person], count: int) -> list[Found]:
    """Ask about so many of the persons, each way alike; every second time the year of birth is told too."""
    officer = token(stage.node(ASKER), "linh")
    drawn = _drawn(persons, count)
    return [_one(stage, officer, one, with_birth=bool(number % 2)) for number, one in enumerate(drawn)]


def _drawn(persons: Iterable[Person], count: int) -> list[Person]:
    """Return persons whose name has another writing, as many of each way as of every other, in pairs of tries."""
    ways: dict[str, list[Person]] = defaultdict(list)
    for one in persons:
        if one.asked:
            ways[one.way].append(one)
    draw, each = random.Random(11), -(-count // len(ways))
    each += each % 2
    return [one for way in sorted(ways) for one in draw.sample(ways[way], min(each, len(ways[way])))]


def _one(stage: Stage, officer: str, person: Person, *, with_birth: bool) -> Found:
    body = {
        **MATTER,
        "subject_name": person.asked,
        "subject_name_language": LANGUAGE_OF.get(person.asked_in, person.asked_in),
        "matter_date": f"{datetime.now(UTC):%Y-%m-%d}",
    }
    if with_birth:
        body["birth"] = person.birth[:4]
    said = {"kind": "VER_ID", "to_offices": [ASKED], "agreement": MEMORANDUM, "body": body}
    row = call(stage.node(ASKER), "POST", "/enquiries", officer, json=said)
    took = _seconds_until_compared(stage, str(row["message_id"]))
    return _found(stage, str(row["message_id"]), person, with_birth=with_birth, seconds=took)


def _seconds_until_compared(stage: Stage, message_id: str) -> float:
    """Return the time from the arrival, as the other node noted it, until the candidates are there to be read."""
    ends = time.monotonic() + WITHIN_S
    question = "SELECT received_at FROM screening_subject WHERE message_id = ? AND compared_at IS NOT NULL"
    while time.monotonic() < ends:
        if seen := rows(stage.node(ASKED).path, question, message_id):
            received = datetime.fromisoformat(str(seen[0][0])).replace(tzinfo=UTC)
            return (datetime.now(UTC) - received).total_seconds()
        time.sleep(LOOK_EVERY_S)
    raise SystemExit(f"{message_id} was never compared")


def _found(stage: Stage, message_id: str, person: Person, *, with_birth: bool, seconds: float) -> Found:
    listed = rows(
        stage.node(ASKED).path,
        "SELECT r.reference, c.agreement FROM screening_candidate c JOIN records_record r ON r.id = c.record_id"
        " JOIN screening_subject s ON s.id = c.subject_id WHERE s.message_id = ? ORDER BY c.rank, c.id",
        message_id,
    )
    right = reference(person)
    places = [place for place, (found, _) in enumerate(listed, start=1) if found == right]
    others = [agreement for found, agreement in listed if found != right]
    return Found(
        person=person,
        with_birth=with_birth,
        place=places[0] if places else 0,
        others=len(others),
        close_others=sum(one in CLOSE_AGREEMENTS for one in others),
        seconds=seconds,
    )


def figures(found: Sequence[Found]) -> list[Figure]:
    """Return how many were found and at which place, by the way the name went; how long, and what was wrong beside."""
    times = [1_000 * one.seconds for one in found]
    note = f"{len(found)} enquiries, one after another"
    return [
        *(_share(found, with_birth=told) for told in (True, False)),
        *_by_way(found),
        *(_wrong(found, with_birth=told) for told in (True, False)),
        Figure(name="arrival to candidates, p50", value=percentile(times, 50), unit="ms", note=note),
        Figure(name="arrival to candidates, p95", value=percentile(times, 95), unit="ms", note=note),
    ]


def _share(found: Sequence[Found], *, with_birth: bool) -> Figure:
    asked_ = [one for one in found if one.with_birth is with_birth]
    told = "name and year of birth" if with_birth else "name alone"
    return Figure(
        name=f"right record is a candidate, by {told}",
        value=_percent(asked_, most=0),
        unit="%",
        note=f"of {len(asked_)}; first of all {_percent(asked_, most=1):.1f} %, "
        f"first three {_percent(asked_, most=3):.1f} %",
    )


def _percent(found: Sequence[Found], *, most: int) -> float:
    """Return the share of those at place `most` or before; with 0 at any place."""
    return 100 * sum(0 < one.place <= (most or one.place) for one in found) / len(found)


def _by_way(found: Sequence[Found]) -> list[Figure]:
    ways = sorted({one.person.way for one in found})
    return [
        Figure(name=f"  {way}", value=_percent(group, most=0), unit="%", note=f"of {len(group)}; {_missed(group)}")
        for way in ways
        if (group := [one for one in found if one.person.way == way])
    ]  # fmt: skip


def _missed(group: Sequence[Found]) -> str:
    lost = [f"{one.person.asked} ({one.person.name})" for one in group if not one.place]
    return f"first {_percent(group, most=1):.0f} %" + (f"; not found: {', '.join(lost[:4])}" if lost else "")


def _wrong(found: Sequence[Found], *, with_birth: bool) -> Figure:
    asked_ = [one for one in found if one.with_birth is with_birth]
    told = "name and year of birth" if with_birth else "name alone"
    close = sum(one.close_others for one in asked_) / len(asked_)
    return Figure(
        name=f"other candidates an enquiry, by {told}",
        value=sum(one.others for one in asked_) / len(asked_),
        unit="",
        note=f"{close:.2f} of them strong or moderate; a list ends at 50",
    )


def as_json(found: Sequence[Found]) -> str:
    """Return each enquiry on a line, for whoever looks at what was missed."""
    return "\n".join(
        json.dumps(
            {"asked": one.person.asked, "record": one.person.name, "way": one.person.way,
             "with_birth": one.with_birth, "place": one.place, "others": one.others},
            ensure_ascii=False,
        )
        for one in found
    )  # fmt: skip
