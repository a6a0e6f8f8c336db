"""What an officer may do and until when (SG34: certified, at most 12 months, until he is transferred)."""

from __future__ import annotations

from datetime import date, datetime

from django.db import transaction

from lienlac.apps.accounts import ledger, sessions
from lienlac.apps.accounts.models import User
from lienlac.apps.accounts.rules import check_another_administrator, check_certificate, check_may_change
from lienlac.core.errors import Malformed
from lienlac.core.messages.called import check_name


@transaction.atomic
def certify(officer: User, until: date, *, today: date, by: User | None, now: datetime) -> None:
    """Certify an officer up to and with a day, 12 months at most; `today` is the day at this node."""
    check_may_change(officer, by=by)
    check_certificate(until, today=today)
    officer.certified_to = until
    officer.save(update_fields=["certified_to"])
    ledger.changed(officer, "certified", by=by, now=now)


@transaction.atomic
def change_role(officer: User, role: str, *, by: User | None, now: datetime) -> None:
    """Give another role. The certificate was for the old one and ends; so does every session."""
    check_may_change(officer, by=by)
    if role not in User.Role.values:
        raise Malformed("unknown_role", field="role")
    if role == officer.role:
        return
    check_another_administrator(officer)
    officer.role, officer.certified_to = role, None
    officer.save(update_fields=["role", "certified_to"])
    sessions.end_all(officer)
    ledger.changed(officer, f"role.{role}", by=by, now=now)


@transaction.atomic
def transfer(officer: User, *, office: str, unit: str, by: User | None, now: datetime) -> None:
    """Move an officer to another office or unit: his certificate ends (SG34), and so does every session."""
    check_may_change(officer, by=by)
    unit = check_name(unit, field="unit")
    if (office, unit) == (officer.office, officer.unit):
        return
    officer.office, officer.unit, officer.certified_to = office, unit, None
    officer.save(update_fields=["office", "unit", "certified_to"])
    sessions.end_all(officer)
    ledger.changed(officer, "transferred", by=by, now=now)
