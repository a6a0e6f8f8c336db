"""How much the browsers' door reads of one request: whatever is larger is refused before Django keeps any of it.

Django's ASGI handler takes the whole body in (memory first, then a file on the disk) before it asks who sends it.
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

MOST_BYTES = (
    records.MOST_BYTES + 2 * 1024 * 1024
)  # the largest file that any page takes, and the form around it

Event = MutableMapping[str, Any]
Receive = Callable[[], Awaitable[Event]]
Send = Callable[[Event], Awaitable[None]]
App = Callable[[Event, Receive, Send], Awaitable[None]]


class Bounded:
    """An ASGI application whose requests have bodies of at most `MOST_BYTES`."""

    def __init__(self, app: App) -> None:
        self.app = app

    async def __call__(self, scope: Event, receive: Receive, send: Send) -> None:
        """Answer 413 to what declares itself larger; break off what does not declare itself and is."""
        declared = _declared(scope)
        if declared > MOST_BYTES:
            await _refuse(scope, send, declared)
            return
        came = 0

        async def bounded() -> Event:
            nonlocal came
            event = await receive()
            came += len(event.get("body", b""))
            return event if came <= MOST_BYTES else {"type": "http.disconnect"}

        await self.app(scope, bounded, send)


def _declared(scope: Event) -> int:
    lengths = [value for name, value in scope.get("headers", ()) if name.lower() == b"content-length"]
    return max((int(one) for one in lengths if one.isdigit()), default=0)


async def _refuse(scope: Event, send: Send, declared: int) -> None:
    language = _language(scope)
    said = wording.error(Malformed("file_too_big", size=declared, limit=records.MOST_BYTES), language)
    kind, body = "text/plain", said
    if "text/html" in _header(scope, b"accept"):
        with translation.override(language):
            kind, body = "text/html", render_to_string("errors/too_large.html", {"says": said})
    headers = [
        (b"content-type", f"{kind}; charset=utf-8".encode()),
        (b"content-security-policy", CONTENT_SECURITY_POLICY.encode()),
        (b"connection", b"close"),
    ]
    await send({"type": "http.response.start", "status": 413, "headers": headers})
    await send({"type": "http.response.body", "body": body.encode()})


def _header(scope: Event, name: bytes) -> str:
    return ",".join(value.decode("latin-1") for one, value in scope.get("headers", ()) if one.lower() == name)


def _language(scope: Event) -> str:
    """Return the officer's language by the cookie of this node, else the node's."""
    chosen = parse_cookie(_header(scope, b"cookie")).get(settings.LANGUAGE_COOKIE_NAME, "")
    return chosen if chosen in dict(settings.LANGUAGES) else settings.LANGUAGE_CODE
