"""What was refused is not kept for ever; that it was refused is."""

from __future__ import annotations

from datetime import timedelta

from lienlac.apps.mailroom import actions as mailroom
from lienlac.apps.mailroom.models import Arrival
from lienlac.core.errors import Refused
from tests.apps.mailroom.conftest import Desk
from tests.apps.mailroom.partner import NOW, Wire


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
    assert mailroom.erase_refused(now=NOW + timedelta(days=89)) == 0
    assert mailroom.erase_refused(now=NOW + timedelta(days=91)) == 1
    after = Arrival.objects.get(pk=before.pk)
    assert not after.envelope
    assert (after.digest, after.leaf_id, after.reason) == (before.digest, before.leaf_id, "not_in_agreement")
    assert mailroom.erase_refused(now=NOW + timedelta(days=91)) == 0


def test_the_refusal_is_still_told_and_a_repetition_still_recognised(desk: Desk) -> None:
    parcel = refused(desk)
    mailroom.erase_refused(now=NOW + timedelta(days=91))
    assert [body["status"] for body in desk.receipt_all()] == ["refused"]
    desk.take_in(parcel)
    assert Arrival.objects.count() == 1


def test_what_waits_to_be_understood_is_kept_however_long(desk: Desk) -> None:
    desk.take_in(desk.partner.parcel(desk.partner.message(kind="NOT_YET_KNOWN")))
    assert mailroom.erase_refused(now=NOW + timedelta(days=900)) == 0
    assert Arrival.objects.get().envelope
