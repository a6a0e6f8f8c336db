"""A year or date typed behind a name in the one box: it is offered as the date of birth and never moved silently."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any, Final

from django.utils.translation import gettext as _

from lienlac import wording
from lienlac.core import calendars
from lienlac.core.errors import Malformed
from lienlac.core.names import scripts
from lienlac.web.coded import language

CHOICE: Final = "year_is"
BIRTH: Final = "birth"
OLDEST: Final = 120  # years: nobody who is asked about was born before
_ENDING: Final = re.compile(
    r"(?P<name>.*[^\W\d_][^\w]*?)[\s,;(（]*"
    r"(?P<said>\d{4}-\d\d?-\d\d?|(?:\d\d?\s?[./-]\s?){0,2}\d{4}|\d{4}年(?:\d\d?月(?:\d\d?日)?)?)[\s)）]*",
    re.DOTALL,
)


@dataclass(frozen=True, kw_only=True)
class Ending:
    """The name without its ending, the ending as typed, and the date it tells as EDTF."""

    name: str
    said: str
    birth: str


def ending_of(subject: str, *, country: str, today: date) -> Ending | None:
    """Return the date at the end of a name, when somebody may be born then; None for a number, and for a bare name."""
    found = _ENDING.fullmatch(subject.strip())
    if found is None or not _is_name(found["name"], found["said"]):
        return None
    try:
        born = calendars.read(found["said"], country=country)
    except Malformed:
        return None
    if born.first > today or born.last.year < today.year - OLDEST:
        return None
    return Ending(name=found["name"].rstrip(" \t,;"), said=found["said"], birth=born.edtf)


def moved(data: Mapping[str, Any], *, country: str, today: date) -> Mapping[str, Any]:
    """Return what was typed with the date where the officer said it belongs; a date of birth that he wrote stands."""
    ending = ending_of(str(data.get("subject", "")), country=country, today=today)
    if ending is None or data.get(CHOICE) != BIRTH:
        return data
    changed = data.copy()  # type: ignore[attr-defined]  # a QueryDict, or a dict
    changed["subject"] = ending.name
    if not str(data.get(BIRTH, "")).strip():
        changed[BIRTH] = ending.birth
    return changed  # type: ignore[no-any-return]


def options(ending: Ending) -> list[tuple[str, str]]:
    """Return what the officer can say of it, worded."""
    born = wording.partial_date(ending.birth, language())
    return [
        (BIRTH, _("Put %(date)s as the date of birth") % {"date": born}),
        ("name", _("%(text)s belongs to the name") % {"text": ending.said}),
    ]


def _is_name(name: str, said: str) -> bool:
    """Tell a name from a number: Han names are short, elsewhere two or three letters before digits are a plate."""
    letters = [char for char in name if char.isalpha()]
    if any(char.isdigit() for char in name):
        return False
    if all(script == scripts.HAN for script, _run in scripts.runs("".join(letters))):
        return len(letters) > 1
    return len(letters) >= sum(char.isdigit() for char in said)
