"""The envelope: a signed message, sealed to nodes, signed by the sender's node.

On the wire four frames (`frames.py`): header, wraps, body, signature of the node.

* header: canonical JSON `{from, kids, signed_by, suite, to, v}`. Nothing else: whoever carries the envelope
  learns the sender's node, the receivers' nodes and keys, and a step of size; no kind, class, handling, time.
* wraps: frames, one for each of `kids`: the content key, sealed to that key with
  `info = "lienlac/" suite kid digest(header)`, so that a wrap opens in this envelope only.
* body: the padded signed message under the content key, with the header as associated data. Behind the signed
  message one more frame may stand, a chunk of a file (`chunks.parted`).
* signature: the node's, over DSSE's PAE of the frames header, wraps, digest(body).

The steps below carry the numbers of `docs/protocol/envelope.md`.
"""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import TypeAlias, TypeVar

from lienlac.core.envelope import dsse, frames, padding
from lienlac.core.envelope.suite import (
    SUITES,
    Signer,
    Suite,
    Unwrapper,
    Verifier,
    Wrapper,
    allowed,
    is_kid,
)
from lienlac.core.errors import Malformed, NotUnderstood, Unauthentic
from lienlac.core.messages import canonical
from lienlac.core.messages.message import Message, is_node_id

_Key = TypeVar("_Key", Signer, Verifier, Wrapper, Unwrapper)

VERSION = 1
MAX_RECIPIENTS = 64
MAX_HEADER_BYTES = 16 * 1024
MAX_ENVELOPE_BYTES = 1280 * 1024
KEPT_HEADERS = 64
"""How many headers are not read or written anew: every envelope from one node to another has the same."""

KeyLookup: TypeAlias = "Callable[[str, str], Verifier | None] | Mapping[tuple[str, str], Verifier]"
"""Gives the verification key of (node, kid), or None; keys revoked or not of that node are not given."""


@dataclass(frozen=True, kw_only=True)
class Recipient:
    """A key that may open the envelope, and the node that holds it."""

    node: str
    key: Wrapper


@dataclass(frozen=True, kw_only=True)
class Header:
    """What the outside of an envelope says; `kids[i]` is a key of the node `to[i]`, `suite` a number."""

    sender: str
    signed_by: str
    to: tuple[str, ...]
    kids: tuple[str, ...]
    suite: int

    def __post_init__(self) -> None:
        """Raise Malformed(`envelope_header`, field=…) with the wire name of the first wrong field."""
        for field, holds in (
            ("from", is_node_id(self.sender)),
            ("signed_by", is_kid(self.signed_by)),
            ("to", 1 <= len(self.to) <= MAX_RECIPIENTS and all(map(is_node_id, self.to))),
            ("kids", len(self.kids) == len(self.to) and all(map(is_kid, self.kids))),
            ("suite", type(self.suite) is int and self.suite >= 1),
        ):
            if not holds:
                raise Malformed("envelope_header", field=field)
        if len(set(zip(self.to, self.kids, strict=True))) != len(self.kids):
            raise Malformed("envelope_header", field="kids")

    @lru_cache(maxsize=KEPT_HEADERS)  # noqa: B019 -- equal headers share an entry
    def to_bytes(self) -> bytes:
        """Return the canonical bytes."""
        return canonical.encode(
            {
                "from": self.sender,
                "kids": self.kids,
                "signed_by": self.signed_by,
                "suite": self.suite,
                "to": self.to,
                "v": VERSION,
            }
        )

    @classmethod
    @lru_cache(maxsize=KEPT_HEADERS)
    def from_bytes(cls, raw: bytes) -> Header:
        """Read canonical bytes; NotUnderstood(`newer_envelope`) for another `v` or a field unknown here."""
        value = canonical.decode(raw, max_bytes=MAX_HEADER_BYTES)
        if not isinstance(value, dict):
            raise Malformed("envelope_header", field="")
        fields = dict(value)
        for name in _FIELDS:
            if name not in fields:
                raise Malformed("envelope_header", field=name)
        if type(fields["v"]) is not int or fields["v"] < 1:
            raise Malformed("envelope_header", field="v")
        if fields["v"] != VERSION or len(fields) > len(_FIELDS):
            raise NotUnderstood("newer_envelope", v=fields["v"])
        for name in ("to", "kids"):
            if not isinstance(fields[name], list):
                raise Malformed("envelope_header", field=name)
        return cls(
            sender=fields["from"],
            signed_by=fields["signed_by"],
            to=tuple(fields["to"]),
            kids=tuple(fields["kids"]),
            suite=fields["suite"],
        )


