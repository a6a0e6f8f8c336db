from __future__ import annotations

from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st
from tests.core.lane.builders import E1, E2, E3, LANE, digest, kinds, mark, only, receiver, sender

from lienlac.core.errors import Unauthentic
from lienlac.core.lane import (
    Answer,
    Apply,
    Arrived,
    Claim,
    Content,
    Freeze,
    Greeted,
    Incident,
    Incoming,
    IssueReceipt,
    Lost,
    Position,
    Receiving,
    Status,
    Store,
    Thaw,
    link,
    step_incoming,
)
from lienlac.core.lane import incoming as table


def arrive(state: Incoming, place: Position, content: Content = Content.NEW, held: str = "") -> Incoming:
    return step_incoming(state, Arrived(position=place, content=content, held=held))[0]


def opening(epoch: str, follows: str, name: str = "again") -> Position:
    return Position(lane=LANE, epoch=epoch, seq=1, prev=link(follows), digest=digest(name))


def test_the_table_is_complete() -> None:
    pairs = {(condition, name) for condition in Receiving for name in table.EVENTS}
    assert set(table.TABLE) == pairs - table.IMPOSSIBLE


def test_parcels_in_order_are_stored_applied_and_receipted() -> None:
    _, places = sender("a", "b")
    state = Incoming(lane=LANE)
    for seq, place in enumerate(places, start=1):
        state, actions = step_incoming(state, Arrived(position=place, content=Content.NEW, held=""))
        assert kinds(actions) == ["Store", "Apply", "IssueReceipt", "Answer"]
        assert only(actions, Answer).standing.seq == seq
    assert state.last == digest("b")


@pytest.mark.parametrize(
    ("content", "applied", "status"),
    [
        (Content.NEW, True, Status.STORED),
        (Content.KNOWN, False, Status.STORED),
        (Content.RECEIPT, True, None),
        (Content.RECEIPT_KNOWN, False, None),
        (Content.NOT_UNDERSTOOD, False, Status.NOT_UNDERSTOOD),
        (Content.REFUSED, False, Status.REFUSED),
    ],
)
def test_whatever_is_inside_the_lane_goes_on(content: Content, applied: bool, status: Status | None) -> None:
    _, (place,) = sender("a")
    state, actions = step_incoming(Incoming(lane=LANE), Arrived(position=place, content=content, held=""))
    assert state.seq == 1
    assert [action.position for action in actions if isinstance(action, Store)] == [place]
    assert any(isinstance(action, Apply) for action in actions) is applied
    assert [action.status for action in actions if isinstance(action, IssueReceipt)] == (
        [status] if status else []
    )


@pytest.mark.parametrize("content", Content)
def test_nothing_that_is_marked_as_a_receipt_gets_one(content: Content) -> None:
    _, (place,) = sender("a")
    event = Arrived(position=replace(place, receipt=True), content=content, held="")
    state, actions = step_incoming(Incoming(lane=LANE), event)
    assert state.seq == 1
    assert not any(isinstance(action, IssueReceipt) for action in actions)
    assert any(isinstance(action, Store) for action in actions)


def test_a_duplicate_is_refused_for_ever() -> None:
    _, places = sender(*(f"m{n}" for n in range(300)))
    state = receiver(*places)
    for place in places:
        after, actions = step_incoming(
            state, Arrived(position=place, content=Content.KNOWN, held=place.digest)
        )
        assert after == state
        assert kinds(actions) == ["Ignore", "Answer"]


def test_a_gap_is_reported_with_the_place_expected() -> None:
    _, places = sender("a", "b", "c")
    state, actions = step_incoming(
        receiver(places[0]), Arrived(position=places[2], content=Content.NEW, held="")
    )
    assert state.seq == 1
    assert only(actions, Answer).standing.expected == 2


def test_a_huge_seq_is_a_gap_and_an_incident_not_an_allocation() -> None:
    _, (place,) = sender("a")
    state = receiver(place)
    after, actions = step_incoming(
        state, Arrived(position=replace(place, seq=2**53 - 1), content=Content.NEW, held="")
    )
    assert after == state
    assert only(actions, Incident).code == "seq_far_ahead"


