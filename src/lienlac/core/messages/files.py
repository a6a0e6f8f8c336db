"""Which files may be attached, how many, how large, and how they are called. What a file IS its first bytes say.

Nothing here opens a document: what a PDF does when it is read is for the operator's scanner. Sources of the marks:
PDF 32000-1 §7.5.2, JFIF (ITU-T T.871), PNG (W3C, §5.2), TIFF 6.0 §2, PKWARE APPNOTE 4.3.7, ECMA-376 part 2,
OpenDocument 1.3 part 2 §3.
"""

from __future__ import annotations

import codecs
import io
import re
import unicodedata
import zipfile
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from types import MappingProxyType
from typing import IO, Final, cast

from lienlac.core.errors import Malformed, Refused
from lienlac.core.messages.called import MARKS_OF_DIRECTION

MOST_FILES: Final = 5  # a message
MOST_BYTES: Final = 5 * 1024 * 1024  # a file, where the operator says nothing: lines are thin
LARGEST: Final = 2 * 1024 * 1024 * 1024  # what an operator may allow: five such lists of pieces fit a message
NAME_CHARS: Final = 120
HEAD_BYTES: Final = 64 * 1024  # of a text, so much is looked at for controls
PIECE_BYTES: Final = 1024 * 1024  # of a text, so much is looked at in one go

PDF, JPEG, PNG, TIFF, TEXT = "application/pdf", "image/jpeg", "image/png", "image/tiff", "text/plain"
DOCX = "application/vnd.openxmlformats-officedocument.wordprocessingml.document"
XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
ODT = "application/vnd.oasis.opendocument.text"

ENDINGS: Final[Mapping[str, tuple[str, ...]]] = MappingProxyType(
    {
        PDF: ("pdf",),
        JPEG: ("jpg", "jpeg"),
        PNG: ("png",),
        TIFF: ("tif", "tiff"),
        TEXT: ("txt",),
        DOCX: ("docx",),
        XLSX: ("xlsx",),
        ODT: ("odt",),
    }
)
"""Everything that may be attached, and how its name may end."""

_MARKS: Final = (
    (b"%PDF-", PDF),
    (b"\xff\xd8\xff", JPEG),
    (b"\x89PNG\r\n\x1a\n", PNG),
    (b"II*\x00", TIFF),
    (b"MM\x00*", TIFF),
)
_PROGRAMS: Final = (
    b"MZ",  # Windows
    b"\x7fELF",
    b"\xfe\xed\xfa\xce", b"\xfe\xed\xfa\xcf", b"\xce\xfa\xed\xfe", b"\xcf\xfa\xed\xfe",  # macOS
    b"\xca\xfe\xba\xbe",  # macOS for several machines, and Java
    b"#!",  # a script
    b"L\x00\x00\x00\x01\x14\x02\x00",  # a Windows shortcut
)  # fmt: skip
_PROGRAM_ENDINGS: Final = frozenset({
    "app", "apk", "bat", "cmd", "com", "cpl", "dll", "dmg", "exe", "hta", "htm", "html", "iso", "jar", "js", "jse",
    "lnk", "msi", "pif", "ps1", "py", "reg", "scr", "sh", "svg", "vbe", "vbs", "wsf",
})  # fmt: skip
_ZIP: Final = b"PK\x03\x04"
_LARGEST_LIST: Final = 2000  # entries; a document has dozens
_LARGEST_READ: Final = 512 * 1024  # bytes; so long may the list of so many be
_MACROS: Final = re.compile(
    r"(^|/)(vbaproject|vbadata|activex\d*|oleobject\d*|basic/|scripts/)", re.IGNORECASE
)
_BOMS: Final = ((b"\xef\xbb\xbf", "utf-8-sig"), (b"\xff\xfe", "utf-16"), (b"\xfe\xff", "utf-16"))
_CONTROLS: Final = frozenset(range(32)) - frozenset(b"\t\n\r\f")

_OUT_OF_NAMES: Final = MARKS_OF_DIRECTION | frozenset("\u200b\u2028\u2029\u2060\ufeff")
_NOT_ON_WINDOWS: Final = str.maketrans(dict.fromkeys('<>:"|?*', "_"))
_DEVICES: Final = re.compile(r"(con|prn|aux|nul|com[0-9]|lpt[0-9])(\..*)?", re.IGNORECASE)


@dataclass(frozen=True, kw_only=True)
class Known:
    """What a file was found to be."""

    name: str
    media_type: str


def look_at(name: str, file: IO[bytes], size: int, *, most: int = MOST_BYTES) -> Known:
    """Return the cleaned name and the media type of a file (to be read from any place) that may be attached.

    `size` and `most` in bytes. Raises Malformed(`attachment_empty`), Refused (`attachment_too_large`,
    `attachment_program`, `attachment_macros`, `attachment_type`, `attachment_mismatch`), each with `name`.
    """
    called = clean_name(name)
    check_size(called, size, most=most)
    return Known(name=called, media_type=check_type(called, file))


