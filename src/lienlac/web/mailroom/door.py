"""Who may look at the post: those who work with it and those who keep or inspect the node."""

from __future__ import annotations

from collections.abc import Callable
from functools import wraps
from typing import Any

from django.contrib.auth.decorators import login_required
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse

from lienlac.apps.accounts.models import User
from lienlac.apps.accounts.queries import handles_enquiries, keeps_accounts
from lienlac.web.door import officer_of

KEEPS_THE_NODE = frozenset({User.Role.ADMINISTRATOR, User.Role.INSPECTOR})


def sees_the_post(officer: User) -> bool:
    """Say whether the officer sees what is on its way (kinds and partners, no content)."""
    return handles_enquiries(officer) or keeps_the_node(officer)


def keeps_the_node(officer: User) -> bool:
    """Say whether the officer keeps or inspects the node, and so reads its ledgers."""
    return officer.is_active and officer.role in KEEPS_THE_NODE


def carries(officer: User) -> bool:
    """Say whether the officer may write and take in files of the post."""
    return handles_enquiries(officer) or keeps_accounts(officer)


def _guard(
    may: Callable[[User], bool],
) -> Callable[[Callable[..., HttpResponse]], Callable[..., HttpResponse]]:
    def decorate(view: Callable[..., HttpResponse]) -> Callable[..., HttpResponse]:
        @login_required
        @wraps(view)
        def guarded(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
            if not may(officer_of(request)):
                raise PermissionDenied
            return view(request, *args, **kwargs)

        return guarded

    return decorate


for_operators = _guard(sees_the_post)
for_keepers = _guard(keeps_the_node)
