"""Deeds of the hotline: take and end a shift, call, say what came of the call."""

from __future__ import annotations

from datetime import datetime, timedelta

from django.db import transaction

from lienlac.apps.accounts.models import User
from lienlac.apps.accounts.queries import handles_enquiries
from lienlac.apps.directory import queries as directory
from lienlac.apps.hotline import queries
from lienlac.apps.hotline.models import Call, Shift
from lienlac.apps.mailroom import bells
from lienlac.core import codes
from lienlac.core.errors import Refused

NO_ANSWER = "no_answer"
MAX_NOTE_CHARS = 8_000  # four printed pages
SHIFT = timedelta(hours=12)
"""How long a shift lasts unless somebody takes over: a signed-in session lasts as long."""


@transaction.atomic
def take_shift(officer: User, *, now: datetime) -> Shift:
    """Put the officer on duty at his office; whoever was on duty is relieved."""
    if not handles_enquiries(officer):
        raise Refused("role_may_not", role=officer.role)
    Shift.objects.filter(office=officer.office, ended_at=None).update(ended_at=now)
    shift = Shift.objects.create(office=officer.office, officer=officer, began_at=now, until=now + SHIFT)
    bells.ring_after_commit()
    return shift


@transaction.atomic
def end_shift(officer: User, *, now: datetime) -> None:
    """End the officer's own shift."""
    Shift.objects.filter(officer=officer, ended_at=None).update(ended_at=now)
    bells.ring_after_commit()


@transaction.atomic
def leave_note(officer: User, text: str, *, now: datetime) -> Shift:
    """Leave the next shift a note; Refused('not_on_duty') when the officer has no shift that runs."""
    shift = queries.shift_now(officer.office, now)
    if shift is None or shift.officer_id != officer.pk:
        raise Refused("not_on_duty")
    shift.note = text.strip()[:MAX_NOTE_CHARS]
    shift.save(update_fields=["note"])
    bells.ring_after_commit()
    return shift


@transaction.atomic
def begin_call(officer: User, to_office: str, *, now: datetime) -> Call:
    """Note that the officer rings an office now; his call that nobody concluded ends as one without answer."""
    directory.offices([to_office])
    Call.objects.filter(by=officer, ended_at=None).update(ended_at=now, result=NO_ANSWER)
    return Call.objects.create(from_office=officer.office, to_office=to_office, by=officer, began_at=now)


@transaction.atomic
def conclude_call(officer: User, call: Call, result: str, *, now: datetime) -> None:
    """Say what came of a call; Refused('not_now') when it was said already."""
    codes.load("call_results").row(result)
    said = Call.objects.filter(pk=call.pk, from_office=officer.office, ended_at=None).update(
        result=result, ended_at=now
    )
    if not said:
        raise Refused("not_now", event="conclude_call", state="ended")
