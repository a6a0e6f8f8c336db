"""Who is calling: a signed hello that answers our nonce, and the short session bound to that node.

TLS with a pinned key proves the server to the caller; this proves the caller to the server. Nothing is kept
between the steps: a nonce and a session carry their own proof (HMAC under a key of this process's node).
"""

from __future__ import annotations

import secrets
from dataclasses import dataclass
from datetime import datetime, timedelta

from django.core import signing

from lienlac.apps.directory import moments, queries
from lienlac.apps.directory.models import Node, NodeKey
from lienlac.core.envelope import dsse, frames
from lienlac.core.envelope.suite import Signer
from lienlac.core.errors import LienlacError, Malformed, NotUnderstood, Unauthentic, Unavailable
from lienlac.core.messages import canonical
from lienlac.core.messages.message import is_node_id

HELLO_TYPE = "application/vnd.lienlac.hello+json"
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


def sign_hello(hello: Hello, key: Signer) -> bytes:
    """Return a hello signed by a node's key."""
    value: canonical.Json = {
        "v": VERSION,
        "from": hello.sender,
        "to": hello.receiver,
        "time": hello.time,
        "nonce": hello.nonce,
        "lanes": list(hello.lanes),
    }
    return dsse.sign(HELLO_TYPE, canonical.encode(value), key)


def read_hello(signed: bytes) -> tuple[Node, Hello]:
    """Return who signed and what he said; he is a trusted partner and speaks to this node.

    Raises Malformed (`hello_broken`, frames, JSON), NotUnderstood(`newer_hello`), Unauthentic (`stranger`: not
    a partner, or not his signature, and a stranger is not told which; `hello_for_other`), Unavailable
    ('partner_paused') for a partner with whom the post rests: his parcels wait at his node. The caller must
    still check the nonce.
    """
    hello = _parse(frames.unpack(signed, count=3, max_bytes=dsse.MAX_SIGNED_BYTES)[0])
    node = queries.known_partner(hello.sender)
    if node is None:
        raise Unauthentic("stranger")
    try:
        dsse.verify(signed, HELLO_TYPE, queries.verify_keys(node, NodeKey.Use.NODE).get)
    except Unauthentic as error:
        raise Unauthentic("stranger") from error
    if hello.receiver != queries.own_code():
        raise Unauthentic("hello_for_other")
    _check_not_paused(node)
    return node, hello


def is_for_us_now(signed: bytes) -> bool:
    """Say whether a hello, whoever signed it, answers a nonce of ours of this minute: nobody kept it from before."""
    try:
        hello = _parse(frames.unpack(signed, count=3, max_bytes=dsse.MAX_SIGNED_BYTES)[0])
        check_nonce(hello.nonce)
    except LienlacError:
        return False
    return hello.receiver == queries.own_code()


def _check_not_paused(node: Node) -> None:
    if node.standing == Node.Standing.PAUSED:
        raise Unavailable("partner_paused")


def check_nonce(nonce: str) -> None:
    """Raise Unauthentic('nonce_stale') unless the nonce is ours and a minute old at most."""
    try:
        signing.TimestampSigner(salt=_NONCE_SALT).unsign(nonce, max_age=NONCE_GOOD_FOR)
    except signing.BadSignature as error:
        raise Unauthentic("nonce_stale") from error


def open_session(node: Node) -> str:
    """Return a token by which the next requests of this caller are known."""
    return signing.TimestampSigner(salt=_SESSION_SALT).sign(node.code)


def check_session(session: str) -> str:
    """Return the code of the node that a session was opened for, without asking the database.

    Raises Unauthentic('session_over') when the session is not ours, or too old.
    """
    try:
        return signing.TimestampSigner(salt=_SESSION_SALT).unsign(session, max_age=SESSION_GOOD_FOR)
    except signing.BadSignature as error:
        raise Unauthentic("session_over") from error


def caller(session: str) -> Node:
    """Return the partner of a session.

    Unauthentic ('session_over', 'stranger' when trust has ended since), Unavailable('partner_paused').
    """
    node = queries.known_partner(check_session(session))
    if node is None:
        raise Unauthentic("stranger")
    _check_not_paused(node)
    return node


def _parse(raw: bytes) -> Hello:
    value = canonical.decode(raw)
    if not isinstance(value, dict) or not isinstance(value.get("lanes"), list):
        raise Malformed("hello_broken")
    if value.get("v") != VERSION:
        raise NotUnderstood("newer_hello")
    texts = [value.get(name) for name in ("from", "to", "time", "nonce")]
    sender, receiver, time, nonce = (text if isinstance(text, str) else "" for text in texts)
    if len(value) != len(texts) + 2 or not (is_node_id(sender) and receiver and time and nonce):
        raise Malformed("hello_broken")  # a stranger's text: not every one may be asked for in every database
    return Hello(sender=sender, receiver=receiver, time=time, nonce=nonce, lanes=tuple(value["lanes"]))


def make_hello(partner: Node, nonce: str, lanes: tuple[canonical.Json, ...], now: datetime) -> Hello:
    """Return a hello of this node to a partner."""
    return Hello(
        sender=queries.own_code(),
        receiver=partner.code,
        time=moments.to_wire(now),
        nonce=nonce,
        lanes=lanes,
    )
