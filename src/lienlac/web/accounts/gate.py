"""The one place every request of a signed-in officer passes: is his shift over, has he been away, has he his keys?

1. Twelve hours after the sign-in the session ends, whatever was done in it.
2. After thirty minutes without a sign of him it is locked (CJIS: at most thirty): he proves himself again, and a
   form that he sends then goes on where it was.
3. A password that somebody else gave him is changed first.
4. Where the node asks for a second factor, he enrols one before he sees any other page.

What a page fetches by itself (streams, fragments) is no sign of an officer, and is answered with nothing (204).
"""

from __future__ import annotations

import time
from collections.abc import Callable
from typing import Any

from allauth.account.adapter import get_adapter
from allauth.account.internal.flows.reauthentication import suspend_request
from django.conf import settings
from django.contrib import messages
from django.contrib.auth.views import redirect_to_login
from django.http import HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import redirect
from django.utils.translation import gettext as _

from lienlac.apps.accounts import queries
from lienlac.apps.accounts.models import User
from lienlac.web.accounts import proofs

SHIFT_S = 12 * 3600
LOCK_AFTER_S = 30 * 60
NOTE_EVERY_S = 60  # a sign of life costs a write, so one a minute is noted
ALWAYS = frozenset({"account_logout", "set_language"})
PROVE_AGAIN = frozenset({"account_reauthenticate", "mfa_reauthenticate", "mfa_reauthenticate_webauthn"})
CHANGE_PASSWORD = frozenset({"account_change_password"})
ENROL = frozenset({"second_factor", "mfa_add_webauthn", "mfa_activate_totp"})

Step = Callable[[HttpRequest, User, str], HttpResponseBase | None]


class GateMiddleware:
    """Ask each step in its order; the first that has an answer gives it."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponseBase]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        """Go on: the view is not known yet."""
        return self.get_response(request)

    def process_view(
        self, request: HttpRequest, _view: Any, _args: Any, _kwargs: Any
    ) -> HttpResponseBase | None:
        """Let the request through (None), or lead elsewhere."""
        officer, match = request.user, request.resolver_match
        if not isinstance(officer, User) or match is None or match.url_name in ALWAYS:
            return None
        for step in STEPS:
            answer = step(request, officer, match.url_name or "")
            if answer is not None:
                return HttpResponse(status=204) if is_fragment(request) else answer
        return None


def is_fragment(request: HttpRequest) -> bool:
    """Say whether a part of a page is asked for: a page to go to would be put in its middle."""
    return request.headers.get("HX-Request") == "true" or "text/event-stream" in request.headers.get(
        "Accept", ""
    )


def is_by_itself(request: HttpRequest) -> bool:
    """Say whether the page asked and not the officer: what he types or presses comes as POST, or as a whole page."""
    return request.method == "GET" and is_fragment(request)


def _shift_is_over(request: HttpRequest, _officer: User, _name: str) -> HttpResponseBase | None:
    since = request.session.setdefault(proofs.SIGNED_IN_AT, time.time())
    if time.time() - since < SHIFT_S:
        return None
    path = request.get_full_path()
    get_adapter().logout(request)
    messages.info(request, _("Twelve hours have passed since you signed in. Sign in again."))
    return redirect_to_login(path)


def _is_locked(request: HttpRequest, officer: User, name: str) -> HttpResponseBase | None:
    now = time.time()
    seen = max(request.session.get(proofs.LAST_SIGN_AT, now), proofs.latest(request, officer))
    if now - seen < LOCK_AFTER_S:
        if not is_by_itself(request) and now - request.session.get(proofs.LAST_SIGN_AT, 0.0) > NOTE_EVERY_S:
            request.session[proofs.LAST_SIGN_AT] = now
        return None
    if name in PROVE_AGAIN:
        return None
    if is_fragment(request):
        return HttpResponse(status=204)
    messages.info(request, _("The desk was locked because nobody touched it for half an hour."))
    return suspend_request(request, get_adapter().get_reauthentication_methods(officer)[0]["url"])


def _has_temporary_password(request: HttpRequest, officer: User, name: str) -> HttpResponseBase | None:
    if not officer.password_is_temporary or name in CHANGE_PASSWORD | PROVE_AGAIN:
        return None
    messages.info(request, _("Somebody else knows this password. Choose your own first."))
    return redirect("account_change_password")


def _lacks_second_factor(request: HttpRequest, officer: User, name: str) -> HttpResponseBase | None:
    if not settings.NEEDS_SECOND_FACTOR or name in ENROL | CHANGE_PASSWORD | PROVE_AGAIN:
        return None
    if not request.session.get(proofs.HAS_SECOND_FACTOR):
        if not queries.has_second_factor(officer):
            return redirect("second_factor")
        request.session[proofs.HAS_SECOND_FACTOR] = True  # a reset ends the session, so this stays true
    return None


STEPS: tuple[Step, ...] = (_shift_is_over, _is_locked, _has_temporary_password, _lacks_second_factor)
