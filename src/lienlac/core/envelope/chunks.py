"""Chunks: how a file becomes sealed pieces that anybody can carry, and a file again at whoever has the message.

Chunk `i` of a file is its bytes `i · CHUNK_BYTES …`, sealed as the suite seals a body, under the file's key, with
`"lienlac/" suite " chunk " i " of " n` as the header: the suite derives from key and header a cipher key of its own
for each chunk, so that none can be moved, repeated or left out. A chunk is named by the SHA-256 of its sealed
bytes. A preview, a small picture that is there before the file, is sealed likewise with `"lienlac/" suite " preview"`.
The steps carry the numbers of `docs/protocol/attachments.md`.
"""

from __future__ import annotations

import hashlib
import io
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from lienlac.core.envelope import frames
from lienlac.core.envelope.suite import SUITES, Suite, allowed
from lienlac.core.errors import Malformed, Unauthentic, Unavailable
from lienlac.core.messages import preview as pictures
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
    sealer = Sealer(len(content), suite=suite, suites=suites, key=key)
    sealed = tuple(
        sealer.seal(content[start : start + CHUNK_BYTES]) for start in range(0, len(content), CHUNK_BYTES)
    )
    return sealer.manifest(name=name, media_type=media_type), sealed


class Sealer:
    """Seals a file piece by piece, of which it keeps the digests and nothing else; the key is drawn for it.

    `size` in bytes must be known before: each chunk says of how many it is one. NotUnderstood(`unknown_suite`).
    """

    def __init__(
        self,
        size: int,
        *,
        suite: int = 1,
        suites: Mapping[int, Suite] = SUITES,
        key: bytes | None = None,
    ) -> None:
        self._size, self._count = size, count_chunks(size)
        self._suite = allowed(suite, suites)
        self._key = key or self._suite.new_key()
        self._digests: list[str] = []
        self._preview: str | None = None
        self._whole = hashlib.sha256()

    def seal(self, piece: bytes) -> Sealed:
        """Seal the next piece; Malformed(`file_size_changed`) for one that is not as long as its place says."""
        place = len(self._digests)
        if place >= self._count or len(piece) != _length(self._size, place):
            raise Malformed("file_size_changed", size=self._size)
        sealed = _seal(self._suite, self._key, piece, _header(self._suite, place, self._count))
        self._whole.update(piece)
        self._digests.append(sealed.digest)
        return sealed

    def preview(self, picture: bytes) -> Sealed:
        """Seal a small picture of the file, which the manifest will name; Malformed(`preview_unfit`)."""
        pictures.check(picture)
        sealed = _seal(self._suite, self._key, picture, _preview_header(self._suite))
        self._preview = sealed.digest
        return sealed

    def manifest(self, *, name: str, media_type: str) -> Attachment:
        """Return the manifest when all pieces are sealed.

        Raises Malformed (`file_size_changed` when some are not; `attachment_field` for no content or a name that may
        not stand in a manifest).
        """
        if len(self._digests) != self._count:
            raise Malformed("file_size_changed", size=self._size)
        return Attachment(
            chunks=tuple(self._digests),
            key=self._key.hex(),
            media_type=media_type,
            name=name,
            preview=self._preview,
            sha256=self._whole.hexdigest(),
            size=self._size,
            suite=self._suite.number,
        )


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


def open_preview(
    manifest: Attachment,
    find: Callable[[str], bytes | None],
    *,
    suites: Mapping[int, Suite] = SUITES,
) -> bytes:
    """Return the small picture of a file, which `messages.preview.check` lets pass; its steps are those of a chunk.

    It says what its sender drew and nothing of the file. Raises Unavailable(`chunk_missing`, for a file without a
    preview too), Unauthentic(`chunk_altered`), Malformed(`preview_unfit`), NotUnderstood(`unknown_suite`).
    """
    suite = allowed(manifest.suite, suites)  # 1
    digest = manifest.preview or ""
    raw = _found(find, digest)  # 2, 3
    picture = _opened(suite, manifest, digest, raw, _preview_header(suite))  # 4
    pictures.check(picture)  # 5
    return picture


class OpenedFile(io.RawIOBase):
    """A file to be read at any place without being whole in memory: one piece of it is held, the last that was read.

    Each piece is checked as `open_file` checks it; whether all of them are the file that was signed is told there
    alone. Reading raises as `open_file` does.
    """

    def __init__(
        self,
        manifest: Attachment,
        find: Callable[[str], bytes | None],
        *,
        suites: Mapping[int, Suite] = SUITES,
    ) -> None:
        super().__init__()
        self._manifest, self._find = manifest, find
        self._suite = allowed(manifest.suite, suites)
        self._at = 0
        self._held: tuple[int, bytes] = (-1, b"")

    def readable(self) -> bool:
        """Say that it can be read."""
        return True

    def seekable(self) -> bool:
        """Say that it can be read from any place."""
        return True

    def tell(self) -> int:
        """Return the place that is read next, in bytes."""
        return self._at

    def seek(self, offset: int, whence: int = io.SEEK_SET) -> int:
        """Go to a place; ValueError before the beginning."""
        start = {io.SEEK_SET: 0, io.SEEK_CUR: self._at, io.SEEK_END: self._manifest.size}[whence]
        if start + offset < 0:
            raise ValueError("before the beginning")
        self._at = start + offset
        return self._at

    def readinto(self, buffer: Any) -> int:
        """Read at most to the end of a piece."""
        if self._at >= self._manifest.size:
            return 0
        place, within = divmod(self._at, CHUNK_BYTES)
        if self._held[0] != place:
            raw = _found(self._find, self._manifest.chunks[place])
            self._held = place, _open(self._suite, self._manifest, place, raw)
        read = self._held[1][within : within + len(buffer)]
        buffer[: len(read)] = read
        self._at += len(read)
        return len(read)


def _found(find: Callable[[str], bytes | None], digest: str) -> bytes:
    raw = find(digest)
    if raw is None:
        raise Unavailable("chunk_missing", chunk=digest)  # 2
    if name_of(raw) != digest:
        raise Unauthentic("chunk_altered", chunk=digest)  # 3
    return raw


def _open(suite: Suite, manifest: Attachment, place: int, raw: bytes) -> bytes:
    digest = manifest.chunks[place]
    piece = _opened(suite, manifest, digest, raw, _header(suite, place, len(manifest.chunks)))
    if len(piece) != _length(manifest.size, place):  # 5
        raise Unauthentic("chunk_altered", chunk=digest)
    return piece


def _opened(suite: Suite, manifest: Attachment, digest: str, raw: bytes, header: bytes) -> bytes:
    try:
        return suite.open_body(bytes.fromhex(manifest.key), raw, header)  # 4
    except Unauthentic as error:
        raise Unauthentic("chunk_altered", chunk=digest) from error


def _length(size: int, place: int) -> int:
    return min(CHUNK_BYTES, size - CHUNK_BYTES * place)


def _seal(suite: Suite, key: bytes, piece: bytes, header: bytes) -> Sealed:
    raw = suite.seal_body(key, piece, header)
    return Sealed(digest=name_of(raw), raw=raw)


def _header(suite: Suite, place: int, count: int) -> bytes:
    return b"lienlac/%d chunk %d of %d" % (suite.number, place, count)


def _preview_header(suite: Suite) -> bytes:
    return b"lienlac/%d preview" % suite.number
