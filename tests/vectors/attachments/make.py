"""Make `attachments.json`: files with their manifests and sealed chunks, a message that brings one, and what must be
refused.

Run from the root of the repository: `python -m tests.vectors.attachments.make`. Nothing here is drawn: each run makes
the same bytes, which the tests compare. Byte strings are hex. The long file is `i mod 251` for i from 0.
"""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

from tests.core.envelope.world import A, B

from lienlac.core.envelope import MESSAGE_TYPE, chunks, sign
from lienlac.core.envelope.suite import SUITES
from lienlac.core.messages import canonical
from lienlac.core.messages.attachment import CHUNK_BYTES, Attachment
from lienlac.core.messages.message import Message
from lienlac.core.messages.preview import MOST_BYTES

PATH = Path(__file__).parent / "attachments.json"
KEY = bytes(range(32))
SHORT = "Đàm Khánh Viễn, 谭庆远\n".encode()
LONG = bytes(i % 251 for i in range(CHUNK_BYTES + 5))
PICTURE = bytes.fromhex(  # 16 by 8 pixels of grey
    "ffd8ffe000104a46494600010100000100010000ffdb0043001b12141714111b1716171e1c1b2028422b28252528513a3d3042605565645f"
    "555d5b6a7899816a7190735b5d85b586909ea3abadab6780bcc9baa6c799a8aba4ffc0000b080008001001011100ffc40015000101000000"
    "00000000000000000000000005ffc40014100100000000000000000000000000000000ffda0008010100003f00aa3fffd9"
)
OF = "0123456789abcdef0123456789abcdef"


def manifest(one: Attachment) -> str:
    """The entry as it stands in the message, in canonical JSON."""
    return canonical.encode(vars(one)).decode()


def carrier(chunk: str) -> Message:
    """The message that brings a chunk."""
    return Message(
        id="fedcba9876543210fedcba9876543210",
        from_office=A.office,
        to_offices=(B.office,),
        kind=chunks.KIND,
        version=1,
        handling=(),
        created="2026-11-21T08:30:00.000Z",
        agreement=None,
        in_reply_to=OF,
        attachments=(),
        body=chunks.body_of(chunk, OF),
    )


def refused_previews() -> list[dict[str, str]]:
    """Previews that are sealed as they should be, or nearly so, and that nobody shows."""
    suite = SUITES[1]
    table, scan = PICTURE.index(b"\xff\xdb"), PICTURE.index(b"\xff\xda")
    wide = PICTURE.replace(b"\xff\xc0\x00\x0b\x08\x00\x08\x00\x10", b"\xff\xc0\x00\x0b\x08\x00\x08\x01\x41")
    pictures = {
        "a PNG": b"\x89PNG\r\n\x1a\n" + bytes(40),
        "too many bytes": PICTURE[:-2].ljust(MOST_BYTES, b"\x00") + PICTURE[-2:],
        "321 pixels": wide,
        "camera's notes": PICTURE[:table] + b"\xff\xe1\x00\x08Exif\x00\x00" + PICTURE[table:],
        "a comment": PICTURE[:table] + b"\xff\xfe\x00\x04hi" + PICTURE[table:],
        "a second scan": PICTURE[:-2] + PICTURE[scan:],
        "something behind its end": PICTURE + b"<script>",
        "cut": PICTURE[:-2],
        "without a frame": PICTURE[:2] + PICTURE[scan:],
        "progressive": PICTURE.replace(b"\xff\xc0", b"\xff\xc2"),
        "empty": b"",
    }
    unfit = {name: suite.seal_body(KEY, picture, b"lienlac/1 preview") for name, picture in pictures.items()}
    altered = {
        "of another file": suite.seal_body(bytes(32), PICTURE, b"lienlac/1 preview"),
        "a chunk": suite.seal_body(KEY, PICTURE, b"lienlac/1 chunk 0 of 2"),
    }
    return [
        {"name": name, "code": code, "digest": chunks.name_of(sealed), "preview": sealed.hex()}
        for code, cases in (("preview_unfit", unfit), ("chunk_altered", altered))
        for name, sealed in cases.items()
    ]


def pictured() -> dict[str, Any]:
    """A picture so small that it is its own preview."""
    sealer = chunks.Sealer(len(PICTURE), key=KEY)
    preview, _chunk = sealer.preview(PICTURE), sealer.seal(PICTURE)
    return {
        "picture": PICTURE.hex(),
        "manifest": manifest(sealer.manifest(name="ảnh.jpg", media_type="image/jpeg")),
        "preview": preview.raw.hex(),
        "refused": refused_previews(),
    }


def vectors() -> dict[str, Any]:
    """Everything in the file."""
    short, (piece,) = chunks.seal_file(SHORT, name="lời khai.txt", media_type="text/plain", key=KEY)
    long, (first, last) = chunks.seal_file(LONG, name="scan.pdf", media_type="application/pdf", key=KEY)
    message = carrier(piece.digest)
    signed = sign(MESSAGE_TYPE, message.to_bytes(), A.officer)
    return {
        "short": {"content": SHORT.hex(), "manifest": manifest(short), "chunk": piece.raw.hex()},
        "long": {
            "size": len(LONG),
            "manifest": manifest(long),
            "first_chunk_begins": first.raw[:64].hex(),
            "last_chunk": last.raw.hex(),
        },
        "pictured": pictured(),
        "carried": {
            "message": message.to_bytes().decode(),
            "signed_message": signed.hex(),
            "content": chunks.enclose(signed, piece.raw).hex(),
        },
        "refused": [
            {"name": "altered", "code": "chunk_altered", "chunk": (piece.raw[:-1] + b"\x00").hex()},
            {"name": "cut", "code": "chunk_altered", "chunk": piece.raw[:-1].hex()},
            {"name": "another chunk of the same key", "code": "chunk_altered", "chunk": last.raw.hex()},
            {"name": "missing", "code": "chunk_missing", "chunk": ""},
        ],
    }


if __name__ == "__main__":
    PATH.write_text(json.dumps(vectors(), indent=1, ensure_ascii=False) + "\n", encoding="utf-8")
