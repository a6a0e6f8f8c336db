"""A year or date typed behind a name in the one box: it is offered as the date of birth and never moved silently."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any, Final

from django import forms
from django.forms import BoundField
from django.utils import timezone
from django.utils.translation import gettext as _

from lienlac import wording
from lienlac.apps.accounts.models import User
from lienlac.apps.directory import queries as directory
from lienlac.core import calendars
from lienlac.core.errors import Malformed
from lienlac.core.names import scripts
from lienlac.web.language import language

CHOICE: Final = "year_is"
BIRTH: Final = "birth"
OLDEST: Final = 120  # years: nobody who is asked about was born before
LONGEST: Final = 400  # characters that the box of *ask* takes; to look takes the square of the length in time
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
    subject = subject.strip()
    found = _ENDING.fullmatch(subject) if len(subject) <= LONGEST else None
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


def ending_for(officer: User, subject: str) -> Ending | None:
    """Return the date at the end of a name, written as in the officer's country and read today."""
    own = directory.office(officer.office)
    return ending_of(subject, country=own.country if own else "", today=timezone.localdate())


class Question(forms.ChoiceField):
    """Asked before it leaves: with the year as a part of the name, the other side would find nobody of this name."""

    def __init__(self, ending: Ending) -> None:
        super().__init__(
            label=ending.said,
            choices=options(ending),
            widget=forms.RadioSelect,
            error_messages={"required": _("Say whether this is the date of birth or belongs to the name.")},
        )


def question(ending: Ending) -> BoundField:
    """Return the question alone, as it is drawn while the name is still being typed."""
    form = forms.Form()
    form.fields[CHOICE] = Question(ending)
    return form[CHOICE]


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
