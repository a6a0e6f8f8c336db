"""A newer field without a new version: in a message it waits for the upgrade, in a receipt it is passed over."""

from __future__ import annotations

from lienlac.apps.mailroom.models import Arrival, Parcel
from lienlac.core.messages.check import check_body
from tests.apps.mailroom.conftest import Desk
from tests.apps.mailroom.test_receipted import send


def test_a_receipt_with_a_newer_field_settles_our_parcel(desk: Desk) -> None:
    parcel = send(desk)
    desk.take_in(desk.partner.receipt_parcel(parcel, weather="dry"))
    assert Parcel.objects.get(pk=parcel.pk).state == "received"


def test_a_message_with_a_newer_field_is_kept_sealed_and_receipted_so(desk: Desk) -> None:
    desk.says = lambda delivery: check_body("TEST", 1, delivery.message.body)
    desk.take_in(
        desk.partner.parcel(desk.partner.message(body={"at": "2026-11-21T08:30:00.000Z", "weather": "dry"}))
    )
    (receipt,) = desk.receipt_all()
    assert receipt["status"] == "not_understood"
    assert (Arrival.objects.get().reason, desk.came) == ("newer_message", [])
    assert bytes(Arrival.objects.get().envelope)
