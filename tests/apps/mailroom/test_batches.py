"""Many parcels in one request: written together, and each of them what it would have become alone."""

from __future__ import annotations

import secrets
from dataclasses import replace
from itertools import pairwise

import pytest
from django.db import OperationalError, connection
from django.test.utils import CaptureQueriesContext

from lienlac.apps.audit import actions as audit
from lienlac.apps.audit.models import Leaf
from lienlac.apps.directory import moments
from lienlac.apps.mailroom import actions as mailroom
from lienlac.apps.mailroom.actions import Delivery, outgoing, receipting
from lienlac.apps.mailroom.models import Arrival, Incident, Message, Parcel
from lienlac.core.errors import Refused
from lienlac.core.lane import Outgoing, Receiving, Standing
from lienlac.core.lane.position import link
from lienlac.core.ledger.leaves import Leaf as LedgerLeaf
from lienlac.core.ledger.leaves import decode
from tests.apps.mailroom.conftest import Desk
from tests.apps.mailroom.partner import NORMAL, NOW, US


def test_in_a_batch_each_parcel_becomes_what_it_would_alone(desk: Desk) -> None:
    """A good one, one that breaks a room, one that is refused, a broken one, a newer one, a good one."""
    at = moments.to_wire(NOW)
    said = [desk.partner.message(body={"at": at, "number": number}) for number in ("7", "8", "9")]
    parcels = [desk.partner.parcel(one) for one in said]
    broken = desk.partner.place(desk.partner.sealed()[:-1])
    newer = desk.partner.parcel(desk.partner.message(kind="WEATHER"))
    desk.says = breaks_or_refuses
    desk.take_in(*parcels, broken, newer, desk.partner.parcel())
    told = [(one["status"], one.get("outward_ground")) for one in desk.receipt_each()]
    assert told == [
        ("stored", None),
        ("not_understood", None),
        ("refused", "RF07"),
        ("refused", "RF02"),
        ("not_understood", None),
        ("stored", None),
    ]
    assert list(Arrival.objects.order_by("pk").values_list("seq", flat=True)) == [1, 2, 3, 4, 5, 6]
    assert Message.objects.filter(outbound=False).count() == 2


def breaks_or_refuses(delivery: Delivery) -> None:
    """Fall over number 8, say no to number 9."""
    if delivery.message.body["number"] == "8":
        raise ZeroDivisionError
    if delivery.message.body["number"] == "9":
        raise Refused("minor", outward="RF07")


def test_of_one_message_twice_in_a_batch_the_second_is_judged_after_the_first(desk: Desk) -> None:
    good, bad = desk.partner.message(), desk.partner.message()
    desk.says = lambda delivery: refuse(delivery) if delivery.message.id == bad.id else None
    desk.take_in(*(desk.partner.parcel(one) for one in (good, bad, bad, good)))
    assert [one["status"] for one in desk.receipt_each()] == ["stored", "refused", "refused", "stored"]
    assert Message.objects.filter(outbound=False).count() == 1


def test_what_took_effect_before_one_that_failed_took_effect_once(desk: Desk) -> None:
    """What a room writes goes with its savepoint: the first of the batch is done twice, and counts once."""

    def note(delivery: Delivery) -> None:
        number = delivery.message.body["number"]
        facts = {"code": str(number)}
        audit.record(audit.HOUSE, LedgerLeaf(kind="incident", at=NOW, facts=facts).encode(), now=NOW)
        if number in ("8", "9"):
            breaks_or_refuses(delivery)

    at = moments.to_wire(NOW)
    desk.says = note
    numbers = [str(number) for number in range(5, 12)]
    said = [desk.partner.message(body={"at": at, "number": number}) for number in numbers]
    standings = desk.take_in(*(desk.partner.parcel(one) for one in said))
    noted = [bytes(one) for one in Leaf.objects.filter(ledger__partner="").values_list("body", flat=True)]
    codes = [decode(one).facts["code"] for one in noted]
    assert [code for code in codes if code in numbers] == ["5", "6", "7", "10", "11"]
    assert standings[NORMAL].seq == 7
    assert Message.objects.filter(outbound=False).count() == 5
    assert list(Arrival.objects.order_by("seq").values_list("state", flat=True)) == [
        *["stored"] * 3, "not_understood", "refused", *["stored"] * 2
    ]  # fmt: skip