@given(st.integers(1, 3))
def test_two_envelopes_at_one_place_freeze_the_lane_and_both_are_kept(seq: int) -> None:
    _, places = sender("a", "b", "c")
    other = replace(places[seq - 1], digest=digest("other"))
    held = places[seq - 1].digest
    state, actions = step_incoming(receiver(*places), Arrived(position=other, content=Content.NEW, held=held))
    evidence = only(actions, Freeze).evidence
    assert (evidence.other, evidence.held, evidence.claimed) == (other, held, digest("other"))
    assert state.condition is Receiving.FROZEN
    assert state.evidence == evidence
    assert only(actions, Incident).code == "equivocation"


def test_a_parcel_that_follows_another_history_freezes_the_lane() -> None:
    _, places = sender("a", "b")
    state, actions = step_incoming(
        receiver(places[0]),
        Arrived(position=replace(places[1], prev=digest("other")), content=Content.NEW, held=""),
    )
    assert state.condition is Receiving.FROZEN
    assert only(actions, Freeze).evidence.held == digest("a")


def test_a_frozen_lane_takes_nothing_until_an_operator_thaws_it_and_then_a_new_epoch_only() -> None:
    _, places = sender("a", "b")
    state = arrive(receiver(*places), replace(places[1], digest=digest("other")))
    _, following = sender("a", "b", "c")
    for place in (following[2], opening(E2, E1)):
        assert arrive(state, place) == state
    state, _ = step_incoming(state, Thaw())
    assert state.condition is Receiving.CLOSED
    assert arrive(state, following[2]) == state
    assert arrive(state, opening(E2, E1)).epoch == E2


def test_a_new_epoch_begins_only_after_the_one_i_am_in() -> None:
    _, (place,) = sender("a")
    state = receiver(place)
    assert arrive(state, opening(E3, E2)) == state  # follows an epoch that I never saw
    assert arrive(state, opening(E3, "")) == state  # begins from nothing
    state, actions = step_incoming(state, Arrived(position=opening(E2, E1), content=Content.KNOWN, held=""))
    assert only(actions, Incident).code == "partner_opened_epoch"
    assert (state.epoch, state.seq, state.past) == (E2, 1, (mark(E1, 1, "a"),))


def test_an_old_epoch_cannot_be_replayed() -> None:
    _, places = sender("a", "b", "c")
    state = arrive(receiver(*places[:2]), opening(E2, E1))
    for place in places:
        after, actions = step_incoming(state, Arrived(position=place, content=Content.KNOWN, held=""))
        assert after == state
        assert only(actions, Incident).code == "old_epoch_replayed"


def test_a_parcel_of_another_lane_is_refused() -> None:
    _, (place,) = sender("a")
    with pytest.raises(Unauthentic, match="wrong_lane"):
        arrive(Incoming(lane=LANE), replace(place, lane=LANE.reverse()))


def test_a_greeting_is_answered_with_where_i_stand() -> None:
    _, places = sender("a", "b")
    claim = Claim(epoch=E1, sent=2, acked=(mark(E1, 1, "a"),))
    _, actions = step_incoming(receiver(*places), Greeted(claim=claim, held=(digest("a"),)))
    told = only(actions, Answer).standing
    assert (told.epoch, told.seq, told.digest, told.answers, told.lost) == (E1, 2, digest("b"), E1, ())


def test_a_receiver_put_back_in_time_learns_it_says_what_it_lost_and_says_it_once() -> None:
    _, places = sender("a", "b")
    claim = Claim(epoch=E3, sent=4, acked=(mark(E1, 5), mark(E2, 3)))
    lost = (Lost(epoch=E1, first=3, last=5, before=digest("b")), Lost(epoch=E2, first=1, last=3))
    told = tuple(one.places for one in lost)
    state, actions = step_incoming(receiver(*places), Greeted(claim=claim, held=("", "")))
    assert kinds(actions) == ["Incident", "AnnounceRestore", "Answer"]
    assert only(actions, Incident).facts == {"lost": told}
    assert only(actions, Answer).standing.lost == lost
    again, actions = step_incoming(state, Greeted(claim=claim, held=("", "")))
    assert again == state
    assert kinds(actions) == ["Answer"]
    assert only(actions, Answer).standing.lost == lost


