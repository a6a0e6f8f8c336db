"""Who may bring a larger file than any page takes: the operator allows it, and the node knows who brings it."""

from __future__ import annotations

from collections.abc import Callable

from asgiref.sync import sync_to_async
from django.conf import settings
from django.contrib.auth import get_user
from django.contrib.sessions.backends.db import SessionStore
from django.db import connection
from django.http import HttpRequest, parse_cookie
from django.urls import reverse

from lienlac.apps.mailroom import files
from lienlac.web.bodies import AROUND, Event, Large, header

COME_TO = ("tray", "api-v1:put_file")
"""The addresses that take files of as much as the operator allows, by their names."""


def from_whom(*knows: Callable[[Event], bool]) -> Large:
    """Let those bring a file of `attachments most_bytes` and what is around it whom one of `knows` knows by headers."""

    def is_known(scope: Event) -> bool:
        try:
            return any(one(scope) for one in knows)
        finally:
            connection.close()

    async def large(scope: Event, declared: int) -> bool:
        if declared > files.most_bytes() + AROUND or scope["path"] not in map(reverse, COME_TO):
            return False
        return await sync_to_async(is_known)(scope)

    return large


def knows_session(scope: Event) -> bool:
    """Say whether a request comes from a signed-in officer's browser."""
    request = HttpRequest()
    key = parse_cookie(header(scope, b"cookie")).get(settings.SESSION_COOKIE_NAME, "")
    request.session = SessionStore(key or None)
    return get_user(request).is_authenticated
