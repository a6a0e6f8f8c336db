"""The body of a request, complete or not at all (docs/protocol/transport-https.md, section 2)."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, MutableMapping
from typing import Any

from lienlac.core.errors import Malformed

Scope = MutableMapping[str, Any]
Receive = Callable[[], Awaitable[MutableMapping[str, Any]]]

SILENT_S = 60.0  # between two pieces: the worst line says something more often
SLOWEST = 100  # bytes a second on the whole: a tenth of the worst line; who is slower does not mean to come to an end


class Disconnected(Exception):
    """The caller went away, fell silent, or dawdled, before his request was complete."""


async def whole(scope: Scope, receive: Receive, limit: int) -> bytes:
    """Return the complete body of at most `limit` bytes.

    Raises Malformed (`length_required`, `body_too_large`, `body_cut`) and reads nothing that was declared too
    large; Disconnected when it broke off: an ASGI server then says so instead of raising, and a handler that
    does not look takes half a body for a whole one.
    """
    declared = header(scope, b"content-length")
    if not (declared.isascii() and declared.isdigit() and len(declared) <= 12):
        raise Malformed("length_required")
    if int(declared) > limit:
        raise Malformed("body_too_large", limit=limit)
    try:
        async with asyncio.timeout(SILENT_S + int(declared) / SLOWEST):
            body = await _read(receive, limit)
    except TimeoutError as error:
        raise Disconnected from error
    if len(body) != int(declared):
        raise Malformed("body_cut", declared=int(declared), came=len(body))
    return bytes(body)


async def _read(receive: Receive, limit: int) -> bytearray:
    body = bytearray()
    async for piece in _pieces(receive):
        body += piece
        if len(body) > limit:
            raise Malformed("body_too_large", limit=limit)
    return body


async def _pieces(receive: Receive) -> Any:
    more = True
    while more:
        async with asyncio.timeout(
            SILENT_S
        ):  # unlike `wait_for`, no task of its own, and no turn of the loop more
            event = await receive()
        if event["type"] == "http.disconnect":
            raise Disconnected
        yield event.get("body", b"")
        more = event.get("more_body", False)


def header(scope: Scope, name: bytes) -> str:
    """Return a header of the request, "" when it is not there; `name` in small letters."""
    for key, value in scope["headers"]:
        if key.lower() == name:
            return str(value.decode("latin-1"))
    return ""
