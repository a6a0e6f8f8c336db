"""Doors for those who keep accounts, those who inspect, and those of other units who release."""

from __future__ import annotations

from collections.abc import Callable
from functools import wraps
from typing import Any, Concatenate, ParamSpec

from django.contrib.auth.decorators import login_required
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponseBase

from lienlac.apps.accounts import queries
from lienlac.apps.accounts.models import User
from lienlac.web.door import officer_of

Rest = ParamSpec("Rest")
View = Callable[Concatenate[HttpRequest, Rest], HttpResponseBase]


def _only(may: Callable[[User], bool]) -> Callable[[View[Rest]], View[Rest]]:
    def door(view: View[Rest]) -> View[Rest]:
        @login_required
        @wraps(view)
        def guarded(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
            if not may(officer_of(request)):
                raise PermissionDenied
            return view(request, *args, **kwargs)

        return guarded

    return door


for_administrators = _only(queries.keeps_accounts)
for_inspectors = _only(queries.inspects)
for_releasers = _only(queries.releases)
