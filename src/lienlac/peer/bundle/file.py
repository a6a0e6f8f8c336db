"""The bytes of a bundle: one file from one node to one other, sealed and signed as a whole.

    MAGIC ‖ frames( header, wrapped key, sealed body, signature )

The header is that of an envelope with one recipient (who, to whom, which keys); everything else, classes and
counts of the lanes included, is inside the sealed body, so that whoever carries the file learns the two nodes
and a rounded size. Nothing here touches a database. The numbers of the steps are those of
docs/protocol/transport-file.md.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass

from lienlac.core.envelope import (
    SUITES,
    Header,
    SealingKey,
    SealingPublic,
    SigningKey,
    VerifyKey,
    dsse,
    frames,
)
from lienlac.core.envelope.suite import Suite, allowed
from lienlac.core.errors import Malformed, NotUnderstood, Unauthentic
from lienlac.core.lane import Claim, LaneClass, Standing
from lienlac.core.messages import canonical
from lienlac.peer import receive, wire

FAMILY = b"LIENLAC-BUNDLE/"
MAGIC = FAMILY + b"1\n"
BUNDLE_TYPE = "application/vnd.lienlac.bundle"
SUITE = 1

MAX_CONTENT_BYTES = 32 * 1024 * 1024
MAX_PARCELS = 20_000
STEP_BYTES = 64 * 1024  # the content is padded to a multiple of this
MAX_FILE_BYTES = MAX_CONTENT_BYTES + 2 * STEP_BYTES
_SIZE_BYTES = 8
_MEMBERS = {"claims", "made", "parcels", "standings"}
_MOMENT = re.compile(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z", re.ASCII)  # it is shown on a terminal

KeyLookup = Callable[[str, str], VerifyKey | None]
"""(node, key id) -> the node's public signing key, or None."""


@dataclass(frozen=True, kw_only=True)
class Bundle:
    """What a file says: claims about the sender's lanes, where he stands in ours, parcels in lane order.

    `made` is the sender's clock when he wrote it (UTC, milliseconds): for people, never for order.
    """

    sender: str
    receiver: str
    made: str
    claims: Mapping[LaneClass, Claim]
    standings: Mapping[LaneClass, Standing]
    parcels: tuple[wire.WireParcel, ...]


def write(bundle: Bundle, *, node_key: SigningKey, to: SealingPublic) -> bytes:
    """Return the file: `bundle` sealed to a key of its receiver and signed by a node key of its sender.

    Raises Malformed(`bundle_too_large`) when the parcels are too many or too long for one file.
    """
    suite = allowed(SUITE, SUITES)
    header = Header(
        sender=bundle.sender, signed_by=node_key.kid, to=(bundle.receiver,), kids=(to.kid,), suite=SUITE
    )
    raw_header, key = header.to_bytes(), suite.new_key()
    wrapped = to.wrap(key, _info(suite, to.kid, raw_header))
    body = suite.seal_body(key, _pad(_content(bundle)), raw_header)
    signature = node_key.sign(_to_sign(suite, raw_header, wrapped, body))
    return MAGIC + frames.pack(raw_header, wrapped, body, signature)


def header_of(raw: bytes) -> Header:
    """Return what the outside of a file claims; NOTHING of it is checked yet but its shape (steps 1 and 2).

    Raises Malformed (`not_a_bundle`, `bundle_too_large`, `bundle_one_receiver`, `frame_…`, `json_…`,
    `envelope_header`), NotUnderstood (`newer_bundle`, `newer_envelope`).
    """
    return _parts(raw).header


def check_outer(raw: bytes, *, node_keys: KeyLookup) -> Header:
    """Check who wrote a file, as somebody can who carries it (steps 1 to 4); its content stays sealed.

    Raises what `header_of` raises, NotUnderstood(`unknown_suite`), Unauthentic (`unknown_key`,
    `bad_signature`).
    """
    return _checked(raw, node_keys).header


def read(raw: bytes, *, me: str, sealing_keys: Mapping[str, SealingKey], node_keys: KeyLookup) -> Bundle:
    """Return what a file says to us, when all of it holds (steps 1 to 8).

    Raises what `check_outer` raises, Unauthentic (`bundle_for_other`, `sealing_key_unknown`, `cannot_unwrap`,
    `cannot_open_body`), Malformed (`bad_padding`, `bundle_content`, `parcels_count`, and the codes of claims
    and standings). The parcels are not looked into: that is the mailroom's.
    """
    parts = _checked(raw, node_keys)
    kid = parts.header.kids[0]
    if parts.header.to != (me,):  # 5
        raise Unauthentic("bundle_for_other", node=parts.header.to[0])
    if kid not in sealing_keys:
        raise Unauthentic("sealing_key_unknown", node=me)
    key = sealing_keys[kid].unwrap(parts.wrapped, _info(parts.suite, kid, parts.raw_header))  # 6
    padded = parts.suite.open_body(key, parts.body, parts.raw_header)  # 7
    return _bundle(parts.header, _unpad(padded))  # 8


