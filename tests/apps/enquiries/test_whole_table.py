"""The whole table of ENQUIRY, line by line: who makes each (state, event) happen, by which verb, on which page.

A step that is added to `core.journeys.enquiry` and that nobody can take breaks this test.
"""

import pytest
from django.urls import reverse

from lienlac.apps.enquiries import actions
from lienlac.apps.enquiries.intake import TAKEN_IN
from lienlac.core.journeys.answers import ANSWERS
from lienlac.core.journeys.enquiry import ASKED, RECEIVED

GIVEN = {row.event: ("answer", "thread_answer") for row in ANSWERS.values()}
BY_PEOPLE = {
    "enquiry_asked": {
        "check": ("ask", "ask"),
        "edit": ("edit", "thread_edit"),
        "approve": ("approve", "thread_approve"),
        "return_to_author": ("return_to_author", "thread_return"),
        "ask_release": ("approve", "thread_approve"),
        "release": ("release", "release_let_go"),
        "send": ("ask", "ask"),
        "clarify": ("clarify", "thread_clarify"),
        "correct": ("correct", "thread_correct"),
        "remind": ("remind", "thread_remind"),
        "give_outcome": ("give_outcome", "thread_close"),
        "close": ("close", "thread_close"),
        "reopen": ("reopen", "thread_reopen"),
        "withdraw": ("withdraw", "thread_withdraw"),
    },
    "enquiry_received": {
        **GIVEN,
        "open": ("open_enquiry", "thread_take"),
        "start_work": ("start_work", "thread_start"),
        "hold": ("answer", "thread_answer"),  # a refusal without reason waits for its hour
        "ask_release": ("answer", "thread_answer"),
        "release": ("release", "release_let_go"),
        "return_to_author": ("return_from_release", "release_send_back"),
        "await_authorisation": ("answer", "thread_answer"),
        "authorisation_decided": ("answer", "thread_answer"),
        "extend": ("answer", "thread_answer"),
        "correct": ("correct", "thread_correct"),
        "close": ("close", "thread_put_away"),
    },
}
"""Event -> the verb of `actions` and the address of the page that calls it."""

BY_THE_POST = {
    "enquiry_asked": {"receipt_r1", "receipt_r2", "receipt_r3", "receipt_refused", "receipt_not_understood",
                      "correction_arrives", *GIVEN},
    "enquiry_received": {"clarification_arrives", "reminder_arrives", "correction_arrives", "outcome_arrives",
                         "reopening_arrives", "withdrawal_arrives"},
}  # fmt: skip
BY_THE_NODE = {
    "enquiry_asked": {
        "link_down",
        "link_up",
        "remind_outcome",
        "no_outcome_90",
        "expire",
        "file_away",
        "close",
    },
    "enquiry_received": {
        "link_down",
        "link_up",
        "no_outcome_90",
        "expire",
        "file_away",
        "close",
        "answer_refused",
    },
}
"""What `daily` and `send_due` do by themselves."""

NOBODY_YET = {
    # The review of SG02 (two reviewers, one of the legal unit) has no verb.
    "enquiry_asked": {"hold", "clear_hold", "lapse", "stop"},
    "enquiry_received": {"clear_hold", "lapse"},
}
SIDES = [ASKED, RECEIVED]
each_side = pytest.mark.parametrize("journey", SIDES, ids=lambda one: one.name)


def ways(side):
    return (set(BY_PEOPLE[side]), BY_THE_POST[side], BY_THE_NODE[side], NOBODY_YET[side])


@each_side
def test_every_event_of_the_table_has_somebody_who_makes_it_happen(journey):
    assert set().union(*ways(journey.name)) == journey.events


@each_side
def test_what_nobody_does_is_done_by_nobody(journey):
    people, post, node, nobody = ways(journey.name)
    assert not nobody & (people | post | node)


@each_side
def test_every_state_but_those_of_a_review_is_left_by_somebody(journey):
    people, post, node, _nobody = ways(journey.name)
    stuck = {
        state
        for state in journey.states - journey.terminal
        if not set(journey.events_in(state)) & (people | post | node)
    }
    assert stuck == set()


@pytest.mark.parametrize(
    ("verb", "page"), sorted({pair for side in BY_PEOPLE.values() for pair in side.values()})
)
def test_every_deed_of_people_has_its_verb_and_its_page(verb, page):
    assert callable(getattr(actions, verb))
    assert reverse(page) if page == "ask" else reverse(page, args=[1])


def test_every_arrival_has_its_receiver():
    asked_for = {"ANSWER", "CLARIFICATION", "CORRECTION", "REMINDER", "WITHDRAWAL", "FEEDBACK", "REOPENING"}
    assert asked_for <= TAKEN_IN.keys()
