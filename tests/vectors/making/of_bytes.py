"""`bytes.json`: frames, canonical JSON, PAE, keys and their ids (envelope.md, section 1)."""

from __future__ import annotations

from collections.abc import Callable

from lienlac.core.envelope import SealingKey, SigningKey, dsse, frames
from lienlac.core.errors import LienlacError
from lienlac.core.messages import canonical
from tests.vectors.making.world import A, B, Json, hexed, kind_of

PARTS = [[], [b""], [b"a"], [b"header", b"", bytes(300)], ["ảnh thẻ".encode()] * 3]
BROKEN_FRAMES = [(1, b""), (1, b"\x00\x00\x00"), (1, b"\x00\x00\x00\x02a"), (1, b"\x00\x00\x00\x00b"),
                 (2, b"\x00\x00\x00\x01a"), (1, b"\xff\xff\xff\xff")]  # fmt: skip
VALUES = [
    None, True, False, 0, -1, 2**53 - 1, 1 - 2**53, "", "Đàm Khánh Viễn", "谭庆远", "\u0000\u001f\"\\/\b\f\n\r\t\u007f",
    "\u2028\u200d\ufeff😀", [], [[]], {}, {"b": [1, "2"], "a": None},
    {"\ufb33": 1, "😀": 2, "1": 3, "": 4, "\u20ac": 5, "\r": 6, "ö": 7, "\u0080": 8},
]  # fmt: skip
BROKEN_JSON = [
    b"", b" 1", b"1 ", b"1.0", b"1e3", b"-0", b"01", b"9007199254740992", b"NaN", b"Infinity", b"nul", b'"\\u0061"',
    b'"\\/"', b'"\\ud800"', b'"\\u00e9"', b'{"b":1,"a":2}', b'{"a":1,"a":1}', b'{"a": 1}', b"[1,]", b"[1", b"'a'",
    b'"\xff"', b'"\xc0\x80"', b"\xef\xbb\xbf1", b'"\n"', b"{}{}", b"[" * 33 + b"]" * 33,
]  # fmt: skip
SIGNED = [("", b""), ("application/vnd.lienlac.message+json", b"{}"), ("ký/1", b"DSSEv1 0  0 ")]


def vectors() -> Json:
    """Return the content of the file."""
    return {
        "frames": [{"parts": hexed(parts), "bytes": frames.pack(*parts).hex()} for parts in PARTS],
        "frames_refused": [
            {"count": count, "bytes": raw.hex()} | refusal(lambda raw=raw, count=count: unpacked(raw, count))
            for count, raw in BROKEN_FRAMES
        ],
        "json": [{"value": value, "bytes": canonical.encode(value).hex()} for value in VALUES],
        "json_refused": [
            {"bytes": raw.hex()} | refusal(lambda raw=raw: canonical.decode(raw)) for raw in BROKEN_JSON
        ],
        "pae": [
            {"type": kind, "payload": payload.hex(), "bytes": dsse.pae(kind, payload).hex()}
            for kind, payload in SIGNED
        ],
        "keys": [_key(key) for node in (A, B) for key in (node.signing, node.officer, node.sealing)],
    }


def unpacked(raw: bytes, count: int) -> tuple[bytes, ...]:
    """Return frames."""
    return frames.unpack(raw, count=count, max_bytes=1 << 20)


def refusal(step: Callable[[], object]) -> Json:
    """Return the kind and code with which a step refuses; a step that goes through is a broken vector."""
    try:
        value = step()
    except LienlacError as error:
        return {"kind": kind_of(error), "code": error.code}
    raise AssertionError(f"accepted: {value!r}")


def _key(key: SigningKey | SealingKey) -> Json:
    return {
        "label": "mlkem768-x25519" if isinstance(key, SealingKey) else "ed25519",
        "seed": key.secret_seed().hex(),
        "public": key.public.public_bytes.hex(),
        "fingerprint": key.public.fingerprint,
        "kid": key.kid,
    }
