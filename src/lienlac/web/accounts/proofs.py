"""With what an officer proved himself in this session, and how long ago. The log itself is allauth's."""

from __future__ import annotations

import time
from typing import Any

from allauth.account.internal.flows.login import get_authentication_records
from django.http import HttpRequest

from lienlac.apps.accounts.models import User

FRESH_S = 300.0
SIGNED_IN_AT, LAST_SIGN_AT, HAS_SECOND_FACTOR = "signed_in_at", "last_sign_at", "has_second_factor"
"""Names in the session: seconds since 1970, seconds since 1970, True."""


def proofs(request: HttpRequest, officer: User) -> list[dict[str, Any]]:
    """Return the proofs of this session, the oldest first: `method`, `at`, for a second factor `type`."""
    return get_authentication_records(request, officer)


def latest(request: HttpRequest, officer: User, *, second_factor: bool = False) -> float:
    """Return when the officer last proved himself (with a second factor), in seconds since 1970; 0.0 for never."""
    given = [one for one in proofs(request, officer) if not second_factor or one["method"] == "mfa"]
    return float(given[-1]["at"]) if given else 0.0


def is_fresh(request: HttpRequest, officer: User, *, second_factor: bool = False) -> bool:
    """Say whether the officer proved himself within the last five minutes."""
    return time.time() - latest(request, officer, second_factor=second_factor) < FRESH_S


def how(request: HttpRequest, officer: User) -> str:
    """Return with what the officer proved himself last: password, totp, recovery_codes_used, webauthn or passkey."""
    given = proofs(request, officer)
    if not given:
        return "unknown"
    last = given[-1]
    if last.get("passwordless"):
        return "passkey"
    kind = str(last.get("type", last["method"]))
    return "recovery_codes_used" if kind == "recovery_codes" else kind
