"""Canonical JSON (RFC 8785) and the strict reader for it: one value has exactly one spelling.

What is signed is compared byte by byte, so that a reader who accepted two spellings of one value, or one
spelling for two values, could be shown one thing while another was signed. Values are therefore only text,
whole numbers within ±(2^53 - 1), true, false, null, lists, and objects with text keys. There are no floats:
no field of ours needs one, and languages disagree about their spelling.
"""

from __future__ import annotations

import json
import re
from collections.abc import Mapping, Sequence
from itertools import accumulate
from typing import Any, NoReturn, TypeAlias

from lienlac.core.errors import Malformed

Json: TypeAlias = "bool | int | str | Sequence[Json] | Mapping[str, Json] | None"

MAX_BYTES = 1 << 20
MAX_DEPTH = 32
MAX_INT = 2**53 - 1  # the largest whole number that every JSON reader keeps (RFC 7493, section 2.2)

# The possessive quantifiers and the optional closing quote keep both patterns linear on hostile input.
_STRING = re.compile(r'"[^"\\]*+(?:\\.[^"\\]*+)*+"?', re.DOTALL)
_NO_BRACKET = re.compile(r"[^\[\]{}]++")
_TWO_UNITS = re.compile("[\U00010000-\U0010ffff]")
_STEP = {"[": 1, "{": 1, "]": -1, "}": -1}


def encode(value: Json) -> bytes:
    """Return the canonical bytes of `value`; tuples count as lists.

    Raises Malformed: `json_type` (a float, bytes, a key that is not text …), `json_integer_range`,
    `json_surrogate`, `json_too_deep` (more than MAX_DEPTH lists and objects within each other).
    """
    try:
        return _ENCODER.encode(_plain(value, MAX_DEPTH)).encode("utf-8")
    except UnicodeEncodeError as error:
        raise Malformed("json_surrogate") from error


def decode(raw: bytes, *, max_bytes: int = MAX_BYTES, max_depth: int = MAX_DEPTH) -> Json:
    """Return the value of canonical bytes; lists come back as `list`, objects as `dict`.

    Raises Malformed: `json_too_large`, `json_not_utf8`, `json_too_deep`, `json_duplicate_key`, `json_float`,
    `json_not_a_number` (NaN, Infinity), `json_integer_range`, `json_surrogate`, `json_trailing`,
    `json_syntax`, `json_not_canonical` (well made, but spelt or ordered otherwise than RFC 8785 does).
    """
    if len(raw) > max_bytes:
        raise Malformed("json_too_large", size=len(raw), limit=max_bytes)
    text = _text(raw)
    _check_depth(text, max_depth)
    value = _parse(text)
    if not _is_spelt_so(value, text) and encode(value) != raw:
        raise Malformed("json_not_canonical")
    return value


def _is_spelt_so(value: Json, text: str) -> bool:
    """Say whether what was parsed from a text is written as this text: never wrongly yes, and sometimes wrongly no.

    What the parser let pass has nothing that canonical JSON cannot say; keys in order of their characters stand in the
    order of their UTF-16 code units too, but where one has a character that takes two of these.
    """
    if not (text.isascii() or _TWO_UNITS.search(text) is None):
        return False
    return _SORTING.encode(value) == text


def _text(raw: bytes) -> str:
    try:
        return raw.decode("utf-8")
    except UnicodeDecodeError as error:
        raise Malformed("json_not_utf8", position=error.start) from error


def _check_depth(text: str, max_depth: int) -> None:
    """Count brackets outside strings before parsing: the parser recurses, and its stack is not ours."""
    if text.count("[") + text.count("{") <= min(max_depth, MAX_DEPTH):
        return  # so few cannot be too deep
    brackets = _NO_BRACKET.sub("", _STRING.sub("", text))
    if max(accumulate(map(_STEP.__getitem__, brackets)), default=0) > min(max_depth, MAX_DEPTH):
        raise Malformed("json_too_deep", limit=min(max_depth, MAX_DEPTH))


def _parse(text: str) -> Json:
    try:
        value, end = _DECODER.raw_decode(text)
    except json.JSONDecodeError as error:
        raise Malformed("json_syntax", position=error.pos) from error
    if end != len(text):
        raise Malformed("json_trailing", position=end)
    parsed: Json = value
    return parsed


def _object(pairs: list[tuple[str, Json]]) -> dict[str, Json]:
    value = dict(pairs)
    if len(value) != len(pairs):
        raise Malformed("json_duplicate_key")
    return value


def _int(digits: str) -> int:
    # The length first: turning a million digits into a number takes quadratic time.
    if len(digits) > 17 or abs(int(digits)) > MAX_INT:
        raise Malformed("json_integer_range")
    return int(digits)


def _float(_: str) -> NoReturn:
    raise Malformed("json_float")


def _constant(_: str) -> NoReturn:
    raise Malformed("json_not_a_number")


_DECODER = json.JSONDecoder(
    object_pairs_hook=_object, parse_int=_int, parse_float=_float, parse_constant=_constant
)


# Escapes in strings, and numbers, are those of RFC 8785 where there are no floats; the order of members `_plain` gives.
_ENCODER = json.JSONEncoder(ensure_ascii=False, check_circular=False, separators=(",", ":"))
_SORTING = json.JSONEncoder(ensure_ascii=False, check_circular=False, separators=(",", ":"), sort_keys=True)

_LISTS = (list, tuple)
_HOLDING = (dict, *_LISTS, Mapping)  # the first three are known at once


def _plain(value: object, depth: int) -> Json:
    """Copy `value` into lists and dicts of canonical order; refuse what canonical JSON cannot say."""
    if isinstance(value, str) or value is None or value is True or value is False:
        return value
    if isinstance(value, int):
        return _checked_int(value)
    if not isinstance(value, _HOLDING):
        raise Malformed("json_type", type=type(value).__name__)
    if depth == 0:
        raise Malformed("json_too_deep", limit=MAX_DEPTH)
    if isinstance(value, _LISTS):
        return [one if type(one) is str else _plain(one, depth - 1) for one in value]
    return {key: one if type(one := value[key]) is str else _plain(one, depth - 1) for key in _ordered(value)}


def _checked_int(value: int) -> int:
    if abs(value) > MAX_INT:
        raise Malformed("json_integer_range")
    return int(value)  # an enumeration's member is not spelt as its number everywhere


def _ordered(value: Mapping[Any, object]) -> list[str]:
    """Return the keys in the order of their UTF-16 code units (RFC 8785, section 3.2.3), as ASCII stands anyway."""
    if not all(isinstance(key, str) for key in value):
        raise Malformed("json_type", type="key")
    return sorted(value, key=None if all(map(str.isascii, value)) else _code_units)


def _code_units(key: str) -> bytes:
    return key.encode("utf-16-be", "surrogatepass")
