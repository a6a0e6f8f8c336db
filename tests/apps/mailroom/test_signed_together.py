"""Places that are signed together: each is a word of its own, for whoever takes it in, keeps it, or is shown it."""

from __future__ import annotations

import secrets
from dataclasses import replace

import pytest

from lienlac.apps.audit.models import Statement
from lienlac.apps.directory.models import NodeKey
from lienlac.apps.mailroom import actions as mailroom
from lienlac.apps.mailroom.actions.posting import Letter
from lienlac.apps.mailroom.models import Arrival, Incident, Parcel
from lienlac.core.envelope import VerifyKey, frames, runs
from lienlac.core.errors import LienlacError
from lienlac.core.lane import POSITION_TYPE, Position
from tests.apps.mailroom.conftest import Desk
from tests.apps.mailroom.partner import NORMAL, NOW, US


def posted(desk: Desk, count: int) -> list[Parcel]:
    """Post so many letters in one transaction; return their parcels in the order of the lane."""
    mine = desk.partner.message(from_office=US, to_offices=(desk.partner.code,))
    letters = [
        Letter(message=replace(mine, id=secrets.token_hex(16)), lane_class=NORMAL) for _ in range(count)
    ]
    mailroom.post_all(letters, now=NOW)
    return list(Parcel.objects.order_by("seq"))


def signatures(places: list[bytes]) -> list[bytes]:
    """Return what stands behind each place: signature of the root, without the steps."""
    return [frames.unpack(one, count=3, max_bytes=len(one))[2][:64] for one in places]


def test_letters_that_are_posted_together_have_one_signature_and_each_is_verified_alone(desk: Desk) -> None:
    places = [bytes(one.position) for one in posted(desk, 5)]
    assert len(set(signatures(places))) == 1
    key = NodeKey.objects.get(node__code=US, use="node")
    read = [runs.verify(one, POSITION_TYPE, {key.kid: VerifyKey(bytes(key.public))}.get)[0] for one in places]
    assert [Position.from_bytes(one).seq for one in read] == [1, 2, 3, 4, 5]
    assert [bytes(one.signed) for one in Statement.objects.order_by("leaf")] == places


def test_a_partner_opens_them_as_ever(desk: Desk) -> None:
    posted(desk, 3)
    assert [place.seq for place, _ in desk.partner.outbox()] == [1, 2, 3]


def test_any_part_of_a_run_is_taken_in(desk: Desk) -> None:
    """Nobody need bring together what was signed together."""
    parcels = desk.partner.parcels_together(7)
    for first, end in ((0, 2), (1, 3), (3, 4), (4, 7), (0, 7)):
        desk.take_in(*parcels[first:end])
    assert len(desk.came) == 7
    assert Arrival.objects.count() == 7
    assert [bytes(one.signed) for one in Statement.objects.order_by("leaf")] == [one for one, _ in parcels]


def test_a_place_of_a_run_that_is_altered_takes_nothing_of_its_batch_in(desk: Desk) -> None:
    parcels = desk.partner.parcels_together(3)
    place, sealed = parcels[1]
    for at in range(0, len(place), 7):
        altered = place[:at] + bytes([place[at] ^ 1]) + place[at + 1 :]
        with pytest.raises(LienlacError):
            desk.take_in(parcels[0], (altered, sealed), parcels[2])
    assert not Arrival.objects.exists()
    desk.take_in(*parcels)
    assert len(desk.came) == 3


def test_a_place_does_not_borrow_the_steps_of_one_that_was_signed(desk: Desk) -> None:
    """The signature of the run has just held for the place before: what the partner never signed is still found."""
    first, second = desk.partner.parcels_together(2)
    (good, kid, signature) = frames.unpack(first[0], count=3, max_bytes=len(first[0]))
    (other, _, _) = frames.unpack(second[0], count=3, max_bytes=len(second[0]))
    with pytest.raises(LienlacError, match="bad_signature"):
        desk.take_in(
            (frames.pack(good, kid, signature), first[1]), (frames.pack(other, kid, signature), second[1])
        )
    assert not Arrival.objects.exists()


def test_a_run_under_a_stolen_key_is_named_with_the_place_that_it_signed(desk: Desk) -> None:
    (position, _), *_ = desk.partner.parcels_together(2)
    desk.node.node_keys.filter(use="node").update(revoked_at=NOW, revoked_for="key_stolen")
    mailroom.note_nobodys_parcels(desk.node, [position], "unknown_key", now=NOW)
    incident = Incident.objects.get()
    assert (incident.code, bytes(incident.evidence)) == ("revoked_key_used", frames.pack(position))


def test_two_runs_that_contradict_each_other_are_shown_to_anybody(desk: Desk) -> None:
    """The evidence of a fork needs nothing of either run but the two places."""
    from lienlac.apps.mailroom import disputing

    first = desk.partner.parcels_together(3)
    desk.take_in(*first)
    desk.partner.lanes[NORMAL] = replace(desk.partner.lane(), sent=0, last="0" * 64)
    desk.take_in(desk.partner.parcels_together(3)[0])
    (incident,) = disputing.disputed()
    raw = disputing.evidence(incident, now=NOW)
    assert raw.count(b'"t":"position"') == 2
