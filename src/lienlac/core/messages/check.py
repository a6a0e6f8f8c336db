"""Is a body what its kind says it is? Shape only: what may be asked or sent is for `core.policy`.

Two doors, one set of checks. What a partner sends is checked with `check_body`: a code this node does not
know is kept and shown raw, unless a rule or a journey branches on it (`Field.steers`); then the message is
NotUnderstood, kept, and tried again after an upgrade. What our own form says is checked with `check_own`:
an unknown code there is an error of ours.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Callable, Iterable, Mapping
from datetime import date, datetime
from types import MappingProxyType
from typing import Final

from lienlac.core import codes
from lienlac.core.errors import Malformed, NotUnderstood
from lienlac.core.messages.called import MARKS_OF_DIRECTION, check_name
from lienlac.core.messages.fields import Field, Kind, SeenBy, Type, filled
from lienlac.core.messages.kinds import kind as kind_of

_MARKS: Final = frozenset({"TRAINING"})  # SG45
_SAFE_INTEGER: Final = 2**53 - 1  # RFC 8785: what every JSON reader keeps exactly
_LINE_BREAKS: Final = frozenset("\n\r\t\u2028\u2029")
_EDTF: Final = re.compile(r"([0-9]{4})(?:-([0-9]{2})(?:-([0-9]{2}))?)?([~?%]?)")
_EDTF_YEARS: Final = re.compile(r"([0-9]{4})/([0-9]{4})")
_MOMENT: Final = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}T[0-9]{2}:[0-9]{2}:[0-9]{2}(?:\.[0-9]{3})?Z")
_PATTERNS: Final = MappingProxyType(
    {
        Type.CODE: re.compile(r"[A-Za-z0-9][A-Za-z0-9_.+-]{0,63}"),
        Type.COUNTRY: re.compile(r"[A-Z]{2}"),
        Type.LANGUAGE: re.compile(r"[a-z]{2,3}(?:-[A-Za-z0-9]{2,8}){0,3}"),
        Type.OFFICE: re.compile(r"[a-z0-9][a-z0-9.-]{0,63}"),
        Type.MESSAGE_ID: re.compile(r"[0-9a-f]{32}"),
        Type.DIGEST: re.compile(r"[0-9a-f]{64}"),
    }
)


PASSING_OVER: Final = frozenset({"RECEIPT"})
"""Kinds of which a newer field is passed over: an outbox must not wait for the upgrade of whoever sent."""


def check_body(kind: str, version: int, body: Mapping[str, object]) -> None:
    """Check what a partner sent; return only if it is well made and understood.

    A member that the kind's table does not have is a field of a newer node: its message is not understood, whatever
    else is wrong with it, but for receipts, where it is passed over (docs/adr/a-newer-field-waits.md).

    Raise NotUnderstood `unknown_kind`, `newer_version`, `newer_message` or `unknown_code(field, list, value)`, and
    Malformed `field_not_for_us | field_missing | field_type | field_empty | field_too_long |
    field_too_many | field_characters | field_format` with `kind` and `field`.
    """
    known = kind_of(kind, version)
    newer = tuple(sorted(body.keys() - {field.name for field in known.fields}))
    if newer and kind not in PASSING_OVER:
        raise NotUnderstood("newer_message", kind=kind, fields=newer)
    _check_shape(known, {name: value for name, value in body.items() if name not in newer})
    for field in known.fields:
        if field.seen_by is SeenBy.OWN_NODE and field.name in body:
            raise Malformed("field_not_for_us", kind=kind, field=field.name)
    for field, value in unknown_codes(kind, body):
        if field.steers:
            raise NotUnderstood(
                "unknown_code", kind=kind, field=field.name, list=field.code_list, value=value
            )


def check_handling(handling: Iterable[str]) -> None:
    """Raise NotUnderstood `unknown_code` for a condition of use that this node does not know: it could not keep it.

    `EYES:LA,VN` is the flag `EYES` with what it takes; a mark is no condition.
    """
    for code in handling:
        flag = code.partition(":")[0]
        if not (code in codes.load("handling") or flag in codes.load("handling_flags") or code in _MARKS):
            raise NotUnderstood("unknown_code", field="handling", list="handling", value=code)


def check_own(kind: str, body: Mapping[str, object]) -> None:
    """Check what our own form, API or import made; as `check_body`, but what is unknown is Malformed.

    `field_unknown` is a member that the kind does not have, `field_code` a code that its list does not have. A name
    that hides something is `name_invisible`, one of signs alone `name_without_letters`: what a partner wrote is
    kept as it came, but nobody here signs a name that is not the one he sees.
    """
    _check_shape(kind_of(kind), body)
    _check_names(kind_of(kind), body)
    for field, value in unknown_codes(kind, body):
        raise Malformed("field_code", kind=kind, field=field.name, list=field.code_list, value=value)


def _check_names(kind: Kind, body: Mapping[str, object]) -> None:
    for field in kind.fields:
        names = _values(field, body.get(field.name)) if field.type is Type.NAME else ()
        for name in map(str, names):
            check_name(name, field=field.name)
            if not any(char.isalnum() for char in name):
                raise Malformed("name_without_letters", kind=kind.code, field=field.name)


def unknown_codes(kind: str, body: Mapping[str, object]) -> tuple[tuple[Field, str], ...]:
    """Give the (field, value) pairs whose code this node does not know: a reader's view shows them raw."""
    return tuple(
        (field, value)
        for field in kind_of(kind).fields
        if field.code_list is not None
        for value in _values(field, body.get(field.name))
        if isinstance(value, str) and value not in codes.load(field.code_list)
    )


