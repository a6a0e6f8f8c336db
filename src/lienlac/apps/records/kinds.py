"""What the list `record_kinds` says of each kind: is it a person, would a hit be adverse, how long may it be kept."""

from __future__ import annotations

from datetime import date, timedelta

from lienlac.core import codes

LONGEST_EXTENSION = timedelta(days=5 * 366)


def all_kinds() -> tuple[str, ...]:
    """Return the codes of all kinds, in the order of the list."""
    return tuple(codes.load("record_kinds"))


def is_person(kind: str) -> bool:
    """Say whether a record of this kind is about a person."""
    return codes.load("record_kinds").row(kind).flag("person")


def is_adverse(kind: str) -> bool:
    """Say whether a hit on this kind leads to adverse action, so that a second, blind reviewer must agree (SG08)."""
    return codes.load("record_kinds").row(kind).flag("adverse")


def keep_until(kind: str, today: date) -> date:
    """Return the last day on which a record of this kind, entered or changed today, may be kept (SG23)."""
    return today + timedelta(days=_alert(kind).whole("review_days") or 0)


def warned_before(kind: str) -> timedelta:
    """Return how long before its end the owner is told that the time is nearly over (SG23)."""
    return timedelta(days=_alert(kind).whole("warn_days_before") or 0)


def warn_from(kind: str, until: date) -> date:
    """Return the day from which the owner is told that the time is nearly over (SG23)."""
    return until - warned_before(kind)


def erase_when_due(kind: str) -> bool:
    """Say whether the machine erases it when its time is over; a missing person waits for a human's review."""
    return _alert(kind).flag("erase_when_due")


def _alert(kind: str) -> codes.Row:
    return codes.load("alert_types").row(codes.load("record_kinds").row(kind)["alert_type"])
