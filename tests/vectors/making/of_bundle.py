"""`bundle.json`: a file taken apart, and files that must be refused (transport-file.md).

Sealing draws a random key, so each making has other bytes; those in the file stay (`python -m tests.vectors.make
bundle` makes new ones).
"""

from __future__ import annotations

from lienlac.core.envelope import frames
from lienlac.core.envelope.suite import SUITE_1
from lienlac.core.lane import Claim, LaneClass, Standing
from lienlac.core.messages import canonical
from lienlac.peer.bundle import file
from tests.vectors.making.of_bytes import refusal
from tests.vectors.making.of_transport import CLAIM, STANDING, parcels
from tests.vectors.making.world import MOMENT, A, B, Json, nodes

NORMAL = LaneClass.NORMAL


def vectors() -> Json:
    """Return the content of the file, sealed anew."""
    bundle = file.Bundle(
        sender=A.id,
        receiver=B.id,
        made=MOMENT,
        claims={NORMAL: Claim.from_json(CLAIM["claim"])},
        standings={NORMAL: Standing.from_json(STANDING["standing"])},
        parcels=tuple(parcels()),
    )
    raw = file.write(bundle, node_key=A.signing, to=B.sealing.public)
    return {"nodes": nodes(), "opens": _apart(raw), "refused": _refused(raw)}


def _apart(raw: bytes) -> Json:
    header, wrapped, body, signature = frames.unpack(raw[len(file.MAGIC) :], count=4, max_bytes=len(raw))
    info = b"lienlac-bundle/1" + B.sealing.kid.encode() + SUITE_1.digest(header)
    key = B.sealing.unwrap(wrapped, info)
    padded = SUITE_1.open_body(key, body, header)
    content = padded[8 : 8 + int.from_bytes(padded[:8], "big")]
    said, inside = frames.unpack(content, count=2, max_bytes=len(content))
    named = {"file": raw, "header": header, "info": info, "content_key": key, "signature": signature}
    named |= {"content": content, "parcels": inside}
    return {name: value.hex() for name, value in named.items()} | {"said": canonical.decode(said)}


def read(raw: bytes) -> file.Bundle:
    """Read a file as B, who knows A."""
    known = {(A.id, A.signing.kid): A.signing.public}
    mine = {B.sealing.kid: B.sealing}
    return file.read(raw, me=B.id, sealing_keys=mine, node_keys=lambda node, kid: known.get((node, kid)))


def edited(raw: bytes, edit: Json) -> bytes:
    """Return a file in which `length` bytes at `at` are replaced."""
    at, length = edit["at"], edit["length"]
    return raw[:at] + bytes.fromhex(edit["by"]) + raw[at + length :]


def _refused(raw: bytes) -> list[Json]:
    """Return edits of the file, so that it need not stand here seven times."""
    size, sender = len(raw), raw.index(A.id.encode())
    edits = {
        "another file": (0, 7, b"PK\x03\x04"),
        "newer": (len(file.FAMILY), 1, b"2"),
        "cut": (size - 1, 1, b""),
        "longer": (size, 0, b"\x00"),
        "signature changed": (size - 1, 1, bytes([raw[-1] ^ 1])),
        "one bit of the body changed": (size - 200, 1, bytes([raw[-200] ^ 1])),
        "of a stranger": (sender, len(A.id), b"vn-ta-lung1"),
    }
    return [_edit(raw, name, *edit) for name, edit in edits.items()]


def _edit(raw: bytes, name: str, at: int, length: int, by: bytes) -> Json:
    edit = {"name": name, "at": at, "length": length, "by": by.hex()}
    return edit | refusal(lambda: read(edited(raw, edit)))
