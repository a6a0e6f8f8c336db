"""What this room writes into the house ledger."""

from __future__ import annotations

from datetime import datetime

from lienlac.apps.accounts.models import User
from lienlac.apps.audit import house


def changed(officer: User, code: str, *, by: User | None, now: datetime) -> None:
    """Note that an account was changed, `code` says how; `by` is None for the operator at the machine."""
    house.note(
        "role_changed",
        actor=house.officer(by.username) if by else None,
        subjects=[house.officer(officer.username)],
        facts={"code": code},
        now=now,
    )