def check_size(name: str, size: int, *, most: int = MOST_BYTES) -> None:
    """Raise Malformed(`attachment_empty`) or Refused(`attachment_too_large`); `size` and `most` in bytes."""
    if size == 0:
        raise Malformed("attachment_empty", name=name)
    if size > most:
        raise Refused("attachment_too_large", name=name, limit=most // (1024 * 1024))


def check_number(number: int) -> None:
    """Raise Refused(`attachment_too_many`) when a message would have so many files."""
    if number > MOST_FILES:
        raise Refused("attachment_too_many", most=MOST_FILES)


def check_type(name: str, file: IO[bytes]) -> str:
    """Return the media type by what is in the file, which the ending of the name must agree with.

    It is read in pieces: its beginning, of an archive the list at its end, of a text all.
    """
    file.seek(0)
    head = file.read(HEAD_BYTES)
    if head.startswith(_PROGRAMS) or ending_of(name) in _PROGRAM_ENDINGS:
        raise Refused("attachment_program", name=name)
    found = _recognised(name, head, file)
    if found is None:
        raise Refused("attachment_type", name=name)
    if ending_of(name) not in ENDINGS[found]:
        raise Refused("attachment_mismatch", name=name, ending=ENDINGS[found][0])
    return found


def ending_of(name: str) -> str:
    """Return what stands behind the last dot, in small letters; "" for nothing."""
    return name.rpartition(".")[2].lower() if "." in name else ""


def clean_name(raw: str) -> str:
    """Return a file's name without folders, controls and marks of direction, at most NAME_CHARS long.

    Zero-width joiners stay: Khmer, Lao and Burmese need them. What has no name left is called `file`.
    """
    last = re.split(r"[/\\]", raw)[-1]
    kept = "".join(" " if char.isspace() else char for char in last if _may_stand(char))
    name = " ".join(unicodedata.normalize("NFC", kept).translate(_NOT_ON_WINDOWS).split()).strip(". ")
    stem, dot, ending = name.rpartition(".") if "." in name else (name, "", "")
    stem = stem[: NAME_CHARS - len(dot + ending[:20])].rstrip(". ") or "file"
    name = stem + dot + ending[:20]
    return f"_{name}" if _DEVICES.fullmatch(name) else name


def _may_stand(char: str) -> bool:
    return char.isspace() or not (
        char in _OUT_OF_NAMES or unicodedata.category(char) in {"Cc", "Cs", "Co", "Cn"}
    )


def _recognised(name: str, head: bytes, file: IO[bytes]) -> str | None:
    for mark, media_type in _MARKS:
        if head.startswith(mark):
            return media_type
    if head.startswith(_ZIP):
        return _document(name, file)
    return TEXT if _is_text(head, file) else None


def _is_text(head: bytes, file: IO[bytes]) -> bool:
    """Say whether it is text in UTF-8, or in UTF-16 with its mark: nothing else is told from a program by its bytes."""
    coding = next((coding for mark, coding in _BOMS if head.startswith(mark)), "utf-8")
    decoder = codecs.getincrementaldecoder(coding)()
    file.seek(0)
    looked = 0
    try:
        while piece := file.read(PIECE_BYTES):
            text = decoder.decode(piece)
            if any(ord(char) in _CONTROLS or ord(char) == 0x7F for char in text[: HEAD_BYTES - looked]):
                return False
            looked = min(HEAD_BYTES, looked + len(text))
        decoder.decode(b"", final=True)
    except UnicodeDecodeError:
        return False
    return True


class _InPieces(io.RawIOBase):
    """A file of which only little is read in one go: an archive says itself how long its list is."""

    def __init__(self, file: IO[bytes]) -> None:
        super().__init__()
        self._file = file

    def seekable(self) -> bool:
        return True

    def seek(self, offset: int, whence: int = io.SEEK_SET) -> int:
        return self._file.seek(offset, whence)

    def tell(self) -> int:
        return self._file.tell()

    def read(self, size: int = -1) -> bytes:
        """Read `size` bytes or to the end; ValueError when that would be much."""
        read = self._file.read(_LARGEST_READ + 1 if size < 0 else min(size, _LARGEST_READ + 1))
        if len(read) > _LARGEST_READ:
            raise ValueError("an archive with a list that is too long")
        return read


def _document(name: str, file: IO[bytes]) -> str | None:
    """Say which document a ZIP archive is; its directory is read, nothing in it is unpacked but ODT's own mark."""
    try:
        with zipfile.ZipFile(cast("IO[bytes]", _InPieces(file))) as archive:
            entries = [one.filename for one in archive.infolist()]
            return _of_entries(name, entries, archive) if len(entries) <= _LARGEST_LIST else None
    except (
        zipfile.BadZipFile,
        NotImplementedError,
        UnicodeDecodeError,
        ValueError,
        OSError,
        EOFError,
    ) as error:
        raise Refused("attachment_type", name=name) from error


def _of_entries(name: str, entries: Iterable[str], archive: zipfile.ZipFile) -> str | None:
    listed = set(entries)
    found = next((media_type for media_type, holds in _DOCUMENTS.items() if holds(listed, archive)), None)
    if found and any(_MACROS.search(entry) for entry in listed):
        raise Refused("attachment_macros", name=name)
    return found


def _office(part: str) -> Callable[[set[str], zipfile.ZipFile], bool]:
    return lambda entries, _archive: {"[Content_Types].xml", part} <= entries


def _is_odt(entries: set[str], archive: zipfile.ZipFile) -> bool:
    if not {"mimetype", "content.xml"} <= entries or archive.getinfo("mimetype").file_size > len(ODT):
        return False
    return archive.read("mimetype") == ODT.encode()


_DOCUMENTS: Final[Mapping[str, Callable[[set[str], zipfile.ZipFile], bool]]] = MappingProxyType(
    {DOCX: _office("word/document.xml"), XLSX: _office("xl/workbook.xml"), ODT: _is_odt}
)
