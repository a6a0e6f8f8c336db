"""The caller's side of HTTPS: challenge, hello, parcels, over one kept connection a partner."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any
from urllib.parse import urlsplit

import urllib3
from urllib3.connectionpool import HTTPSConnectionPool
from urllib3.exceptions import HTTPError

from lienlac.apps.directory import queries
from lienlac.apps.directory.models import Node, NodeKey
from lienlac.core.errors import LienlacError, Malformed, Unavailable
from lienlac.core.lane import Claim, LaneClass, Standing
from lienlac.core.messages import canonical
from lienlac.peer import greeting, receive, wire
from lienlac.peer.https import pinned

MAX_ANSWER_BYTES = 1024 * 1024


@dataclass(kw_only=True)
class HttpsLine:
    """A line to one partner. Every method raises Unavailable with a code for the outbox page, or Malformed."""

    partner: Node
    connections: HTTPSConnectionPool
    session: str = ""

    @classmethod
    def to(cls, partner: Node) -> HttpsLine:
        """Return a line to a partner; nothing is opened yet."""
        address = urlsplit(partner.endpoint)
        if address.scheme != "https" or not address.hostname:
            raise Unavailable("no_endpoint", node=partner.code)
        pool = pinned.pool(address.hostname, address.port or 443, queries.tls_pins(partner))
        return cls(partner=partner, connections=pool)

    def greet(self, claims: Mapping[LaneClass, Claim]) -> dict[LaneClass, Standing]:
        """Say hello with our claims; return where the partner stands in our lanes."""
        nonce = str(self._post("challenge", b"").get("nonce", ""))
        now = datetime.now(UTC)
        hello = greeting.make_hello(self.partner, nonce, receive.claims_json(claims), now)
        signed = greeting.sign_hello(hello, queries.own_signing_key(NodeKey.Use.NODE, now))
        answer = self._post("hello", signed)
        self.session = str(answer.get("session", ""))
        return receive.read_standings(answer.get("standings"))

    def push(self, parcels: Sequence[wire.WireParcel]) -> dict[LaneClass, Standing]:
        """Hand over parcels in lane order; return where the partner stands after them."""
        return receive.read_standings(self._post("parcels", wire.encode_parcels(parcels)).get("standings"))

    def close(self) -> None:
        """Give the connection up; the next greeting opens a new one."""
        self.session = ""
        self.connections.close()

    def _post(self, path: str, body: bytes) -> dict[str, Any]:
        headers = {"Content-Type": "application/octet-stream", "Lienlac-Session": self.session}
        try:
            answer = self.connections.urlopen(
                "POST", f"/peer/v1/{path}", body=body, headers=headers, preload_content=False, redirect=False
            )
            raw = answer.read(MAX_ANSWER_BYTES + 1)
            answer.release_conn()
        except (HTTPError, OSError) as error:
            raise Unavailable(reason_of(error), node=self.partner.code) from error
        return _read(raw, answer.status, self.partner.code)


def _read(raw: bytes, status: int, node: str) -> dict[str, Any]:
    try:
        value = canonical.decode(raw, max_bytes=MAX_ANSWER_BYTES)
    except LienlacError as error:
        raise Unavailable("answer_broken", node=node, status=status) from error
    if not isinstance(value, dict):
        raise Malformed("answer_broken", node=node)
    if status != 200:
        raise Unavailable(str(value.get("error", "door_failed"))[:40], node=node, status=status)
    return value


def reason_of(error: BaseException) -> str:
    """Return the code that says in plain words why the line failed (list `errors`)."""
    seen: BaseException | None = error
    while seen is not None:
        for kind, code in _REASONS:
            if isinstance(seen, kind):
                return code
        seen = getattr(seen, "reason", None) if isinstance(getattr(seen, "reason", None), BaseException) else seen.__cause__
    return "line_failed"


_REASONS: tuple[tuple[type[BaseException], str], ...] = (
    (pinned.PinMismatch, "pin_mismatch"),
    (urllib3.exceptions.ConnectTimeoutError, "line_silent"),
    (urllib3.exceptions.ReadTimeoutError, "line_silent"),
    (urllib3.exceptions.NameResolutionError, "name_unknown"),
    (ConnectionRefusedError, "connection_refused"),
    (ConnectionResetError, "line_broke"),
    (BrokenPipeError, "line_broke"),
    (urllib3.exceptions.ProtocolError, "line_broke"),
)
