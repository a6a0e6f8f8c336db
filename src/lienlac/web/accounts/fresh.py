"""A fresh touch of the passkey, or a fresh code, before a grave deed."""

from __future__ import annotations

from collections.abc import Callable
from functools import wraps
from typing import Any, Concatenate, ParamSpec

from allauth.account.adapter import get_adapter
from allauth.account.internal.flows.reauthentication import suspend_request
from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponseBase

from lienlac.apps.accounts import queries
from lienlac.web.accounts import proofs
from lienlac.web.door import officer_of

Rest = ParamSpec("Rest")


def fresh_second_factor(
    view: Callable[Concatenate[HttpRequest, Rest], HttpResponseBase],
) -> Callable[Concatenate[HttpRequest, Rest], HttpResponseBase]:
    """Let in who gave a second factor within five minutes; others give it now, and a form they sent goes on.

    An officer without a second factor (a training node only offers one) gives his password instead. Put it below the
    decorator that checks the role: whoever may not come in is not asked.
    """

    @login_required
    @wraps(view)
    def guarded(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        officer = officer_of(request)
        if proofs.is_fresh(request, officer, second_factor=queries.has_second_factor(officer)):
            return view(request, *args, **kwargs)
        return suspend_request(request, get_adapter().get_reauthentication_methods(officer)[0]["url"])

    return guarded
