"""What a page costs when the node holds much: time, queries and bytes, with few enquiries and with many.

python -m bench.pages [--few 20] [--many 20000] [--json]

Two demo nodes are made; one of them is filled straight into its database: half of the enquiries asked, half
received, half of each still open, since that is harder than any desk will ever have it. Time and queries are taken
in this process, through all of Django but the socket; bytes come from the running node, over its port. The time that
is compared is processor time: what other programs do on the machine meanwhile does not count.
"""

from __future__ import annotations

import argparse
import tempfile
import time
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path
from statistics import median
from typing import Any

from bench.figures import Figure, shown
from bench.weights import Scales
from lienlac.cli.demo import stage as stages
from lienlac.cli.demo.cast import PASSWORD
from lienlac.cli.demo.desk import Desk, until
from lienlac.cli.demo.journey import ASKED, ASKER, ENQUIRY
from lienlac.cli.demo.make import MEMORANDUM
from lienlac.cli.demo.nodes import RunningNode
from lienlac.cli.demo.stage import Stage
from lienlac.site import start

PAGES = ("desk", "desk_lists", "inbox", "thread", "thread_news", "ask", "awake")
MUST_NOT_GROW = frozenset({"desk", "desk_lists", "inbox"})
GROWS_AT_MOST = 1.3
WARM_UP, ROUNDS = 5, 25
FIRST_KB, AGAIN_KB = 170.0, 10.0
DUTY_PAGES = ("desk", "inbox", "thread", "ask", "awake")


@dataclass(frozen=True, kw_only=True)
class Cost:
    """What one page cost: milliseconds of processor and of waiting (the middle of many), and queries."""

    ms: float
    wall_ms: float
    queries: int


def main() -> None:
    """Measure everything and print it."""
    parser = argparse.ArgumentParser(prog="bench.pages")
    parser.add_argument("--few", type=int, default=20)
    parser.add_argument("--many", type=int, default=20_000)
    parser.add_argument("--json", action="store_true")
    wished = parser.parse_args()
    with tempfile.TemporaryDirectory(prefix="lienlac-bench-") as place:
        stage = _made(Path(place))
        start.for_home(stage.node(ASKER).path)
        fill(wished.few)
        weights = weigh(stage.node(ASKER))
        few = costs()
        fill(wished.many - wished.few)
        figures = compared(few, costs(), wished.few, wished.many)
    print(shown([*figures, *weights], as_json=wished.json))


def _made(place: Path) -> Stage:
    stage = stages.placed(place)
    stages.make(stage, _say_nothing)
    stages.introduce(stage, _say_nothing)
    return stage


def _say_nothing(_text: str) -> None:
    """The figures speak."""


# --- Many enquiries ---------------------------------------------------------------------------------------


def fill(count: int) -> None:
    """Put so many enquiries into the node's database, with clocks, as if they had come and gone over a year."""
    from django.utils import timezone

    from lienlac.apps.enquiries.models import Addressee, Enquiry

    now, already = timezone.now(), Enquiry.objects.count()
    made = Enquiry.objects.bulk_create(
        (_enquiry(already + number, now) for number in range(count)), batch_size=500
    )
    Addressee.objects.bulk_create((_addressee(one, now) for one in made), batch_size=500)
    _note_for_the_planner()


def _note_for_the_planner() -> None:
    """Let SQLite count its rows, as a node's upkeep does."""
    from django.db import connection

    if connection.vendor == "sqlite":
        with connection.cursor() as cursor:
            cursor.execute("PRAGMA optimize=0x10002")


def _enquiry(number: int, now: datetime) -> Any:
    from lienlac.apps.enquiries.models import Enquiry

    asked = number % 2 == 0
    body = {"subject_name": f"Đàm Khánh Viễn {number}", "subject_name_language": "vi", "urgency": "U4"}
    return Enquiry(
        message_id=f"{number:032x}",
        side=Enquiry.Side.ASKED if asked else Enquiry.Side.RECEIVED,
        number=f"{number:04d}D/2026",
        kind="VER_ID",
        version=1,
        urgency="U4",
        from_office=ASKER if asked else ASKED,
        agreement=MEMORANDUM,
        handling=["H0"],
        body=body | {"offence": ENQUIRY["offence"]},
        created_at=now - timedelta(minutes=number * 20),
    )


