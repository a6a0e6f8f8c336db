"""Deeds on accounts."""

from __future__ import annotations

from datetime import date

from django.contrib.auth.password_validation import validate_password
from django.core.exceptions import ValidationError
from django.db import transaction

from lienlac.apps.accounts.models import User
from lienlac.core.errors import Malformed


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
) -> User:
    """Make an officer's account; Malformed names the field that is wrong."""
    if role not in User.Role.values:
        raise Malformed("unknown_role", field="role")
    if User.objects.filter(username=username).exists():
        raise Malformed("username_taken", field="username")
    officer = User(
        username=username,
        full_name=full_name,
        role=role,
        office=office,
        unit=unit,
        language=language,
        certified_to=certified_to,
    )
    try:
        validate_password(password, officer)
    except ValidationError as error:
        raise Malformed("password_weak", field="password") from error
    officer.set_password(password)
    officer.save()
    return officer


@transaction.atomic
def choose_language(officer: User, language: str) -> None:
    """Remember the language an officer chose for his desk."""
    User.objects.filter(pk=officer.pk).update(language=language)
    officer.language = language
