"""`letter.json`: a letter of a relay cluster taken apart, and letters that must be refused (transport-nats.md).

Sealed anew at each making, as `bundle.json` is; the bytes in the file stay.
"""

from __future__ import annotations

from lienlac.core.envelope import frames
from lienlac.core.envelope.suite import SUITE_1
from lienlac.core.lane import Claim, LaneClass, Standing
from lienlac.core.messages import canonical
from lienlac.peer import sealed
from lienlac.peer.bundle import file
from lienlac.peer.nats import letters
from lienlac.peer.nats.letters import LETTER, Letter
from tests.vectors.making.of_bundle import edited
from tests.vectors.making.of_bytes import refusal
from tests.vectors.making.of_transport import ASKS, CLAIM, STANDING, TOLD, parcels
from tests.vectors.making.world import A, B, Json, nodes

NORMAL = LaneClass.NORMAL


def vectors() -> Json:
    """Return the content of the file, sealed anew."""
    full = Letter(
        claims={NORMAL: Claim.from_json(CLAIM["claim"])},
        standings={NORMAL: Standing.from_json(STANDING["standing"])},
        parcels=tuple(parcels()),
        asks=ASKS,
        answers=[{"asked": one, "answer": told} for one, told in zip(ASKS, TOLD, strict=True)],
    )
    raw, bare = _sealed(full), _sealed(Letter(claims={}, standings={}))
    return {
        "nodes": nodes(),
        "subject": f"lienlac.{B.id}.{A.id}",
        "full": _apart(raw),
        "bare": _apart(bare),
        "refused": _refused(raw),
    }


def _sealed(letter: Letter, form: sealed.Form = LETTER) -> bytes:
    return sealed.seal(
        form,
        letters.encode(letter),
        sender=A.id,
        receiver=B.id,
        node_key=A.signing,
        to=B.sealing.public,
    )


def _apart(raw: bytes) -> Json:
    header, wrapped, body, signature = frames.unpack(raw[len(LETTER.magic) :], count=4, max_bytes=len(raw))
    info = b"lienlac-letter/1" + B.sealing.kid.encode() + SUITE_1.digest(header)
    key = B.sealing.unwrap(wrapped, info)
    padded = SUITE_1.open_body(key, body, header)
    content = padded[8 : 8 + int.from_bytes(padded[:8], "big")]
    said, inside = frames.unpack(content, count=2, max_bytes=len(content))
    named = {"letter": raw, "header": header, "info": info, "content_key": key, "signature": signature}
    named |= {"content": content, "parcels": inside}
    return {name: value.hex() for name, value in named.items()} | {"said": canonical.decode(said)}


def read(raw: bytes) -> Letter:
    """Read a letter as B, who knows A."""
    known = {(A.id, A.signing.kid): A.signing.public}
    _, content = sealed.unseal(
        LETTER,
        raw,
        me=B.id,
        sealing_keys={B.sealing.kid: B.sealing},
        node_keys=lambda node, kid: known.get((node, kid)),
    )
    return letters.decode(content)


def _refused(raw: bytes) -> list[Json]:
    size, sender = len(raw), raw.index(A.id.encode())
    edits = {
        "a file in the place of a letter": (0, len(LETTER.magic), file.MAGIC),
        "newer": (len(LETTER.family), 1, b"2"),
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