def _addressee(enquiry: Any, now: datetime) -> Any:
    from lienlac.apps.enquiries.models import Addressee

    asked, still_open = enquiry.from_office == ASKER, int(enquiry.message_id, 16) % 4 < 2
    due = now + timedelta(minutes=int(enquiry.message_id, 16) % 10_000)
    return Addressee(
        enquiry=enquiry,
        office=ASKED if asked else ASKER,
        side=enquiry.side,
        asked_by=enquiry.from_office,
        state="taken" if still_open else "closed",
        open=still_open,
        received_at=enquiry.created_at,
        opened_at=enquiry.created_at,
        clock={"started_at": "2026-11-21T08:00:00.000Z", "ended_at": "", "extensions": [], "stops": []},
        acknowledge_by=due,
        first_answer_by=due,
        final_answer_by=due,
    )


# --- Time and queries -------------------------------------------------------------------------------------


def costs() -> dict[str, Cost]:
    """Return what each page costs now."""
    from django.conf import settings
    from django.test import Client

    from lienlac.apps.accounts.models import User

    client = Client(headers={"host": f"{settings.NODE.desk.host}:{settings.NODE.desk.port}"})
    client.force_login(User.objects.get(username="linh"))
    return {name: _cost(lambda path=path: client.get(path)) for name, path in _addresses().items()}  # type: ignore[misc]


def _addresses() -> dict[str, str]:
    from django.urls import NoReverseMatch, reverse

    from lienlac.apps.enquiries.models import Addressee

    newest = Addressee.objects.order_by("-pk").values_list("pk", flat=True)[0]
    found = {}
    for name in PAGES:
        try:
            found[name] = reverse(name, args=[newest] if name.startswith("thread") else [])
        except NoReverseMatch:
            continue  # not built yet: the table shows it as not measured
    return found


def _cost(ask: Callable[[], Any]) -> Cost:
    from django.db import connection
    from django.test.utils import CaptureQueriesContext

    for _ in range(WARM_UP):
        if (status := ask().status_code) != 200:
            raise SystemExit(f"a page answered {status}")
    worked, waited = [], []
    for _ in range(ROUNDS):
        began, began_working = time.perf_counter(), time.process_time()
        ask()
        worked.append(1000 * (time.process_time() - began_working))
        waited.append(1000 * (time.perf_counter() - began))
    with CaptureQueriesContext(connection) as captured:
        ask()
    return Cost(ms=median(worked), wall_ms=median(waited), queries=len(captured))


def compared(few: dict[str, Cost], many: dict[str, Cost], count: int, more: int) -> list[Figure]:
    """Return the figures of each page: its queries, and how its time grew."""
    figures = []
    for name in PAGES:
        if name not in few:
            figures.append(
                Figure(name=f"{name}: time, {more} to {count}", value=None, unit="×", note="no such page yet")
            )
            continue
        one, other = few[name], many[name]
        note = f"{one.ms:.1f} → {other.ms:.1f} ms; by the clock {one.wall_ms:.0f} → {other.wall_ms:.0f} ms"
        target = GROWS_AT_MOST if name in MUST_NOT_GROW else None
        figures += [
            Figure(
                name=f"{name}: time, {more} to {count}",
                value=other.ms / one.ms,
                unit="×",
                at_most=target,
                note=note,
            ),
            Figure(
                name=f"{name}: queries", value=other.queries, unit="", at_most=one.queries, note="as with few"
            ),
        ]
    return figures


# --- Bytes ------------------------------------------------------------------------------------------------


def weigh(node: RunningNode) -> list[Figure]:
    """Weigh the duty pages of a running node in each of its languages; the heaviest counts."""
    from django.conf import settings

    node.start()
    try:
        until(node.answers, "node_does_not_answer", within_s=60)
        desk = Desk(node.host, node.desk_port)
        desk.sign_in("linh", PASSWORD)
        scales = Scales(desk, settings.STYLE_COOKIE_NAME)
        addresses = {name: path for name, path in _addresses().items() if name in DUTY_PAGES}
        return [
            figure
            for name, path in addresses.items()
            for figure in _weight(name, path, scales, settings.LANGUAGE_COOKIE_NAME, dict(settings.LANGUAGES))
        ]
    finally:
        node.stop()


def _weight(name: str, path: str, scales: Scales, cookie: str, languages: dict[str, str]) -> list[Figure]:
    found = {}
    for language in languages:
        scales.desk.cookies[cookie] = language
        found[language] = scales.weigh(path)
    first = max(found, key=lambda one: found[one].first)
    again = max(found, key=lambda one: found[one].again)
    return [
        Figure(name=f"{name}: first visit", value=found[first].first / 1000, unit="KB", at_most=FIRST_KB, note=first),
        Figure(name=f"{name}: next visit", value=found[again].again / 1000, unit="KB", at_most=AGAIN_KB, note=again),
    ]  # fmt: skip


if __name__ == "__main__":
    main()
