"""A partner, or a stranger, at the peer door. No socket: ASGI events."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, Iterator
from dataclasses import dataclass
from typing import Any

from lienlac.core.messages import canonical
from lienlac.peer import greeting, lanes_json, wire
from lienlac.peer.https.door import Door
from tests.apps.mailroom.partner import NORMAL, US, Partner


@dataclass(kw_only=True)
class Caller:
    """Somebody at the door; `came` is what the rooms above were given."""

    partner: Partner
    door: Door
    came: list[Any]

    async def ask(self, path: str, body: bytes = b"", session: str = "", **how: Any) -> tuple[int, Any]:
        """Send a request; return status and answer."""
        status, raw = await call(self.door, path, body, session, **how)
        return status, canonical.decode(raw) if raw else None

    async def hello(self, **changed: Any) -> bytes:
        """Return a signed hello that answers a fresh nonce."""
        _, challenge = await self.ask("challenge")
        said = {
            "sender": self.partner.code,
            "receiver": US,
            "time": "2026-11-21T08:30:00.000Z",
            "nonce": challenge["nonce"],
            "lanes": tuple(lanes_json.claims_json({NORMAL: self.partner.claim()})),
        }
        return greeting.sign_hello(greeting.Hello(**(said | changed)), self.partner.node_key)

    async def session(self) -> str:
        """Greet; return the session."""
        status, answer = await self.ask("hello", await self.hello())
        assert status == 200, answer
        return str(answer["session"])

    def body(self, count: int) -> bytes:
        """Return a body of so many new parcels."""
        return wire.encode_parcels(
            [
                wire.WireParcel(position=position, envelope=sealed)
                for position, sealed in self.partner.parcels(count)
            ]
        )


async def call(
    door: Door,
    path: str,
    body: bytes = b"",
    session: str = "",
    *,
    declared: str | None = None,
    dies_after: int | None = None,
    method: str = "POST",
) -> tuple[int, bytes]:
    """Play an ASGI server: pieces of 1,000 bytes, a disconnect after `dies_after` of them."""
    pieces = [body[start : start + 1000] for start in range(0, len(body), 1000)] or [b""]
    sent: list[dict[str, Any]] = []
    events = _events(pieces, dies_after)

    async def receive() -> dict[str, Any]:
        return next(events, {"type": "http.disconnect"})

    async def send(event: Any) -> None:
        sent.append(event)

    length = declared if declared is not None else str(len(body))
    headers = [(b"content-length", length.encode()), (b"lienlac-session", session.encode())]
    scope = {"type": "http", "method": method, "path": f"/peer/v1/{path}", "headers": headers}
    await door(scope, receive, send)
    if not sent:
        return 0, b""
    return sent[0]["status"], sent[1]["body"]


def _events(pieces: list[bytes], dies_after: int | None) -> Iterator[dict[str, Any]]:
    for number, piece in enumerate(pieces):
        if number == dies_after:
            return
        yield {"type": "http.request", "body": piece, "more_body": number + 1 < len(pieces)}


def run(test: Callable[[], Awaitable[None]]) -> None:
    asyncio.run(test())  # type: ignore[arg-type]
