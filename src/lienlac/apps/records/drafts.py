"""A record before it is stored: what a form, a file or a demo brought, checked field by field."""

from __future__ import annotations

import hashlib
import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date

from lienlac.apps.records import kinds, numbers
from lienlac.core import calendars, codes, names
from lienlac.core.errors import Malformed
from lienlac.core.messages.check import tidy

MOST_NAMES, MOST_NUMBERS = 20, 20
LONGEST = {"source": 120, "reference": 120, "birth_place": 200, "text": 4_000}


@dataclass(frozen=True, kw_only=True)
class Name:
    """A name as written, the language it is written in, its type of the list `name_types`."""

    text: str
    language: str = ""
    type: str = "official"


@dataclass(frozen=True, kw_only=True)
class Number:
    """A number, its type of `identifier_types` or `document_types`, the country that gave it."""

    type: str
    value: str
    country: str = ""


@dataclass(frozen=True, kw_only=True)
class Draft:
    """Everything that a record says. Dates are EDTF, codes are codes; empty means not known."""

    kind: str
    source: str
    reference: str = ""
    names: tuple[Name, ...] = ()
    numbers: tuple[Number, ...] = ()
    birth: str = ""
    sex: str = ""
    nationality: str = ""
    birth_place: str = ""
    offence: str = ""
    text: str = ""
    text_language: str = ""
    handling: tuple[str, ...] = ()
    retention_until: date | None = None
    retention_reason: str = ""


def digest(draft: Draft) -> str:
    """Return SHA-256 of everything that a draft says: two that say the same are one.

    Of its writing in Python, which names every field: one that an upgrade adds makes every row look changed, once.
    """
    return hashlib.sha256(repr(draft).encode()).hexdigest()


def check(draft: Draft, *, today: date) -> None:
    """Raise Malformed with the `field` that is wrong: the first one, in the order of the form.

    A record has a name or a number; its time is within its class, or a reason says why not (SG23).
    """
    for code, field, broken in _problems(draft, today):
        if broken:
            raise Malformed(code, field=field)
    for one in draft.names:
        _check_name(one)


def _problems(draft: Draft, today: date) -> Iterator[tuple[str, str, bool]]:
    known = codes.load
    if draft.kind not in known("record_kinds"):
        yield "record_kind_unknown", "kind", True
        return
    yield "field_missing", "source", not draft.source.strip()
    yield "record_without_name", "name", not draft.names and not draft.numbers
    yield "record_without_name", "name", kinds.is_person(draft.kind) and not draft.names
    yield "field_too_many", "name", len(draft.names) > MOST_NAMES or len(draft.numbers) > MOST_NUMBERS
    wrong_day = fault_of_date(draft.birth)
    yield wrong_day, "birth", bool(wrong_day)
    yield "birth_in_the_future", "birth", is_after(draft.birth, today)
    yield "value_unknown", "sex", bool(draft.sex) and draft.sex not in known("genders")
    yield "value_unknown", "nationality", bool(draft.nationality) and not _is_country(draft.nationality)
    yield "value_unknown", "offence", bool(draft.offence) and draft.offence not in known("offences")
    for one in draft.numbers:
        yield "field_code", "number_type", not numbers.known_type(one.type)
        yield "number_too_short", "number", not numbers.fold(one.value, one.type)
        yield "field_too_long", "number", len(one.value) > 128
    for field, longest in LONGEST.items():
        yield "field_too_long", field, len(getattr(draft, field)) > longest
    latest = kinds.keep_until(draft.kind, today)
    asked = draft.retention_until
    yield "retention_in_the_past", "retention_until", asked is not None and asked < today
    longer = asked is not None and asked > latest
    yield "retention_without_reason", "retention_reason", longer and not draft.retention_reason.strip()
    yield (
        "retention_too_long",
        "retention_until",
        asked is not None and asked > latest + kinds.LONGEST_EXTENSION,
    )


def _check_name(one: Name) -> None:
    if one.type not in codes.load("name_types"):
        raise Malformed("field_code", field="name_type")
    if tidy(one.text) != one.text:
        raise Malformed("field_characters", field="name")
    try:
        names.write(one.text)
    except Malformed as error:
        raise Malformed(error.code, field="name", **error.facts) from error


def _is_country(value: str) -> bool:
    return value in codes.load("nationalities") or re.fullmatch(r"[A-Z]{2}", value) is not None


def fault_of_date(value: str) -> str:
    """Return what is wrong with a date as messages carry it (1987, 1987-03, 1987-03-12, with ~ ? %; 1986/1988).

    `date_impossible` for a day that the calendar has not, `date_unreadable` for what is no date; "" when it is one,
    or empty.
    """
    try:
        if value:
            calendars.parse(value)
    except Malformed as error:
        return told_of_date(error)
    return ""


def told_of_date(error: Malformed) -> str:
    """Return what an officer is told of a date: 30 February is not unreadable, it does not exist."""
    return error.code if error.code == "date_impossible" else "date_unreadable"


def is_after(value: str, today: date) -> bool:
    """Say whether a date begins after a day; one that is not known does not."""
    return bool(value) and calendars.parse(value).first > today
