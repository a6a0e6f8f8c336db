"""CANDIDATE AND HIT: nobody is told before a human confirmed, and what was told wrongly is told to be wrong."""

from __future__ import annotations

import pytest

from lienlac.core.errors import Malformed, Refused
from lienlac.core.journeys.candidate import CANDIDATE, TOLD
from lienlac.core.messages.check import check_own

HIT = {
    "of": "0" * 32,
    "response": "HIT_CONFIRMED",
    "evaluation_source": "A",
    "evaluation_information": "1",
}


def test_nothing_is_reported_before_the_own_side_decided() -> None:
    with pytest.raises(Refused, match="guard_not_met"):
        CANDIDATE.step("confirmed", "report")
    step = CANDIDATE.step("confirmed", "report", met=("own_side_decided",))
    assert (step.to, step.clock) == ("reported", ("report_12h",))


@pytest.mark.parametrize("state", sorted(CANDIDATE.states - {"reported", "action_done", "action_impossible"}))
def test_the_owner_sees_no_state_before_he_was_told(state: str) -> None:
    assert CANDIDATE.seen_by_other_side(state) is None


@pytest.mark.parametrize("state", TOLD)
def test_what_was_told_wrongly_is_refuted_only_when_the_owner_is_told(state: str) -> None:
    with pytest.raises(Refused, match="guard_not_met"):
        CANDIDATE.step(state, "found_wrong", met=("reason_given",))
    assert CANDIDATE.step(state, "found_wrong", met=("reason_given", "owner_told")).to == "refuted"


def test_an_action_that_is_impossible_has_a_reason() -> None:
    with pytest.raises(Refused, match="guard_not_met"):
        CANDIDATE.step("reported", "cannot_act", met=("owner_told",))


def test_a_hit_that_is_reported_carries_its_safety_line() -> None:
    with pytest.raises(Malformed) as caught:
        check_own("ANSWER", HIT)
    assert caught.value.facts["field"] == "danger"
    check_own("ANSWER", {**HIT, "danger": "none_known"})
