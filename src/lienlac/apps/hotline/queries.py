"""Questions to the hotline."""

from __future__ import annotations

from datetime import datetime

from lienlac.apps.accounts.models import User
from lienlac.apps.hotline.models import Call, Shift


def shift_now(office: str, now: datetime) -> Shift | None:
    """Return the shift that runs at an office; one that nobody ended runs out by itself."""
    return Shift.objects.select_related("officer").filter(office=office, ended_at=None, until__gt=now).first()


def open_call(officer: User) -> Call | None:
    """Return the officer's call that has no result yet."""
    return Call.objects.filter(by=officer, ended_at=None).order_by("-began_at").first()


def call(officer: User, key: int) -> Call | None:
    """Return a call of the officer's own office."""
    return Call.objects.filter(pk=key, from_office=officer.office).first()


def last_answered(from_office: str) -> dict[str, datetime]:
    """Return office -> when a person there last answered a call of ours."""
    found: dict[str, datetime] = {}
    answered = Call.objects.filter(from_office=from_office, result="answered").order_by("began_at")
    for office, moment in answered.values_list("to_office", "ended_at"):
        found[office] = moment
    return found