def test_a_greeting_about_less_than_i_hold_says_nothing_of_a_restore() -> None:
    _, places = sender("a", "b", "c")
    state = receiver(*places)
    for seq, name in enumerate("abc", start=1):
        claim = Claim(epoch=E1, sent=9, acked=(mark(E1, seq, name),))
        _, actions = step_incoming(state, Greeted(claim=claim, held=(digest(name),)))
        assert kinds(actions) == ["Answer"]


def test_another_envelope_where_the_sender_says_that_mine_stands_is_a_restore_however_far_i_am() -> None:
    """Both were put back, the sender more than once: I hold what it sent in a life that it has forgotten."""
    _, places = sender("a", "b", "c")
    claim = Claim(epoch=E1, sent=9, acked=(mark(E1, 2, "of another life"),))
    _, actions = step_incoming(receiver(*places), Greeted(claim=claim, held=(digest("b"),)))
    assert kinds(actions) == ["Incident", "AnnounceRestore", "Answer"]
    assert only(actions, Answer).standing.lost == (Lost(epoch=E1, first=1, last=2),)


def test_of_an_earlier_epoch_too_i_say_what_stands_before_the_places_that_i_lost() -> None:
    _, places = sender("a", "b")
    claim = Claim(epoch=E2, sent=1, acked=(mark(E1, 9), mark(E2, 1, "x")))
    state = receiver(*places, opening(E2, follows=E1, name="x"))
    _, actions = step_incoming(state, Greeted(claim=claim, held=("", digest("x"))))
    assert only(actions, Answer).standing.lost == (Lost(epoch=E1, first=3, last=9, before=digest("b")),)


def test_what_i_no_longer_know_of_a_place_is_not_held_against_it() -> None:
    _, places = sender("a", "b", "c")
    claim = Claim(epoch=E1, sent=9, acked=(mark(E1, 2, "b"),))
    _, actions = step_incoming(receiver(*places), Greeted(claim=claim, held=("",)))
    assert kinds(actions) == ["Answer"]


@given(st.permutations(range(6)), st.lists(st.integers(0, 5), max_size=12))
def test_any_order_of_arrival_stores_a_prefix_in_order(order: list[int], more: list[int]) -> None:
    _, places = sender(*(f"m{n}" for n in range(6)))
    state = Incoming(lane=LANE)
    stored = []
    for number in [*order, *more]:
        state, actions = step_incoming(state, Arrived(position=places[number], content=Content.NEW, held=""))
        stored += [action.position.seq for action in actions if isinstance(action, Store)]
    assert stored == list(range(1, len(stored) + 1))
    assert state.seq == len(stored)


def test_every_content_has_its_line() -> None:
    assert set(table._CONTENT) == set(Content)


@pytest.mark.parametrize(
    "changed", [{}, {"seq": 1}, {"seq": 3}, {"prev": digest("x")}, {"epoch": E2}, {"seq": 3, "epoch": E2}]
)
def test_what_follows_a_place_that_was_taken_is_taken_and_nothing_else(changed: dict[str, object]) -> None:
    _, (first, second) = sender("a", "b")
    then = replace(second, **changed)  # type: ignore[arg-type]
    state = arrive(Incoming(lane=LANE), first)
    _, actions = step_incoming(state, Arrived(position=then, content=Content.NEW, held=""))
    assert ("Store" in kinds(actions)) == then.follows(first)


def test_no_place_of_another_lane_follows() -> None:
    _, (first, second) = sender("a", "b")
    assert not replace(second, lane=LANE.reverse()).follows(first)


def test_a_restore_that_is_put_off_is_answered_and_found_again() -> None:
    _, places = sender("a", "b")
    state = receiver(*places)
    claim = Claim(epoch=E1, sent=2, acked=(mark(E1, 2, "of another life"),))
    event = Greeted(claim=claim, held=(digest("b"),))
    same, actions = step_incoming(state, replace(event, put_off=True))
    assert (same, only(actions, Answer).standing.lost) == (state, (Lost(epoch=E1, first=1, last=2),))
    assert kinds(actions) == ["Answer"]
    assert "AnnounceRestore" in kinds(step_incoming(same, event)[1])
