"""Deeds on reports: that one was printed, by whom and with which digest."""

from __future__ import annotations

from datetime import datetime

from django.db import transaction

from lienlac.apps.accounts.models import User
from lienlac.apps.audit import house
from lienlac.apps.reports.queries import REPORT


@transaction.atomic
def printed(officer: User, digest: str, *, now: datetime) -> None:
    """Write a report that is being printed (by the digest of its figures, 64 hex digits) into the house ledger."""
    house.note(
        "printed",
        actor=house.officer(officer.username),
        subjects=(house.Thing(list=REPORT, key=digest),),
        facts={"count": 1, "code": "month"},
        now=now,
    )
