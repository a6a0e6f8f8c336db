"""How much the browsers' door reads of one request: whatever is larger is refused before Django keeps any of it.

Django's ASGI handler takes the whole body in (memory first, then a file on the disk) before it asks who sends it.
"""

from __future__ import annotations

from collections.abc import Awaitable, Callable, MutableMapping
from typing import Any

from django.conf import settings

from lienlac import wording
from lienlac.core.errors import Malformed

MOST_BYTES = 52 * 1024 * 1024  # a file of records or a stick's at its largest, and the form around it

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
            await _refuse(send, declared)
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


async def _refuse(send: Send, declared: int) -> None:
    said = wording.error(Malformed("file_too_big", size=declared, limit=MOST_BYTES), settings.LANGUAGE_CODE)
    headers = [(b"content-type", b"text/plain; charset=utf-8"), (b"connection", b"close")]
    await send({"type": "http.response.start", "status": 413, "headers": headers})
    await send({"type": "http.response.body", "body": said.encode()})
