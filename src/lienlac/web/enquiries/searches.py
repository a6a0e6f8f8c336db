"""What an officer looks for among the enquiries: said by POST, kept in her session for an hour, named by a token.

So no name of a person stands in an address, in the history of a shared browser, in a log or in a kept view.
"""

from __future__ import annotations

import secrets
import time

from django.http import HttpRequest

PLACE = "searches"  # in the session: token -> what was typed, and when (POSIX seconds)
MOST, KEPT_FOR_S = 5, 3600.0
MAX_CHARS = 500


def begin(request: HttpRequest, typed: str) -> str:
    """Keep what was typed beside the few searches before; return the token that names it, "" for nothing typed."""
    if not (wanted := typed.strip()[:MAX_CHARS]):
        return ""
    token, now = secrets.token_urlsafe(6), time.time()
    young = [(key, one) for key, one in _kept(request).items() if abs(now - one[1]) < KEPT_FOR_S]
    request.session[PLACE] = dict([*young[1 - MOST :], (token, (wanted, now))])
    return token


def typed(request: HttpRequest, token: str) -> str | None:
    """Return what was typed in a search of this session; None for one that is over, or that nobody began here."""
    text, at = _kept(request).get(token, ("", 0.0))
    return text if text and abs(time.time() - at) < KEPT_FOR_S else None


def _kept(request: HttpRequest) -> dict[str, tuple[str, float]]:
    kept: dict[str, tuple[str, float]] = request.session.get(PLACE, {})
    return kept
