"""The clock of an addressee: its state as JSON in the row, its three deadlines as columns to sort by."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Any

from lienlac.apps.directory import moments
from lienlac.apps.enquiries.models import Addressee
from lienlac.core.journeys import clocks as core
from lienlac.core.journeys.clocks import Clock, Stop

PAUSES = ("clarification", "judicial_authorisation", "force_majeure")


def apply(addressee: Addressee, effects: tuple[str, ...], *, now: datetime) -> None:
    """Let the effects of a step act on the clock, and write the deadlines into the row (not saved here)."""
    clock = read(addressee)
    for effect in effects:
        clock = _EFFECTS.get(effect, _nothing)(clock, addressee, now)
    write(addressee, clock, now=now)


def read(addressee: Addressee) -> Clock:
    """Return the clock that the row holds."""
    value = addressee.clock
    return Clock(
        urgency=addressee.enquiry.urgency,
        started_at=_moment(value.get("started_at")),
        ended_at=_moment(value.get("ended_at")),
        extensions=tuple(value.get("extensions", ())),
        stops=tuple(
            Stop(reason=one["reason"], since=moments.from_wire(one["since"]), until=_moment(one.get("until")))
            for one in value.get("stops", ())
        ),
    )


def write(addressee: Addressee, clock: Clock, *, now: datetime) -> None:
    """Put the clock and the deadlines that follow from it into the row (not saved here)."""
    addressee.clock = {
        "started_at": _text(clock.started_at),
        "ended_at": _text(clock.ended_at),
        "extensions": list(clock.extensions),
        "stops": [
            {"reason": one.reason, "since": _text(one.since), "until": _text(one.until)}
            for one in clock.stops
        ],
    }
    due = core.due(clock, now=now, add_working_days=add_working_days)
    addressee.acknowledge_by, addressee.first_answer_by = due.ack_at, due.first_at
    addressee.final_answer_by, addressee.clock_stopped_for = due.final_at, due.stopped_for or ""


def add_working_days(start: datetime, days: int) -> datetime:
    """Return the moment `days` working days later: Saturdays and Sundays do not count."""
    while days > 0:
        start += timedelta(days=1)
        days -= start.weekday() < 5
    return start


def _start(clock: Clock, addressee: Addressee, now: datetime) -> Clock:
    return core.start(clock, received_at=addressee.received_at or now)


def _end(clock: Clock, addressee: Addressee, now: datetime) -> Clock:
    return core.end(clock, at=now)


def _begin_at_sending(clock: Clock, addressee: Addressee, now: datetime) -> Clock:
    return core.begin(clock.urgency, sent_at=now)


def _nothing(clock: Clock, addressee: Addressee, now: datetime) -> Clock:
    return clock


def _stop(reason: str) -> Effect:
    return lambda clock, addressee, now: core.stop(clock, reason=reason, at=now)


def _resume(reason: str) -> Effect:
    return lambda clock, addressee, now: core.resume(clock, reason=reason, at=now)


Effect = Callable[[Clock, Addressee, datetime], Clock]
_EFFECTS: dict[str, Effect] = {
    "start": _start,
    "start_u0": _begin_at_sending,
    "end": _end,
    "restart": lambda clock, addressee, now: core.start(Clock(urgency=clock.urgency), received_at=now),
    **{f"stop_{reason}": _stop(reason) for reason in PAUSES},
    **{f"resume_{reason}": _resume(reason) for reason in PAUSES},
}


def _moment(text: Any) -> datetime | None:
    return moments.from_wire(text) if text else None


def _text(moment: datetime | None) -> str:
    return moments.to_wire(moment) if moment else ""
