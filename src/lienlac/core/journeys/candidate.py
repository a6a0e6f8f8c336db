"""CANDIDATE AND HIT: from a machine's candidate, which never leaves the node, to a human's verdict and on.

No machine answers for an agency (SG08): only the events named `verdict_*` lead to `confirmed`, and adverse
action needs a second reviewer who has not seen the first verdict. After that the own side decides, the owner
of the enquiry is told within 12 hours (the facts of SIRENE's form G), the action is done or not (form H), and
the record is reviewed. What turns out wrong after something was done is refuted, and the owner is told that too.
"""

from __future__ import annotations

from types import MappingProxyType

from lienlac.core.journeys.journey import Journey, Step, each

_OPEN = ("candidate", "under_review", "second_review", "undecided")
_TWO_ATTRIBUTES = ("identity_on_two_attributes",)
HITS = ("confirmed", "reported", "action_done", "action_impossible")
"""States in which a human has confirmed the pair and something is still to be done about it."""
TOLD = ("reported", "action_done", "action_impossible", "reviewed")
"""States in which the owner of the enquiry knows."""

CANDIDATE = Journey(
    name="candidate",
    initial="candidate",
    # A refuted pair does not come back: there is no way out of `refuted`.
    terminal=frozenset({"refuted"}),
    steps=(
        *each(("candidate", "undecided"), "review", "under_review", guards=("trained_reviewer",)),
        Step(state="under_review", event="verdict_same", to="confirmed", guards=_TWO_ATTRIBUTES),
        Step(state="under_review", event="verdict_same_adverse", to="second_review", guards=_TWO_ATTRIBUTES),
        Step(state="under_review", event="verdict_not_same", to="refuted"),
        Step(state="under_review", event="verdict_cannot_tell", to="undecided"),
        Step(
            state="second_review", event="second_same", to="confirmed",
            guards=("other_reviewer", "first_verdict_unseen", *_TWO_ATTRIBUTES),
        ),
        Step(state="second_review", event="second_not_same", to="undecided", guards=("other_reviewer",)),
        Step(state="second_review", event="second_cannot_tell", to="undecided", guards=("other_reviewer",)),
        # The own side decides first; then the owner is told within 12 hours.
        Step(state="confirmed", event="report", to="reported", guards=("own_side_decided",),
             clock=("report_12h",)),
        Step(state="confirmed", event="verdict_withdrawn", to="undecided"),
        Step(state="reported", event="act", to="action_done", guards=("owner_told",)),
        Step(state="reported", event="cannot_act", to="action_impossible",
             guards=("reason_given", "owner_told")),
        *each(("action_done", "action_impossible"), "review_record", "reviewed", guards=("reason_given",)),
        # Something was done about the wrong person: the pair is blocked, not forgotten (SG23).
        *each(TOLD, "found_wrong", "refuted", guards=("reason_given", "owner_told")),
        # The enquiry or the record was withdrawn, or its time is over (SG23, SG29).
        *each((*_OPEN, "confirmed"), "drop", "dropped"),
        # It was opened again, or put right: what agrees once more is looked at once more.
        Step(state="dropped", event="find_again", to="candidate"),
    ),
    shown=MappingProxyType(dict.fromkeys((*_OPEN, "confirmed", "reviewed", "refuted", "dropped"), None)),
)  # fmt: skip
