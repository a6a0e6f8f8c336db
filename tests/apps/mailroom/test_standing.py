"""The post honours how a partner stands: paused, everything waits; revoked, nothing passes and what waits is kept."""

from __future__ import annotations

import pytest

from lienlac.apps.directory import actions as directory
from lienlac.apps.directory.models import Node
from lienlac.apps.mailroom import actions as mailroom
from lienlac.apps.mailroom import queries
from lienlac.apps.mailroom.models import Arrival, Incident, Lane, Parcel
from lienlac.core.errors import Refused, Unauthentic
from lienlac.core.lane import LaneClass
from lienlac.core.messages.message import Message
from tests.apps.mailroom.conftest import Desk
from tests.apps.mailroom.partner import NOW

pytestmark = pytest.mark.django_db
STANDINGS = ("paused", "revoked")


def stand(desk: Desk, standing: str) -> None:
    """Let our administrator pause or revoke the partner."""
    if standing == "paused":
        directory.pause(desk.node, now=NOW)
    else:
        directory.revoke(desk.node, reason="conduct", now=NOW)


def write(desk: Desk) -> None:
    """Post a test call to the partner."""
    theirs = desk.partner.message()
    ours = Message(
        **{**vars(theirs), "from_office": theirs.to_offices[0], "to_offices": (desk.partner.code,)}
    )
    mailroom.post(ours, lane_class=LaneClass.NORMAL, now=NOW)


def waiting(desk: Desk) -> int:
    """How many parcels the postman would hand over."""
    return len(queries.next_batch(desk.node, {LaneClass.NORMAL: 1}))


@pytest.mark.parametrize("standing", STANDINGS)
def test_nothing_is_handed_over_and_what_waits_is_kept(desk: Desk, standing: str) -> None:
    write(desk)
    assert waiting(desk) == 1
    assert queries.with_outbox() == {desk.node.code}
    stand(desk, standing)
    assert waiting(desk) == 0
    assert not queries.with_outbox()
    kept = Parcel.objects.get()
    assert (kept.state, kept.in_outbox) == ("waiting", True)
    line = queries.lines()[0]
    assert (line.state, line.waiting) == (standing, 1)


@pytest.mark.parametrize("standing", STANDINGS)
def test_nothing_is_taken_in_even_by_a_fetch_that_was_open(desk: Desk, standing: str) -> None:
    held = Node.objects.get(pk=desk.node.pk)
    stand(desk, standing)
    desk.node = held  # as the thread of the postman read it before
    with pytest.raises(Unauthentic, match="stranger"):
        desk.take_in(desk.partner.parcel())
    assert not Arrival.objects.exists()


def test_what_was_written_during_a_pause_leaves_after_it(desk: Desk) -> None:
    stand(desk, "paused")
    write(desk)
    assert waiting(desk) == 0
    directory.resume(Node.objects.get(pk=desk.node.pk), now=NOW)
    assert waiting(desk) == 1
    desk.take_in(desk.partner.parcel())
    assert desk.numbers == ["1"]


def test_a_receipt_that_is_owed_waits_through_a_pause(desk: Desk) -> None:
    desk.take_in(desk.partner.parcel())
    stand(desk, "paused")
    assert desk.receipt_all() == []
    directory.resume(Node.objects.get(pk=desk.node.pk), now=NOW)
    assert [one["stage"] for one in desk.receipt_all()] == ["R1"]


def test_nothing_is_written_to_a_revoked_partner(desk: Desk) -> None:
    stand(desk, "revoked")
    with pytest.raises(Refused, match="partner_not_trusted"):
        write(desk)
    assert queries.lines() == []


def test_an_incident_is_closed_with_a_word_and_once(desk: Desk) -> None:
    mailroom.note_wrong_parcels(desk.node, "frame_cut", now=NOW)
    incident = queries.incidents_of(desk.node).get()
    with pytest.raises(Refused, match="incident_needs_word"):
        mailroom.close_incident(incident, word="  ", by="mara", now=NOW)
    mailroom.close_incident(incident, word="Their modem; they changed it.", by="mara", now=NOW)
    closed = Incident.objects.get()
    assert (closed.closed_by, closed.closed_with) == ("mara", "Their modem; they changed it.")
    assert not queries.open_incidents()
    with pytest.raises(Refused, match="incident_closed"):
        mailroom.close_incident(closed, word="again", by="mara", now=NOW)


def test_the_same_trespass_after_it_was_closed_is_a_new_incident(desk: Desk) -> None:
    mailroom.note_wrong_parcels(desk.node, "frame_cut", now=NOW)
    mailroom.close_incident(Incident.objects.get(), word="seen", now=NOW)
    mailroom.note_wrong_parcels(desk.node, "frame_cut", now=NOW)
    assert Incident.objects.count() == 2
    assert [one.closed_at is None for one in queries.incidents_of(desk.node)] == [True, False]


def test_only_a_frozen_lane_is_thawed(desk: Desk) -> None:
    desk.take_in(desk.partner.parcel())
    lane = Lane.objects.get(direction="in")
    assert queries.frozen_lane(lane.pk) is None
    with pytest.raises(Refused, match="lane_not_frozen"):
        mailroom.thaw(lane, now=NOW)
