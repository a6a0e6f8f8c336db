"""A full outbox says so before anything is written, a full disk before a partner takes the last; receipts go on."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from typing import NamedTuple

import pytest
from django.conf import settings
from django.test import override_settings
from hypothesis import HealthCheck, given
from hypothesis import settings as tried
from hypothesis import strategies as st

from lienlac.apps.mailroom import room
from lienlac.apps.mailroom.models import Arrival, Message, Parcel
from lienlac.core.errors import NoRoom
from lienlac.core.lane import LaneClass, Load, Quota, Until, check_room
from tests.apps.mailroom.conftest import Desk, outboxes_counted, outboxes_held
from tests.apps.mailroom.test_waiting import write

pytestmark = pytest.mark.django_db


class Disk(NamedTuple):
    """What the system says of a disk."""

    free: int


def at_most(parcels: int, size: int = 1 << 20) -> override_settings:
    """What an operator says of the outbox."""
    return override_settings(NODE=replace(settings.NODE, outbox=Quota(parcels=parcels, size=size)))


@pytest.fixture
def two_at_most() -> Iterator[None]:
    with at_most(2):
        yield


def test_the_third_is_not_written_where_two_may_wait(desk: Desk, two_at_most: None) -> None:
    for _ in range(2):
        write(desk)
    before = (Message.objects.count(), Parcel.objects.count())
    with pytest.raises(NoRoom, match="outbox_full") as refused:
        write(desk)
    assert refused.value.facts["parcels"] == 2
    assert (Message.objects.count(), Parcel.objects.count()) == before
    write(desk, LaneClass.URGENT)  # an alarm has a lane of its own


def test_bytes_fill_it_too(desk: Desk) -> None:
    write(desk)
    ((_, size),) = outboxes_counted().values()
    with at_most(9, size=2 * size + 8):
        write(desk)
        with pytest.raises(NoRoom, match="outbox_full"):
            write(desk)


def test_receipts_and_cards_go_out_of_a_full_outbox(desk: Desk, two_at_most: None) -> None:
    for _ in range(2):
        write(desk)
    desk.take_in(*desk.partner.parcels(2))
    assert len(desk.receipt_all()) == 1
    assert Parcel.objects.filter(until=Until.ACK).count() == 1


@tried(max_examples=8, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.lists(st.sampled_from(LaneClass), min_size=1, max_size=6))
def test_what_is_counted_is_what_lies_there(desk: Desk, classes: list[LaneClass]) -> None:
    for one in classes:
        write(desk, one)
    assert outboxes_counted() == outboxes_held()
    assert sum(number for number, _ in outboxes_counted().values()) >= len(classes)


def test_a_receipt_comes_in_on_a_full_disk_and_makes_room(
    desk: Desk, monkeypatch: pytest.MonkeyPatch
) -> None:
    write(desk)
    monkeypatch.setattr(room, "LEAST_FREE", 1 << 62)
    desk.take_in(desk.partner.receipt_parcel(Parcel.objects.get()))
    assert Parcel.objects.get().settled


def test_a_million_letters_may_wait_where_the_operator_says_nothing() -> None:
    check_room(settings.NODE.outbox, Load(parcels=1_000_000, size=2_000_000_000), 2_000)


def test_a_partner_does_not_fill_the_last_of_the_disk(desk: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
    parcel = desk.partner.parcel()
    monkeypatch.setattr(room.shutil, "disk_usage", lambda _path: Disk(free=room.LEAST_FREE - 1))
    with pytest.raises(NoRoom, match="disk_full"):
        desk.take_in(parcel)
    assert not Arrival.objects.exists()
    monkeypatch.setattr(room.shutil, "disk_usage", lambda _path: Disk(free=room.LEAST_FREE))
    desk.take_in(parcel)  # he has kept it, and brings it again
    assert Arrival.objects.count() == 1
