"""Chunks: how a file becomes sealed pieces that anybody can carry, and a file again at whoever has the message.

Chunk `i` of a file is its bytes `i · CHUNK_BYTES …`, sealed as the suite seals a body, under the file's key, with
`"lienlac/" suite " chunk " i " of " n` as the header: the suite derives from key and header a cipher key of its own
for each chunk, so that none can be moved, repeated or left out. A chunk is named by the SHA-256 of its sealed
bytes. The steps carry the numbers of `docs/protocol/attachments.md`.
"""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass

from lienlac.core.envelope import frames
from lienlac.core.envelope.suite import SUITES, Suite, allowed
from lienlac.core.errors import Malformed, Unauthentic, Unavailable
from lienlac.core.messages.attachment import CHUNK_BYTES, Attachment, count_chunks
from lienlac.core.messages.canonical import Json
from lienlac.core.messages.message import Message

KIND = "CHUNK"
MAX_CHUNK_BYTES = CHUNK_BYTES + 1024  # no suite adds more to a body


@dataclass(frozen=True, kw_only=True)
class Sealed:
    """One sealed chunk and its name."""

    digest: str
    raw: bytes


def seal_file(
    content: bytes,
    *,
    name: str,
    media_type: str,
    suite: int = 1,
    suites: Mapping[int, Suite] = SUITES,
    key: bytes | None = None,
) -> tuple[Attachment, tuple[Sealed, ...]]:
    """Return the manifest and the sealed chunks of a file; the key is drawn for it (given in vectors only).

    Raises Malformed (`attachment_field` for no content or a name that may not stand in a manifest),
    NotUnderstood(`unknown_suite`).
    """
    chosen = allowed(suite, suites)
    drawn = key or chosen.new_key()
    count = count_chunks(len(content))
    sealed = tuple(
        _seal(chosen, drawn, content[place * CHUNK_BYTES : (place + 1) * CHUNK_BYTES], place, count)
        for place in range(count)
    )
    manifest = Attachment(
        chunks=tuple(one.digest for one in sealed),
        key=drawn.hex(),
        media_type=media_type,
        name=name,
        sha256=hashlib.sha256(content).hexdigest(),
        size=len(content),
        suite=suite,
    )
    return manifest, sealed


def name_of(raw: bytes) -> str:
    """Return the name of a sealed chunk: SHA-256 in hex."""
    return hashlib.sha256(raw).hexdigest()


def body_of(chunk: str, of: str) -> Mapping[str, Json]:
    """Return the body of the message that carries a chunk (64 hex digits) of the message `of`."""
    return {"chunk": chunk, "of": of}


def enclose(signed_message: bytes, chunk: bytes) -> bytes:
    """Return what an envelope is sealed around when its message brings a chunk."""
    return signed_message + frames.pack(chunk)


def parted(content: bytes) -> tuple[bytes, bytes]:
    """Return the signed message of an opened envelope, and the chunk behind it, b"" for none (step 10b).

    Raises Malformed (`frame_cut`, `frame_trailing`; `enclosed_missing` for a frame without content, which would be
    a second way to say that there is none).
    """
    signed_message, rest = frames.split(content, count=3)
    if not rest:
        return signed_message, b""
    (enclosed,) = frames.unpack(rest, count=1, max_bytes=len(rest))
    if not enclosed:
        raise Malformed("enclosed_missing")
    return signed_message, enclosed


def check_enclosed(message: Message, enclosed: bytes) -> None:
    """Check what travelled beside a message in its envelope (step 13b): a CHUNK brings its chunk, others nothing.

    Raises Malformed (`enclosed_missing`, `enclosed_unexpected`, `chunk_too_large`), Unauthentic(`chunk_altered`).
    """
    if message.kind != KIND:
        if enclosed:
            raise Malformed("enclosed_unexpected", kind=message.kind)
        return
    if not enclosed:
        raise Malformed("enclosed_missing")
    if len(enclosed) > MAX_CHUNK_BYTES:
        raise Malformed("chunk_too_large", size=len(enclosed), limit=MAX_CHUNK_BYTES)
    if message.body.get("chunk") != name_of(enclosed):
        raise Unauthentic("chunk_altered", chunk=message.body.get("chunk"))


def open_file(
    manifest: Attachment,
    find: Callable[[str], bytes | None],
    *,
    suites: Mapping[int, Suite] = SUITES,
) -> Iterator[bytes]:
    """Yield the file, chunk by chunk, in constant memory; `find` gives the sealed bytes of a name, or None.

    The last step compares the whole with its digest: whoever writes what is yielded must not show it before the
    iterator has ended. Raises Unavailable(`chunk_missing`), Unauthentic (`chunk_altered`, `file_altered`),
    NotUnderstood(`unknown_suite`).
    """
    suite = allowed(manifest.suite, suites)  # 1
    whole, size = hashlib.sha256(), 0
    for place, digest in enumerate(manifest.chunks):
        piece = _open(suite, manifest, place, _found(find, digest))
        whole.update(piece)
        size += len(piece)
        yield piece
    if whole.hexdigest() != manifest.sha256 or size != manifest.size:  # 6
        raise Unauthentic("file_altered", sha256=manifest.sha256)


def _found(find: Callable[[str], bytes | None], digest: str) -> bytes:
    raw = find(digest)
    if raw is None:
        raise Unavailable("chunk_missing", chunk=digest)  # 2
    if name_of(raw) != digest:
        raise Unauthentic("chunk_altered", chunk=digest)  # 3
    return raw


def _open(suite: Suite, manifest: Attachment, place: int, raw: bytes) -> bytes:
    digest, count = manifest.chunks[place], len(manifest.chunks)
    try:
        piece = suite.open_body(bytes.fromhex(manifest.key), raw, _header(suite, place, count))  # 4
    except Unauthentic as error:
        raise Unauthentic("chunk_altered", chunk=digest) from error
    full = CHUNK_BYTES if place < count - 1 else manifest.size - CHUNK_BYTES * (count - 1)
    if len(piece) != full:  # 5
        raise Unauthentic("chunk_altered", chunk=digest)
    return piece


def _seal(suite: Suite, key: bytes, piece: bytes, place: int, count: int) -> Sealed:
    raw = suite.seal_body(key, piece, _header(suite, place, count))
    return Sealed(digest=name_of(raw), raw=raw)


def _header(suite: Suite, place: int, count: int) -> bytes:
    return b"lienlac/%d chunk %d of %d" % (suite.number, place, count)
