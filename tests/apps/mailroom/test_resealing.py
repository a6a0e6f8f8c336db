"""What a partner could not open any more is sent again, sealed to the key that he has told since."""

from __future__ import annotations

from datetime import datetime

import pytest

from lienlac.apps.directory import actions as directory
from lienlac.apps.directory.models import Node
from lienlac.apps.mailroom import actions as mailroom
from lienlac.apps.mailroom.actions import resealing
from lienlac.apps.mailroom.models import ArrivalProof, Message, Parcel, Receipt
from lienlac.core.envelope.keys import SealingKey
from lienlac.core.errors import Malformed
from tests.apps.mailroom.conftest import Desk
from tests.apps.mailroom.partner import NOW, Partner
from tests.apps.mailroom.renewing import (
    LATER,
    MONTH,
    renewed,
    taking_keys,
)
from tests.apps.mailroom.test_proving import answered
from tests.apps.mailroom.test_receipted import ack, send


def test_what_was_sealed_to_a_key_that_is_gone_is_sent_again_sealed_anew(desk: Desk) -> None:
    parcel = send(desk)
    refusal = desk.partner.receipt_parcel(parcel, status="refused", outward_ground="RF22")
    ack(desk, parcel)
    desk.take_in(refusal)
    parcel.refresh_from_db()
    assert (parcel.state, parcel.in_outbox, desk.receipts) == ("refused", False, [])
    assert mailroom.send_sealed_anew(now=LATER) == 0, "no newer key of his is known"
    new, keys = renewed(desk.partner, seal_key=SealingKey.generate())
    taking_keys(desk, keys)
    assert mailroom.send_sealed_anew(now=LATER) == 1
    assert mailroom.send_sealed_anew(now=LATER) == 0
    new.lanes = desk.partner.lanes
    (_, message) = new.outbox()[-1]
    assert message.id == parcel.message.message_id
    parcel.refresh_from_db()
    desk.take_in(new.receipt_parcel(parcel))
    assert Receipt.objects.get(message=parcel.message, stage="R1").status == "stored"
    assert [one.status for one in desk.receipts] == ["stored"]


def refused_for_its_key(desk: Desk) -> Parcel:
    parcel = send(desk)
    ack(desk, parcel)
    desk.partner.stores(parcel)
    desk.take_in(desk.partner.receipt_parcel(parcel, status="refused", outward_ground="RF22"))
    return Parcel.objects.select_related("lane", "message").get(pk=parcel.pk)


def test_of_what_was_sent_sealed_anew_the_new_arrival_is_proven(desk: Desk) -> None:
    old = refused_for_its_key(desk)
    mailroom.arrivals_proven(desk.node, answered(desk), now=NOW)
    his, keys = renewed(desk.partner, seal_key=SealingKey.generate())
    taking_keys(desk, keys)
    mailroom.send_sealed_anew(now=LATER)
    anew = Parcel.objects.select_related("lane", "message").get(pk=old.pk)
    ack(desk, anew)
    his.stores(anew)
    desk.take_in(his.receipt_parcel(anew))
    (asked,) = mailroom.arrivals_to_prove(desk.node)
    assert asked.envelopes == (anew.digest,) != (old.digest,)
    assert mailroom.arrivals_proven(desk.node, answered(desk), now=LATER) == 1
    assert anew.digest.encode() in bytes(ArrivalProof.objects.get(parcel=anew).leaf)


def test_what_waits_for_one_partners_key_holds_up_nothing_for_another(
    desk: Desk, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("lienlac.apps.mailroom.actions.resealing.AT_ONCE", 1)
    refused_for_its_key(desk)
    muse = Partner(code="mm-muse")
    other = Desk(partner=muse, node=muse.introduce())
    parcel = refused_for_its_key(other)
    taking_keys(other, renewed(muse, seal_key=SealingKey.generate())[1])
    assert mailroom.send_sealed_anew(now=LATER) == 1
    parcel.refresh_from_db()
    assert parcel.state == "waiting"


def test_a_partner_whose_only_sealing_key_was_revoked_stops_no_chore(desk: Desk) -> None:
    refused_for_its_key(desk)
    directory.revoke_key(
        desk.node, desk.partner.seal_key.kid, reason="key_stolen", epoch="a1", size=1, now=LATER
    )
    assert mailroom.send_sealed_anew(now=LATER) == 0


def test_who_refuses_for_ever_is_sent_it_once_for_each_key(desk: Desk) -> None:
    parcel = send(desk)
    for turn in range(1, 4):
        ack(desk, parcel)
        desk.take_in(desk.partner.receipt_parcel(parcel, status="refused", outward_ground="RF22"))
        told_at = LATER + turn * MONTH
        assert mailroom.send_sealed_anew(now=told_at) == 0
        taking_keys(desk, renewed(desk.partner, told_at, seal_key=SealingKey.generate())[1], told_at)
        assert mailroom.send_sealed_anew(now=told_at) == 1
        assert mailroom.send_sealed_anew(now=told_at) == 0
        parcel.refresh_from_db()
    assert parcel.message.parcels.count() == 1


def test_what_was_erased_meanwhile_is_not_sent_again(desk: Desk) -> None:
    parcel = send(desk)
    ack(desk, parcel)
    desk.take_in(desk.partner.receipt_parcel(parcel, status="refused", outward_ground="RF22"))
    taking_keys(desk, renewed(desk.partner, seal_key=SealingKey.generate())[1])
    mailroom.erase_messages([parcel.message.message_id], now=LATER)
    assert mailroom.send_sealed_anew(now=LATER) == 0


def test_a_partner_to_whom_nothing_can_be_sealed_keeps_nobody_else_waiting(
    desk: Desk, monkeypatch: pytest.MonkeyPatch
) -> None:
    muse = Partner(code="mm-muse")
    other = Desk(partner=muse, node=muse.introduce())
    parcels = {one.node.pk: refused_for_its_key(one) for one in (desk, other)}
    for one in (desk, other):
        taking_keys(one, renewed(one.partner, seal_key=SealingKey.generate())[1])
    first, second = sorted((desk.node, other.node), key=lambda node: node.code)
    since = resealing.queries.sealing_key_since

    def break_over_the_first(node: Node, now: datetime) -> datetime:
        if node == first:
            raise ZeroDivisionError
        return since(node, now)

    with monkeypatch.context() as torn:
        torn.setattr(resealing.queries, "sealing_key_since", break_over_the_first)
        assert mailroom.send_sealed_anew(now=LATER) == 1
    parcels[second.pk].refresh_from_db()
    assert parcels[second.pk].state == "waiting"
    assert mailroom.send_sealed_anew(now=LATER) == 1


def test_a_parcel_that_cannot_be_sealed_keeps_none_behind_it_waiting(
    desk: Desk, monkeypatch: pytest.MonkeyPatch
) -> None:
    broken, whole = refused_for_its_key(desk), refused_for_its_key(desk)
    taking_keys(desk, renewed(desk.partner, seal_key=SealingKey.generate())[1])
    content_of = resealing.content_of

    def break_over_the_first(message: Message) -> bytes | None:
        if message == broken.message:
            raise Malformed("message_broken")
        return content_of(message)

    with monkeypatch.context() as torn:
        torn.setattr(resealing, "content_of", break_over_the_first)
        assert mailroom.send_sealed_anew(now=LATER) == 1
    for one in (broken, whole):
        one.refresh_from_db()
    assert (broken.state, whole.state) == ("refused", "waiting")
    assert mailroom.send_sealed_anew(now=LATER) == 1
