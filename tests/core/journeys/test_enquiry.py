"""ENQUIRY as the workflow tells it, from both desks."""

from __future__ import annotations

import pytest

from lienlac.core import codes
from lienlac.core.errors import Refused
from lienlac.core.journeys.answers import ANSWERS, BUTTONS, answer
from lienlac.core.journeys.candidate import CANDIDATE
from lienlac.core.journeys.enquiry import ASKED, FINAL_ANSWERS, OWED_BY_US, RECEIVED, WAITING_FOR_THEM
from lienlac.core.journeys.journey import Journey

GUARDS = {guard for table in (ASKED, RECEIVED, CANDIDATE) for step in table.steps for guard in step.guards}


def walk(table: Journey, *events: str, start: str | None = None) -> str:
    state = start or table.initial
    for event in events:
        state = table.step(state, event, met=GUARDS).to
    return state


def test_the_plain_journey_of_the_asker() -> None:
    assert walk(ASKED, "check", "approve", "send", "receipt_r1", "receipt_r2", "answer_full") == "answered"
    assert walk(ASKED, "give_outcome", "close", start="answered") == "closed"


def test_the_plain_journey_of_the_receiver() -> None:
    assert walk(RECEIVED, "open", "answer_full", "outcome_arrives", "close") == "closed"


def test_release_chain_and_return() -> None:
    to_release = ("check", "approve", "ask_release")
    assert walk(ASKED, *to_release, "release", "send") == "sent"
    assert walk(ASKED, *to_release, "return_to_author", "edit") == "draft"


def test_an_edit_after_approval_starts_again() -> None:
    assert walk(ASKED, "check", "approve", "edit") == "draft"
    with pytest.raises(Refused, match="not_now"):
        ASKED.step("draft", "send", met=GUARDS)


def test_nothing_is_sent_unchecked_or_unapproved() -> None:
    senders = [step for step in ASKED.steps if step.to == "sent" and step.state != "sent"]
    assert [step.state for step in senders] == ["approved"]
    assert set(senders[0].guards) == {"policy_permits", "approvals_met", "release_chain_complete"}


def test_a_hold_that_lapses_was_never_sent() -> None:
    assert walk(ASKED, "hold", "lapse") == "stopped"
    assert "send" not in ASKED.events_in("held")


@pytest.mark.parametrize("state", ["held", "in_release"])
def test_the_other_side_sees_a_hold_as_work(state: str) -> None:
    assert RECEIVED.seen_by_other_side(state) == "in_work"


@pytest.mark.parametrize(
    "state", ["draft", "checked", "returned", "approved", "in_release", "held", "stopped"]
)
def test_the_other_side_sees_nothing_before_sending(state: str) -> None:
    assert ASKED.seen_by_other_side(state) is None


def test_a_hold_leaves_no_trace_on_the_clock() -> None:
    assert not [step for step in RECEIVED.steps if step.event in {"hold", "clear_hold"} and step.clock]


def test_what_is_shown_agrees_with_the_code_list() -> None:
    for state in RECEIVED.states & set(codes.load("enquiry_states")):
        listed = codes.load("enquiry_states").row(state)["seen_by_other_side"]
        assert listed in {"", RECEIVED.seen_by_other_side(state)}


@pytest.mark.parametrize("response", sorted(ANSWERS))
def test_every_answer_leads_somewhere_on_both_desks(response: str) -> None:
    event = ANSWERS[response].event
    given = [step for step in RECEIVED.steps if step.event == event and step.state == "taken"]
    taken = [step for step in ASKED.steps if step.event == event]
    assert len(given) == 1
    assert {step.state for step in taken} >= WAITING_FOR_THEM
    assert {step.to for step in taken} == {given[0].to}


@pytest.mark.parametrize("response", sorted(ANSWERS))
def test_a_final_answer_ends_the_clock_on_both_desks_and_no_other_does(response: str) -> None:
    row = ANSWERS[response]
    for table in (ASKED, RECEIVED):
        waiting = [step for step in table.steps if step.event == row.event and step.state == "in_work"]
        assert ["end" in step.clock for step in waiting] == [row.final]


