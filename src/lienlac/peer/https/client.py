"""The caller's side of HTTPS: challenge, hello, parcels, fetch, over one kept connection a partner."""

from __future__ import annotations

import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from urllib.parse import urlsplit

import urllib3
from urllib3.connectionpool import HTTPSConnectionPool
from urllib3.exceptions import HTTPError

from lienlac.apps.directory import queries
from lienlac.apps.directory.models import Node, NodeKey
from lienlac.core.errors import LienlacError, Malformed, Unavailable
from lienlac.core.lane import Claim, LaneClass, Standing
from lienlac.core.messages import canonical
from lienlac.core.messages.canonical import Json
from lienlac.peer import greeting, wire
from lienlac.peer.https import pinned
from lienlac.peer.lanes_json import claims_json, read_claims, read_standings, standings_json
from lienlac.peer.proofs import MAX_QUESTIONS

MAX_ANSWER_BYTES = 1024 * 1024
READ_S = 60.0


@dataclass(frozen=True, kw_only=True)
class Fetched:
    """What a partner has for us: what he claims of his lanes, parcels in lane order, and what he asks to be proven."""

    claims: Mapping[LaneClass, Claim]
    parcels: tuple[wire.WireParcel, ...]
    asks: Sequence[Json] = ()


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
        nonce = str(self._ask("challenge", b"").get("nonce", ""))
        now = datetime.now(UTC)
        hello = greeting.make_hello(self.partner, nonce, tuple(claims_json(claims)), now)
        signed = greeting.sign_hello(hello, queries.own_signing_key(NodeKey.Use.NODE, now))
        answer = self._ask("hello", signed)
        self.session = str(answer.get("session", ""))
        return read_standings(answer.get("standings"))

    def push(self, parcels: Sequence[wire.WireParcel]) -> dict[LaneClass, Standing]:
        """Hand over parcels in lane order; return where the partner stands after them."""
        return read_standings(self._ask("parcels", wire.encode_parcels(parcels)).get("standings"))

    def fetch(self, standings: Mapping[LaneClass, Standing], *, wait_s: int) -> Fetched:
        """Say where we stand and take what lies there for us, waiting at most `wait_s` seconds for it."""
        body = canonical.encode({"standings": standings_json(standings), "wait": wait_s})
        fetched = wire.decode_fetched(
            self.call("fetch", body, limit=wire.MAX_BODY_BYTES, read_s=READ_S + wait_s)
        )
        return Fetched(
            claims=read_claims(fetched.claims), parcels=fetched.parcels, asks=fetched.asks[:MAX_QUESTIONS]
        )

    def ask(self, name: str, question: Mapping[str, Json]) -> Mapping[str, Json]:
        """Ask for a proof out of the partner's ledger with us."""
        return self._ask(name, canonical.encode(question))

    def answer(self, told: Sequence[Json]) -> None:
        """Bring the proofs that the partner asked for with what we fetched."""
        self._ask("answers", canonical.encode({"answers": told}))

    def round_trips_s(self, number: int) -> list[float]:
        """Ask for a challenge so many times; return how many seconds each took. The first one opens the connection."""
        took = list[float]()
        for _ in range(number):
            began = time.perf_counter()
            self._ask("challenge", b"")
            took.append(time.perf_counter() - began)
        return took

    def call(self, path: str, body: bytes, *, limit: int, read_s: float) -> bytes:
        """Ask for what is not JSON; return the answer, of at most `limit` bytes. `read_s`: the longest silence."""
        status, raw = self._post(path, body, limit=limit, read_s=read_s)
        if status != 200:
            _read(raw, status, self.partner.code)
        return raw

    def close(self) -> None:
        """Give the connection up; the next greeting opens a new one."""
        self.session = ""
        self.connections.close()

    def _ask(self, path: str, body: bytes) -> Mapping[str, Json]:
        status, raw = self._post(path, body, limit=MAX_ANSWER_BYTES, read_s=READ_S)
        return _read(raw, status, self.partner.code)

    def _post(self, path: str, body: bytes, *, limit: int, read_s: float) -> tuple[int, bytes]:
        headers = {"Content-Type": "application/octet-stream", "Lienlac-Session": self.session}
        timeout = urllib3.Timeout(connect=pinned.CONNECT_S, read=read_s)
        try:
            answer = self.connections.urlopen(
                "POST",
                f"/peer/v1/{path}",
                body=body,
                headers=headers,
                preload_content=False,
                redirect=False,
                timeout=timeout,
            )
            raw = answer.read(limit + 1)
            answer.release_conn()
        except (HTTPError, OSError) as error:
            raise Unavailable(reason_of(error), node=self.partner.code) from error
        if len(raw) > limit:
            raise Malformed(
                "answer_broken", node=self.partner.code
            )  # and the rest of it is still on the line
        return answer.status, raw


def _read(raw: bytes, status: int, node: str) -> Mapping[str, Json]:
    try:
        value = canonical.decode(raw, max_bytes=MAX_ANSWER_BYTES)
    except LienlacError as error:
        raise Unavailable("answer_broken", node=node, status=status) from error
    if not isinstance(value, dict):
        raise Malformed("answer_broken", node=node, status=status)
    if status != 200:
        code = str(value.get("error", "door_failed"))[:40]
        raise Unavailable(_THEIRS.get(code, code), node=node, status=status)
    return value


_THEIRS = {
    "database_busy": "partner_busy",
    "disk_fails": "partner_disk_fails",
    "disk_full": "partner_disk_full",
}
"""What he says of his own store, as our pages say it: not this node's disk is full."""


def reason_of(error: BaseException) -> str:
    """Return the code that says in plain words why the line failed (list `errors`)."""
    seen: BaseException | None = error
    while seen is not None:
        for kind, code in _REASONS:
            # "No new connection" is a timeout to urllib3 whatever was the matter: what is behind it says it.
            if isinstance(seen, kind) and type(seen) is not urllib3.exceptions.NewConnectionError:
                return code
        seen = _behind(seen)
    return "line_failed"


def _behind(error: BaseException) -> BaseException | None:
    """Return the error that another one wraps, wherever urllib3 has put it."""
    wrapped = (getattr(error, "reason", None), *error.args, error.__cause__, error.__context__)
    return next((one for one in wrapped if isinstance(one, BaseException)), None)


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
