"""What files and letters have in common, since both are one sealed content behind a magic: taken apart, and edited."""

from __future__ import annotations

from collections.abc import Callable, Mapping

from lienlac.core.envelope import frames
from lienlac.core.envelope.suite import SUITE_1
from lienlac.core.messages import canonical
from lienlac.peer.sealed import Form
from tests.vectors.making.of_bytes import refusal
from tests.vectors.making.world import A, B, Json

Edit = tuple[int, int, bytes]
"""Where, how many bytes, and what stands there instead."""


def apart(raw: bytes, form: Form, label: bytes, name: str) -> Json:
    """Return every part of a sealed thing from A to B, itself under `name`; `label` is what its key is bound to."""
    header, wrapped, body, signature = frames.unpack(raw[len(form.magic) :], count=4, max_bytes=len(raw))
    info = label + B.sealing.kid.encode() + SUITE_1.digest(header)
    key = B.sealing.unwrap(wrapped, info)
    padded = SUITE_1.open_body(key, body, header)
    content = padded[8 : 8 + int.from_bytes(padded[:8], "big")]
    said, inside = frames.unpack(content, count=2, max_bytes=len(content))
    named = {name: raw, "header": header, "info": info, "content_key": key, "signature": signature}
    named |= {"content": content, "parcels": inside}
    return {name: value.hex() for name, value in named.items()} | {"said": canonical.decode(said)}


def refused(raw: bytes, form: Form, read: Callable[[bytes], object], more: Mapping[str, Edit]) -> list[Json]:
    """Return edits that must be refused, so that the bytes need not stand here seven times."""
    size, sender = len(raw), raw.index(A.id.encode())
    edits = {
        **more,
        "newer": (len(form.family), 1, b"2"),
        "cut": (size - 1, 1, b""),
        "longer": (size, 0, b"\x00"),
        "signature changed": (size - 1, 1, bytes([raw[-1] ^ 1])),
        "one bit of the body changed": (size - 200, 1, bytes([raw[-200] ^ 1])),
        "of a stranger": (sender, len(A.id), b"vn-ta-lung1"),
    }
    return [_edit(raw, read, name, *edit) for name, edit in edits.items()]


def _edit(raw: bytes, read: Callable[[bytes], object], name: str, at: int, length: int, by: bytes) -> Json:
    edit = {"name": name, "at": at, "length": length, "by": by.hex()}
    return edit | refusal(lambda: read(edited(raw, edit)))


def edited(raw: bytes, edit: Json) -> bytes:
    """Return bytes in which `length` of them at `at` are replaced."""
    at, length = edit["at"], edit["length"]
    return raw[:at] + bytes.fromhex(edit["by"]) + raw[at + length :]
