"""What every view of an officer's page begins with: signed in, in a role that may, with a request it understands."""

from __future__ import annotations

from collections.abc import Callable
from functools import wraps
from typing import Any, Concatenate, ParamSpec

from django.contrib.auth.decorators import login_required
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponseBase
from django.shortcuts import redirect
from django.urls import Resolver404, resolve
from django.views.decorators.http import require_POST

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


def by_post(
    view: Callable[Concatenate[HttpRequest, Rest], HttpResponseBase],
) -> Callable[Concatenate[HttpRequest, Rest], HttpResponseBase]:
    """Let a deed be done by POST alone; whoever asks for its address is led to the page it belongs to.

    A form that was refused is shown at its deed's address: reloading it, or choosing another language there, asks
    for that address by GET.
    """

    @wraps(view)
    def guarded(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        if request.method in ("GET", "HEAD"):
            return redirect(_page_above(request.path_info))
        return require_POST(view)(request, *args, **kwargs)

    guarded.by_post = True  # type: ignore[attr-defined]  # read by _page_above, kept by functools.wraps
    return guarded


def _page_above(path: str) -> str:
    """Return the nearest address above a deed's that can be shown."""
    while path := path.rstrip("/").rpartition("/")[0]:
        for address in (path, f"{path}/"):
            try:
                found = resolve(address)
            except Resolver404:
                continue
            if not hasattr(found.func, "by_post"):
                return address
    return "/"
