"""ENQUIRY, seen from both desks: `ASKED` at the node that asks, `RECEIVED` at the node that is asked.

The states are the codes of the list `enquiry_states`. Each side moves its own table: the asker's by what
arrives (receipts, answers) and by its own deeds; the receiver's by the deeds of its desk. Holds (neutrality,
protection, release chain) are inner: the other side is shown `in_work`.
"""

from __future__ import annotations

from types import MappingProxyType

from lienlac.core.journeys.journey import Journey, Step, each

FINAL_ANSWERS = ("answer_full", "answer_nohit", "answer_action_done", "answer_action_impossible")

# --- The asker ------------------------------------------------------------------------------------------
_DRAFTING = ("draft", "checked", "returned", "approved", "in_release", "held")
_WAITING = ("sent", "received", "taken", "in_work", "clarifying", "forwarded", "partial", "reopened")
_DECIDED = ("answered", "refused", "duplicate")
_OVER = ("outcome_given", "closed", "closed_no_outcome")
_BEYOND = ("taken", "in_work", "clarifying", "forwarded", "partial", "reopened", *_DECIDED, *_OVER)

ASKED = Journey(
    name="enquiry_asked",
    initial="draft",
    terminal=frozenset({"withdrawn", "expired", "stopped", "filed"}),
    steps=(
        # Before sending. SG02 holds what a reviewer must see; a hold that lapses was never sent.
        Step(state="draft", event="check", to="checked", guards=("policy_permits", "body_checked")),
        Step(state="draft", event="hold", to="held"),
        Step(state="checked", event="hold", to="held"),
        Step(state="held", event="clear_hold", to="checked", guards=("reviewers_cleared",)),
        Step(state="held", event="lapse", to="stopped"),
        Step(state="held", event="stop", to="stopped"),
        Step(state="checked", event="approve", to="approved", guards=("approvals_met",)),
        *each(("checked", "approved", "in_release"), "return_to_author", "returned"),
        # Whatever is changed loses the approvals that were given for the other text.
        *each(("checked", "approved", "returned", "in_release"), "edit", "draft"),
        Step(state="approved", event="ask_release", to="in_release"),
        Step(state="in_release", event="release", to="approved", guards=("release_chain_complete",)),
        Step(
            state="approved", event="send", to="sent",
            guards=("policy_permits", "approvals_met", "release_chain_complete"), clock=("start_u0",),
        ),
        # Receipts. A late one changes nothing here: the ladder of delivery is drawn from the receipts.
        Step(state="sent", event="receipt_r1", to="received", clock=("start",)),
        Step(state="sent", event="receipt_not_understood", to="sent"),
        *each(("sent", "received"), "receipt_refused", "refused", clock=("end",)),
        *each(("sent", "received"), "receipt_r2", "taken", clock=("start",)),
        *each(("sent", "received", "taken"), "receipt_r3", "in_work", clock=("start",)),
        *each(("received", *_BEYOND), "receipt_r1"),
        *each(_BEYOND, "receipt_r2"),
        *each(tuple(state for state in _BEYOND if state != "taken"), "receipt_r3"),
        # Answers overtake receipts when they travel on another lane: any waiting state takes any answer.
        *(step for event in FINAL_ANSWERS for step in each(_WAITING, event, "answered", clock=("end",))),
        *each(_WAITING, "answer_refused", "refused", clock=("end",)),
        *each(_WAITING, "answer_duplicate", "duplicate", clock=("end",)),
        *each(_WAITING, "answer_status", "in_work", clock=("first_answer",)),
        *each(_WAITING, "answer_partial", "partial", clock=("first_answer",)),
        *each(_WAITING, "answer_forwarded", "forwarded", clock=("first_answer",)),
        *each(_WAITING, "answer_clarify", "clarifying", clock=("first_answer", "stop_clarification")),
        Step(state="clarifying", event="clarify", to="in_work", clock=("resume_clarification",)),
        # What is found later, or was answered wrongly, still arrives.
        *(step for event in FINAL_ANSWERS for step in each(("answered", "duplicate"), event, "answered")),
        *each((*_WAITING, *_DECIDED, *_OVER), "correction_arrives"),
        *each((*_WAITING, *_DECIDED, *_OVER), "correct"),
        *each(_WAITING, "remind"),
        *each(_WAITING, "link_down", clock=("stop_force_majeure",)),
        *each(_WAITING, "link_up", clock=("resume_force_majeure",)),
        *each((*_DRAFTING, *_WAITING), "expire", "expired", clock=("end",)),
        # Outcome: reminded at 30 and 60 days, counted at 90.
        *each(_DECIDED, "remind_outcome"),
        *each(_DECIDED, "give_outcome", "outcome_given", guards=("outcome_coded",)),
        *each(_DECIDED, "no_outcome_90", "closed_no_outcome"),
        Step(state="closed_no_outcome", event="give_outcome", to="outcome_given", guards=("outcome_coded",)),
        Step(state="outcome_given", event="close", to="closed"),
        *each(("closed", "closed_no_outcome"), "reopen", "reopened", guards=("within_a_year",),
              clock=("restart",)),
        *each(("closed", "closed_no_outcome"), "file_away", "filed", guards=("year_is_over",)),
        # Withdrawal, from any state; a draft is withdrawn without a message.
        *each((*_DRAFTING, *_WAITING, *_DECIDED, *_OVER), "withdraw", "withdrawn", clock=("end",)),
    ),
    shown=MappingProxyType({**dict.fromkeys((*_DRAFTING, "stopped"), None), "filed": "closed"}),
)  # fmt: skip
"""The asker's desk. Events `receipt_*` and `answer_*` arrive from the other side; the rest are own deeds."""

