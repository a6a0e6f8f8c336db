"""The bytes of a bundle: one file from one node to one other (`peer.sealed`), and what it says.

Classes and counts of the lanes are inside; whoever carries the file learns the two nodes and a rounded size. Nothing
here touches a database. The numbers of the steps are those of docs/protocol/transport-file.md.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass

from lienlac.core.envelope import Header, SealingPublic, frames
from lienlac.core.envelope.suite import Signer, Unwrapper
from lienlac.core.errors import Malformed
from lienlac.core.lane import Claim, LaneClass, Standing
from lienlac.core.messages import canonical
from lienlac.peer import receive, sealed, wire
from lienlac.peer.sealed import KeyLookup

MAX_CONTENT_BYTES = 32 * 1024 * 1024
MAX_PARCELS = 20_000
BUNDLE = sealed.Form(
    word="bundle",
    family=b"LIENLAC-BUNDLE/",
    signed_type="application/vnd.lienlac.bundle",
    step_bytes=64 * 1024,
    limit_bytes=MAX_CONTENT_BYTES,
)
FAMILY, MAGIC = BUNDLE.family, BUNDLE.magic
STEP_BYTES = BUNDLE.step_bytes
MAX_FILE_BYTES = BUNDLE.longest
_MEMBERS = {"claims", "made", "parcels", "standings"}
_MOMENT = re.compile(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z", re.ASCII)  # it is shown on a terminal


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


def write(bundle: Bundle, *, node_key: Signer, to: SealingPublic) -> bytes:
    """Return the file: `bundle` sealed to a key of its receiver and signed by a node key of its sender.

    Raises Malformed(`bundle_too_large`) when the parcels are too many or too long for one file.
    """
    content = _content(bundle)
    return sealed.seal(
        BUNDLE, content, sender=bundle.sender, receiver=bundle.receiver, node_key=node_key, to=to
    )


def header_of(raw: bytes) -> Header:
    """Return what the outside of a file claims (`sealed.header_of`); NOTHING of it is checked yet but its shape."""
    return sealed.header_of(BUNDLE, raw)


def check_outer(raw: bytes, *, node_keys: KeyLookup) -> Header:
    """Check who wrote a file, as somebody can who carries it (`sealed.check_outer`); its content stays sealed."""
    return sealed.check_outer(BUNDLE, raw, node_keys=node_keys)


def read(raw: bytes, *, me: str, sealing_keys: Mapping[str, Unwrapper], node_keys: KeyLookup) -> Bundle:
    """Return what a file says to us, when all of it holds (steps 1 to 8).

    Raises what `sealed.unseal` raises, Malformed (`bundle_content`, `parcels_count`, and the codes of claims and
    standings). The parcels are not looked into: that is the mailroom's.
    """
    header, content = sealed.unseal(BUNDLE, raw, me=me, sealing_keys=sealing_keys, node_keys=node_keys)
    return _bundle(header, content)  # 8


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
