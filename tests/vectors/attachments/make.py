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
from lienlac.core.messages import canonical
from lienlac.core.messages.attachment import CHUNK_BYTES, Attachment
from lienlac.core.messages.message import Message

PATH = Path(__file__).parent / "attachments.json"
KEY = bytes(range(32))
SHORT = "Đàm Khánh Viễn, 谭庆远\n".encode()
LONG = bytes(i % 251 for i in range(CHUNK_BYTES + 5))
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
