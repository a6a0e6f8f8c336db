"""Open an account; what its officer chooses for himself."""

from __future__ import annotations

from datetime import date, datetime

from django.contrib.auth.password_validation import validate_password
from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils import timezone

from lienlac.apps.accounts import ledger
from lienlac.apps.accounts.models import User
from lienlac.apps.accounts.rules import check_certificate, check_may_change
from lienlac.core.errors import Malformed
from lienlac.core.messages.called import check_name


@transaction.atomic
def open_account(
    *,
    username: str,
    password: str,
    full_name: str,
    role: str,
    office: str,
    language: str,
    certified_to: date | None = None,
    unit: str = "",
    password_is_temporary: bool = False,
    by: User | None = None,
    now: datetime | None = None,
) -> User:
    """Make an officer's account; Malformed names the field that is wrong, Refused says who may not.

    `by` is None for the operator at the machine.
    """
    officer = User(
        username=username,
        full_name=check_name(full_name, field="full_name"),
        role=role,
        office=office,
        unit=check_name(unit, field="unit"),
        language=language,
        certified_to=certified_to,
        password_is_temporary=password_is_temporary,
    )
    at = now or timezone.now()
    check_may_change(officer, by=by)
    _check(officer, password)
    if certified_to is not None:
        check_certificate(certified_to, today=timezone.localdate(at))
    officer.set_password(password)
    officer.save()
    ledger.changed(officer, f"opened.{role}", by=by, now=at)
    return officer


def _check(officer: User, password: str) -> None:
    if officer.role not in User.Role.values:
        raise Malformed("unknown_role", field="role")
    try:
        User._meta.get_field("username").run_validators(officer.username)
    except ValidationError as error:
        raise Malformed("username_broken", field="username") from error
    if User.objects.filter(username__iexact=officer.username).exists():
        raise Malformed("username_taken", field="username")
    try:
        validate_password(password, officer)
    except ValidationError as error:
        raise Malformed("password_weak", field="password") from error


@transaction.atomic
def choose_language(officer: User, language: str) -> None:
    """Remember the language an officer chose for his desk."""
    User.objects.filter(pk=officer.pk).update(language=language)
    officer.language = language