@dataclass(frozen=True, kw_only=True)
class Opened:
    """An envelope that holds: its header, the author's signed message, the digest of the whole envelope."""

    header: Header
    signed_message: bytes
    digest: str


@dataclass(frozen=True, kw_only=True)
class _Parts:
    """An envelope taken apart."""

    header_bytes: bytes
    header: Header
    suite: Suite
    wraps: bytes
    body: bytes
    signature: bytes

    def to_sign(self) -> bytes:
        covered = frames.pack(self.header_bytes, self.wraps, self.suite.digest(self.body))
        return dsse.pae(dsse.ENVELOPE_TYPE, covered)


_FIELDS = ("from", "kids", "signed_by", "suite", "to", "v")


def digest(raw: bytes) -> str:
    """Return the 64 hex digits that name an envelope everywhere (lane, ledger, receipts): its SHA-256."""
    return hashlib.sha256(raw).hexdigest()


def seal(
    signed_message: bytes,
    *,
    sender: str,
    recipients: Sequence[Recipient],
    node_key: Signer,
    suite: int = 1,
    suites: Mapping[int, Suite] = SUITES,
) -> bytes:
    """Seal what `dsse.sign(MESSAGE_TYPE, message.to_bytes(), author_key)` gave, to each of `recipients`.

    `sender` is the node id that `node_key` belongs to. Raises Malformed (`message_too_large`,
    `envelope_header`, `bad_public_key`), NotUnderstood(`unknown_suite`), Unauthentic(`key_of_other_suite`).
    """
    chosen = allowed(suite, suites)
    header = Header(
        sender=sender,
        signed_by=node_key.kid,
        to=tuple(one.node for one in recipients),
        kids=tuple(one.key.kid for one in recipients),
        suite=suite,
    )
    header_bytes, key = header.to_bytes(), chosen.new_key()
    _check_suite(node_key, suite)
    for one in recipients:
        _check_suite(one.key, suite)
    parts = _Parts(
        header_bytes=header_bytes,
        header=header,
        suite=chosen,
        wraps=frames.pack(
            *(one.key.wrap(key, _info(chosen, one.key.kid, header_bytes)) for one in recipients)
        ),
        body=chosen.seal_body(key, padding.pad(signed_message), header_bytes),
        signature=b"",
    )
    return frames.pack(header_bytes, parts.wraps, parts.body, node_key.sign(parts.to_sign()))


def check_outer(raw: bytes, *, node_keys: KeyLookup, suites: Mapping[int, Suite] = SUITES) -> Header:
    """Check an envelope without opening it, as a relay or an inspector can (steps 1 to 6).

    Raises Malformed (`frame_…`, `json_…`, `envelope_header`, `wrap_size`, `body_size`, `signature_size`),
    NotUnderstood (`newer_envelope`, `unknown_suite`), Unauthentic (`unknown_key`, `key_of_other_suite`,
    `bad_signature`). NotUnderstood is raised BEFORE the signature can be checked: keep such an envelope only
    from a caller who has said otherwise who he is.
    """
    return _checked(raw, node_keys, suites).header


def open_envelope(
    raw: bytes,
    *,
    me: str,
    sealing_keys: Mapping[str, Unwrapper],
    node_keys: KeyLookup,
    suites: Mapping[int, Suite] = SUITES,
) -> Opened:
    """Check an envelope and open it with one of our keys (steps 1 to 10).

    `me` is our node id, `sealing_keys` our secret keys by kid, old ones included. Raises what `check_outer`
    raises and Unauthentic (`not_for_us`, `sealing_key_unknown`, `cannot_unwrap`, `cannot_open_body`),
    Malformed(`bad_padding`). The sender's node has signed; WHO WROTE the message is not known yet: the caller
    must go on with `read_message` and `check_addressed`.
    """
    parts = _checked(raw, node_keys, suites)
    index, mine = _my_wrap(parts.header, me, sealing_keys)  # 7
    wrapped = frames.unpack(parts.wraps, count=len(parts.header.kids), max_bytes=len(parts.wraps))[index]
    key = mine.unwrap(wrapped, _info(parts.suite, mine.kid, parts.header_bytes))  # 8
    padded = parts.suite.open_body(key, parts.body, parts.header_bytes)  # 9
    return Opened(header=parts.header, signed_message=padding.unpad(padded), digest=digest(raw))  # 10


