"""How much the browsers' door reads of one request: whatever is larger is refused before Django keeps any of it.

Django's ASGI handler takes the whole body in (memory first, then a file on the disk) before it asks who sends it. So
where the operator allows larger files than that, who brings one must be known before a byte of it is read.
"""

from __future__ import annotations

from collections.abc import Awaitable, Callable, MutableMapping
from typing import Any

from asgiref.sync import sync_to_async
from django.conf import settings
from django.contrib.auth import get_user
from django.contrib.sessions.backends.db import SessionStore
from django.db import connection
from django.http import HttpRequest, parse_cookie
from django.template.loader import render_to_string
from django.urls import reverse
from django.utils import translation

from lienlac import wording
from lienlac.apps.mailroom import files
from lienlac.apps.records import files as records
from lienlac.core.errors import Malformed
from lienlac.web.middleware import CONTENT_SECURITY_POLICY

AROUND = 2 * 1024 * 1024  # a form around its file
MOST_BYTES = records.MOST_BYTES + AROUND  # the largest file that any page takes from whoever comes

LARGE_FILES_COME_TO = ("tray", "api-v1:put_file")
"""The addresses that take files of as much as the operator allows, by their names."""

Event = MutableMapping[str, Any]
Receive = Callable[[], Awaitable[Event]]
Send = Callable[[Event], Awaitable[None]]
App = Callable[[Event, Receive, Send], Awaitable[None]]


class Bounded:
    """An ASGI application whose requests have bodies of at most `MOST_BYTES`.

    Those that bring a file, declare its length and come from somebody whom one of `knows` knows (by the headers) have
    `attachments most_bytes` and what is around it.
    """

    def __init__(self, app: App, *knows: Callable[[Event], bool]) -> None:
        self.app, self.knows = app, knows

    async def __call__(self, scope: Event, receive: Receive, send: Send) -> None:
        """Answer 413 to what declares itself larger; break off what does not declare itself and is."""
        declared = _declared(scope)
        most = MOST_BYTES
        if most < declared <= files.most_bytes() + AROUND and scope["path"] in _large_come_to():
            most = declared if await sync_to_async(self._is_known)(scope) else most
        if declared > most:
            await _refuse(scope, send, declared)
            return
        came = 0

        async def bounded() -> Event:
            nonlocal came
            event = await receive()
            came += len(event.get("body", b""))
            return event if came <= most else {"type": "http.disconnect"}

        await self.app(scope, bounded, send)

    def _is_known(self, scope: Event) -> bool:
        try:
            return any(knows(scope) for knows in self.knows)
        finally:
            connection.close()


def _large_come_to() -> set[str]:
    return {reverse(name) for name in LARGE_FILES_COME_TO}


def knows_session(scope: Event) -> bool:
    """Say whether a request comes from a signed-in officer's browser."""
    request = HttpRequest()
    key = parse_cookie(header(scope, b"cookie")).get(settings.SESSION_COOKIE_NAME, "")
    request.session = SessionStore(key or None)
    return get_user(request).is_authenticated


def _declared(scope: Event) -> int:
    lengths = [value for name, value in scope.get("headers", ()) if name.lower() == b"content-length"]
    return max((int(one) for one in lengths if one.isdigit()), default=0)


async def _refuse(scope: Event, send: Send, declared: int) -> None:
    language = _language(scope)
    said = wording.error(Malformed("file_too_big", size=declared, limit=records.MOST_BYTES), language)
    kind, body = "text/plain", said
    if "text/html" in header(scope, b"accept"):
        with translation.override(language):
            kind, body = "text/html", render_to_string("errors/too_large.html", {"says": said})
    headers = [
        (b"content-type", f"{kind}; charset=utf-8".encode()),
        (b"content-security-policy", CONTENT_SECURITY_POLICY.encode()),
        (b"connection", b"close"),
    ]
    await send({"type": "http.response.start", "status": 413, "headers": headers})
    await send({"type": "http.response.body", "body": body.encode()})


def header(scope: Event, name: bytes) -> str:
    """Return a header (its name in small letters) of an ASGI request, "" for none."""
    return ",".join(value.decode("latin-1") for one, value in scope.get("headers", ()) if one.lower() == name)


def _language(scope: Event) -> str:
    """Return the officer's language by the cookie of this node, else the node's."""
    chosen = parse_cookie(header(scope, b"cookie")).get(settings.LANGUAGE_COOKIE_NAME, "")
    return chosen if chosen in dict(settings.LANGUAGES) else settings.LANGUAGE_CODE
