"""What a greeting tells of restores: who was put back in time, what is missing, and how often a word of it counts."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime, timedelta

from lienlac.apps.audit.models import Leaf
from lienlac.apps.mailroom import actions as mailroom
from lienlac.apps.mailroom.actions.carrying import RESTORES_AN_HOUR
from lienlac.apps.mailroom.models import Incident
from lienlac.core.envelope import frames
from lienlac.core.lane import Position
from tests.apps.mailroom.conftest import Desk
from tests.apps.mailroom.partner import NORMAL, NOW

SAMPLE_STEP = 97  # every position of small parts is tried below; of the body each 97th


def test_a_restored_sender_heals(desk: Desk) -> None:
    """The partner lost his last two parcels; his new epoch follows ours, and what he sends again is known."""
    first = desk.partner.parcel()
    backup = desk.partner.lane()
    again = desk.partner.sealed()
    lost = [desk.partner.place(again), desk.partner.parcel()]
    desk.take_in(first, *lost)
    desk.partner.lanes[NORMAL] = backup
    standing = mailroom.greeted(desk.node, {NORMAL: desk.partner.claim()}, now=NOW)[NORMAL]
    assert standing.seq == 3
    desk.partner.hears(replace(standing, digest=standing.digest))
    assert desk.partner.lane().epoch != backup.epoch
    desk.take_in(desk.partner.place(again), desk.partner.parcel())
    assert len(desk.came) == 4  # three of the first life, one new
    assert Incident.objects.filter(code="partner_opened_epoch").count() == 1


def test_a_restored_receiver_learns_it_from_the_greeting(desk: Desk) -> None:
    """Our own store was put back: what we had acknowledged is named, and our lanes and ledger begin anew."""
    parcels = desk.partner.parcels(3)
    claimed = replace(desk.partner.claim())
    desk.take_in(parcels[0])
    desk.receipt_all()
    state = desk.partner.lane()
    desk.partner.lanes[NORMAL] = replace(state, acked=3, acked_digest=state.last)
    standing = mailroom.greeted(desk.node, {NORMAL: desk.partner.claim()}, now=NOW)[NORMAL]
    assert [(span.first, span.last) for span in standing.lost] == [(2, 3)]
    assert set(Incident.objects.values_list("code", flat=True)) == {"i_was_restored", "sender_restored"}
    bodies = [bytes(leaf.body) for leaf in Leaf.objects.filter(ledger__partner=desk.partner.code)]
    assert sum(b'"epoch_opened"' in body for body in bodies) == 1
    assert claimed.epoch == state.epoch


def test_who_holds_a_parcel_of_another_life_of_the_partner_learns_that_it_was_restored(desk: Desk) -> None:
    """As many as the claim says are here: only their digests tell that these are others."""
    desk.take_in(*desk.partner.parcels(3))
    state = desk.partner.lane()
    desk.partner.lanes[NORMAL] = replace(state, acked=2, acked_digest="e" * 64)
    standing = mailroom.greeted(desk.node, {NORMAL: desk.partner.claim()}, now=NOW)[NORMAL]
    assert [(span.first, span.last) for span in standing.lost] == [(1, 2)]
    assert Incident.objects.filter(code="i_was_restored").exists()


def test_a_partner_who_ever_again_says_that_we_were_restored_has_us_begin_anew_three_times_an_hour(
    desk: Desk,
) -> None:
    """He invents it: each of his claims names other envelopes. He is answered, and told of again an hour later."""
    desk.take_in(*desk.partner.parcels(3 * RESTORES_AN_HOUR))

    def claims(number: int, at: datetime) -> list[tuple[int, int]]:
        state = desk.partner.lane()
        desk.partner.lanes[NORMAL] = replace(state, acked=number, acked_digest="e" * 64)
        standing = mailroom.greeted(desk.node, {NORMAL: desk.partner.claim()}, now=at)[NORMAL]
        return [(span.first, span.last) for span in standing.lost]

    for number in range(1, 2 * RESTORES_AN_HOUR):
        assert claims(number, NOW) == [(1, number)]
    told, begun = (Incident.objects.filter(code=code) for code in ("i_was_restored", "sender_restored"))
    assert (told.count(), begun.count()) == (RESTORES_AN_HOUR, RESTORES_AN_HOUR)
    assert claims(2 * RESTORES_AN_HOUR, NOW + timedelta(hours=1))
    assert (told.count(), begun.count()) == (RESTORES_AN_HOUR + 1, RESTORES_AN_HOUR + 1)


def test_who_holds_what_the_partner_claims_learns_of_no_restore(desk: Desk) -> None:
    parcels = desk.partner.parcels(3)
    desk.take_in(*parcels)
    second = Position.from_bytes(frames.unpack(parcels[1][0], count=3, max_bytes=4096)[0]).digest
    desk.partner.lanes[NORMAL] = replace(desk.partner.lane(), acked=2, acked_digest=second)
    assert not mailroom.greeted(desk.node, {NORMAL: desk.partner.claim()}, now=NOW)[NORMAL].lost
    assert not Incident.objects.exists()
