"""What was refused is not kept for ever; that it was refused is."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from typing import Any

from lienlac.apps.mailroom import actions as mailroom
from lienlac.apps.mailroom.models import Arrival
from lienlac.core.errors import Refused
from tests.apps.mailroom.conftest import Desk
from tests.apps.mailroom.partner import NOW, Wire
from tests.apps.mailroom.test_receipted import send


def refused(desk: Desk) -> Wire:
    """A parcel whose message the room above said no to."""

    def no(_delivery: mailroom.Delivery) -> None:
        raise Refused("not_in_agreement")

    desk.says = no
    parcel = desk.partner.parcel(desk.partner.message())
    desk.take_in(parcel)
    return parcel


def test_the_envelope_of_what_was_refused_goes_and_its_digest_and_leaf_stay(desk: Desk) -> None:
    refused(desk)
    before = Arrival.objects.get()
    assert before.envelope
    assert mailroom.erase_sealed(now=NOW + timedelta(days=89)) == 0
    assert mailroom.erase_sealed(now=NOW + timedelta(days=91)) == 1
    after = Arrival.objects.get(pk=before.pk)
    assert not after.envelope
    assert (after.digest, after.leaf_id, after.reason) == (before.digest, before.leaf_id, "not_in_agreement")
    assert mailroom.erase_sealed(now=NOW + timedelta(days=91)) == 0


def test_the_refusal_is_still_told_and_a_repetition_still_recognised(desk: Desk) -> None:
    parcel = refused(desk)
    mailroom.erase_sealed(now=NOW + timedelta(days=91))
    assert [body["status"] for body in desk.receipt_all()] == ["refused"]
    desk.take_in(parcel)
    assert Arrival.objects.count() == 1


def unread(desk: Desk, **message: Any) -> Wire:
    """A parcel whose message this node does not know."""
    parcel = desk.partner.parcel(desk.partner.message(kind="NOT_YET_KNOWN", **message))
    desk.take_in(parcel)
    return parcel


def test_what_waits_to_be_understood_is_kept_for_half_a_year(desk: Desk) -> None:
    unread(desk)
    assert mailroom.erase_sealed(now=NOW + timedelta(days=179)) == 0
    assert Arrival.objects.get().envelope


def test_what_nobody_upgraded_for_is_erased_and_its_sender_hears_that_it_is_not_kept_any_more(
    desk: Desk,
) -> None:
    parcel = unread(desk)
    desk.receipt_all()
    assert mailroom.erase_sealed(now=NOW + timedelta(days=181)) == 1
    after = Arrival.objects.get()
    assert (after.state, after.reason, after.kept, after.frame) == ("refused", "unread_too_long", 0, None)
    assert not after.envelope
    told = [(body["status"], body.get("outward_ground")) for body in desk.receipt_all()]
    assert told == [("not_understood", None), ("refused", "RF21")]
    newer = replace(desk.receivers, by_kind={"NOT_YET_KNOWN": desk.came.append})
    assert mailroom.retry_not_understood(newer, now=NOW) == 0
    desk.take_in(parcel)
    assert not desk.came
    assert mailroom.erase_sealed(now=NOW + timedelta(days=900)) == 0


def test_a_receipt_that_nobody_understood_in_time_gets_no_receipt_of_its_own(desk: Desk) -> None:
    desk.take_in(desk.partner.receipt_parcel(send(desk), status="half_read"))
    assert Arrival.objects.get().state == "not_understood"
    assert mailroom.erase_sealed(now=NOW + timedelta(days=181)) == 1
    assert desk.receipt_all() == []
