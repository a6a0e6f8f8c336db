"""What a journey is: a table (state, event) -> (next state, guards, effects on the clock), checked when made.

Guards are codes: the verb in `actions.py` finds out whether they are met and passes those that are; the
table says which are needed. No branch on a state stands anywhere else.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from types import MappingProxyType

from lienlac.core.errors import Malformed, Refused


@dataclass(frozen=True, kw_only=True)
class Step:
    """One row: from `state`, on `event`, to `to`, if all `guards` are met; `clock` names effects on it."""

    state: str
    event: str
    to: str
    guards: tuple[str, ...] = ()
    clock: tuple[str, ...] = ()


@dataclass(frozen=True, kw_only=True)
class Journey:
    """A named table of steps; raises Malformed `journey_table` when it could not be walked.

    `shown` gives what the other side sees of a state, where that is not the state itself; a state shown as
    None does not exist for the other side.
    """

    name: str
    initial: str
    terminal: frozenset[str]
    steps: tuple[Step, ...]
    shown: Mapping[str, str | None] = field(default_factory=dict)
    _table: Mapping[tuple[str, str], Step] = field(init=False, repr=False, compare=False)

    def __post_init__(self) -> None:
        table = {(step.state, step.event): step for step in self.steps}
        object.__setattr__(self, "_table", MappingProxyType(table))
        for problem, states in self._problems():
            if states:
                raise Malformed("journey_table", journey=self.name, problem=problem, states=sorted(states))

    @property
    def states(self) -> frozenset[str]:
        """All states that the table names."""
        named = {step.state for step in self.steps} | {step.to for step in self.steps}
        return frozenset(named | {self.initial} | self.terminal)

    @property
    def events(self) -> frozenset[str]:
        """All events that the table names."""
        return frozenset(step.event for step in self.steps)

    def step(self, state: str, event: str, *, met: Iterable[str] = ()) -> Step:
        """Give the step that `event` causes in `state`.

        Raise Refused `not_now` when the table has none, `guard_not_met` (with the guard's code) when one of
        its guards is not among those `met`.
        """
        found = self._table.get((state, event))
        if found is None:
            raise Refused("not_now", journey=self.name, state=state, event=event)
        kept = frozenset(met)
        missing = [guard for guard in found.guards if guard not in kept]
        if missing:
            raise Refused("guard_not_met", journey=self.name, state=state, event=event, guard=missing[0])
        return found

    def events_in(self, state: str) -> tuple[str, ...]:
        """Give the events that can happen in `state`, in the order of the table: the buttons of a page."""
        return tuple(step.event for step in self.steps if step.state == state)

    def seen_by_other_side(self, state: str) -> str | None:
        """Give the state that the other side may be shown, None when there is nothing to show it."""
        return self.shown.get(state, state)

    def _problems(self) -> Iterable[tuple[str, Iterable[str]]]:
        """Name what is wrong with the table, each with the states concerned."""
        yield "row_twice", [step.state for step in self.steps] if len(self._table) != len(self.steps) else []
        yield "not_reachable", self.states - self._reachable_from(self.initial)
        yield "exit_from_terminal", {step.state for step in self.steps} & self.terminal
        yield (
            "dead_end",
            {state for state in self.states if not self._reachable_from(state) & self.terminal},
        )
        yield "shown_unknown", set(self.shown) - self.states

    def _reachable_from(self, state: str) -> frozenset[str]:
        reached, waiting = {state}, [state]
        while waiting:
            here = waiting.pop()
            found = {step.to for step in self.steps if step.state == here} - reached
            reached |= found
            waiting.extend(found)
        return frozenset(reached)


def each(
    states: Iterable[str],
    event: str,
    to: str | None = None,
    *,
    guards: tuple[str, ...] = (),
    clock: tuple[str, ...] = (),
) -> tuple[Step, ...]:
    """Give one step for each of `states`; without `to` the event leaves the state as it is."""
    return tuple(
        Step(state=state, event=event, to=state if to is None else to, guards=guards, clock=clock)
        for state in states
    )
