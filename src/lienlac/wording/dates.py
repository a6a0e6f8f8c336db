"""Dates of messages and records in words: what travels as `1987~` is read as “about 1987”, and in no other calendar."""

from __future__ import annotations

from datetime import date

from lienlac.core import calendars
from lienlac.core.errors import Malformed
from lienlac.wording.sentences import sentence


def day(value: date, language: str) -> str:
    """Return a day as the people of a language write it."""
    return partial_date(value.isoformat(), language)


def day_without_year(value: date, language: str) -> str:
    """Return the day of this year, for what is today or nearly."""
    return sentence("dates", "month_day", language, month=value.month, day=value.day)


def partial_date(text: str, language: str) -> str:
    """Return a date that may be partial, about or uncertain (EDTF) in words; what is none comes back as it is."""
    try:
        value = calendars.parse(text)
    except Malformed:
        return text
    first, last = value.first, value.last
    shown = sentence(
        "dates", value.precision.value, language, year=first.year, month=first.month, day=first.day,
        mm=f"{first.month:02}", dd=f"{first.day:02}", last=last.year,
    )  # fmt: skip
    if value.approximate:
        shown = sentence("dates", "about", language, date=shown)
    return sentence("dates", "not_certain", language, date=shown) if value.uncertain else shown
