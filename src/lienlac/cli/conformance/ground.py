"""Where the probes stand: this training node with its keys, the partner, and a line to his door that says anything."""

from __future__ import annotations

import socket
import ssl
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime
from functools import cached_property
from urllib.parse import urlsplit

import urllib3
from urllib3.exceptions import HTTPError

from lienlac.apps.directory import moments, queries
from lienlac.apps.directory.models import Node, NodeKey
from lienlac.apps.mailroom import queries as mailroom
from lienlac.core.envelope import dsse
from lienlac.core.envelope.keys import SigningKey
from lienlac.core.errors import LienlacError, Malformed, Refused
from lienlac.core.lane import LaneClass, Standing
from lienlac.core.messages import canonical
from lienlac.core.messages.canonical import Json
from lienlac.peer.greeting import HELLO_TYPE
from lienlac.peer.https import client, pinned
from lienlac.peer.lanes_json import claims_json, read_standings

READ_S = 30.0


@dataclass(frozen=True, kw_only=True)
class Answer:
    """What a door said: status 0 and a code of ours when it said nothing."""

    status: int
    body: bytes = b""
    code: str = ""

    @cached_property
    def value(self) -> Mapping[str, Json]:
        """The body as JSON; empty when it is none, or not in canonical form."""
        try:
            value = canonical.decode(self.body)
        except LienlacError:
            return {}
        return value if isinstance(value, dict) else {}

    def __str__(self) -> str:
        """Write it as the probes do: `401 stranger`, `200`, `0 line_silent`."""
        return f"{self.status} {self.value.get('error', self.code)}".strip()


@dataclass(kw_only=True)
class Ground:
    """A partner at a URL; `session` is that of the last good greeting."""

    partner: Node
    url: str
    session: str = ""
    at: datetime = field(default_factory=lambda: datetime.now(UTC))

    @cached_property
    def me(self) -> str:
        """This node's code."""
        return queries.own_code()

    @cached_property
    def key(self) -> SigningKey:
        """This node's key."""
        return queries.own_signing_key(NodeKey.Use.NODE, self.at)

    @cached_property
    def address(self) -> tuple[str, int]:
        """Host and port of the door; Malformed('door_broken') when the URL names none."""
        parts = urlsplit(self.url)
        if parts.scheme != "https" or not parts.hostname:
            raise Malformed("door_broken", door=self.url)
        return parts.hostname, parts.port or 443

    @cached_property
    def _line(self) -> urllib3.HTTPSConnectionPool:
        return pinned.pool(*self.address, queries.tls_pins(self.partner))

    def ask(
        self,
        name: str,
        body: bytes = b"",
        *,
        session: str = "",
        method: str = "POST",
        declared: int | None = None,
    ) -> Answer:
        """Send one request; `declared` is a Content-Length that is not the body's."""
        headers = {"Lienlac-Session": session} if session else {}
        if declared is not None:
            headers["Content-Length"] = str(declared)
        answer = _answer(self._line, method, name, body, headers)
        if answer.status != 200 or declared is not None:
            # A door may refuse before it has read the body, and then hang up without a word: which of them do, and at
            # which questions, cannot be seen from here, and the next question would be lost.
            self._line.close()
            del self._line
        return answer

    def nonce(self) -> str:
        """Ask for a nonce; Malformed('nonce_missing') when there is none."""
        nonce = self.ask("challenge").value.get("nonce")
        if not isinstance(nonce, str):
            raise Malformed("nonce_missing")
        return nonce

    def signed_hello(self, *, key: SigningKey | None = None, sender: str = "", **changes: Json) -> bytes:
        """Return a hello of this node, or in the name of `sender`, with changes, signed by our key or another."""
        said: dict[str, Json] = {
            "v": 1,
            "from": sender or self.me,
            "to": self.partner.code,
            "time": moments.to_wire(self.at),
            "nonce": changes["nonce"] if "nonce" in changes else self.nonce(),
            "lanes": [],
        }
        return dsse.sign(HELLO_TYPE, canonical.encode(said | changes), key or self.key)

    def hello(self, *, key: SigningKey | None = None, sender: str = "", **changes: Json) -> Answer:
        """Greet with changes."""
        return self.ask("hello", self.signed_hello(key=key, sender=sender, **changes))

    def greeted(self) -> Mapping[LaneClass, Standing]:
        """Greet as this node's postman does; keep the session, return where the partner stands in our lanes.

        Raises what `read_standings` raises.
        """
        answer = self.hello(lanes=claims_json(mailroom.claims(self.partner)))
        self.session = str(answer.value.get("session", ""))
        return read_standings(answer.value.get("standings", []))

    def says_half(self, name: str, body: bytes) -> None:
        """Begin a request, and go away in the middle of its body."""
        context = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
        context.check_hostname, context.verify_mode = False, ssl.CERT_NONE
        head = f"POST /peer/v1/{name} HTTP/1.1\r\nHost: {self.address[0]}\r\nContent-Length: {len(body)}\r\n"
        raw = f"{head}Lienlac-Session: {self.session}\r\n\r\n".encode() + body[: len(body) // 2]
        with (
            socket.create_connection(self.address, pinned.CONNECT_S) as line,
            context.wrap_socket(line) as tls,
        ):
            if pinned.spki_digest(tls.getpeercert(True) or b"") in queries.tls_pins(self.partner):
                tls.sendall(raw)

    def speaks_tls_1_2(self) -> bool:
        """Tell whether the door lets somebody in who speaks nothing newer than TLS 1.2."""
        context = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
        context.check_hostname, context.verify_mode = False, ssl.CERT_NONE
        context.maximum_version = ssl.TLSVersion.TLSv1_2
        try:
            with (
                socket.create_connection(self.address, pinned.CONNECT_S) as line,
                context.wrap_socket(line),
            ):
                return True
        except (ssl.SSLError, ConnectionError):
            return False


def _answer(
    line: urllib3.HTTPSConnectionPool, method: str, name: str, body: bytes, headers: Mapping[str, str]
) -> Answer:
    timeout = urllib3.Timeout(connect=pinned.CONNECT_S, read=READ_S)
    try:
        said = line.urlopen(method, f"/peer/v1/{name}", body, headers, redirect=False, timeout=timeout)
    except (HTTPError, OSError) as error:
        return Answer(status=0, code=client.reason_of(error))
    return Answer(status=said.status, body=said.data)


def standing_on(url: str, code: str = "") -> Ground:
    """Return the ground for probing the trusted partner `code`, or whose card names the URL.

    Raises Malformed('unknown_node'), Refused('probe_training_only') unless both are training nodes (SG45).
    """
    partner = queries.partner(code) if code else _partner_at(url, queries.partners())
    if partner is None:
        raise Malformed("unknown_node", node=code or url)
    ground = Ground(partner=partner, url=url)
    if not (queries.this_node().training and ground.partner.training):
        raise Refused("probe_training_only", node=ground.partner.code)
    return ground


def _partner_at(url: str, partners: Iterable[Node]) -> Node | None:
    wanted = urlsplit(url)
    for one in partners:
        named = urlsplit(one.endpoint)
        if one.endpoint and (named.hostname, named.port) == (wanted.hostname, wanted.port):
            return one
    return None
