"""Records as rows and as a page: names in their own script, codes in the officer's language."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from django.urls import reverse
from django.utils.translation import gettext as _

from lienlac import wording
from lienlac.apps.records.finding import Near
from lienlac.apps.records.models import Record
from lienlac.apps.records.numbers import family
from lienlac.core import codes
from lienlac.core.errors import Malformed
from lienlac.web.coded import language
from lienlac.web.records.forms import field_label

TIER_TONES = {"same": "green", "likely": "blue", "possible": "amber"}
FACTS = ("birth", "sex", "nationality", "birth_place", "offence", "source", "reference", "retention_until")


def found_row(hit: Near) -> dict[str, Any]:
    """Return the row of a record that was found, with how its name or number agrees."""
    row = record_row(hit.record)
    if hit.comparison is None:
        agrees = {"text": wording.label("date_agreement", "agree", language()), "tone": "green"}
    else:
        tier = hit.comparison.tier
        agrees = {"text": wording.label("name_agreement", tier, language()), "tone": TIER_TONES[tier]}
    return {**row, "cells": [row["cells"][0], agrees, *row["cells"][1:]]}


def bad_line_rows(found: Iterable[tuple[int, str, str]]) -> list[dict[str, Any]]:
    """Return what is wrong with which line of a file, in words; `found` are lines, codes and fields."""
    return [
        {
            "line": line,
            "why": wording.error(Malformed(code, field=field), language()),
            "field": field_label(field) if field else "",
        }
        for line, code, field in found
    ]


def record_row(record: Record) -> dict[str, Any]:
    """Return the row of a record; its names and numbers are prefetched."""
    title, title_language = title_of(record)
    numbers = [one.value for one in record.identifiers.all()]
    return {
        "url": reverse("record", args=[record.pk]),
        "cells": [
            {"text": title, "lang": title_language, "small": ", ".join(numbers[:2])},
            {"text": wording.label("record_kinds", record.kind, language())},
            {"text": record.birth, "small": _worded(record, "sex")},
            {"text": record.source, "small": record.reference},
        ],
    }


def title_of(record: Record) -> tuple[str, str]:
    """Return what a record is called: its first name, else its first number, else its own number."""
    for name in record.names.all():
        return name.text, name.language
    for number in record.identifiers.all():
        return number.value, ""
    return record.number, ""


def names_of(record: Record) -> list[dict[str, str]]:
    """Return its names with their types."""
    return [
        {"text": one.text, "lang": one.language, "type": wording.label("name_types", one.type, language())}
        for one in record.names.all()
    ]


def numbers_of(record: Record) -> list[dict[str, str]]:
    """Return its numbers with their types, and a word where a check digit is wrong."""
    doubt = _("The check digit does not agree: read the number again.")
    return [
        {
            "text": one.value,
            "type": _number_label(one.type),
            "doubt": doubt if one.check_agrees is False else "",
        }
        for one in record.identifiers.all()
    ]


def _number_label(type_: str) -> str:
    list_name = "document_types" if type_ in codes.load("document_types") else "identifier_types"
    return wording.label(list_name, type_ if list_name == "document_types" else family(type_), language())


def facts_of(record: Record) -> list[dict[str, str]]:
    """Return what is known of it, field by field."""
    return [
        {"label": field_label(name), "value": value} for name in FACTS if (value := _worded(record, name))
    ]


def _worded(record: Record, name: str) -> str:
    value = getattr(record, name)
    if not value:
        return ""
    if name == "nationality":
        return wording.country(value, language())
    if name == "birth":
        return wording.partial_date(value, language())
    lists = {"sex": "genders", "offence": "offences"}
    return wording.label(lists[name], value, language()) if name in lists else str(value)