def test_a_new_epoch_in_a_batch_that_is_taken_back_is_told_once(desk: Desk) -> None:
    desk.take_in(desk.partner.parcel())
    old = desk.partner.lane()
    desk.partner.lanes[NORMAL] = Outgoing(
        lane=old.lane, epoch="e" * 32, follows=old.epoch, last=link(old.epoch)
    )
    desk.says = breaks_or_refuses
    at = moments.to_wire(NOW)
    said = [desk.partner.message(body={"at": at, "number": number}) for number in ("7", "9")]
    assert desk.take_in(*(desk.partner.parcel(one) for one in said))[NORMAL].seq == 2
    assert [(one.code, one.count) for one in Incident.objects.all()] == [("partner_opened_epoch", 1)]


def refuse(_delivery: Delivery) -> None:
    raise Refused("minor", outward="RF07")


def test_a_gap_in_a_batch_keeps_what_came_before_it(desk: Desk) -> None:
    parcels = desk.partner.parcels(4)
    standings = desk.take_in(parcels[0], parcels[1], parcels[3], parcels[1])
    assert (standings[NORMAL].seq, len(desk.came)) == (2, 2)
    assert desk.take_in(*parcels)[NORMAL].seq == 4
    assert len(desk.came) == 4


def test_a_full_disk_in_the_middle_of_a_batch_stores_nothing_of_it(desk: Desk) -> None:
    parcels = desk.partner.parcels(3)
    calls = iter([None, OperationalError("database or disk is full"), None])

    def full(_delivery: Delivery) -> None:
        if problem := next(calls):
            raise problem

    desk.says, before = full, Leaf.objects.count()
    with pytest.raises(OperationalError):
        desk.take_in(*parcels)
    assert not Arrival.objects.exists()
    assert Leaf.objects.count() == before
    desk.says = lambda _delivery: None
    assert desk.take_in(*parcels)[NORMAL].seq == 3


def test_a_batch_costs_few_questions_beside_its_effects(desk: Desk) -> None:
    def asked(count: int) -> int:
        parcels = desk.partner.parcels(count)
        with CaptureQueriesContext(connection) as queries:
            desk.take_in(*parcels)
        return len(queries)

    asked(1)
    assert (asked(22) - asked(2)) / 20 == 0


def test_what_is_posted_together_follows_each_other_and_costs_few_questions(desk: Desk) -> None:
    def asked(count: int) -> int:
        with CaptureQueriesContext(connection) as queries:
            post(desk, count)
        return len(queries)

    asked(1)
    assert asked(30) == asked(2)
    parcels = list(Parcel.objects.order_by("seq"))
    assert [one.seq for one in parcels] == list(range(1, 34))
    positions = [position for position, _ in desk.partner.outbox()]
    assert all(after.prev == before.digest for before, after in pairwise(positions))


def test_a_restored_outbox_gets_its_new_places_oldest_first_however_many_wait(
    desk: Desk, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(outgoing, "AT_ONCE", 2)
    post(desk, 5)
    before = [message.id for _, message in desk.partner.outbox()]
    parcel = Parcel.objects.all()[0]
    beyond = Standing(epoch=parcel.epoch, seq=9, digest="9" * 64, condition=Receiving.OPEN)
    mailroom.heard(desk.node, {NORMAL: beyond}, now=NOW)
    assert [message.id for _, message in desk.partner.outbox()] == before
    assert {one.epoch for one in Parcel.objects.all()} - {parcel.epoch}
    assert [one.seq for one in Parcel.objects.order_by("pk")] == [1, 2, 3, 4, 5]


def test_a_receipt_names_a_hundred_at_most(desk: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(receipting, "_DUE", receipting._due(3))
    desk.take_in(*desk.partner.parcels(7))
    assert [len(body["seqs"]) for body in desk.receipt_all()] == [3, 3, 1]
    assert [one["seq"] for one in desk.receipt_each()] == [1, 2, 3, 4, 5, 6, 7]


def post(desk: Desk, count: int) -> None:
    """Post test calls to the partner in one transaction."""
    said = desk.partner.message(from_office=US, to_offices=(desk.partner.code,))
    letters = [
        mailroom.Letter(message=replace(said, id=secrets.token_hex(16)), lane_class=NORMAL)
        for _ in range(count)
    ]
    mailroom.post_all(letters, now=NOW)