def test_there_are_six_buttons_with_codes_of_the_list() -> None:
    assert BUTTONS == {
        "no_record": "NOHIT", "record": "FULL", "need_more": "CLARIFY", "need_time": "STATUS",
        "passed_to": "FORWARDED", "cannot_answer": "REFUSED",
    }  # fmt: skip
    assert set(BUTTONS.values()) == {
        code for code in codes.load("responses") if codes.load("responses").row(code).flag("button")
    }
    assert set(ANSWERS) <= set(codes.load("responses"))
    assert {answer(code).event for code in ("FULL", "NOHIT")} <= set(FINAL_ANSWERS)


def test_a_refusal_needs_its_outward_ground() -> None:
    refusals = [step for step in RECEIVED.steps if step.event == "answer_refused"]
    assert refusals
    assert all("outward_ground" in step.guards for step in refusals)


def test_an_answer_that_overtakes_its_receipts_is_taken() -> None:
    assert walk(ASKED, "check", "approve", "send", "answer_nohit") == "answered"
    assert walk(ASKED, "receipt_r1", "receipt_r2", start="answered") == "answered"


def test_clarifying_stops_the_clock_and_the_reply_resumes_it() -> None:
    assert "stop_clarification" in RECEIVED.step("in_work", "answer_clarify", met=GUARDS).clock
    assert "resume_clarification" in RECEIVED.step("clarifying", "clarification_arrives").clock
    assert walk(ASKED, "answer_clarify", "clarify", start="taken") == "in_work"


def test_forwarding_keeps_the_clock() -> None:
    assert RECEIVED.step("taken", "answer_forwarded", met=GUARDS).clock == ("first_answer",)
    assert RECEIVED.step("forwarded", "start_work", met=GUARDS).clock == ()


@pytest.mark.parametrize("state", sorted(ASKED.states - ASKED.terminal))
def test_the_asker_withdraws_from_any_state(state: str) -> None:
    assert ASKED.step(state, "withdraw").to == "withdrawn"


@pytest.mark.parametrize("state", sorted(RECEIVED.states - RECEIVED.terminal))
def test_a_withdrawal_arrives_in_any_state(state: str) -> None:
    assert RECEIVED.step(state, "withdrawal_arrives").to == "withdrawn"


def test_without_outcome_it_closes_and_can_still_get_one() -> None:
    assert (
        walk(ASKED, "remind_outcome", "remind_outcome", "no_outcome_90", start="answered")
        == "closed_no_outcome"
    )
    assert walk(ASKED, "give_outcome", "close", start="closed_no_outcome") == "closed"


def test_reopened_within_a_year_only() -> None:
    with pytest.raises(Refused) as caught:
        ASKED.step("closed", "reopen")
    assert caught.value.facts["guard"] == "within_a_year"
    assert walk(ASKED, "reopen", "answer_full", start="closed") == "answered"
    assert walk(RECEIVED, "reopening_arrives", "open", start="closed") == "taken"


def test_states_in_which_somebody_owes_are_states() -> None:
    assert ASKED.states >= WAITING_FOR_THEM
    assert RECEIVED.states >= OWED_BY_US


def test_no_machine_confirms_a_candidate() -> None:
    into = {step.event for step in CANDIDATE.steps if step.to == "confirmed"}
    assert into == {"verdict_same", "second_same"}
    for event in into:
        rows = [step for step in CANDIDATE.steps if step.event == event]
        assert all("identity_on_two_attributes" in step.guards for step in rows)


def test_adverse_action_needs_a_second_reviewer_who_is_blind() -> None:
    assert walk(CANDIDATE, "review", "verdict_same_adverse") == "second_review"
    step = CANDIDATE.step("second_review", "second_same", met=GUARDS)
    assert {"other_reviewer", "first_verdict_unseen"} <= set(step.guards)


def test_a_candidate_is_never_shown_and_a_refuted_pair_does_not_come_back() -> None:
    for state in ("candidate", "under_review", "second_review", "undecided", "refuted", "confirmed"):
        assert CANDIDATE.seen_by_other_side(state) is None
    assert CANDIDATE.events_in("refuted") == ()
