"""What each answer causes, on both desks: one row a response code, six of them with a button."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from types import MappingProxyType

from lienlac.core.errors import NotUnderstood


@dataclass(frozen=True, kw_only=True)
class Answer:
    """One response: its button (None: not one of the six), and the event it is on either desk.

    The event has the same name in `RECEIVED` (the desk gives the answer) and in `ASKED` (it arrives).
    `final` answers end the clock.
    """

    response: str
    event: str
    button: str | None = None
    final: bool = False


ANSWERS: Mapping[str, Answer] = MappingProxyType(
    {
        row.response: row
        for row in (
            Answer(response="NOHIT", event="answer_nohit", button="no_record", final=True),
            Answer(response="FULL", event="answer_full", button="record", final=True),
            Answer(response="CLARIFY", event="answer_clarify", button="need_more"),
            Answer(response="STATUS", event="answer_status", button="need_time"),
            Answer(response="FORWARDED", event="answer_forwarded", button="passed_to"),
            Answer(response="REFUSED", event="answer_refused", button="cannot_answer", final=True),
            Answer(response="PARTIAL", event="answer_partial"),
            Answer(response="HIT_CONFIRMED", event="answer_partial"),  # the action's result is still to come
            Answer(response="ACTION_DONE", event="answer_action_done", final=True),
            Answer(response="ACTION_IMPOSSIBLE", event="answer_action_impossible", final=True),
            Answer(response="DUPLICATE_OF", event="answer_duplicate", final=True),
        )
    }
)

BUTTONS: Mapping[str, str] = MappingProxyType(
    {row.button: row.response for row in ANSWERS.values() if row.button}
)
"""The six buttons, in the order of the page: button -> response code."""


def answer(response: str) -> Answer:
    """Give the row of a response code; raise NotUnderstood `unknown_code` for one that is no answer."""
    if response not in ANSWERS:
        raise NotUnderstood("unknown_code", list="responses", value=response)
    return ANSWERS[response]
