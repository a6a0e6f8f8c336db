"""What an officer proves himself with, when it is lost: passwords, passkeys, authenticators, recovery codes."""

from __future__ import annotations

import secrets
from datetime import datetime

from allauth.mfa.models import Authenticator
from allauth.mfa.recovery_codes.internal.auth import RecoveryCodes
from allauth.mfa.totp.internal.auth import TOTP
from django.db import transaction

from lienlac.apps.accounts import ledger, queries, sessions
from lienlac.apps.accounts.models import User
from lienlac.apps.accounts.rules import check_may_change
from lienlac.core.errors import Refused

LETTERS = (
    "abcdefghjkmnpqrstuvwxyz23456789"  # none that is mistaken for another when it is read over the phone
)
GROUPS, GROUP = 4, 4  # 31**16: 79 bits


@transaction.atomic
def reset_second_factor(officer: User, *, by: User | None, now: datetime) -> None:
    """Forget every passkey, authenticator and recovery code of an officer and sign him out everywhere."""
    check_may_change(officer, by=by)
    forget_keys(officer)
    sessions.end_all(officer)
    ledger.changed(officer, "second_factor_reset", by=by, now=now)


@transaction.atomic
def enter_authenticator(officer: User, secret: str, *, by: User | None, now: datetime) -> None:
    """Give an officer the authenticator whose secret (base32) he took over before he had an account."""
    check_may_change(officer, by=by)
    TOTP.activate(officer, secret)
    ledger.changed(officer, "authenticator_entered", by=by, now=now)


def forget_keys(officer: User) -> None:
    """Delete every passkey, authenticator and recovery code."""
    Authenticator.objects.filter(user=officer).delete()


@transaction.atomic
def give_recovery_codes(officer: User, *, by: User | None, now: datetime) -> list[str]:
    """Return new recovery codes for an officer who lost his key; the old ones end. Show them once.

    Raises Refused when he has no second factor that they could stand in for.
    """
    check_may_change(officer, by=by)
    if not queries.has_second_factor(officer):
        raise Refused("no_second_factor")
    Authenticator.objects.filter(user=officer, type=Authenticator.Type.RECOVERY_CODES).delete()
    codes: list[str] = RecoveryCodes.activate(officer).generate_codes()
    ledger.changed(officer, "recovery_codes", by=by, now=now)
    return codes


@transaction.atomic
def give_temporary_password(officer: User, *, by: User | None, now: datetime) -> str:
    """Return a new password for an officer who lost his; he must choose his own at the next sign-in."""
    check_may_change(officer, by=by)
    password = new_password()
    officer.set_password(password)
    officer.password_is_temporary = True
    officer.save(update_fields=["password", "password_is_temporary"])
    sessions.end_all(officer)
    ledger.changed(officer, "password_given", by=by, now=now)
    return password


def new_password() -> str:
    """Return a random password that can be read out."""
    return "-".join("".join(secrets.choice(LETTERS) for _ in range(GROUP)) for _ in range(GROUPS))


@transaction.atomic
def chose_password(officer: User, *, now: datetime) -> None:
    """Note that an officer chose a new password himself, and sign him out everywhere."""
    officer.password_is_temporary = False
    officer.save(update_fields=["password_is_temporary"])
    sessions.end_all(officer)
    ledger.changed(officer, "password_chosen", by=officer, now=now)