def tidy(value: str) -> str:
    """Give text from our own form in NFC, without outer blanks and the marks of direction that copying adds.

    Zero-width joiners stay: Khmer, Lao and Burmese need them.
    """
    kept = "".join(char for char in value.replace("\r\n", "\n") if char not in MARKS_OF_DIRECTION)
    return unicodedata.normalize("NFC", kept.strip().strip("\ufeff"))


def _check_shape(kind: Kind, body: Mapping[str, object]) -> None:
    for name in body:
        kind.field(name)
    for field in kind.fields:
        if body.get(field.name) is not None:
            _check_field(kind, field, body[field.name])
        elif field.name in body:
            raise Malformed("field_type", kind=kind.code, field=field.name)
        elif field.is_required(body):
            raise Malformed("field_missing", kind=kind.code, field=field.name)


def _check_field(kind: Kind, field: Field, value: object) -> None:
    if field.many > 1 and not isinstance(value, list | tuple):
        raise Malformed("field_type", kind=kind.code, field=field.name)
    values = _values(field, value)
    if len(values) > field.many:
        raise Malformed("field_too_many", kind=kind.code, field=field.name, most=field.many)
    for one in values:
        problem = _PROBLEM[field.type](field, one)
        if problem:
            raise Malformed(problem, kind=kind.code, field=field.name, longest=field.max_length)


def _values(field: Field, value: object) -> tuple[object, ...]:
    if field.many > 1 and isinstance(value, list | tuple):
        return tuple(value)
    return () if value is None else (value,)


def _problem_of_text(field: Field, value: object) -> str | None:
    if not isinstance(value, str):
        return "field_type"
    if not filled(value):
        return "field_empty"
    if len(value) > field.max_length:
        return "field_too_long"
    allowed = "\n\t" if field.type is Type.TEXT else ""
    return "field_characters" if any(_forbidden(char, allowed) for char in value) else None


def _forbidden(char: str, allowed: str) -> bool:
    """Say whether a character can break a line, a display or an encoder.

    Marks of direction are out because they let a name read otherwise than it is stored; lone surrogates
    (Cs) and noncharacters because no strict encoder takes them.
    """
    if char in allowed:
        return False
    return (
        char in MARKS_OF_DIRECTION
        or char in _LINE_BREAKS
        or unicodedata.category(char) in {"Cc", "Cs"}
        or ord(char) & 0xFFFE == 0xFFFE
        or 0xFDD0 <= ord(char) <= 0xFDEF
    )


def _problem_of_token(field: Field, value: object) -> str | None:
    if not isinstance(value, str):
        return "field_type"
    return None if _PATTERNS[field.type].fullmatch(value) else "field_format"


def _problem_of_partial_date(field: Field, value: object) -> str | None:
    if not isinstance(value, str):
        return "field_type"
    years = _EDTF_YEARS.fullmatch(value)
    if years:
        return None if years[1] <= years[2] and years[1] > "0000" else "field_format"
    found = _EDTF.fullmatch(value)
    if not found:
        return "field_format"
    return _problem_of_day(int(found[1]), int(found[2] or 1), int(found[3] or 1))


def _problem_of_date(field: Field, value: object) -> str | None:
    if not isinstance(value, str):
        return "field_type"
    found = _EDTF.fullmatch(value)
    if not found or not found[3] or found[4]:
        return "field_format"
    return _problem_of_day(int(found[1]), int(found[2]), int(found[3]))


def _problem_of_day(year: int, month: int, day: int) -> str | None:
    try:
        date(year, month, day)
    except ValueError:
        return "field_format"
    return None


def _problem_of_moment(field: Field, value: object) -> str | None:
    if not isinstance(value, str):
        return "field_type"
    if not _MOMENT.fullmatch(value):
        return "field_format"
    try:
        datetime.fromisoformat(value.removesuffix("Z") + "+00:00")
    except ValueError:
        return "field_format"
    return None


def _problem_of_integer(field: Field, value: object) -> str | None:
    if not isinstance(value, int) or isinstance(value, bool):
        return "field_type"
    return None if abs(value) <= _SAFE_INTEGER else "field_too_long"


def _problem_of_boolean(field: Field, value: object) -> str | None:
    return None if isinstance(value, bool) else "field_type"


_PROBLEM: Final[Mapping[Type, Callable[[Field, object], str | None]]] = MappingProxyType(
    {
        Type.NAME: _problem_of_text,
        Type.LINE: _problem_of_text,
        Type.TEXT: _problem_of_text,
        Type.NUMBER: _problem_of_text,
        Type.CODE: _problem_of_token,
        Type.COUNTRY: _problem_of_token,
        Type.LANGUAGE: _problem_of_token,
        Type.OFFICE: _problem_of_token,
        Type.MESSAGE_ID: _problem_of_token,
        Type.DIGEST: _problem_of_token,
        Type.PARTIAL_DATE: _problem_of_partial_date,
        Type.DATE: _problem_of_date,
        Type.MOMENT: _problem_of_moment,
        Type.INTEGER: _problem_of_integer,
        Type.BOOLEAN: _problem_of_boolean,
    }
)