# --- The receiver ---------------------------------------------------------------------------------------
_AT_WORK = ("received", "taken", "in_work", "clarifying", "forwarded", "partial", "reopened")
_INNER = ("held", "in_release")
_ANSWER_GUARDS = ("policy_permits", "approvals_met")

RECEIVED = Journey(
    name="enquiry_received",
    initial="received",
    terminal=frozenset({"withdrawn", "expired", "filed"}),
    steps=(
        Step(state="received", event="open", to="taken", guards=("desk_named",)),
        Step(state="reopened", event="open", to="taken", guards=("desk_named",)),
        *each(("received", "taken", "partial", "forwarded", "reopened"), "start_work", "in_work",
              guards=("desk_named",)),
        # Inner holds. Nothing of them leaves, and the clock goes on: a pause would tell that there is one.
        *each(_AT_WORK, "hold", "held"),
        Step(state="held", event="clear_hold", to="in_work", guards=("reviewers_cleared",)),
        Step(state="held", event="lapse", to="refused", clock=("end",)),
        Step(state="held", event="answer_refused", to="refused", guards=("outward_ground",), clock=("end",)),
        *each(tuple(state for state in _AT_WORK if state != "received"), "ask_release", "in_release"),
        Step(state="in_release", event="release", to="in_work", guards=("release_chain_complete",)),
        Step(state="in_release", event="return_to_author", to="in_work"),
        # While others decide about the answer the asker may be told that it takes longer.
        Step(state="in_release", event="answer_status", to="in_release", guards=("policy_permits",),
             clock=("first_answer",)),
        # The six buttons and their kin. One tap on an enquiry just opened is enough for NOHIT.
        *(step for event in FINAL_ANSWERS
          for step in each(_AT_WORK, event, "answered", guards=_ANSWER_GUARDS, clock=("end",))),
        *each(_AT_WORK, "answer_refused", "refused", guards=("outward_ground",), clock=("end",)),
        *each(_AT_WORK, "answer_duplicate", "duplicate", clock=("end",)),
        *each(_AT_WORK, "answer_status", "in_work", guards=("policy_permits",), clock=("first_answer",)),
        *each(_AT_WORK, "answer_partial", "partial", guards=_ANSWER_GUARDS, clock=("first_answer",)),
        *each(_AT_WORK, "answer_forwarded", "forwarded", guards=("policy_permits",),
              clock=("first_answer",)),
        *each(_AT_WORK, "answer_clarify", "clarifying", guards=("policy_permits",),
              clock=("first_answer", "stop_clarification")),
        Step(state="clarifying", event="clarification_arrives", to="in_work",
             clock=("resume_clarification",)),
        # It may cross another answer of ours on its way, or come while something is held: it is always taken,
        # or its refusal would tell that there is a hold.
        *each((*(state for state in _AT_WORK if state != "clarifying"), *_INNER, *_DECIDED, *_OVER),
              "clarification_arrives", clock=("resume_clarification",)),
        # The clock stops for three reasons only; the other two are no states of their own.
        *each((*_AT_WORK, "in_release"), "await_authorisation", guards=("declared_within_limit",),
              clock=("stop_judicial_authorisation",)),
        *each((*_AT_WORK, "in_release"), "authorisation_decided", clock=("resume_judicial_authorisation",)),
        *each((*_AT_WORK, *_INNER), "link_down", clock=("stop_force_majeure",)),
        *each((*_AT_WORK, *_INNER), "link_up", clock=("resume_force_majeure",)),
        *each((*_AT_WORK, "in_release"), "extend", guards=("extension_allowed",), clock=("extend",)),
        *each((*_AT_WORK, *_INNER), "reminder_arrives"),
        *each((*_AT_WORK, *_INNER, *_DECIDED, *_OVER), "correction_arrives"),
        *each((*_AT_WORK, *_DECIDED, *_OVER), "correct", guards=_ANSWER_GUARDS),
        *each((*_AT_WORK, *_INNER), "expire", "expired", clock=("end",)),
        *(step for event in FINAL_ANSWERS
          for step in each(("answered", "duplicate"), event, "answered", guards=_ANSWER_GUARDS)),
        *each(_DECIDED, "outcome_arrives", "outcome_given"),
        *each(_DECIDED, "no_outcome_90", "closed_no_outcome"),
        Step(state="closed_no_outcome", event="outcome_arrives", to="outcome_given"),
        Step(state="outcome_given", event="close", to="closed"),
        *each(("closed", "closed_no_outcome", "outcome_given"), "reopening_arrives", "reopened",
              guards=("within_a_year",), clock=("restart",)),
        *each(("closed", "closed_no_outcome"), "file_away", "filed", guards=("year_is_over",)),
        *each((*_AT_WORK, *_INNER, *_DECIDED, *_OVER), "withdrawal_arrives", "withdrawn", clock=("end",)),
    ),
    shown=MappingProxyType({"held": "in_work", "in_release": "in_work", "filed": "closed"}),
)  # fmt: skip
"""The receiver's desk. Events that end in `_arrives` come from the asker; the rest are deeds of this desk."""

WAITING_FOR_THEM = frozenset(_WAITING)
"""States of an asked enquiry in which the other side owes something (in `clarifying` we do)."""

OWED_BY_US = frozenset({*_AT_WORK, *_INNER} - {"clarifying"})
"""States of a received enquiry in which this desk owes an answer."""
