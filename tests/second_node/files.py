"""Files that travel with a message: sealed chunks, named by their digests (attachments.md)."""

from __future__ import annotations

import os
from collections.abc import Mapping
from typing import Any

from . import envelopes, wire

KIND = "CHUNK"
PREVIEW, MOST_PICTURE = b"lienlac/1 preview", 15_360
PIECE, MOST = 1 << 20, 1_049_600
Json = dict[str, Any]


def header(place: int, count: int) -> bytes:
    return f"lienlac/1 chunk {place} of {count}".encode()


def pieces(content: bytes) -> list[bytes]:
    return [content[at : at + PIECE] for at in range(0, len(content), PIECE)]


def seal(
    content: bytes, *, name: str, media_type: str, key: bytes = b"", picture: bytes = b""
) -> tuple[Json, list[bytes]]:
    """Return the manifest's entry of a file, and its sealed chunks in order; before them that of its preview."""
    key = key or os.urandom(32)
    parts = pieces(content)
    chunks = [envelopes.close_body(key, header(place, len(parts)), part) for place, part in enumerate(parts)]
    entry: Json = {"chunks": [wire.sha256(chunk) for chunk in chunks], "key": key.hex(), "suite": 1}
    entry |= {"name": name, "media_type": media_type, "sha256": wire.sha256(content), "size": len(content)}
    preview = [envelopes.close_body(key, PREVIEW, picture)] if picture else []
    entry["preview"] = wire.sha256(preview[0]) if preview else None
    return entry, preview + chunks


def open_preview(entry: Json, held: Mapping[str, bytes]) -> bytes:
    """Return the small picture of a file, before the file is here (section 6)."""
    wire.check(entry["suite"] == 1, wire.not_understood("unknown_suite"))  # 1
    wire.check(entry["preview"] in held, wire.malformed("chunk_missing"))  # 2
    sealed, altered = held[entry["preview"]], wire.unauthentic("chunk_altered")
    wire.check(wire.sha256(sealed) == entry["preview"], altered)  # 3
    try:
        picture = envelopes.open_body(bytes.fromhex(entry["key"]), PREVIEW, sealed)  # 4
    except wire.Wrong:
        raise altered from None
    wire.check(is_plain(picture), wire.malformed("preview_unfit"))  # 5
    return picture


def is_plain(picture: bytes) -> bool:
    """Say whether these bytes are a small JPEG of one scan, with tables, a JFIF mark and nothing else."""
    kinds, at = [], 2
    if not len(picture) <= MOST_PICTURE:
        return False
    while kinds[-1:] != [0xDA]:
        length = int.from_bytes(picture[at + 2 : at + 4], "big")
        held = picture[at + 4 : at + 2 + length]
        if picture[at : at + 1] != b"\xff" or length < 2 or len(held) != length - 2:
            return False
        kinds.append(picture[at + 1])
        at += 2 + length
        if kinds[-1] == 0xE0 and not (held[:5] == b"JFIF\0" and len(held) == 14):
            return False
        if kinds[-1] == 0xC0 and not is_small(held):
            return False
    scan = picture[at:]
    for mark in (0, *range(0xD0, 0xD8)):
        scan = scan.replace(bytes((0xFF, mark)), b"")
    known = set(kinds) <= {0xC0, 0xC4, 0xDA, 0xDB, 0xDD, 0xE0} and kinds.count(0xC0) == 1
    return (
        known and picture[:2] == b"\xff\xd8" and scan.find(b"\xff") == len(scan) - 2 and scan[-1:] == b"\xd9"
    )


def is_small(frame: bytes) -> bool:
    sides = [int.from_bytes(frame[at : at + 2], "big") for at in (1, 3)]
    shaped = len(frame) >= 6 and frame[0] == 8 and frame[5] in (1, 3) and len(frame) == 6 + 3 * frame[5]
    return shaped and all(1 <= side <= 320 for side in sides)


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
