"""What waits is counted without reading what waits: a line is shown at once however much lies there."""

from __future__ import annotations

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from lienlac.apps.mailroom import actions as mailroom
from lienlac.apps.mailroom import overview, queries
from lienlac.core.lane import LaneClass
from lienlac.core.messages.message import Message
from tests.apps.mailroom.conftest import Desk
from tests.apps.mailroom.partner import NOW

pytestmark = pytest.mark.django_db


def write(desk: Desk, lane_class: LaneClass = LaneClass.NORMAL) -> None:
    theirs = desk.partner.message()
    ours = Message(
        **{**vars(theirs), "from_office": theirs.to_offices[0], "to_offices": (desk.partner.code,)}
    )
    mailroom.post(ours, lane_class=lane_class, now=NOW)


def test_what_waits_is_counted_by_class(desk: Desk) -> None:
    for lane_class in (LaneClass.NORMAL, LaneClass.NORMAL, LaneClass.URGENT):
        write(desk, lane_class)
    found = dict(overview.waiting())
    assert {one: waiting.number for one, waiting in found.items()} == {
        LaneClass.URGENT: 1,
        LaneClass.NORMAL: 2,
        LaneClass.BULK: 0,
    }
    assert found[LaneClass.NORMAL].oldest_at == NOW
    assert found[LaneClass.BULK].oldest_at is None
    assert [(one.waiting, one.oldest_at) for one in queries.lines()] == [(3, NOW)]


@pytest.mark.skipif(connection.vendor != "sqlite", reason="it reads the query plan of SQLite")
@pytest.mark.parametrize("asked", [queries.lines, lambda: list(overview.waiting())], ids=["lines", "classes"])
def test_no_row_of_a_parcel_is_read_for_it(desk: Desk, asked: object) -> None:
    write(desk)
    with CaptureQueriesContext(connection) as heard:
        asked()  # type: ignore[operator]
    plans = list[str]()
    with connection.cursor() as cursor:
        for one in heard.captured_queries:
            cursor.execute(f"EXPLAIN QUERY PLAN {one['sql']}")
            plans += [row[-1] for row in cursor.fetchall()]
    of_parcels = [step for step in plans if "waiting_by_lane" in step or "mailroom_parcel" in step]
    assert of_parcels
    assert [step for step in of_parcels if "COVERING INDEX waiting_by_lane" not in step] == []
