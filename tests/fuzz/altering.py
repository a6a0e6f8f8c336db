"""Alter a sample: its bytes, its frames, its JSON. The same seed gives the same bytes."""

from __future__ import annotations

import io
import json
import zipfile
import zlib
from collections.abc import Callable
from random import Random
from typing import Any

from lienlac.core.envelope import frames
from lienlac.core.errors import LienlacError
from lienlac.core.messages import canonical

MOST_BYTES = 1 << 20
ODD_BYTES = (
    b"",
    b"\x00",
    b"\xff",
    b"\x7f",
    b"\n",
    b'"',
    b"{",
    b"[" * 40,
    b"\xed\xa0\x80",
    b"\xef\xbb\xbf",
    b"\xff\xff\xff\xff",
)
ODD_VALUES: tuple[Any, ...] = (
    None, True, False, 0, -1, 1, 2**31, 2**53 - 1, 2**53, -(2**63), 10**40, 0.5, "", " ", "0", "a" * 300, "\u0000",
    "\ud800", "\u202e\u200b", "ສົມໃຈ", "ဒေါ်", "1988-13-45", "9999-12-31T23:59:59.999Z", "0" * 64, [], {}, [[]], [None],
    {"": ""},
)  # fmt: skip


NO_ZIP = (zipfile.BadZipFile, zlib.error, ValueError, RuntimeError, EOFError, OSError, IndexError)


def altered(sample: bytes, chance: Random) -> bytes:
    """Return a sample with one to four alterations, one in twenty times as it is."""
    if chance.random() < 0.05:
        return sample
    for _ in range(chance.randint(1, 4)):
        sample = chance.choice(_WAYS)(sample, chance)[:MOST_BYTES]
    return sample


def _flip(raw: bytes, chance: Random) -> bytes:
    if not raw:
        return bytes([chance.randrange(256)])
    at = chance.randrange(len(raw))
    return raw[:at] + bytes([raw[at] ^ (1 << chance.randrange(8))]) + raw[at + 1 :]


def _cut(raw: bytes, chance: Random) -> bytes:
    first, last = sorted(chance.randrange(len(raw) + 1) for _ in range(2))
    return raw[:first] + raw[last:]


def _insert(raw: bytes, chance: Random) -> bytes:
    at = chance.randrange(len(raw) + 1)
    return raw[:at] + chance.choice(ODD_BYTES) + raw[at:]


def _repeat(raw: bytes, chance: Random) -> bytes:
    first, last = sorted(chance.randrange(len(raw) + 1) for _ in range(2))
    return raw[:last] + raw[first:last] * chance.choice((1, 2, 30)) + raw[last:]


def _end_early(raw: bytes, chance: Random) -> bytes:
    return raw[: chance.randrange(len(raw) + 1)]


def _swap(raw: bytes, chance: Random) -> bytes:
    """Swap two pieces: lines, fields and frames change places."""
    a, b, c = sorted(chance.randrange(len(raw) + 1) for _ in range(3))
    return raw[:a] + raw[b:c] + raw[a:b] + raw[c:]


def _in_frames(raw: bytes, chance: Random) -> bytes:
    """Alter one frame and pack them anew, so that what is inside is reached."""
    for count in (4, 3, 2, 1):
        try:
            parts = list(frames.unpack(raw, count=count, max_bytes=MOST_BYTES))
        except LienlacError:
            continue
        at = chance.randrange(count)
        parts[at] = chance.choice(_WAYS)(parts[at], chance)
        return frames.pack(*parts)
    return _in_zip(raw, chance) if raw.startswith(b"PK") else _in_json(raw, chance)


def _in_zip(raw: bytes, chance: Random) -> bytes:
    """Alter one member and pack all anew: a workbook is read beyond its checksums."""
    made = io.BytesIO()
    try:
        with zipfile.ZipFile(io.BytesIO(raw)) as packed:
            members = {one: packed.read(one) for one in packed.namelist()}
        at = chance.choice(sorted(members))
    except (
        zipfile.BadZipFile,
        zlib.error,
        ValueError,
        NotImplementedError,
        RuntimeError,
        EOFError,
        OSError,
        IndexError,
    ):
        return _flip(raw, chance)
    members[at] = chance.choice((_flip, _cut, _insert, _repeat, _swap))(members[at], chance)
    with zipfile.ZipFile(made, "w") as packed:
        for name, content in members.items():
            packed.writestr(zipfile.ZipInfo(name), content)
    return made.getvalue()


def _in_json(raw: bytes, chance: Random) -> bytes:
    """Put something odd somewhere into a JSON value, mostly in canonical spelling."""
    try:
        value = json.loads(raw)
    except (ValueError, RecursionError):
        return _flip(raw, chance)
    value = _odd(value, chance)
    try:
        return canonical.encode(value)
    except LienlacError:
        return json.dumps(value).encode()


def _odd(value: Any, chance: Random) -> Any:
    if not value or not isinstance(value, dict | list) or chance.random() < 0.1:
        return chance.choice(ODD_VALUES)
    if isinstance(value, list):
        return _odd_list(list(value), chance)
    return _odd_object(dict(value), chance)


def _odd_object(value: dict[str, Any], chance: Random) -> dict[str, Any]:
    name = chance.choice(list(value))
    match chance.randrange(6):
        case 0:
            del value[name]
        case 1:
            value[chance.choice(("more", "", name + "x", "\u00e9"))] = chance.choice(ODD_VALUES)
        case 2:
            other = chance.choice(list(value))
            value[name], value[other] = value[other], value[name]
        case _:
            value[name] = _odd(value[name], chance)
    return value


def _odd_list(value: list[Any], chance: Random) -> list[Any]:
    at = chance.randrange(len(value))
    match chance.randrange(4):
        case 0:
            return value[:at] + value[at + 1 :]
        case 1:
            return value + [value[at]] * chance.choice((1, 2, 200))
        case _:
            return [*value[:at], _odd(value[at], chance), *value[at + 1 :]]


_WAYS: tuple[Callable[[bytes, Random], bytes], ...] = (
    _flip, _cut, _insert, _repeat, _end_early, _swap, _in_frames, _in_frames, _in_frames, _in_json, _in_json, _in_json,
)  # fmt: skip
