"""Who may change whose account, and how long a certificate holds."""

from __future__ import annotations

from datetime import date, timedelta

from lienlac.apps.accounts.models import User
from lienlac.core.errors import Malformed, Refused

LONGEST = timedelta(days=366)  # SG34: roles expire at 12 months


def check_may_change(officer: User, *, by: User | None) -> None:
    """Raise Refused unless `by` keeps the accounts and this is not his own; None is the operator at the machine."""
    if by is None:
        return
    if not (by.is_active and by.role == User.Role.ADMINISTRATOR):
        raise Refused("officer_may_not", role=by.role)
    if by.pk == officer.pk:
        raise Refused("own_account")


def check_certificate(until: date, *, today: date) -> None:
    """Raise Malformed for a certificate that has ended, Refused for one of more than 12 months (SG34)."""
    if until < today:
        raise Malformed("certificate_ended", field="certified_to", until=until.isoformat())
    if until - today > LONGEST:
        raise Refused("certificate_too_long", field="certified_to", until=(today + LONGEST).isoformat())


def check_another_administrator(officer: User) -> None:
    """Raise Refused when nobody would be left who can open an account on this node's pages."""
    others = User.objects.filter(role=User.Role.ADMINISTRATOR, is_active=True).exclude(pk=officer.pk)
    if officer.role == User.Role.ADMINISTRATOR and officer.is_active and not others.exists():
        raise Refused("last_administrator")
