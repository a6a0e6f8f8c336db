"""The one way in which several byte strings become one.

Each part is its length as four bytes, big-endian, followed by its bytes. The number of parts is not on the
wire: the reader says how many he expects, so that a list of parts has exactly one spelling.
"""

from __future__ import annotations

from lienlac.core.errors import Malformed

LENGTH_BYTES = 4


def pack(*parts: bytes) -> bytes:
    """Return the parts, each below 4 GiB, one after another behind their lengths."""
    return b"".join(len(part).to_bytes(LENGTH_BYTES, "big") + part for part in parts)


def unpack(raw: bytes, *, count: int, max_bytes: int) -> tuple[bytes, ...]:
    """Return exactly `count` parts that fill `raw`, which holds at most `max_bytes` in all.

    Raises Malformed: `frame_too_large`, `frame_cut` (a part ends behind the end), `frame_trailing`.
    """
    if len(raw) > max_bytes:
        raise Malformed("frame_too_large", size=len(raw), limit=max_bytes)
    parts, position = [], 0
    for _ in range(count):
        start = position + LENGTH_BYTES
        position = start + int.from_bytes(raw[position:start], "big")
        if max(start, position) > len(raw):
            raise Malformed("frame_cut", size=len(raw), needed=max(start, position))
        parts.append(raw[start:position])
    if position != len(raw):
        raise Malformed("frame_trailing", size=len(raw), used=position)
    return tuple(parts)


def split(raw: bytes, *, count: int) -> tuple[bytes, bytes]:
    """Return the first `count` parts, still packed, and the bytes behind them; Malformed(`frame_cut`)."""
    position = 0
    for _ in range(count):
        start = position + LENGTH_BYTES
        position = start + int.from_bytes(raw[position:start], "big")
        if max(start, position) > len(raw):
            raise Malformed("frame_cut", size=len(raw), needed=max(start, position))
    return raw[:position], raw[position:]