def read_message(signed_message: bytes, *, sender: str, author_keys: KeyLookup) -> tuple[Message, str]:
    """Return the message and the kid of its author, whose key must belong to the node `sender` (steps 11-13).

    `sender` is `opened.header.sender`: asking `author_keys` for keys of THAT node is what stops a recipient
    from sealing somebody else's signed message again as if it came from him. Raises Malformed (`frame_…`,
    `bad_kid`, `json_…`, `message_field` …), Unauthentic (`unknown_key`, `bad_signature`), NotUnderstood
    (`newer_message`).

    The caller MUST still do, in this order: `check_addressed` (14, 15); accept the message id only once (16);
    check that agreement and policy allow it, by its own book (17); let it take effect, with receipt and leaf,
    in one transaction (18).
    """
    payload, kid = dsse.verify(
        signed_message, dsse.MESSAGE_TYPE, lambda kid: _looked_up(author_keys, sender, kid)
    )  # 11, 12
    return Message.from_bytes(payload), kid  # 13


def check_addressed(message: Message, *, sender: str, me: str, node_of: Callable[[str], str | None]) -> None:
    """Check that the message comes from an office of `sender` and is for one of ours (steps 14, 15).

    `node_of` gives the node that runs an office, or None. Raises Unauthentic (`office_of_other_node`,
    `message_not_for_us`): what was sealed for us by mistake or malice was not said to us.
    """
    if node_of(message.from_office) != sender:  # 14
        raise Unauthentic("office_of_other_node", office=message.from_office, node=sender)
    if me not in map(node_of, message.to_offices):  # 15
        raise Unauthentic("message_not_for_us", node=me)


def kids_of(raw: bytes) -> tuple[str, ...]:
    """Return the ids of the sealing keys that an envelope names; nothing else of it is checked.

    Raises Malformed and NotUnderstood as steps 1 and 2.
    """
    return Header.from_bytes(frames.unpack(raw, count=4, max_bytes=MAX_ENVELOPE_BYTES)[0]).kids


def _checked(raw: bytes, node_keys: KeyLookup, suites: Mapping[int, Suite]) -> _Parts:
    header_bytes, wraps, body, signature = frames.unpack(raw, count=4, max_bytes=MAX_ENVELOPE_BYTES)  # 1
    header = Header.from_bytes(header_bytes)  # 2
    suite = allowed(header.suite, suites)  # 3
    parts = _Parts(
        header_bytes=header_bytes, header=header, suite=suite, wraps=wraps, body=body, signature=signature
    )
    _check_sizes(parts)  # 4
    key = dsse.known(_looked_up(node_keys, header.sender, header.signed_by), header.signed_by)  # 5
    _check_suite(key, suite.number)
    key.verify(signature, parts.to_sign())  # 6
    return parts


def _check_sizes(parts: _Parts) -> None:
    wraps = frames.unpack(parts.wraps, count=len(parts.header.kids), max_bytes=len(parts.wraps))
    if any(len(wrap) != parts.suite.wrap_bytes for wrap in wraps):
        raise Malformed("wrap_size")
    if len(parts.body) - parts.suite.body_overhead not in padding.STEPS:
        raise Malformed("body_size", size=len(parts.body))
    if len(parts.signature) != parts.suite.signature_bytes:
        raise Malformed("signature_size", size=len(parts.signature))


def _my_wrap(header: Header, me: str, keys: Mapping[str, Unwrapper]) -> tuple[int, Unwrapper]:
    """Return the place of a wrap for us and the key that opens it."""
    if me not in header.to:
        raise Unauthentic("not_for_us", node=me)
    for index, (node, kid) in enumerate(zip(header.to, header.kids, strict=True)):
        if node == me and kid in keys:
            return index, _check_suite(keys[kid], header.suite)
    raise Unauthentic("sealing_key_unknown", node=me)


def _info(suite: Suite, kid: str, header_bytes: bytes) -> bytes:
    return b"lienlac/%d" % suite.number + kid.encode("ascii") + suite.digest(header_bytes)


def _looked_up(lookup: KeyLookup, node: str, kid: str) -> Verifier | None:
    return lookup.get((node, kid)) if isinstance(lookup, Mapping) else lookup(node, kid)


def _check_suite(key: _Key, suite: int) -> _Key:
    """Return the key; refuse one of another suite, or the weaker of two suites would stand for both."""
    if key.suite != suite:
        raise Unauthentic("key_of_other_suite", kid=key.kid, suite=suite)
    return key
