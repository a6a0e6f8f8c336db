from __future__ import annotations

from dataclasses import replace

import pytest
from tests.core.lane.builders import E1, E2, E3, E4, digest, kinds, mark, only, sender, standing

from lienlac.core.lane import (
    Connect,
    DropSettled,
    Greet,
    Heard,
    Incident,
    Lost,
    Outgoing,
    Receipted,
    Receiving,
    Restored,
    SendFrom,
    Sending,
    Settle,
    Span,
    Standing,
    link,
    step_outgoing,
)
from lienlac.core.lane import outgoing as table


def hear(
    state: Outgoing, told: Standing, mine: str = "", given: frozenset[str] = frozenset()
) -> tuple[Outgoing, tuple[object, ...]]:
    return step_outgoing(state, Heard(standing=told, mine=mine, fresh=E4, given=given))


def acked(*names: str) -> Outgoing:
    """Give a sending end all of whose parcels are acknowledged."""
    state, _ = sender(*names)
    told = standing(seq=len(names), digest=digest(names[-1]))
    return hear(state, told, mine=digest(names[-1]))[0]


def test_the_table_is_complete() -> None:
    assert set(table.TABLE) == {(condition, name) for condition in Sending for name in table.EVENTS}


def test_places_are_given_in_one_chain() -> None:
    state, places = sender("a", "b", "c")
    assert [place.seq for place in places] == [1, 2, 3]
    assert [place.prev for place in places] == [link(""), digest("a"), digest("b")]
    assert state.last == digest("c")


def test_a_greeting_says_what_i_believe() -> None:
    _, actions = step_outgoing(acked("a", "b"), Connect())
    claim = only(actions, Greet).claim
    assert (claim.epoch, claim.sent, claim.acked) == (E1, 2, (mark(E1, 2, "b"),))


def test_an_ack_deletes_nothing_that_waits_for_its_receipt() -> None:
    state, _ = sender("a")
    state, actions = hear(state, standing(seq=1, digest=digest("a")), mine=digest("a"))
    assert state.acked == 1
    assert actions == (DropSettled(epoch=E1, through=1),)  # the settled only: see Settle


def test_a_receipt_settles_and_deletes_only_what_is_acknowledged_too() -> None:
    state, _ = sender("a")
    _, actions = step_outgoing(state, Receipted(message="a", digest=digest("a"), mine=digest("a")))
    assert actions == (Settle(message="a"), DropSettled(epoch=E1, through=0))
    _, actions = step_outgoing(acked("a"), Receipted(message="a", digest=digest("a"), mine=digest("a")))
    assert actions == (Settle(message="a"), DropSettled(epoch=E1, through=1))


def test_a_receipt_for_other_bytes_settles_nothing() -> None:
    _, actions = step_outgoing(acked("a"), Receipted(message="a", digest=digest("b"), mine=digest("a")))
    assert kinds(actions) == ["Incident"]
    assert only(actions, Incident).code == "receipt_of_other_bytes"


def test_a_receipt_that_comes_again_does_nothing() -> None:
    _, actions = step_outgoing(acked("a"), Receipted(message="a", digest=digest("a"), mine=""))
    assert kinds(actions) == ["Ignore"]


def test_a_late_ack_takes_nothing_back() -> None:
    state = acked("a", "b", "c")
    after, actions = hear(state, standing(seq=1, digest=digest("a")))
    assert (after, actions) == (state, ())


def test_after_an_answer_or_a_gap_sending_goes_on_behind_what_is_held() -> None:
    state, _ = sender("a", "b", "c")
    for told in (
        standing(seq=1, digest=digest("a"), answers=E1),
        standing(seq=1, digest=digest("a"), expected=2),
    ):
        _, actions = hear(state, told, mine=digest("a"))
        assert only(actions, SendFrom).seq == 2


@pytest.mark.parametrize(
    "told",
    [
        standing(seq=3, digest=digest("c"), answers=E1),  # more than I ever sent
        standing(seq=3, digest=digest("c")),  # the same, in an ack
        standing(seq=2, digest=digest("other"), answers=E1),  # what I never put there
        standing(seq=1, digest=digest("other"), answers=E1),  # the same, where I was once told otherwise
        standing(epoch=E3, seq=1, digest=digest("x"), answers=E1),  # an epoch that I do not know
    ],
)
def test_a_restored_sender_opens_a_new_epoch_and_sends_again(told: Standing) -> None:
    state = replace(acked("a"), sent=2, last=digest("b"))
    after, actions = hear(state, told, mine=digest("b"))
    assert only(actions, Incident).code == "sender_restored"
    assert kinds(actions)[1:] == ["Repost", "SendFrom"]
    assert (after.epoch, after.follows, after.sent, after.acked) == (E4, told.epoch, 0, 0)
    assert after.last == link(told.epoch)
    assert after.past == (mark(E1, 1, "a"),)


