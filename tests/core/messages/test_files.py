"""What may be attached is told by its first bytes; a name can carry nothing but a name."""

from __future__ import annotations

import io
import zipfile

import pytest
from hypothesis import given
from hypothesis import strategies as st

from lienlac.core.errors import LienlacError, Malformed, Refused
from lienlac.core.messages import files
from lienlac.core.messages.attachment import Attachment
from lienlac.core.messages.files import DOCX, JPEG, MOST_BYTES, MOST_FILES, ODT, PDF, PNG, TEXT, TIFF, XLSX

JPEG_BYTES = b"\xff\xd8\xff\xe0\x00\x10JFIF\x00"


def archive(*entries: tuple[str, bytes]) -> bytes:
    made = io.BytesIO()
    with zipfile.ZipFile(made, "w") as out:
        for name, content in entries:
            out.writestr(name, content)
    return made.getvalue()


def look(name: str, content: bytes) -> files.Known:
    return files.look_at(name, io.BytesIO(content), len(content))


TYPES = ("[Content_Types].xml", b"<Types/>")
WORD = archive(TYPES, ("word/document.xml", b"<w/>"))
SHEET = archive(TYPES, ("xl/workbook.xml", b"<x/>"))
ODT_MARK = ("mimetype", ODT.encode())
OPEN = archive(ODT_MARK, ("content.xml", b"<o/>"))


@pytest.mark.parametrize(
    ("name", "content", "media_type"),
    [
        ("quyết định.pdf", b"%PDF-1.7\n", PDF),
        ("ảnh.JPG", JPEG_BYTES, JPEG),
        ("照片.jpeg", JPEG_BYTES, JPEG),
        ("scan.png", b"\x89PNG\r\n\x1a\n\x00\x00", PNG),
        ("fax.tif", b"II*\x00\x08\x00", TIFF),
        ("fax.tiff", b"MM\x00*\x00\x08", TIFF),
        ("lời khai.txt", "Đàm Khánh Viễn\n谭庆远\t".encode(), TEXT),
        ("dos.txt", "谭庆远".encode("utf-16"), TEXT),
        ("ບົດລາຍງານ.docx", WORD, DOCX),
        ("bảng.xlsx", SHEET, XLSX),
        ("report.odt", OPEN, ODT),
    ],
)
def test_a_file_of_the_list_is_known_by_its_first_bytes(name: str, content: bytes, media_type: str) -> None:
    assert look(name, content) == files.Known(name=name, media_type=media_type)


