"""What nodes say to each other around the parcels: bodies of requests and answers, the same on every transport.

A body of parcels is the frames `count` (decimal) and `parcels`; `parcels` is `count` frames, each of them the
frames `signed position` and `envelope` (docs/protocol/transport-https.md).
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from lienlac.core.envelope import frames
from lienlac.core.errors import Malformed
from lienlac.core.messages import canonical
from lienlac.core.messages.canonical import Json

MAX_BODY_BYTES = 32 * 1024 * 1024  # a window of the bulk lane, and room for the largest envelope
MAX_PARCELS = 100


@dataclass(frozen=True, kw_only=True)
class WireParcel:
    """A signed position in a lane and the envelope that stands there."""

    position: bytes
    envelope: bytes


def encode_parcels(parcels: Sequence[WireParcel]) -> bytes:
    """Return a body with the parcels in order."""
    packed = [frames.pack(parcel.position, parcel.envelope) for parcel in parcels]
    return frames.pack(str(len(packed)).encode(), frames.pack(*packed))


def decode_parcels(raw: bytes) -> tuple[WireParcel, ...]:
    """Read a body; Malformed (`frame_…`, `parcels_count`) when it is not one."""
    number, rest = frames.unpack(raw, count=2, max_bytes=MAX_BODY_BYTES)
    if not number.isdigit() or len(number) > 3 or not 1 <= int(number) <= MAX_PARCELS:
        raise Malformed("parcels_count")
    inside = frames.unpack(rest, count=int(number), max_bytes=MAX_BODY_BYTES)
    return tuple(_parcel(one) for one in inside)


@dataclass(frozen=True, kw_only=True)
class Fetched:
    """What lies there for who fetches: claims and questions as plain JSON, and parcels in lane order."""

    claims: Sequence[Json]
    parcels: tuple[WireParcel, ...] = ()
    asks: Sequence[Json] = ()


def encode_fetched(fetched: Fetched) -> bytes:
    """Return the answer to a fetch: the frames `{"asks", "claims"}` and a body of parcels, empty without any."""
    head = canonical.encode({"asks": fetched.asks, "claims": fetched.claims})
    parcels = fetched.parcels
    return frames.pack(head, encode_parcels(parcels) if parcels else b"")


def decode_fetched(raw: bytes) -> Fetched:
    """Read the answer to a fetch; Malformed when it is not one."""
    head, body = frames.unpack(raw, count=2, max_bytes=MAX_BODY_BYTES)
    value = canonical.decode(head)
    if not isinstance(value, dict) or value.keys() != {"asks", "claims"}:
        raise Malformed("fetch_malformed")
    asks, claims = value["asks"], value["claims"]
    if not isinstance(asks, list) or not isinstance(claims, list):
        raise Malformed("fetch_malformed")
    return Fetched(claims=claims, parcels=decode_parcels(body) if body else (), asks=asks)


def _parcel(raw: bytes) -> WireParcel:
    position, envelope = frames.unpack(raw, count=2, max_bytes=MAX_BODY_BYTES)
    return WireParcel(position=position, envelope=envelope)