def test_an_operator_who_restored_says_so_and_the_lane_begins_anew() -> None:
    after, actions = step_outgoing(acked("a"), Restored(fresh=E2))
    assert kinds(actions) == ["Incident", "Repost", "Greet"]  # asks first: the receiver may be elsewhere
    assert (after.epoch, after.follows) == (E2, E1)
    fresh, _ = sender("a")
    assert step_outgoing(fresh, Restored(fresh=E2))[0].follows == ""  # nobody knows of E1


def test_a_restored_receiver_is_reported_once_with_what_it_lost() -> None:
    lost = Lost(epoch=E1, first=2, last=3, before=digest("a"))
    told = standing(seq=1, digest=digest("a"), answers=E1, lost=(lost,))
    after, actions = hear(acked("a", "b", "c"), told, given=frozenset({digest("a")}))
    assert kinds(actions) == ["Incident", "Repost", "SendFrom"]
    assert only(actions, Incident).code == "receiver_restored"
    assert only(actions, Incident).facts == {"lost": (Span(epoch=E1, first=2, last=3),)}
    assert (after.epoch, after.follows) == (E4, E1)
    again, actions = hear(after, replace(told, answers=E4), given=frozenset({digest("a")}))
    assert again == after
    assert kinds(actions) == ["SendFrom"]


def test_who_holds_before_what_it_lost_an_envelope_that_is_not_mine_lost_all_from_the_first_place_on() -> (
    None
):
    """It is of another of my lives, as may be all that it holds of the epoch: both of us were put back in time."""
    told = standing(
        seq=1,
        digest=digest("of another life"),
        answers=E1,
        lost=(Lost(epoch=E1, first=2, last=3, before=digest("of another life")),),
    )
    after, actions = hear(acked("a", "b", "c"), told, given=frozenset())
    assert only(actions, Incident).facts == {"lost": (Span(epoch=E1, first=1, last=3),)}
    other = replace(told.lost[0], before=digest("of a third one"))
    assert kinds(hear(after, replace(told, answers=E4, lost=(other,)))[1]) == ["SendFrom"]  # reported already


def test_what_was_acknowledged_is_claimed_again_after_a_report() -> None:
    lost = (Lost(epoch=E1, first=2, last=3),)
    after, _ = hear(acked("a", "b", "c"), standing(seq=1, digest=digest("a"), answers=E1, lost=lost))
    assert after.claim().acked == (mark(E1, 3, "c"),)  # the receiver may forget what it was told


def test_a_late_answer_about_an_epoch_that_i_left_is_ignored() -> None:
    state, _ = step_outgoing(acked("a"), Restored(fresh=E2))
    for told in (standing(seq=1, digest=digest("a")), standing(seq=9, answers=E1)):
        after, actions = hear(state, told)
        assert after == state
        assert kinds(actions) == ["Ignore"]


def test_a_receiver_that_still_stands_in_the_epoch_before_can_go_on() -> None:
    state, _ = step_outgoing(acked("a"), Restored(fresh=E2))
    after, actions = hear(state, standing(seq=5, digest=digest("x"), answers=E2))
    assert after == state
    assert actions == (SendFrom(seq=1),)


def test_a_receiver_in_an_older_epoch_gets_one_that_it_can_begin() -> None:
    state, _ = step_outgoing(acked("a"), Restored(fresh=E2))
    after, actions = hear(state, standing(epoch="", answers=E2, condition=Receiving.EMPTY))
    assert (after.epoch, after.follows, after.last) == (E4, "", link(""))
    assert kinds(actions) == ["Repost", "SendFrom"]


def test_a_frozen_lane_halts_is_told_once_and_goes_on_in_a_new_epoch_when_thawed() -> None:
    frozen = standing(seq=1, digest=digest("a"), answers=E1, condition=Receiving.FROZEN)
    halted, actions = hear(acked("a"), frozen)
    assert halted.condition is Sending.HALTED
    assert only(actions, Incident).code == "lane_frozen_by_partner"
    assert kinds(hear(halted, frozen)[1]) == ["Ignore"]
    after, actions = hear(halted, replace(frozen, condition=Receiving.CLOSED))
    assert (after.epoch, after.follows, after.condition) == (E4, E1, Sending.FRESH)


def test_old_epochs_do_not_pile_up_without_bound() -> None:
    state, _ = sender("a")
    for number in range(300):
        state, _ = step_outgoing(state, Restored(fresh=f"{number:032x}"))
    assert len(state.past) == 100
    assert len(state.claim().acked) <= 26
