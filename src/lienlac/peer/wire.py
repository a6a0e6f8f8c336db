"""What nodes say to each other around the parcels: bodies of requests and answers, the same on every transport.

A body of parcels is the frames `count` (decimal) and `parcels`; `parcels` is `count` frames, each of them the
frames `signed position` and `envelope` (docs/protocol/transport-https.md).
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from lienlac.core.envelope import frames
from lienlac.core.errors import Malformed

MAX_BODY_BYTES = 32 * 1024 * 1024
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


def _parcel(raw: bytes) -> WireParcel:
    position, envelope = frames.unpack(raw, count=2, max_bytes=MAX_BODY_BYTES)
    return WireParcel(position=position, envelope=envelope)
