"""Tokens by which a system of the agency acts for one officer.

A token carries its own proof, signed under the node's secret; nothing is kept. It ends after its days, when
the officer's password changes, and when his account is closed.
"""

from __future__ import annotations

import hashlib
from datetime import timedelta

from django.core import signing

from lienlac.apps.accounts.models import User
from lienlac.core.errors import Unauthentic

SALT = "lienlac.api.token"
LONGEST = timedelta(days=90)


def issue(officer: User, *, good_for: timedelta = LONGEST) -> str:
    """Return a token for an officer, good for 90 days at most."""
    said = {
        "officer": officer.username,
        "mark": _mark(officer),
        "s": int(min(good_for, LONGEST).total_seconds()),
    }
    return signing.dumps(said, salt=SALT, compress=False)


def officer_of(token: str) -> User:
    """Return the officer for whom a token speaks; Unauthentic('token_over') when it does not hold any more."""
    try:
        said = signing.loads(token, salt=SALT, max_age=LONGEST)
        signing.loads(token, salt=SALT, max_age=said["s"])  # its own days, which only the signed part tells
    except signing.BadSignature as error:
        raise Unauthentic("token_over") from error
    officer = User.objects.filter(username=said["officer"], is_active=True).first()
    if officer is None or _mark(officer) != said["mark"]:
        raise Unauthentic("token_over")
    return officer


def _mark(officer: User) -> str:
    """Return what changes with the password, and says nothing of it."""
    return hashlib.sha256(officer.get_session_auth_hash().encode()).hexdigest()[:32]
