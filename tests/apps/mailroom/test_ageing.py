"""What waits in an outbox longer than it may is one open incident for its partner, until it has gone."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from dataclasses import replace
from datetime import timedelta

import pytest
from django.conf import settings
from django.db import connection, transaction
from django.test import override_settings
from django.test.utils import CaptureQueriesContext

from lienlac.apps.audit.models import Leaf
from lienlac.apps.directory.models import Node
from lienlac.apps.mailroom import actions as mailroom
from lienlac.apps.mailroom import patience
from lienlac.apps.mailroom.actions import ageing
from lienlac.apps.mailroom.models import Incident, Parcel
from lienlac.core.lane import LaneClass, Patience
from lienlac.core.ledger import leaves
from tests.apps.mailroom.conftest import Desk
from tests.apps.mailroom.partner import NOW, Partner, found_us
from tests.apps.mailroom.test_waiting import write

pytestmark = pytest.mark.django_db
HOUR = timedelta(hours=1)


def looked_at(*hours: float) -> list[tuple[str, int, bool]]:
    """The chore at these hours after the letters were written: code, count, whether it stands open."""
    for one in hours:
        mailroom.note_old_outboxes(now=NOW + one * HOUR)
    rows = Incident.objects.order_by("pk")
    return [(one.code, one.count, one.closed_at is None) for one in rows]


def told() -> list[object]:
    """What the house ledger says of incidents."""
    found = [leaves.decode(bytes(one.body)) for one in Leaf.objects.filter(ledger__partner="")]
    return [leaf.facts["code"] for leaf in found if leaf.kind == "incident"]


@pytest.mark.parametrize(
    ("lane_class", "hours"), [(LaneClass.URGENT, 1), (LaneClass.NORMAL, 24), (LaneClass.BULK, 168)]
)
def test_each_class_may_wait_for_so_long_and_no_longer(desk: Desk, lane_class: LaneClass, hours: int) -> None:
    write(desk, lane_class)
    assert looked_at(hours) == []
    assert looked_at(hours + 0.01) == [("outbox_old", 1, True)]
    assert told() == ["outbox_old"]


def test_it_is_one_and_counted_once_an_hour_however_much_waits(desk: Desk) -> None:
    for lane_class in (LaneClass.URGENT, LaneClass.URGENT, LaneClass.NORMAL):
        write(desk, lane_class)
    assert looked_at(30, 30.1, 30.2) == [("outbox_old", 1, True)]
    assert looked_at(31, 31.5, 32) == [("outbox_old", 3, True)]
    assert told() == ["outbox_old"]


def test_who_takes_everything_and_receipts_nothing_is_found_too(desk: Desk) -> None:
    write(desk)
    Parcel.objects.update(state=Parcel.State.SENT, sent_at=NOW)
    mailroom.line_worked(desk.node, now=NOW + 24 * HOUR)
    assert looked_at(25) == [("outbox_old", 1, True)]


def test_it_closes_by_itself_when_the_receipt_is_here(desk: Desk) -> None:
    write(desk)
    looked_at(25)
    desk.take_in(desk.partner.receipt_parcel(Parcel.objects.get()))
    assert looked_at(25.1) == [("outbox_old", 1, False)]
    closed = Incident.objects.get()
    assert (closed.closed_by, closed.closed_with) == ("", "")
    assert told() == ["outbox_old", "closed.outbox_old"]
    assert looked_at(25.2) == [("outbox_old", 1, False)]


@pytest.mark.parametrize("by", ["mara", ""])  # at the desk, or at the machine
def test_who_closed_it_by_hand_is_left_alone_for_as_long_as_it_may_wait(desk: Desk, by: str) -> None:
    write(desk)
    looked_at(25)
    closed_at = NOW + 25 * HOUR
    mailroom.close_incident(Incident.objects.get(), word="The bridge is out.", by=by, now=closed_at)
    assert looked_at(26, 48.9) == [("outbox_old", 1, False)]
    assert looked_at(49) == [("outbox_old", 1, False), ("outbox_old", 1, True)]


def test_a_clock_that_was_put_back_does_not_make_it_known_for_a_year(desk: Desk) -> None:
    write(desk)
    looked_at(25)
    mailroom.close_incident(Incident.objects.get(), word="Rung.", by="mara", now=NOW + 9000 * HOUR)
    assert looked_at(26)[-1] == ("outbox_old", 1, True)


def test_receipts_of_ours_are_nobodys_letters(desk: Desk) -> None:
    desk.take_in(desk.partner.parcel())
    desk.receipt_all()
    assert Parcel.objects.filter(in_outbox=True).exists()
    assert looked_at(9000) == []


def test_a_partner_whom_people_paused_is_late_with_nothing(desk: Desk) -> None:
    write(desk)
    looked_at(25)
    Node.objects.filter(pk=desk.node.pk).update(standing=Node.Standing.PAUSED)
    assert looked_at(26) == [("outbox_old", 1, False)]
    Node.objects.filter(pk=desk.node.pk).update(standing=Node.Standing.TRUSTED)
    assert looked_at(27)[-1] == ("outbox_old", 1, True)


@pytest.fixture
def a_week() -> Iterator[None]:
    week = Patience(urgent=7 * HOUR, normal=200 * HOUR, bulk=200 * HOUR)
    with override_settings(NODE=replace(settings.NODE, patience=week)):
        yield


def test_the_operator_says_how_long(desk: Desk, a_week: None) -> None:
    write(desk)
    assert looked_at(200) == []
    assert looked_at(200.01) == [("outbox_old", 1, True)]


def test_how_much_waits_costs_no_query_more(desk: Desk) -> None:
    for lane_class in (*LaneClass, *LaneClass):
        write(desk, lane_class)
    with CaptureQueriesContext(connection) as asked:
        late = patience.overdue(now=NOW + 200 * HOUR)
    assert {one.lane_class for one in late} == set(LaneClass)
    assert len(asked) == 1
    assert patience.overdue_by_partner(now=NOW + 2 * HOUR) == {desk.node.pk: NOW}


@pytest.mark.skipif(connection.vendor != "sqlite", reason="it reads the query plan of SQLite")
def test_the_oldest_is_found_in_the_index(desk: Desk) -> None:
    write(desk)
    with CaptureQueriesContext(connection) as asked:
        patience.overdue(now=NOW)
    with connection.cursor() as cursor:
        cursor.execute(f"EXPLAIN QUERY PLAN {asked[0]['sql']}")
        plan = [row[-1] for row in cursor.fetchall()]
    assert sum("USING COVERING INDEX waiting_by_lane" in step for step in plan) == 2
    assert not [step for step in plan if "TEMP B-TREE" in step]


@pytest.mark.django_db(transaction=True)
@pytest.mark.skipif(
    connection.vendor != "postgresql", reason="SQLite has one writer; run again on PostgreSQL."
)
def test_two_workers_that_look_at_the_same_moment_tell_it_once() -> None:
    found_us()
    late = ageing.Lasting(code=ageing.CODE, facts={})
    partner = Partner().introduce().pk

    def other_worker() -> None:
        ageing.note_lasting(partner, late, now=NOW)
        connection.close()

    other = threading.Thread(target=other_worker)
    with transaction.atomic():
        ageing.note_lasting(partner, late, now=NOW)
        other.start()
        other.join(1)  # it waits for this transaction
    other.join(10)
    assert Incident.objects.count() == 1
