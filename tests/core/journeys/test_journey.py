"""Journeys can be walked: made wrongly they raise, and what is not in the table is refused by code."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from lienlac.core.errors import Malformed, Refused
from lienlac.core.journeys.candidate import CANDIDATE
from lienlac.core.journeys.enquiry import ASKED, RECEIVED
from lienlac.core.journeys.journey import Journey, Step

ALL = (ASKED, RECEIVED, CANDIDATE)


def made(*steps: Step, terminal: str = "end", shown: dict[str, str | None] | None = None) -> Journey:
    return Journey(name="t", initial="a", terminal=frozenset({terminal}), steps=steps, shown=shown or {})


GO = Step(state="a", event="go", to="end")


@pytest.mark.parametrize(
    ("problem", "steps"),
    [
        ("row_twice", (GO, Step(state="a", event="go", to="a"))),
        ("not_reachable", (GO, Step(state="island", event="go", to="end"))),
        ("exit_from_terminal", (GO, Step(state="end", event="back", to="a"))),
        ("dead_end", (GO, Step(state="a", event="fall", to="pit"), Step(state="pit", event="sit", to="pit"))),
    ],
)
def test_a_table_that_cannot_be_walked_is_not_made(problem: str, steps: tuple[Step, ...]) -> None:
    with pytest.raises(Malformed) as caught:
        made(*steps)
    assert caught.value.facts["problem"] == problem


def test_a_shown_state_must_exist() -> None:
    with pytest.raises(Malformed) as caught:
        made(GO, shown={"dream": "a"})
    assert caught.value.facts["problem"] == "shown_unknown"


def test_a_terminal_that_nothing_reaches_is_found() -> None:
    with pytest.raises(Malformed):
        made(Step(state="a", event="go", to="a"))


def test_a_guard_must_be_met_and_is_named() -> None:
    table = made(Step(state="a", event="go", to="end", guards=("one", "two")))
    with pytest.raises(Refused) as caught:
        table.step("a", "go", met={"one"})
    assert (caught.value.code, caught.value.facts["guard"]) == ("guard_not_met", "two")
    assert table.step("a", "go", met=iter(["two", "one"])).to == "end"


@pytest.mark.parametrize("table", ALL, ids=lambda table: table.name)
def test_no_event_leads_out_of_a_terminal_state(table: Journey) -> None:
    for state in table.terminal:
        assert table.events_in(state) == ()
        for event in table.events:
            with pytest.raises(Refused, match="not_now"):
                table.step(state, event)


@given(st.sampled_from(ALL), st.text(max_size=8), st.text(max_size=8))
def test_unknown_states_and_events_are_refused_not_now(table: Journey, state: str, event: str) -> None:
    with pytest.raises(Refused, match="not_now"):
        table.step(state, event)


@given(st.sampled_from(ALL), st.data())
def test_every_walk_stays_in_the_table_and_can_still_end(table: Journey, data: st.DataObject) -> None:
    state = table.initial
    for _ in range(12):
        events = table.events_in(state)
        if not events:
            break
        event = data.draw(st.sampled_from(events))
        step = table.step(state, event, met=[g for row in table.steps for g in row.guards])
        state = step.to
        assert state in table.states
    assert (state in table.terminal) == (not table.events_in(state))


@given(st.sampled_from(ALL), st.data())
def test_nothing_happens_without_its_guards(table: Journey, data: st.DataObject) -> None:
    row = data.draw(st.sampled_from([step for step in table.steps if step.guards]))
    with pytest.raises(Refused, match="guard_not_met"):
        table.step(row.state, row.event)
