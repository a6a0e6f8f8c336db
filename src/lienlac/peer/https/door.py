"""The peer door: a small ASGI application beside Django, for nodes only.

    POST /peer/v1/challenge   -> a nonce, good for a minute
    POST /peer/v1/hello       signed hello that answers the nonce -> session, our positions in the lanes
    POST /peer/v1/parcels     parcels in lane order -> how far each lane came (an ack, not a receipt)
    POST /peer/v1/fetch       our outbox for the caller, waiting up to `wait` seconds (he can only dial out)

It is not a Django view because a body must be known to be complete before a byte of it counts: a request
that ends early (`http.disconnect`), is longer or shorter than it said, stores nothing.
"""

from __future__ import annotations

import logging
from collections.abc import Awaitable, Callable, MutableMapping
from typing import Any

from asgiref.sync import sync_to_async
from django.db import connection

from lienlac.apps.mailroom.actions import Receivers
from lienlac.core.errors import LienlacError, Malformed, NotUnderstood, Refused, Unauthentic, Unavailable
from lienlac.core.messages import canonical
from lienlac.peer import receive
from lienlac.peer.wire import MAX_BODY_BYTES

Scope = MutableMapping[str, Any]
Receive = Callable[[], Awaitable[MutableMapping[str, Any]]]
Send = Callable[[MutableMapping[str, Any]], Awaitable[None]]

MAX_SMALL_BODY_BYTES = 64 * 1024

log = logging.getLogger("lienlac.peer")

# What went wrong decides the number; the body says the code, for the other node's outbox page.
STATUS_OF: tuple[tuple[type[LienlacError], int], ...] = (
    (Malformed, 400),
    (Unauthentic, 401),
    (Refused, 403),
    (NotUnderstood, 422),
    (Unavailable, 503),
)
FULL_DISK = 507


class Disconnected(Exception):
    """The caller went away before his request was complete."""


class Door:
    """The ASGI application; `receivers` says which room takes in which kind of message."""

    def __init__(self, receivers: Receivers) -> None:
        self.routes: dict[str, tuple[Callable[[receive.Call], bytes], int]] = {
            "/peer/v1/challenge": (receive.challenge, MAX_SMALL_BODY_BYTES),
            "/peer/v1/hello": (receive.hello, MAX_SMALL_BODY_BYTES),
            "/peer/v1/parcels": (lambda call: receive.parcels(call, receivers), MAX_BODY_BYTES),
        }

    async def __call__(self, scope: Scope, receive_event: Receive, send: Send) -> None:
        """Answer one request."""
        if scope["type"] != "http":
            return
        try:
            status, body = await self._answer(scope, receive_event)
        except Disconnected:
            return
        await _send(send, status, body)

    async def _answer(self, scope: Scope, receive_event: Receive) -> tuple[int, bytes]:
        try:
            handler, limit = self._route(scope)
            body = await _whole_body(scope, receive_event, limit)
            return 200, await sync_to_async(_with_own_connection, thread_sensitive=False)(
                handler, receive.Call(body=body, session=_header(scope, b"lienlac-session"))
            )
        except LienlacError as error:
            return status_of(error), canonical.encode({"error": error.code})
        except Disconnected:
            raise
        except Exception:
            log.exception("peer door: a request failed")
            return 500, canonical.encode({"error": "door_failed"})

    def _route(self, scope: Scope) -> tuple[Callable[[receive.Call], bytes], int]:
        if scope["path"] not in self.routes:
            raise Malformed("no_such_path")
        if scope["method"] != "POST":
            raise Malformed("method_not_allowed")
        return self.routes[scope["path"]]


def status_of(error: LienlacError) -> int:
    """Return the HTTP status that goes with an error."""
    if error.code == "disk_full":
        return FULL_DISK
    return next(number for kind, number in STATUS_OF if isinstance(error, kind))


def _with_own_connection(handler: Callable[[receive.Call], bytes], call: receive.Call) -> bytes:
    """Run in a thread of its own, and leave no database connection behind in it."""
    try:
        return handler(call)
    finally:
        connection.close()


async def _whole_body(scope: Scope, receive_event: Receive, limit: int) -> bytes:
    """Return the complete body. Malformed when it is not as long as it said, Disconnected when it broke off."""
    declared = _header(scope, b"content-length")
    if not declared.isdigit():
        raise Malformed("length_required")
    if int(declared) > limit:
        raise Malformed("body_too_large", limit=limit)
    body = bytearray()
    while True:
        event = await receive_event()
        if event["type"] == "http.disconnect":
            raise Disconnected
        body += event.get("body", b"")
        if len(body) > limit:
            raise Malformed("body_too_large", limit=limit)
        if not event.get("more_body", False):
            break
    if len(body) != int(declared):
        raise Malformed("body_cut", declared=int(declared), came=len(body))
    return bytes(body)


def _header(scope: Scope, name: bytes) -> str:
    for key, value in scope["headers"]:
        if key.lower() == name:
            return str(value.decode("latin-1"))
    return ""


async def _send(send: Send, status: int, body: bytes) -> None:
    headers = [(b"content-type", b"application/octet-stream"), (b"content-length", str(len(body)).encode())]
    await send({"type": "http.response.start", "status": status, "headers": headers})
    await send({"type": "http.response.body", "body": body})
