"""How much the browsers' door reads of one request: whatever is larger is refused before Django keeps any of it.

Django's ASGI handler takes the whole body in (memory first, then a file on the disk) before it asks who sends it. So
who brings a larger file, where the operator allows it (`large_files`), must be known before a byte of it is read.

Imports no tables: a home that is being founded has this door before it has a database.
"""

from __future__ import annotations

from collections.abc import Awaitable, Callable, MutableMapping
from typing import Any

from django.conf import settings
from django.http import parse_cookie
from django.template.loader import render_to_string
from django.utils import translation

from lienlac import wording
from lienlac.apps.records import files as records
from lienlac.core.errors import Malformed
from lienlac.web.middleware import CONTENT_SECURITY_POLICY

AROUND = 2 * 1024 * 1024  # a form around its file
MOST_BYTES = records.MOST_BYTES + AROUND  # the largest file that any page takes from whoever comes

Event = MutableMapping[str, Any]
Receive = Callable[[], Awaitable[Event]]
Send = Callable[[Event], Awaitable[None]]
App = Callable[[Event, Receive, Send], Awaitable[None]]
Large = Callable[[Event, int], Awaitable[bool]]


async def _none(_scope: Event, _declared: int) -> bool:
    return False


class Bounded:
    """An ASGI application whose requests have bodies of at most `MOST_BYTES`.

    `large(scope, declared)` says whether one that declares more bytes than that may bring them all the same.
    """

    def __init__(self, app: App, large: Large = _none) -> None:
        self.app, self.large = app, large

    async def __call__(self, scope: Event, receive: Receive, send: Send) -> None:
        """Answer 413 to what declares itself larger; break off what does not declare itself and is."""
        declared, most = _declared(scope), MOST_BYTES
        if declared > most:
            if not await self.large(scope, declared):
                await _refuse(scope, send, declared)
                return
            most = declared
        came = 0

        async def bounded() -> Event:
            nonlocal came
            event = await receive()
            came += len(event.get("body", b""))
            return event if came <= most else {"type": "http.disconnect"}

        await self.app(scope, bounded, send)


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
