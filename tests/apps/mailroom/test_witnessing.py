"""Whoever only receives holds heads of him who writes: he asks, a day after something came without one."""

from __future__ import annotations

from datetime import datetime, timedelta

import pytest

from lienlac.apps.audit.models import HeldHead
from lienlac.apps.mailroom import actions as mailroom
from lienlac.apps.mailroom.models import Incident
from tests.apps.mailroom.conftest import Desk
from tests.apps.mailroom.partner import NOW

DAY, MINUTE = timedelta(days=1), timedelta(minutes=1)


def comes(desk: Desk, at: datetime) -> None:
    mailroom.take_in(desk.node, [desk.partner.parcel()], desk.receivers, now=at)


def is_due(desk: Desk, at: datetime) -> bool:
    return mailroom.head_is_due(desk.node, now=at)


def takes(desk: Desk, note: str, at: datetime) -> None:
    mailroom.take_head(desk.node, note.encode(), now=at)


def test_who_sent_nothing_is_not_asked_for_a_head(desk: Desk) -> None:
    assert not is_due(desk, NOW + 100 * DAY)


def test_a_head_is_asked_for_a_day_after_the_last_one_if_something_came_since(desk: Desk) -> None:
    comes(desk, NOW)
    assert not is_due(desk, NOW + DAY - MINUTE)
    assert is_due(desk, NOW + DAY)
    takes(desk, desk.partner.checkpoint(), NOW + DAY)
    assert not is_due(desk, NOW + 100 * DAY), "nothing came since"
    comes(desk, NOW + DAY + MINUTE)
    assert not is_due(desk, NOW + 2 * DAY - MINUTE)
    assert is_due(desk, NOW + 2 * DAY)


def test_who_has_nothing_newer_is_asked_again_the_next_day_and_not_before(desk: Desk) -> None:
    comes(desk, NOW)
    note = desk.partner.checkpoint()
    takes(desk, note, NOW - 2 * DAY)
    assert is_due(desk, NOW)
    takes(desk, note, NOW)
    assert not is_due(desk, NOW + DAY - MINUTE)
    assert HeldHead.objects.count() == 1


def test_a_second_history_that_is_told_is_kept_as_evidence(desk: Desk) -> None:
    comes(desk, NOW)
    takes(desk, desk.partner.checkpoint(leaves=[b"true"]), NOW + DAY)
    takes(desk, desk.partner.checkpoint(leaves=[b"false"]), NOW + 2 * DAY)
    assert Incident.objects.get().facts == {"reason": "ledger_forked"}
    assert HeldHead.objects.get().came_at == NOW + DAY


@pytest.mark.parametrize("note", ["nonsense", "lienlac/mm-muse/pair/vn-tra-linh/a1\n1\nAAAA\n\n— x y\n"])
def test_what_is_no_head_of_his_is_named_and_not_kept(desk: Desk, note: str) -> None:
    comes(desk, NOW)
    takes(desk, note, NOW + DAY)
    assert Incident.objects.get().code == "partner_untrusted"
    assert not HeldHead.objects.exists()
