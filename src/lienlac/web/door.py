"""What every view of an officer's page begins with: signed in, in a role that may, with a request it understands."""

from __future__ import annotations

from collections.abc import Callable
from functools import wraps
from typing import Any, Concatenate, ParamSpec

from django.contrib.auth.decorators import login_required
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponseBase

from lienlac.apps.accounts.models import User
from lienlac.apps.accounts.queries import handles_enquiries

Rest = ParamSpec("Rest")


def officer_of(request: HttpRequest) -> User:
    """Return the signed-in officer."""
    user = request.user
    if not isinstance(user, User):
        raise PermissionDenied
    return user


def for_enquiries(
    view: Callable[Concatenate[HttpRequest, Rest], HttpResponseBase],
) -> Callable[Concatenate[HttpRequest, Rest], HttpResponseBase]:
    """Let in officers whose role handles enquiries; others get 403, strangers the sign-in page."""

    @login_required
    @wraps(view)
    def guarded(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        if not handles_enquiries(officer_of(request)):
            raise PermissionDenied
        return view(request, *args, **kwargs)

    return guarded
