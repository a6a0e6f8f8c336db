"""Coming in and going out, as leaves of the house ledger."""

from __future__ import annotations

from datetime import datetime

from lienlac.apps.accounts.models import User
from lienlac.apps.audit import house


def signed_in(officer: User, how: str, *, now: datetime) -> None:
    """Note a sign-in; `how` is `password`, `totp`, `recovery_codes_used`, `webauthn` or `passkey`."""
    house.note("sign_in", actor=house.officer(officer.username), facts={"code": how}, now=now)


def failed_to_sign_in(officer: User | None, code: str, *, count: int = 1, now: datetime) -> None:
    """Note a sign-in that failed; `officer` is None when no account has the name that was typed.

    `code` is `password`, `second_factor`, `closed`, `locked_out` or
    `unknown_name`. The leaf does not claim to know who tried.
    """
    subjects = [house.officer(officer.username)] if officer else []
    house.note("sign_in_failed", subjects=subjects, facts={"code": code, "count": count}, now=now)


def signed_out(officer: User, *, now: datetime) -> None:
    """Note a sign-out."""
    house.note("sign_out", actor=house.officer(officer.username), now=now)
