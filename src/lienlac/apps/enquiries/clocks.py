"""The clock of an addressee: its state as JSON in the row, its three deadlines as columns to sort by."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import replace
from datetime import datetime
from typing import Any

from lienlac.apps.directory import moments
from lienlac.apps.directory import queries as directory
from lienlac.apps.enquiries.models import Addressee
from lienlac.core import calendars
from lienlac.core.journeys import clocks as core
from lienlac.core.journeys.clocks import AddWorkingDays, Clock, Stop

PAUSES = ("clarification", "judicial_authorisation", "force_majeure")


def apply(addressee: Addressee, effects: tuple[str, ...], *, now: datetime, reason: str = "") -> None:
    """Let the effects of a step act on the clock, and write the deadlines into the row (not saved here).

    `reason` is that of an extension. Raises what `core.journeys.clocks.extend` raises.
    """
    clock = read(addressee)
    for effect in effects:
        clock = _EFFECTS.get(effect, _nothing)(clock, addressee, now, reason)
    write(addressee, clock, now=now)


def start_at_receipt(addressee: Addressee, *, now: datetime) -> None:
    """Let the clock start at the time that R1 tells, also when R2 or an answer came before it (not saved).

    Both desks then have the same deadlines: at the receiver the clock started at that moment too.
    """
    clock = read(addressee)
    starts_at_sending = core.limits_of(clock.urgency).starts_at_sending
    if not starts_at_sending and addressee.received_at is not None:
        write(addressee, replace(clock, started_at=addressee.received_at), now=now)


def start_on_arrival(addressee: Addressee, *, sent_at: datetime, now: datetime) -> None:
    """Start the clock of an enquiry that came (not saved): now, or for a flash when it was sent.

    A sender's clock that runs ahead starts it now: no deadline begins in the future.
    """
    clock = core.begin(addressee.enquiry.urgency, sent_at=min(sent_at, now))
    write(addressee, core.start(clock, received_at=now), now=now)


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
    due = core.due(clock, now=now, add_working_days=working_days_of(addressee))
    addressee.acknowledge_by, addressee.first_answer_by = due.ack_at, due.first_at
    addressee.final_answer_by, addressee.clock_stopped_for = due.final_at, due.stopped_for or ""


def stands_for(addressee: Addressee, reason: str) -> bool:
    """Say whether the clock stands still for a reason of the list `clock_pauses`."""
    return any(one.reason == reason and one.until is None for one in read(addressee).stops)


def working_days_of(addressee: Addressee) -> AddWorkingDays:
    """Return what adds days on which both countries work, in the local time of the office that answers."""

    def add(start: datetime, days: int) -> datetime:
        found = directory.offices([addressee.office, addressee.enquiry.from_office])
        answers, asks = found[addressee.office], found[addressee.enquiry.from_office]
        calendar = calendars.calendar_of(*dict.fromkeys([answers.country, asks.country]))
        return calendars.add_working_days(start, days, calendar=calendar)

    return add


def _start(clock: Clock, addressee: Addressee, now: datetime, _reason: str) -> Clock:
    return core.start(clock, received_at=addressee.received_at or now)


def _end(clock: Clock, _addressee: Addressee, now: datetime, _reason: str) -> Clock:
    return core.end(clock, at=now)


def _begin_at_sending(clock: Clock, _addressee: Addressee, now: datetime, _reason: str) -> Clock:
    return core.begin(clock.urgency, sent_at=now)


def _extend(clock: Clock, _addressee: Addressee, _now: datetime, reason: str) -> Clock:
    return core.extend(clock, reason=reason)


def _restart(clock: Clock, _addressee: Addressee, now: datetime, _reason: str) -> Clock:
    return core.start(Clock(urgency=clock.urgency), received_at=now)


def _nothing(clock: Clock, _addressee: Addressee, _now: datetime, _reason: str) -> Clock:
    return clock


def _stop(pause: str) -> Effect:
    return lambda clock, addressee, now, reason: core.stop(clock, reason=pause, at=now)


def _resume(pause: str) -> Effect:
    return lambda clock, addressee, now, reason: core.resume(clock, reason=pause, at=now)


Effect = Callable[[Clock, Addressee, datetime, str], Clock]
_EFFECTS: Mapping[str, Effect] = {
    "start": _start,
    "start_u0": _begin_at_sending,
    "end": _end,
    "extend": _extend,
    "restart": _restart,
    **{f"stop_{reason}": _stop(reason) for reason in PAUSES},
    **{f"resume_{reason}": _resume(reason) for reason in PAUSES},
}


def _moment(text: Any) -> datetime | None:
    return moments.from_wire(text) if text else None


def _text(moment: datetime | None) -> str:
    return moments.to_wire(moment) if moment else ""