@dataclass(frozen=True, kw_only=True)
class _Parts:
    """A file taken apart."""

    raw_header: bytes
    header: Header
    suite: Suite
    wrapped: bytes
    body: bytes
    signature: bytes


def _parts(raw: bytes) -> _Parts:
    if len(raw) > MAX_FILE_BYTES:
        raise Malformed("bundle_too_large", size=len(raw), limit=MAX_FILE_BYTES)
    if not raw.startswith(MAGIC):  # 1
        raise NotUnderstood("newer_bundle") if raw.startswith(FAMILY) else Malformed("not_a_bundle")
    raw_header, wrapped, body, signature = frames.unpack(raw[len(MAGIC) :], count=4, max_bytes=MAX_FILE_BYTES)
    header = Header.from_bytes(raw_header)  # 2
    if len(header.to) != 1:
        raise Malformed("bundle_one_receiver")
    suite = allowed(header.suite, SUITES)
    return _Parts(
        raw_header=raw_header, header=header, suite=suite, wrapped=wrapped, body=body, signature=signature
    )


def _checked(raw: bytes, node_keys: KeyLookup) -> _Parts:
    parts = _parts(raw)
    key = dsse.known(node_keys(parts.header.sender, parts.header.signed_by), parts.header.signed_by)  # 3
    if key.suite != parts.suite.number:
        raise Unauthentic("key_of_other_suite", kid=key.kid, suite=parts.suite.number)
    key.verify(parts.signature, _to_sign(parts.suite, parts.raw_header, parts.wrapped, parts.body))  # 4
    return parts


def _to_sign(suite: Suite, raw_header: bytes, wrapped: bytes, body: bytes) -> bytes:
    return dsse.pae(BUNDLE_TYPE, frames.pack(raw_header, wrapped, suite.digest(body)))


def _info(suite: Suite, kid: str, raw_header: bytes) -> bytes:
    """Bind the wrapped key to this file; another first word than an envelope's keeps the two apart."""
    return b"lienlac-bundle/%d" % suite.number + kid.encode("ascii") + suite.digest(raw_header)


def _content(bundle: Bundle) -> bytes:
    said: canonical.Json = {
        "claims": list(receive.claims_json(bundle.claims)),
        "made": bundle.made,
        "parcels": len(bundle.parcels),
        "standings": receive.standings_json(bundle.standings),
    }
    packed = (frames.pack(parcel.position, parcel.envelope) for parcel in bundle.parcels)
    return frames.pack(canonical.encode(said), frames.pack(*packed))


def _bundle(header: Header, content: bytes) -> Bundle:
    said, rest = frames.unpack(content, count=2, max_bytes=MAX_CONTENT_BYTES)
    value = canonical.decode(said)
    if not isinstance(value, dict) or value.keys() != _MEMBERS:
        raise Malformed("bundle_content")
    claims, made, count = value["claims"], value["made"], value["parcels"]
    if not isinstance(claims, list) or not isinstance(made, str) or not _MOMENT.fullmatch(made):
        raise Malformed("bundle_content")
    if type(count) is not int or not 0 <= count <= MAX_PARCELS:
        raise Malformed("parcels_count")
    inside = frames.unpack(rest, count=count, max_bytes=MAX_CONTENT_BYTES)
    return Bundle(
        sender=header.sender,
        receiver=header.to[0],
        made=made,
        claims=receive.read_claims(tuple(claims)),
        standings=receive.read_standings(value["standings"]),
        parcels=tuple(_parcel(one) for one in inside),
    )


def _parcel(raw: bytes) -> wire.WireParcel:
    position, envelope = frames.unpack(raw, count=2, max_bytes=MAX_CONTENT_BYTES)
    return wire.WireParcel(position=position, envelope=envelope)


def _pad(content: bytes) -> bytes:
    if len(content) > MAX_CONTENT_BYTES:
        raise Malformed("bundle_too_large", size=len(content), limit=MAX_CONTENT_BYTES)
    whole = len(content).to_bytes(_SIZE_BYTES, "big") + content
    return whole.ljust(-(-len(whole) // STEP_BYTES) * STEP_BYTES, b"\x00")


def _unpad(padded: bytes) -> bytes:
    size = int.from_bytes(padded[:_SIZE_BYTES], "big")
    content = padded[_SIZE_BYTES : _SIZE_BYTES + size]
    if size > MAX_CONTENT_BYTES or _pad(content) != padded:
        raise Malformed("bad_padding")
    return content