@pytest.mark.parametrize(
    ("name", "content", "code"),
    [
        ("a.pdf", b"", "attachment_empty"),
        ("a.pdf", b"%PDF-" + bytes(MOST_BYTES), "attachment_too_large"),
        ("a.pdf", b"MZ\x90\x00", "attachment_program"),
        ("a.txt", b"#!/bin/sh\nrm", "attachment_program"),
        ("a.txt", b"\x7fELF\x02", "attachment_program"),
        ("photo.jpg.exe", JPEG_BYTES, "attachment_program"),
        ("a.bat", b"echo", "attachment_program"),
        ("a.html", b"<script>", "attachment_program"),
        ("a.pdf", JPEG_BYTES, "attachment_mismatch"),
        ("a.jpg", b"%PDF-1.4", "attachment_mismatch"),
        ("a", b"%PDF-1.4", "attachment_mismatch"),
        ("a.csv", b"a,b\n", "attachment_mismatch"),
        ("a.txt", b"a\x00b", "attachment_type"),
        ("a.txt", "谭庆远".encode("gbk"), "attachment_type"),
        ("a.doc", b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1", "attachment_type"),
        ("a.zip", archive(("x.txt", b"x")), "attachment_type"),
        ("a.docx", b"PK\x03\x04 and no archive", "attachment_type"),
        ("a.docx", WORD[:-10], "attachment_type"),
        ("a.docx", archive(TYPES, ("word/document.xml", b""), ("word/vbaProject.bin", b"x")), "attachment_macros"),
        ("a.xlsx", archive(TYPES, ("xl/workbook.xml", b""), ("xl/activeX/activeX1.xml", b"")), "attachment_macros"),
        ("a.docx", archive(TYPES, ("word/document.xml", b""), ("word/embeddings/oleObject1.bin", b"")),
         "attachment_macros"),
        ("a.odt", archive(ODT_MARK, ("content.xml", b""), ("Basic/Standard/Module1.xml", b"")), "attachment_macros"),
        ("a.odt", archive(("mimetype", b"text/plain"), ("content.xml", b"")), "attachment_type"),
        ("a.docx", archive(TYPES, ("word/document.xml", b""), *((f"{n}", b"") for n in range(2001))),
         "attachment_type"),
    ],
)  # fmt: skip
def test_every_other_file_is_refused_by_name(name: str, content: bytes, code: str) -> None:
    with pytest.raises(LienlacError) as refusal:
        look(name, content)
    assert (refusal.value.code, refusal.value.facts["name"]) == (code, name)


def test_five_files_may_go_and_not_six() -> None:
    files.check_number(MOST_FILES)
    with pytest.raises(Refused, match="attachment_too_many"):
        files.check_number(MOST_FILES + 1)


@given(st.binary(max_size=200))
def test_no_content_makes_it_stumble(content: bytes) -> None:
    try:
        assert look("a.docx", content).media_type == DOCX
    except (Refused, Malformed):
        return


@pytest.mark.parametrize(
    ("raw", "name"),
    [
        ("../../etc/passwd.pdf", "passwd.pdf"),
        ("C:\\Users\\linh\\ảnh.jpg", "ảnh.jpg"),
        ("photo\u202egpj.exe", "photogpj.exe"),
        ("a\x00b\nc.pdf", "ab c.pdf"),
        ("  .. .pdf", "pdf"),
        ("", "file"),
        ("/", "file"),
        ("a" * 300 + ".pdf", "a" * 116 + ".pdf"),
        ('a<b>:"|?*.pdf', "a_b______.pdf"),
        ("con.pdf", "_con.pdf"),
        ("Đàm.pdf".encode().decode(), "Đàm.pdf"),
        ("សំណើ\u200b.pdf", "សំណើ.pdf"),
        ("ក្រ\u200dម.pdf", "ក្រ\u200dម.pdf"),
    ],
)
def test_a_name_is_cleaned(raw: str, name: str) -> None:
    assert files.clean_name(raw) == name


@given(st.text(max_size=300))
def test_every_cleaned_name_may_stand_in_a_manifest(raw: str) -> None:
    name = files.clean_name(raw)
    assert files.clean_name(name) == name
    made = Attachment(
        chunks=("cd" * 32,),
        key="ef" * 32,
        media_type="text/plain",
        name=name,
        sha256="ab" * 32,
        size=1,
        suite=1,
    )
    assert made.name == name
    assert len(name) <= files.NAME_CHARS + 1


class Watched(io.BytesIO):
    """A file that notes how much of it was read in one go at most."""

    most = 0

    def read(self, size: int | None = -1, /) -> bytes:
        read = super().read(size)
        self.most = max(self.most, len(read))
        return read


def test_an_archive_whose_list_is_too_long_is_not_read() -> None:
    """A list of one entry with a comment of megabytes: no more of them are read than of a list of 2,000."""
    made = io.BytesIO()
    with zipfile.ZipFile(made, "w") as out:
        out.writestr(*TYPES)
        out.writestr("word/document.xml", b"")
        for number in range(40):
            entry = zipfile.ZipInfo(f"{number}")
            entry.comment = bytes(65_000)
            out.writestr(entry, b"")
    file = Watched(made.getvalue())
    with pytest.raises(Refused, match="attachment_type"):
        files.look_at("a.docx", file, len(made.getvalue()))
    assert len(made.getvalue()) > 2_000_000
    assert file.most <= 600_000


def test_a_long_text_is_looked_at_in_pieces_that_part_no_letter() -> None:
    content = b"x" + "ຂໍ້".encode() * (3 * 1024 * 1024 // 9)
    file = Watched(content)
    assert files.look_at("a.txt", file, len(content)).media_type == TEXT
    assert file.most <= 1024 * 1024
    with pytest.raises(Refused, match="attachment_type"):
        look("a.txt", content + b"\xe0")
