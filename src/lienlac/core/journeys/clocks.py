"""The clock of an enquiry: when it starts, what stops it, when each of its three deadlines falls.

Pure: all times are passed in, timezone-aware, UTC. The limits of U0–U7 are rows of the list `urgency` (the
default profile; an agreement may bring its own). Working days need a calendar of the answering country,
which comes in as a callable, since holidays are data with a source.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from types import MappingProxyType
from typing import Final

from lienlac.core import codes
from lienlac.core.errors import Malformed, Refused

AddWorkingDays = Callable[[datetime, int], datetime]
"""(start, n) -> the moment n working days later in the answering country's calendar and local time."""

DAY_S: Final = 86_400
OUTCOME_REMINDERS_DAYS: Final = (30, 60)
NO_OUTCOME_DAYS: Final = 90
REOPEN_DAYS: Final = 365
HIT_REPORT_S: Final = 12 * 3_600  # form G facts reach the owner within 12 hours of confirmation


@dataclass(frozen=True, kw_only=True)
class Span:
    """A length of time: seconds, on the calendar or in working days (then a multiple of a day)."""

    seconds: int
    working: bool = False

    def after(self, start: datetime, add_working_days: AddWorkingDays) -> datetime:
        """Give the moment this long after `start`."""
        if self.working:
            return add_working_days(start, self.seconds // DAY_S)
        return start + timedelta(seconds=self.seconds)


@dataclass(frozen=True, kw_only=True)
class Limits:
    """Deadlines of one urgency: None where the profile sets none (U6: final only; U7: the treaty's)."""

    ack: Span | None = None
    first: Span | None = None
    final: Span | None = None
    starts_at_sending: bool = False
    renewals: int = 0


@dataclass(frozen=True, kw_only=True)
class Stop:
    """A time in which the clock stands still: `until` None while it still does."""

    reason: str
    since: datetime
    until: datetime | None = None


@dataclass(frozen=True, kw_only=True)
class Clock:
    """What is known about one enquiry's clock. `started_at` None: no R1 yet, so *not received, ring*."""

    urgency: str
    started_at: datetime | None = None
    stops: tuple[Stop, ...] = ()
    extensions: tuple[str, ...] = ()
    ended_at: datetime | None = None


@dataclass(frozen=True, kw_only=True)
class Due:
    """Three deadlines, None where there is none; `stopped_for` names why the clock stands still now."""

    ack_at: datetime | None = None
    first_at: datetime | None = None
    final_at: datetime | None = None
    stopped_for: str | None = None


def _span(row: codes.Row, name: str) -> Span | None:
    seconds = row.whole(f"{name}_s")
    return None if seconds is None else Span(seconds=seconds, working=row[f"{name}_basis"] == "working")


def _limits(row: codes.Row) -> Limits:
    return Limits(
        ack=_span(row, "ack"),
        first=_span(row, "first"),
        final=_span(row, "final"),
        starts_at_sending=row["starts"] == "sending",
        renewals=row.whole("renewals") or 0,
    )


DEFAULT_PROFILE: Mapping[str, Limits] = MappingProxyType(
    {code: _limits(codes.load("urgency").row(code)) for code in codes.load("urgency")}
)
"""Urgency code -> limits, where an agreement brings no profile of its own."""


def begin(urgency: str, *, sent_at: datetime, profile: Mapping[str, Limits] = DEFAULT_PROFILE) -> Clock:
    """Give the clock of an enquiry that was just sent: running for U0, waiting for R1 otherwise."""
    started = _moment(sent_at) if limits_of(urgency, profile).starts_at_sending else None
    return Clock(urgency=urgency, started_at=started)


def start(clock: Clock, *, received_at: datetime) -> Clock:
    """Start at R1; a clock that runs already keeps its start (a late or repeated receipt moves nothing)."""
    return clock if clock.started_at else replace(clock, started_at=_moment(received_at))


def stop(clock: Clock, *, reason: str, at: datetime) -> Clock:
    """Stop for one of the list `clock_pauses`; stopping twice for one reason is one stop."""
    if reason not in codes.load("clock_pauses"):
        raise Refused("no_reason_to_stop_a_clock", reason=reason)
    if any(one.reason == reason and one.until is None for one in clock.stops):
        return clock
    return replace(clock, stops=(*clock.stops, Stop(reason=reason, since=_moment(at))))


def resume(clock: Clock, *, reason: str, at: datetime) -> Clock:
    """End the running stop for `reason`; a clock not stopped for it stays as it is."""
    ended = tuple(
        replace(one, until=max(one.since, _moment(at))) if one.reason == reason and one.until is None else one
        for one in clock.stops
    )
    return replace(clock, stops=ended)


def end(clock: Clock, *, at: datetime) -> Clock:
    """End the clock with the final answer; the first end counts."""
    return clock if clock.ended_at else replace(clock, ended_at=_moment(at))


def extend(clock: Clock, *, reason: str, profile: Mapping[str, Limits] = DEFAULT_PROFILE) -> Clock:
    """Renew the final deadline once, with a reason (U5 in the default profile).

    Raise Refused `extension_not_allowed`, `already_extended` or `extension_reason_missing`.
    """
    renewals = limits_of(clock.urgency, profile).renewals
    if not renewals:
        raise Refused("extension_not_allowed", urgency=clock.urgency)
    if len(clock.extensions) >= renewals:
        raise Refused("already_extended", urgency=clock.urgency)
    if not reason.strip():
        raise Refused("extension_reason_missing", urgency=clock.urgency)
    return replace(clock, extensions=(*clock.extensions, reason))


def due(
    clock: Clock,
    *,
    now: datetime,
    add_working_days: AddWorkingDays,
    profile: Mapping[str, Limits] = DEFAULT_PROFILE,
) -> Due:
    """Give the deadlines as they stand at `now`; all None while the clock has not started.

    A stop moves the deadlines that had not passed when it began, by its length; stops that overlap count
    once; one that still runs counts until `now`.
    """
    if clock.started_at is None:
        return Due()
    limits = limits_of(clock.urgency, profile)
    plain = [
        None if span is None else span.after(clock.started_at, add_working_days)
        for span in (limits.ack, limits.first)
    ]
    final = clock.started_at if limits.final else None
    for _ in range(1 + len(clock.extensions)):
        final = limits.final.after(final, add_working_days) if limits.final and final else None
    ack_at, first_at, final_at = (_moved(one, clock, now) for one in (*plain, final))
    running = [one.reason for one in clock.stops if one.until is None]
    return Due(
        ack_at=ack_at,
        first_at=first_at,
        final_at=final_at,
        stopped_for=running[0] if running and not clock.ended_at else None,
    )


def limits_of(urgency: str, profile: Mapping[str, Limits] = DEFAULT_PROFILE) -> Limits:
    """Give the limits of an urgency; one the profile does not know takes U4's, the ordinary ones."""
    return profile.get(urgency) or profile.get("U4") or DEFAULT_PROFILE["U4"]


def outcome_step(*, answered_at: datetime, now: datetime, reminded: int) -> str | None:
    """Give the event that is due for an answered enquiry without outcome, None when none is.

    `reminded` is how many reminders were sent. After 90 days the enquiry closes without outcome and counts
    in the reciprocity report.
    """
    days = (now - answered_at).days
    if days >= NO_OUTCOME_DAYS:
        return "no_outcome_90"
    passed = sum(days >= limit for limit in OUTCOME_REMINDERS_DAYS)
    return "remind_outcome" if passed > reminded else None


def may_reopen(*, closed_at: datetime, now: datetime) -> bool:
    """Say whether a closed enquiry may still be reopened (guard `within_a_year`)."""
    return now - closed_at <= timedelta(days=REOPEN_DAYS)


def silent_refusal_at(*, started_at: datetime, final_at: datetime, fraction: float) -> datetime:
    """Give the moment at which an RF00 leaves: in the second half of the clock, `fraction` in [0, 1) of it.

    RF00 must be ordinary: if it left at once, its hour would tell that a rule and no officer had decided.
    The caller draws `fraction` at random once and stores the moment.
    """
    if not 0 <= fraction < 1:
        raise Malformed("fraction_out_of_range")
    half = (final_at - started_at) / 2
    return started_at + half + half * fraction


def _moved(deadline: datetime | None, clock: Clock, now: datetime) -> datetime | None:
    """Move one deadline by the stops that began before it, in their order."""
    if deadline is None:
        return None
    counted_to = clock.started_at or deadline
    for one in sorted(clock.stops, key=lambda stop: stop.since):
        begins = max(one.since, counted_to)
        ends = min(one.until or now, clock.ended_at or now)
        if ends > begins and begins < deadline:
            deadline += ends - begins
            counted_to = ends
    return deadline


def _moment(at: datetime) -> datetime:
    """Refuse a time without a zone: it would be read as another hour in another country."""
    if at.tzinfo is None:
        raise Malformed("moment_without_zone")
    return at
