"""Bytes: frames, canonical JSON, PAE, signed bytes, base64 (envelope.md section 1, transport-https.md section 2)."""

from __future__ import annotations

import base64
import binascii
import hashlib
import json
import re
from collections.abc import Callable
from typing import Any

MAX_INTEGER = 2**53 - 1
MAX_DEPTH = 32
MAX_JSON = 1 << 20
LONE_SURROGATE = re.compile("[\ud800-\udfff]")


class Wrong(Exception):
    """What a partner sent does not do; `kind` is malformed, unauthentic, not_understood or refused."""

    def __init__(self, kind: str, code: str) -> None:
        super().__init__(f"{kind}: {code}")
        self.kind, self.code = kind, code


def malformed(code: str) -> Wrong:
    return Wrong("malformed", code)


def unauthentic(code: str) -> Wrong:
    return Wrong("unauthentic", code)


def not_understood(code: str) -> Wrong:
    return Wrong("not_understood", code)


def check(holds: object, wrong: Wrong) -> None:
    """Raise `wrong` unless it holds."""
    if not holds:
        raise wrong


def sha256(raw: bytes) -> str:
    return hashlib.sha256(raw).hexdigest()


def pack(*parts: bytes) -> bytes:
    """Return the parts as frames."""
    return b"".join(len(part).to_bytes(4, "big") + part for part in parts)


def unpack(raw: bytes, count: int) -> list[bytes]:
    """Return exactly `count` parts."""
    parts, at = [], 0
    for _ in range(count):
        end = at + 4 + int.from_bytes(raw[at : at + 4], "big")
        check(at + 4 <= len(raw) and end <= len(raw), malformed("frame_cut"))
        parts.append(raw[at + 4 : end])
        at = end
    check(at == len(raw), malformed("frame_trailing"))
    return parts


def encode(value: Any) -> bytes:
    """Return canonical JSON."""
    return json.dumps(in_order(value), ensure_ascii=False, separators=(",", ":")).encode()


def in_order(value: Any) -> Any:
    """Return a value whose objects have their keys by UTF-16 code units."""
    if isinstance(value, dict):
        return {key: in_order(value[key]) for key in sorted(value, key=lambda key: key.encode("utf-16-be"))}
    return [in_order(one) for one in value] if isinstance(value, list) else value


def decode(raw: bytes) -> Any:
    """Read canonical JSON strictly, or refuse by the first code of envelope.md section 5 that fits."""
    check(len(raw) <= MAX_JSON, malformed("json_too_large"))
    try:
        text = raw.decode()
    except UnicodeDecodeError:
        raise malformed("json_not_utf8") from None
    check(depth_of(text) <= MAX_DEPTH, malformed("json_too_deep"))
    value = parsed(text)
    check(surrogate_free(value), malformed("json_surrogate"))
    check(encode(value) == raw, malformed("json_not_canonical"))
    return value


def depth_of(text: str) -> int:
    """Return how deep lists and objects lie within each other; brackets in strings do not count."""
    deepest = depth = 0
    for mark in re.sub(r'"(?:[^"\\]|\\.)*"', "", text, flags=re.DOTALL):
        depth += {"[": 1, "{": 1, "]": -1, "}": -1}.get(mark, 0)
        deepest = max(deepest, depth)
    return deepest


def parsed(text: str) -> Any:
    reader = json.JSONDecoder(
        object_pairs_hook=unique,
        parse_int=whole,
        parse_float=refuse("json_float"),
        parse_constant=refuse("json_not_a_number"),
    )
    try:
        value, end = reader.raw_decode(text)
    except json.JSONDecodeError:
        raise malformed("json_syntax") from None
    check(end == len(text), malformed("json_trailing"))
    return value


def refuse(code: str) -> Callable[[str], Any]:
    def refusing(_text: str) -> Any:
        raise malformed(code)

    return refusing


def whole(text: str) -> int:
    check(len(text) <= 17 and abs(int(text)) <= MAX_INTEGER, malformed("json_integer_range"))
    return int(text)


def unique(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    made = dict(pairs)
    check(len(made) == len(pairs), malformed("json_duplicate_key"))
    return made


def surrogate_free(value: Any) -> bool:
    if isinstance(value, dict):
        return all(surrogate_free(key) and surrogate_free(one) for key, one in value.items())
    if isinstance(value, list):
        return all(map(surrogate_free, value))
    return not (isinstance(value, str) and LONE_SURROGATE.search(value))


def pae(kind: str, payload: bytes) -> bytes:
    """Return what is signed: DSSE's pre-authentication encoding."""
    return b"DSSEv1 %d %s %d %s" % (len(kind.encode()), kind.encode(), len(payload), payload)


def b64(raw: bytes) -> str:
    return base64.b64encode(raw).decode()


def unb64(text: str) -> bytes:
    """Read base64 in its only right spelling."""
    try:
        raw = base64.b64decode(text, validate=True)
    except (binascii.Error, ValueError):
        raise malformed("base64") from None
    check(b64(raw) == text, malformed("base64"))
    return raw
