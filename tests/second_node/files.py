"""Files that travel with a message: sealed chunks, named by their digests (attachments.md)."""

from __future__ import annotations

import os
from collections.abc import Mapping
from typing import Any

from . import envelopes, wire

KIND = "CHUNK"
PIECE, MOST = 1 << 20, 1_049_600
Json = dict[str, Any]


def header(place: int, count: int) -> bytes:
    return f"lienlac/1 chunk {place} of {count}".encode()


def pieces(content: bytes) -> list[bytes]:
    return [content[at : at + PIECE] for at in range(0, len(content), PIECE)]


def seal(content: bytes, *, name: str, media_type: str, key: bytes = b"") -> tuple[Json, list[bytes]]:
    """Return the manifest's entry of a file, and its sealed chunks in order."""
    key = key or os.urandom(32)
    parts = pieces(content)
    chunks = [envelopes.close_body(key, header(place, len(parts)), part) for place, part in enumerate(parts)]
    entry: Json = {"chunks": [wire.sha256(chunk) for chunk in chunks], "key": key.hex(), "suite": 1}
    entry |= {"name": name, "media_type": media_type, "sha256": wire.sha256(content), "size": len(content)}
    return entry, chunks


def open_file(entry: Json, held: Mapping[str, bytes]) -> bytes:
    """Return a file whose chunks are all here (section 5); nothing of it before its digest agrees."""
    wire.check(entry["suite"] == 1, wire.not_understood("unknown_suite"))  # 1
    key, names, left = bytes.fromhex(entry["key"]), entry["chunks"], entry["size"]
    opened = []
    for place, name in enumerate(names):
        wire.check(name in held, wire.malformed("chunk_missing"))  # 2
        altered = wire.unauthentic("chunk_altered")
        wire.check(wire.sha256(held[name]) == name, altered)  # 3
        try:
            part = envelopes.open_body(key, header(place, len(names)), held[name])  # 4
        except wire.Wrong:
            raise altered from None
        wire.check(len(part) == min(PIECE, left), altered)  # 5
        opened.append(part)
        left -= len(part)
    content = b"".join(opened)
    wire.check(wire.sha256(content) == entry["sha256"], wire.unauthentic("file_altered"))  # 6
    return content


def parted(content: bytes) -> tuple[bytes, bytes]:
    """Return the signed message of an opened envelope, and the chunk behind it, empty for none (step 10b)."""
    end = 0
    for _ in range(3):
        wire.check(end + 4 <= len(content), wire.malformed("frame_cut"))
        end += 4 + int.from_bytes(content[end : end + 4], "big")
    wire.check(end <= len(content), wire.malformed("frame_cut"))
    if end == len(content):
        return content, b""
    (chunk,) = wire.unpack(content[end:], 1)
    wire.check(chunk, wire.malformed("enclosed_missing"))
    return content[:end], chunk


def check_enclosed(message: Json, chunk: bytes) -> None:
    """Step 13b: a CHUNK brings its chunk, every other kind nothing."""
    if message["kind"] != KIND:
        wire.check(not chunk, wire.malformed("enclosed_unexpected"))
        return
    wire.check(chunk, wire.malformed("enclosed_missing"))
    wire.check(len(chunk) <= MOST, wire.malformed("chunk_too_large"))
    wire.check(message["body"].get("chunk") == wire.sha256(chunk), wire.unauthentic("chunk_altered"))
