"""Which language a browser is spoken to in: a cookie of this node, which follows the officer who signs in.

A desk is shared: who signs in gets the language of his own account, not what the shift before left in the browser;
unless he chose one at the door just now.
"""

from __future__ import annotations

from django.conf import settings
from django.http import HttpRequest, HttpResponseBase

from lienlac.apps.accounts.models import User

A_YEAR_S = 365 * 24 * 3600
AT_THE_DOOR = "chose_language_at_the_door"


def keep(request: HttpRequest, answer: HttpResponseBase, language: str) -> None:
    """Let the browser keep a language of `settings.LANGUAGES` for this node."""
    answer.set_cookie(
        settings.LANGUAGE_COOKIE_NAME,
        language,
        max_age=A_YEAR_S,
        samesite="Lax",
        httponly=True,
        secure=request.is_secure(),
    )


def chosen_at_the_door(request: HttpRequest) -> None:
    """Remember until the sign-in that somebody chose the language before it."""
    request.session[AT_THE_DOOR] = True


def follow(request: HttpRequest, answer: HttpResponseBase, officer: User) -> None:
    """Speak the language of the account that signed in, unless another was chosen at the door."""
    if not request.session.pop(AT_THE_DOOR, False) and officer.language in dict(settings.LANGUAGES):
        keep(request, answer, officer.language)
