"""Tokens by which a system of the agency acts for one officer.

A token is signed under the node's secret and names its row (`accounts.models.ApiToken`), which says until when it
holds. It ends after its days, when it is revoked, when the officer's password changes, and when his account is closed.
"""

from __future__ import annotations

import hashlib
from datetime import datetime, timedelta

from django.core import signing
from django.utils import timezone

from lienlac.apps.accounts import actions, queries
from lienlac.apps.accounts.actions.tokens import LONGEST
from lienlac.apps.accounts.models import User
from lienlac.core.errors import Unauthentic

SALT = "lienlac.api.token"


def issue(
    officer: User,
    *,
    good_for: timedelta = LONGEST,
    label: str = "",
    by: User | None = None,
    now: datetime | None = None,
) -> str:
    """Return a token for an officer, good for 90 days at most; `by` is None for the operator at the machine."""
    row = actions.issue_token(officer, label=label, good_for=good_for, by=by, now=now or timezone.now())
    return signing.dumps({"key": row.key, "mark": _mark(officer)}, salt=SALT, compress=False)


def officer_of(token: str, *, now: datetime | None = None) -> User:
    """Return the officer for whom a token speaks; Unauthentic('token_over') when it does not hold any more."""
    at = now or timezone.now()
    try:
        said = signing.loads(token, salt=SALT)
    except signing.BadSignature as error:
        raise Unauthentic("token_over") from error
    row = queries.find_token(str(said.get("key", "")))
    if row is None or row.revoked_at or row.ends_at <= at:
        raise Unauthentic("token_over")
    if not row.officer.is_active or _mark(row.officer) != said["mark"]:
        raise Unauthentic("token_over")
    actions.token_used(row, now=at)
    return row.officer


def knows(header: str) -> bool:
    """Say whether an `Authorization` header holds a token that speaks for an officer."""
    scheme, _, token = header.partition(" ")
    try:
        return scheme.lower() == "bearer" and officer_of(token.strip()).is_active
    except Unauthentic:
        return False


def _mark(officer: User) -> str:
    """Return what changes with the password, and says nothing of it."""
    return hashlib.sha256(officer.get_session_auth_hash().encode()).hexdigest()[:32]
