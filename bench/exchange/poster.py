"""Whoever writes messages at a node: a process that does what its parent says, a line of JSON at a time.

python -m bench.exchange.poster HOME

{"deed": "row", "count": 500}      post messages of 2 KB, a hundred in a transaction, as an import does
{"deed": "enquiry", "count": 50}   ask enquiries as an officer does, each in a transaction
{"deed": "urgent"}                 post one urgent message; wait until the other node has acknowledged it
{"deed": "commit"}                 commit one row
{"deed": "round_trip", "count": 20} ask the other door for a challenge over one connection

Each is answered with the seconds that it took, of the clock and of the processor.
"""

from __future__ import annotations

import json
import select
import sys
import time
from collections.abc import Callable, Mapping
from datetime import UTC, datetime
from functools import cache
from pathlib import Path
from typing import Any

from bench.exchange import legs
from lienlac.site import start

A_TRANSACTION = 100
ACKED_WITHIN_S = 30.0


def main(home: Path) -> None:
    """Do what is said until nothing more is."""
    start.for_home(home)
    start.settled()
    legs.stamped("poster", home)
    for line in sys.stdin:
        said = json.loads(line)
        deed = DEEDS[said.pop("deed")]
        began, cpu = time.perf_counter(), time.process_time()
        deed(**said)
        took = {"wall_s": time.perf_counter() - began, "cpu_s": time.process_time() - cpu}
        print(json.dumps(took), flush=True)


def _post(count: int, lane_class: str = "normal") -> None:
    from bench.exchange.letter import message
    from lienlac.apps.mailroom import actions
    from lienlac.core.lane import LaneClass

    own, other = _ends()
    for first in range(0, count, A_TRANSACTION):
        letters = [
            actions.Letter(message=message(own, other), lane_class=LaneClass(lane_class))
            for _ in range(min(A_TRANSACTION, count - first))
        ]
        actions.post_all(letters, now=datetime.now(UTC))


@cache
def _ends() -> tuple[str, str]:
    """Return who writes to whom: whoever has a page open, or a list in hand, knows it."""
    from lienlac.apps.directory import queries

    return queries.own_offices().get().code, queries.reachable_offices().get().code


def _ask(count: int) -> None:
    from tests.journeys.asker import draft

    from lienlac.apps.accounts.models import User
    from lienlac.apps.enquiries import actions
    from lienlac.apps.enquiries.models import Enquiry

    officer, first = User.objects.get(username="linh"), Enquiry.objects.count()
    for number in range(first, first + count):
        actions.ask(officer, draft(number), now=datetime.now(UTC))


def _urgent() -> None:
    """Post; then look at each ring, as a page does, whether the lane is acknowledged."""
    from lienlac.apps.mailroom import bells
    from lienlac.apps.mailroom.models import Lane

    lane = Lane.objects.filter(direction="out", lane_class="urgent")
    with bells.listening("bench") as ear:
        _post(1, "urgent")
        ends = time.monotonic() + ACKED_WITHIN_S
        while (state := lane.get().state)["acked"] < state["sent"]:
            if time.monotonic() > ends:
                raise SystemExit("the urgent message was not acknowledged")
            select.select([ear], [], [], 1.0)
            bells.drain(ear)


def _commit() -> None:
    from django.db import connection

    from bench.exchange.pair import TABLE

    with connection.cursor() as cursor:
        cursor.execute(f"INSERT INTO {TABLE} VALUES ('')")


def _round_trip(count: int) -> None:
    """Ask the other door for a challenge over one kept connection."""
    from lienlac.apps.directory import queries
    from lienlac.peer.https.client import HttpsLine

    line = HttpsLine.to(queries.partners().get())
    for _ in range(count):
        line._ask("challenge", b"")
    line.close()


DEEDS: Mapping[str, Callable[..., Any]] = {
    "row": _post, "enquiry": _ask, "urgent": _urgent, "commit": _commit, "round_trip": _round_trip,
}  # fmt: skip


if __name__ == "__main__":
    main(Path(sys.argv[1]))
