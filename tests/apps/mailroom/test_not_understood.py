"""What comes and is not understood yet is kept and receipted, and done after an upgrade; the lane goes on."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest

from lienlac.apps.mailroom import actions as mailroom
from lienlac.apps.mailroom.actions import Delivery, opening
from lienlac.apps.mailroom.models import Arrival, Message
from lienlac.core.envelope import frames
from lienlac.core.errors import NotUnderstood, Refused
from lienlac.core.messages import canonical
from tests.apps.mailroom.conftest import Desk, states
from tests.apps.mailroom.partner import NOW


def test_an_unknown_suite_is_kept_and_the_lane_goes_on(desk: Desk) -> None:
    sealed = desk.partner.sealed()
    header, *rest = frames.unpack(sealed, count=4, max_bytes=len(sealed))
    newer = canonical.encode({**canonical.decode(header), "suite": 9})  # type: ignore[dict-item]
    desk.take_in(desk.partner.place(frames.pack(newer, *rest)), desk.partner.parcel())
    assert states() == [("not_understood", "unknown_suite"), ("stored", "")]
    assert [body["status"] for body in desk.receipt_all()] == ["not_understood", "stored"]


def test_an_unknown_kind_is_kept_receipted_and_done_after_an_upgrade(desk: Desk) -> None:
    message = desk.partner.message(kind="TELEPATHY")
    desk.take_in(desk.partner.parcel(message), desk.partner.parcel())
    assert states() == [("not_understood", "unknown_kind"), ("stored", "")]
    assert [body["status"] for body in desk.receipt_all()] == ["not_understood", "stored"]
    assert mailroom.retry_not_understood(desk.receivers, now=NOW) == 0
    newer = replace(desk.receivers, by_kind={"TELEPATHY": desk.came.append})
    assert mailroom.retry_not_understood(newer, now=NOW) == 1
    assert mailroom.retry_not_understood(newer, now=NOW) == 0
    assert desk.came[-1].message == message
    assert [body["status"] for body in desk.receipt_all()] == ["not_understood", "stored", "stored"]


def test_a_newer_version_or_an_unknown_code_is_kept_for_an_upgrade(desk: Desk) -> None:
    def too_new(_delivery: object) -> None:
        raise NotUnderstood("unknown_code", field="purpose")

    desk.says = too_new
    desk.take_in(desk.partner.parcel())
    assert states() == [("not_understood", "unknown_code")]
    desk.says = lambda _delivery: None
    assert mailroom.retry_not_understood(desk.receivers, now=NOW) == 1
    assert desk.numbers == ["1"]
    assert states() == [("stored", "")]


def test_what_an_upgrade_refuses_gets_a_refusal(desk: Desk) -> None:
    desk.take_in(desk.partner.parcel(desk.partner.message(kind="TELEPATHY")))
    desk.receipt_all()

    def refuse(_delivery: object) -> None:
        raise Refused("SG01", outward="RF07")

    newer = replace(desk.receivers, by_kind={"TELEPATHY": refuse})
    assert mailroom.retry_not_understood(newer, now=NOW) == 1
    assert desk.receipt_all()[-1]["outward_ground"] == "RF07"


def test_a_room_that_breaks_keeps_the_message_and_the_lane_goes_on(desk: Desk) -> None:
    broken, whole = desk.partner.message(), desk.partner.message()

    def break_over_the_first(delivery: Delivery) -> None:
        if delivery.message.id == broken.id:
            raise ZeroDivisionError

    desk.says = break_over_the_first
    desk.take_in(desk.partner.parcel(broken), desk.partner.parcel(whole))
    assert states() == [("not_understood", "effect_failed"), ("stored", "")]
    assert Message.objects.count() == 1
    desk.says = lambda _delivery: None
    assert mailroom.retry_not_understood(desk.receivers, now=NOW) == 1
    assert Message.objects.count() == 2


def test_what_cannot_be_looked_at_again_keeps_nothing_behind_it_from_being_understood(
    desk: Desk, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    broken, whole = (desk.partner.message(kind="TELEPATHY") for _ in range(2))
    desk.take_in(desk.partner.parcel(broken), desk.partner.parcel(whole))
    first = Arrival.objects.earliest("pk")
    look_inside, raw = opening.look_inside, bytes(first.envelope)

    def break_over_the_first(sealed: bytes, *given: Any, **more: Any) -> opening.Found:
        if sealed == raw:
            raise ZeroDivisionError
        return look_inside(sealed, *given, **more)

    newer = replace(desk.receivers, by_kind={"TELEPATHY": desk.came.append})
    with monkeypatch.context() as torn:
        torn.setattr(opening, "look_inside", break_over_the_first)
        assert mailroom.retry_not_understood(newer, now=NOW) == 1
    assert [one.message for one in desk.came] == [whole]
    assert states() == [("not_understood", "unknown_kind"), ("stored", "")]
    (said,) = (one for one in caplog.records if one.exc_info)
    assert said.getMessage() == f"looking again at arrival {first.pk} failed; it is tried again"
    assert mailroom.retry_not_understood(newer, now=NOW) == 1
    assert [one.message for one in desk.came] == [whole, broken]
