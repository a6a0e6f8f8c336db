"""What a partner says that he lost: which places we name, and how often he may have us begin anew."""

from __future__ import annotations

from datetime import datetime, timedelta

import pytest

from lienlac.apps.mailroom import actions as mailroom
from lienlac.apps.mailroom.actions import carrying
from lienlac.apps.mailroom.actions.carrying import BEGUN_ANEW_AN_HOUR
from lienlac.apps.mailroom.models import Incident, Lane, Parcel
from lienlac.core.lane import GENESIS, LaneClass, Lost, Receiving, Standing
from tests.apps.mailroom.conftest import Desk
from tests.apps.mailroom.partner import NORMAL, NOW
from tests.apps.mailroom.test_receipted import ack, send


def told(first: int, last: int, *, before: str = GENESIS) -> list[tuple[int, int]]:
    """Let the partner say at a greeting that places are lost; return those that the incident names."""
    lane = Lane.objects.get(direction="out", lane_class=NORMAL)
    epoch = lane.state["epoch"]
    here = Standing(
        epoch=epoch,
        seq=first - 1,
        digest=before,
        condition=Receiving.OPEN,
        answers=epoch,
        lost=(Lost(epoch=epoch, first=first, last=last, before=before),),
    )
    mailroom.heard(lane.partner, {NORMAL: here}, now=NOW)
    facts = Incident.objects.get(code="receiver_restored").facts
    return [(one["first"], one["last"]) for one in facts["lost"]]


def test_who_was_put_back_to_a_letter_of_ours_lost_what_came_behind_it(desk: Desk) -> None:
    sent = [send(desk) for _ in range(3)]
    ack(desk, sent[-1])
    assert told(2, 3, before=sent[0].digest) == [(2, 3)]


def test_who_was_put_back_to_a_letter_that_is_delivered_lost_what_came_behind_it(desk: Desk) -> None:
    sent = [send(desk) for _ in range(3)]
    ack(desk, sent[-1])
    desk.take_in(desk.partner.receipt_parcel(*sent))
    assert not Parcel.objects.filter(in_outbox=True, until="receipt").exists()
    assert told(2, 3, before=sent[0].digest) == [(2, 3)]


def test_who_was_put_back_to_a_receipt_that_left_the_outbox_lost_what_came_behind_it(desk: Desk) -> None:
    desk.take_in(desk.partner.parcel())
    desk.receipt_all()
    receipt = Parcel.objects.get(until="ack").digest
    last = send(desk)
    ack(desk, last)
    assert not Parcel.objects.filter(digest=receipt).exists()
    assert told(2, 2, before=receipt) == [(2, 2)]


def test_who_was_put_back_to_what_we_never_gave_him_in_this_life_lost_all_of_the_epoch(desk: Desk) -> None:
    """We were restored as well: what he holds of the epoch may all be of a life that we have forgotten."""
    ack(desk, [send(desk) for _ in range(3)][-1])
    assert told(2, 3, before="7" * 64) == [(1, 3)]


LIES = {
    "lost": lambda epoch, number: Standing(
        epoch=epoch, seq=0, digest="", condition=Receiving.OPEN, answers=epoch,
        lost=(Lost(epoch=f"{number:032x}", first=1, last=1),)),
    "beyond": lambda epoch, number: Standing(
        epoch=f"{number:032x}", seq=1, digest="7" * 64, condition=Receiving.OPEN, answers=epoch),
    "thawed": lambda epoch, _: Standing(epoch=epoch, seq=0, digest="", condition=Receiving.CLOSED),
}  # fmt: skip


@pytest.mark.parametrize("lie", LIES)
def test_a_partner_who_ever_again_has_us_begin_anew_is_heard_nine_times_an_hour(desk: Desk, lie: str) -> None:
    """He invents it, in three lanes: each time all places of an outbox would be signed again, with an incident."""
    mine = send(desk)

    def epochs_after(number: int, at: datetime) -> list[str]:
        for lane_class in LaneClass:
            _, state = carrying.lanes.row_out(desk.node, lane_class)
            mailroom.heard(desk.node, {lane_class: LIES[lie](state.epoch, number)}, now=at)
        rows = Lane.objects.filter(direction="out").order_by("pk")
        return [row.state["epoch"] for row in rows]

    seen = [epochs_after(number, NOW) for number in range(1, 2 * BEGUN_ANEW_AN_HOUR)]
    begun = {epoch for epochs in seen[1:] for epoch in epochs} - set(seen[0])
    assert len(begun) == BEGUN_ANEW_AN_HOUR - len(LaneClass)
    assert Incident.objects.count() == (0 if lie == "thawed" else BEGUN_ANEW_AN_HOUR)
    an_hour_later = epochs_after(99, NOW + timedelta(hours=1))
    assert set(an_hour_later).isdisjoint(seen[-1])
    mine.refresh_from_db()
    assert (mine.in_outbox, mine.epoch in an_hour_later) == (True, True)
