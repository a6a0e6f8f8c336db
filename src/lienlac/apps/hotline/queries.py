"""Questions to the hotline."""

from __future__ import annotations

from datetime import datetime, timedelta

from django.db.models import Max, QuerySet

from lienlac.apps.accounts.models import User
from lienlac.apps.hotline.models import Call, Shift

NOTE_SHOWN_FOR = timedelta(hours=36)


def shift_now(office: str, now: datetime) -> Shift | None:
    """Return the shift that runs at an office; one that nobody ended runs out by itself."""
    return Shift.objects.select_related("officer").filter(office=office, ended_at=None, until__gt=now).first()


def note_before(office: str, now: datetime) -> Shift | None:
    """Return the newest shift of the last day that left a note for the one that runs now."""
    running = shift_now(office, now)
    left = Shift.objects.select_related("officer").filter(office=office, began_at__gt=now - NOTE_SHOWN_FOR)
    if running is not None:
        left = left.exclude(pk=running.pk)
    return left.exclude(note="").order_by("-began_at").first()


def calls_since(office: str, since: datetime) -> QuerySet[Call]:
    """Return the calls of an office since a moment, the oldest first."""
    return (
        Call.objects.select_related("by").filter(from_office=office, began_at__gte=since).order_by("began_at")
    )


def open_call(officer: User) -> Call | None:
    """Return the officer's call that has no result yet."""
    return Call.objects.filter(by=officer, ended_at=None).order_by("-began_at").first()


def call(officer: User, key: int) -> Call | None:
    """Return a call of the officer's own office."""
    return Call.objects.filter(pk=key, from_office=officer.office).first()


def last_answered(from_office: str) -> dict[str, datetime]:
    """Return office -> when a person there last answered a call of ours."""
    answered = Call.objects.filter(from_office=from_office, result="answered", ended_at__isnull=False)
    return dict(answered.values_list("to_office").annotate(Max("ended_at")))
