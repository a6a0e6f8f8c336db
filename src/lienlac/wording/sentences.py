"""Whole sentences for codes that explain: errors, refusals, reasons of a comparison.

A sentence says what is wrong and what to do. `{name}` takes a fact; `{ground:refusal_grounds}` takes a fact
that is a code and shows its label; `{field:fields}` does the same for the name of a field; `{size:megabytes}`
takes a number of bytes and shows whole megabytes, rounded up; `{lost:places}` takes places of a lane. A fact that is
missing shows as a dash: a sentence with a hole helps more than a second error. Tables: `errors`, `policy_reasons` (what
a rule found), `reasons` (how names compare), `namesakes` (how many chance gives), and the code lists.
"""

from __future__ import annotations

import csv
import re
from collections.abc import Mapping
from functools import cache
from importlib.resources import files
from types import MappingProxyType

from babel.numbers import format_decimal

from lienlac.core.errors import (
    LienlacError,
    Malformed,
    NotUnderstood,
    Refused,
    Unauthentic,
    Unavailable,
)
from lienlac.wording.labels import label
from lienlac.wording.languages import LOCALES, nearest
from lienlac.wording.tables import Table, names, table

MISSING = "—"
HARDLY_ANY = 0.01  # names that chance gives: fewer is said in words
MEGABYTES, PLACES = "megabytes", "places"
_PLACEHOLDER = re.compile(r"\{(\w+)(?::(\w+))?\}")
_TABLES_OF_ERRORS = ("errors", "policy_reasons", "refusal_grounds", "rules", "lane_incidents")
_KINDS_OF_ERROR: tuple[tuple[type[LienlacError], str], ...] = (
    (Refused, "refused"),
    (Malformed, "malformed"),
    (Unauthentic, "unauthentic"),
    (NotUnderstood, "not_understood"),
    (Unavailable, "unavailable"),
    (LienlacError, "unavailable"),
)


def sentence(table_name: str, code: str, language: str, /, **facts: object) -> str:
    """Return the sentence for `code` of a table, with its facts; the raw code when it is unknown."""
    known = _table(table_name)
    words = known.get(code) or known.get(family(code))
    if words is None:
        return code
    column, told = nearest(language), {"code": code, **facts}
    return _PLACEHOLDER.sub(lambda found: _fact(found, told, column), words.texts[column])


def error(problem: LienlacError, language: str) -> str:
    """Return what went wrong and what to do: its own words, else its family's, else those of its kind."""
    facts = {"code": problem.code, **problem.facts}
    own = next((name for name in _TABLES_OF_ERRORS if problem.code in _table(name)), None)
    if own is not None:
        return sentence(own, problem.code, language, **facts)
    shared = family(problem.code) or kind_of(problem)
    return sentence("errors", shared, language, **facts)


def finding(code: str, facts: Mapping[str, object], language: str) -> str:
    """Return what a check of the node's health found (`apps.reports.health`) in words; commands between backticks."""
    return sentence("findings", code, language, **facts)


def cure(code: str, facts: Mapping[str, object], problem: LienlacError | None, language: str) -> str:
    """Return what to do about a finding: what its error asks for, then the cure of its own; `""` for neither.

    Commands stand between backticks.
    """
    told = [error(problem, language)] if problem else []
    told += [sentence("cures", code, language, **facts)] if code else []
    return " ".join(told)


def reason(code: str, language: str, facts: Mapping[str, object]) -> str:
    """Return one reason of a comparison of names (`core.names.reasons`) in words."""
    return sentence("reasons", code, language, **facts)


def namesakes(expected: float, language: str) -> str:
    """Return how many names that agree as well chance alone gives in a list, in words and the figures of a language."""
    if expected < HARDLY_ANY:
        return sentence("namesakes", "hardly_any", language)
    pattern = "0.00" if expected < 1 else "#,##0"
    shown = format_decimal(expected, pattern, locale=LOCALES[nearest(language)])
    return sentence("namesakes", "about", language, count=shown)


def field(name: str, language: str) -> str:
    """Return the label of a field of a message (`core.messages.kinds`); the raw name when it is unknown."""
    return label("fields", name, language)


def family(code: str) -> str:
    """Return the code whose sentence many technical codes share (`families.csv`), `""` when in none."""
    return families().get(code, "")


@cache
def families() -> Mapping[str, str]:
    """Return technical code -> code of the sentence it shares: an officer does the same about all of them."""
    lines = (files("lienlac.wording") / "families.csv").read_text(encoding="utf-8").splitlines()
    return MappingProxyType({row["code"]: row["family"] for row in csv.DictReader(lines, strict=True)})


def kind_of(problem: LienlacError) -> str:
    """Return the code of the sentence for a whole kind of error, which never lacks words."""
    return next(code for kind, code in _KINDS_OF_ERROR if isinstance(problem, kind))


def _table(name: str) -> Table:
    return table(f"codes/{name}" if name in names() else name)


def _fact(found: re.Match[str], facts: Mapping[str, object], language: str) -> str:
    name, list_name = found.groups()
    value = facts.get(name)
    if value is None or value == "":
        return MISSING
    if list_name == MEGABYTES and isinstance(value, int):
        return str(-(-value // 2**20))
    values = value if isinstance(value, (tuple, list)) else (value,)
    if list_name == PLACES:
        return ", ".join(map(_places, values))
    return ", ".join(label(list_name, str(one), language) if list_name else str(one) for one in values)


def _places(span: object) -> str:
    """Write places of a lane as both sides can say them by telephone: `3–5 (1f0c22ab)`, how their epoch begins."""
    if not isinstance(span, Mapping):
        return str(span)
    first, last, epoch = span.get("first"), span.get("last"), str(span.get("epoch"))
    return f"{first}–{last} ({epoch[:8]})" if first != last else f"{first} ({epoch[:8]})"
