"""What this node asks of django-allauth at the door: nobody signs up, few tries, everything in the house ledger."""

from __future__ import annotations

import time
from typing import Any

from allauth.account.adapter import DefaultAccountAdapter
from django.core.cache import cache
from django.core.exceptions import ValidationError
from django.db import transaction
from django.http import HttpRequest, HttpResponse
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from lienlac.apps.accounts import actions, queries
from lienlac.apps.accounts.models import User
from lienlac.web.accounts import proofs, spoken
from lienlac.web.accounts.homes import home_of

STRANGERS = "sign-in-unknown-names"
ONE_LEAF_EVERY_S = 3600
LOCKED_OUT_S = 15 * 60
WAYS = {
    "reauthenticate": _("Use your password"),
    "mfa_reauthenticate": _("Use a code"),
    "mfa_reauthenticate:webauthn": _("Use a passkey"),
}


def display_name(officer: User) -> str:
    """Return how an officer is called on pages and on his key."""
    return officer.full_name


class Adapter(DefaultAccountAdapter):
    """Accounts are opened by an administrator, never from a page for strangers."""

    error_messages = DefaultAccountAdapter.error_messages | {
        "username_password_mismatch": _(
            "The user name or the password is not right. Five wrong tries close the door for 15 minutes."
        ),
        "too_many_login_attempts": _(
            "Too many wrong tries. Wait 15 minutes, or ask the administrator of this node."
        ),
        "incorrect_code": _("This code is not right. Take the newest one your authenticator shows."),
        "incorrect_password": _("This password is not right."),
    }

    def is_open_for_signup(self, request: HttpRequest) -> bool:
        """Answer no."""
        return False

    def get_login_redirect_url(self, request: HttpRequest) -> str:
        """Lead to where the officer's role begins."""
        return home_of(request.user) if isinstance(request.user, User) else reverse("account_login")

    def get_reauthentication_methods(self, user: Any) -> list[dict[str, Any]]:
        """Offer the passkey first, then the code; the password only to who has nothing better."""
        ways = super().get_reauthentication_methods(user)
        if isinstance(user, User) and queries.has_second_factor(user):
            ways = [one for one in reversed(ways) if one["id"] != "reauthenticate"]
        return [{**one, "description": WAYS[one["id"]]} for one in ways]

    def get_password_change_redirect_url(self, request: HttpRequest) -> str:
        """Lead to the door: a new password signs out everywhere."""
        return reverse("account_login")

    @transaction.atomic
    def login(self, request: HttpRequest, user: User) -> None:
        """Sign in, start the clocks of the session, and leave a leaf."""
        super().login(request, user)
        request.session[proofs.SIGNED_IN_AT] = request.session[proofs.LAST_SIGN_AT] = time.time()
        actions.signed_in(user, proofs.how(request, user), now=timezone.now())

    def post_login(self, request: HttpRequest, user: User, **about: Any) -> HttpResponse:
        """Lead on, in the language of the account."""
        answer: HttpResponse = super().post_login(request, user, **about)
        spoken.follow(request, answer, user)
        return answer

    @transaction.atomic
    def logout(self, request: HttpRequest) -> None:
        """Leave a leaf and sign out."""
        if isinstance(request.user, User):
            actions.signed_out(request.user, now=timezone.now())
        super().logout(request)

    def pre_authenticate(self, request: HttpRequest, **credentials: Any) -> None:
        """Refuse when there were too many wrong tries; that an account is locked is one leaf, not one a try."""
        try:
            super().pre_authenticate(request, **credentials)
        except ValidationError:
            name = _typed_name(credentials)
            if cache.add(f"locked-out:{name}", True, LOCKED_OUT_S):
                _note_failure(name, "locked_out")
            raise

    def authentication_failed(self, request: HttpRequest, **credentials: Any) -> None:
        """Leave a leaf."""
        _note_failure(_typed_name(credentials), "password")

    def respond_user_inactive(self, request: HttpRequest, user: User) -> HttpResponse:
        """Leave a leaf and say that the account is closed; only who knows its password is told."""
        actions.failed_to_sign_in(user, "closed", now=timezone.now())
        return super().respond_user_inactive(request, user)

    @transaction.atomic
    def set_password(self, user: User, password: str) -> None:
        """Keep the password an officer chose; everybody who came in with the old one is out."""
        super().set_password(user, password)
        actions.chose_password(user, now=timezone.now())

    def is_reauthentication_required(self, *, app: str, **kwargs: Any) -> bool:
        """Ask again unless the officer has just proved himself: whoever came in a minute ago may enrol his key."""
        user = self.request.user
        return not (isinstance(user, User) and proofs.is_fresh(self.request, user))


def _typed_name(credentials: dict[str, Any]) -> str:
    return str(credentials.get("username", "")).casefold()


def _note_failure(name: str, code: str) -> None:
    """Write a leaf; names that nobody has are counted, and cost one leaf an hour."""
    officer = User.objects.filter(username__iexact=name).first()
    if officer is not None:
        actions.failed_to_sign_in(officer, code, now=timezone.now())
        return
    cache.add(STRANGERS, 0, None)
    count = cache.incr(STRANGERS)
    if cache.add(f"{STRANGERS}-told", True, ONE_LEAF_EVERY_S):
        cache.set(STRANGERS, 0, None)
        actions.failed_to_sign_in(None, "unknown_name", count=count, now=timezone.now())
