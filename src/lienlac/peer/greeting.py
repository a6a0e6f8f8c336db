"""Who is calling: a signed hello that answers our nonce, and the short session bound to that node.

TLS with a pinned key proves the server to the caller; this proves the caller to the server. Nothing is kept
between the steps: a nonce and a session carry their own proof (HMAC under a key of this process's node).
"""

from __future__ import annotations

import secrets
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta

from django.core import signing

from lienlac.apps.directory import moments, queries
from lienlac.apps.directory.models import Node, NodeKey
from lienlac.core.envelope import dsse, frames
from lienlac.core.envelope.keys import SigningKey
from lienlac.core.errors import Malformed, Unauthentic
from lienlac.core.messages import canonical

HELLO_TYPE = "application/vnd.lienlac.hello+json"
WELCOME_TYPE = "application/vnd.lienlac.welcome+json"
VERSION = 1
NONCE_GOOD_FOR = timedelta(minutes=1)
SESSION_GOOD_FOR = timedelta(minutes=10)
_NONCE_SALT = "lienlac.peer.nonce"
_SESSION_SALT = "lienlac.peer.session"


@dataclass(frozen=True, kw_only=True)
class Hello:
    """What a caller says first. `lanes` are his positions in the lanes that we share, as plain JSON."""

    sender: str
    receiver: str
    time: str
    nonce: str
    lanes: tuple[canonical.Json, ...]


def new_nonce() -> str:
    """Return a nonce that this node accepts for a minute."""
    return signing.TimestampSigner(salt=_NONCE_SALT).sign(secrets.token_hex(16))


def sign_hello(hello: Hello, key: SigningKey, payload_type: str = HELLO_TYPE) -> bytes:
    """Return a hello (or the welcome that answers it) signed by a node's key."""
    value: canonical.Json = {
        "v": VERSION,
        "from": hello.sender,
        "to": hello.receiver,
        "time": hello.time,
        "nonce": hello.nonce,
        "lanes": list(hello.lanes),
    }
    return dsse.sign(payload_type, canonical.encode(value), key)


def read_hello(signed: bytes, *, payload_type: str = HELLO_TYPE) -> tuple[Node, Hello]:
    """Return who signed and what he said; he is a trusted partner and speaks to this node.

    Raises Malformed (`hello_broken`, frames, JSON), Unauthentic (`stranger`, `bad_signature`,
    `hello_for_other`). The caller must still check the nonce.
    """
    hello = _parse(frames.unpack(signed, count=3, max_bytes=dsse.MAX_SIGNED_BYTES)[0])
    node = queries.partner(hello.sender)
    if node is None:
        raise Unauthentic("stranger")
    dsse.verify(signed, payload_type, _key_of(node))
    if hello.receiver != queries.this_node().code:
        raise Unauthentic("hello_for_other")
    return node, hello


def check_nonce(nonce: str) -> None:
    """Raise Unauthentic('nonce_stale') unless the nonce is ours and a minute old at most."""
    try:
        signing.TimestampSigner(salt=_NONCE_SALT).unsign(nonce, max_age=NONCE_GOOD_FOR)
    except signing.BadSignature as error:
        raise Unauthentic("nonce_stale") from error


def open_session(node: Node) -> str:
    """Return a token by which the next requests of this caller are known."""
    return signing.TimestampSigner(salt=_SESSION_SALT).sign(node.code)


def caller(session: str) -> Node:
    """Return the partner of a session; Unauthentic('session_over') when it is not ours, or too old."""
    try:
        code = signing.TimestampSigner(salt=_SESSION_SALT).unsign(session, max_age=SESSION_GOOD_FOR)
    except signing.BadSignature as error:
        raise Unauthentic("session_over") from error
    node = queries.partner(code)
    if node is None:
        raise Unauthentic("stranger")
    return node


def _key_of(node: Node) -> Callable[[str], object]:
    return lambda kid: queries.verify_key(node, NodeKey.Use.NODE, kid)


def _parse(raw: bytes) -> Hello:
    value = canonical.decode(raw)
    try:
        hello = Hello(
            sender=value["from"],  # type: ignore[index, call-overload]
            receiver=value["to"],  # type: ignore[index, call-overload]
            time=value["time"],  # type: ignore[index, call-overload]
            nonce=value["nonce"],  # type: ignore[index, call-overload]
            lanes=tuple(value["lanes"]),  # type: ignore[index, call-overload]
        )
    except (KeyError, TypeError) as error:
        raise Malformed("hello_broken") from error
    if not all(isinstance(text, str) for text in (hello.sender, hello.receiver, hello.time, hello.nonce)):
        raise Malformed("hello_broken")
    return hello


def make_hello(partner: Node, nonce: str, lanes: tuple[canonical.Json, ...], now: datetime) -> Hello:
    """Return a hello of this node to a partner."""
    return Hello(
        sender=queries.this_node().code,
        receiver=partner.code,
        time=moments.to_wire(now),
        nonce=nonce,
        lanes=lanes,
    )


