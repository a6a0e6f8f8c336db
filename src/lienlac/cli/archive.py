"""Files of a node in one encrypted file: the format of backups and of key exports.

    MAGIC ‖ salt (16) ‖ chunk ‖ chunk … ‖ last chunk

The key is scrypt(passphrase, salt), as `core.envelope.resting` has it. The content, a tar of regular files, is cut
into pieces of 1 MiB; each becomes a chunk by AES-256-GCM with the nonce `number of the chunk (11 bytes, big-endian)
‖ 1 for the last, else 0` and MAGIC ‖ salt as associated data (the STREAM construction: chunks cannot be left
out, moved, repeated or cut off at the end). Memory is constant whatever the size.
"""

from __future__ import annotations

import os
import re
import shutil
import tarfile
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import BinaryIO, cast

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM

from lienlac.cli import durable
from lienlac.core.envelope.resting import check_passphrase, from_passphrase
from lienlac.core.errors import Malformed, NotUnderstood, Unauthentic

FAMILY = b"LIENLAC-ARCHIVE/"
MAGIC = FAMILY + b"1\n"
SALT_BYTES = 16
PIECE_BYTES = 1024 * 1024
TAG_BYTES = 16
_PLAIN_NAME = re.compile(r"[A-Za-z0-9._-]+")


@contextmanager
def writing(file: Path, passphrase: str) -> Iterator[tarfile.TarFile]:
    """Give a tar to add files to; `file` appears complete and on disk when the block ends well, else not.

    What stands there already may be the only backup left: Malformed('file_stands_there'), and nothing is touched.
    """
    _check_free(file)
    unfinished = file.with_name(file.name + ".unfinished")
    descriptor = os.open(unfinished, os.O_CREAT | os.O_TRUNC | os.O_WRONLY, 0o600)
    try:
        with os.fdopen(descriptor, "wb") as target:
            sealing = _Sealing(target, check_passphrase(passphrase))
            with tarfile.open(fileobj=cast(BinaryIO, sealing), mode="w|") as archive:
                yield archive
            sealing.finish()
            target.flush()
            os.fsync(target.fileno())
        _check_free(file)  # again: copying a large database takes its time
        durable.put(unfinished, file)
    finally:
        unfinished.unlink(missing_ok=True)


def _check_free(file: Path) -> None:
    if os.path.lexists(file):
        raise Malformed("file_stands_there", file=str(file))


def add(archive: tarfile.TarFile, file: Path, name: str) -> None:
    """Add one regular file under a relative name."""
    archive.add(file, arcname=name, recursive=False)


def unpack(file: Path, passphrase: str, directory: Path) -> list[str]:
    """Write the files of an archive below `directory`, which exists and is empty; return their names.

    Directories get mode 0700, files 0600. Raises Malformed (`not_an_archive`, `archive_cut`, `archive_name`),
    NotUnderstood('newer_archive'), Unauthentic (`archive_does_not_open`: the passphrase is wrong or the
    beginning altered; `archive_altered`: a later part). What was written until then must be thrown away.
    """
    names = []
    with file.open("rb") as source:
        opening = _Opening(source, passphrase)
        try:
            with tarfile.open(fileobj=cast(BinaryIO, opening), mode="r|") as archive:
                for member in archive:
                    _write(archive, member, directory)
                    names.append(member.name)
        except tarfile.TarError as error:
            raise Malformed("archive_cut") from error
        opening.to_the_end()
    return names


def _write(archive: tarfile.TarFile, member: tarfile.TarInfo, directory: Path) -> None:
    parts = member.name.split("/")
    if not member.isreg() or not all(_PLAIN_NAME.fullmatch(part) and part.strip(".") for part in parts):
        raise Malformed("archive_name", name=member.name)
    content = archive.extractfile(member)
    target = directory.joinpath(*parts)
    target.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
    descriptor = os.open(target, os.O_CREAT | os.O_EXCL | os.O_WRONLY, 0o600)
    with os.fdopen(descriptor, "wb") as out:
        if content is not None:
            shutil.copyfileobj(content, out, PIECE_BYTES)
        out.flush()
        os.fsync(out.fileno())


def files_below(directory: Path, leave_out: Iterable[str]) -> Iterator[tuple[Path, str]]:
    """Give the regular files below a directory with their relative names; `leave_out` are first parts of names."""
    skipped = set(leave_out)
    for path in sorted(directory.rglob("*")):
        name = path.relative_to(directory)
        if path.is_file() and not path.is_symlink() and name.parts[0] not in skipped:
            yield path, name.as_posix()


class _Sealing:
    """Takes bytes, writes chunks."""

    def __init__(self, target: BinaryIO, passphrase: str) -> None:
        salt = os.urandom(SALT_BYTES)
        self._target = target
        self._head = MAGIC + salt
        self._cipher = AESGCM(from_passphrase(passphrase, salt))
        self._waiting = bytearray()
        self._number = 0
        target.write(self._head)

    def write(self, content: bytes) -> int:
        self._waiting += content
        while len(self._waiting) > PIECE_BYTES:  # the last piece is held back: it must be marked as the last
            self._emit(last=False)
        return len(content)

    def finish(self) -> None:
        self._emit(last=True)

    def _emit(self, *, last: bool) -> None:
        piece = bytes(self._waiting[:PIECE_BYTES])
        del self._waiting[:PIECE_BYTES]
        self._target.write(self._cipher.encrypt(_nonce(self._number, last=last), piece, self._head))
        self._number += 1


class _Opening:
    """Reads chunks, gives bytes; no byte is given before its chunk was found genuine."""

    def __init__(self, source: BinaryIO, passphrase: str) -> None:
        magic = source.read(len(MAGIC))
        if magic != MAGIC:
            raise NotUnderstood("newer_archive") if magic.startswith(FAMILY) else Malformed("not_an_archive")
        salt = source.read(SALT_BYTES)
        self._source = source
        self._head = magic + salt
        self._cipher = AESGCM(from_passphrase(passphrase, salt))
        self._ahead = source.read(PIECE_BYTES + TAG_BYTES)
        self._open = bytearray()
        self._number = 0
        self._ended = False

    def read(self, size: int) -> bytes:
        while len(self._open) < size and not self._ended:
            self._next()
        given = bytes(self._open[:size])
        del self._open[:size]
        return given

    def to_the_end(self) -> None:
        """Read what is left, so that a file that was cut behind the tar's end is noticed too."""
        while not self._ended:
            self._next()

    def _next(self) -> None:
        chunk, self._ahead = self._ahead, self._source.read(PIECE_BYTES + TAG_BYTES)
        last = not self._ahead
        try:
            self._open += self._cipher.decrypt(_nonce(self._number, last=last), chunk, self._head)
        except (InvalidTag, ValueError) as error:
            raise Unauthentic("archive_altered" if self._number else "archive_does_not_open") from error
        self._number += 1
        self._ended = last


def _nonce(number: int, *, last: bool) -> bytes:
    return number.to_bytes(11, "big") + bytes([last])
