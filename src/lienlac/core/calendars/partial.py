"""A date as far as it is known: a day, a month, a year, a span of years; perhaps about, perhaps uncertain.

The text form is EDTF (ISO 8601-2): `1988`, `1988-04`, `1988-04-12`, `1986/1990`, with `~` for about, `?` for
uncertain, `%` for both. That is what travels and what is stored; words are made elsewhere.
"""

from __future__ import annotations

import re
from calendar import monthrange
from collections.abc import Callable
from dataclasses import dataclass
from datetime import date
from enum import StrEnum

from lienlac.core.errors import Malformed

_EDTF = re.compile(r"(\d{4})(?:-(\d{2})(?:-(\d{2}))?)?([~?%]?)", re.ASCII)
_SPAN = re.compile(r"(\d{4})/(\d{4})([~?%]?)", re.ASCII)
_MARKS = {(False, False): "", (True, False): "~", (False, True): "?", (True, True): "%"}
_MEANINGS = {mark: flags for flags, mark in _MARKS.items()}


class Precision(StrEnum):
    """How much of a date is known."""

    DAY = "day"
    MONTH = "month"
    YEAR = "year"
    SPAN = "span"


@dataclass(frozen=True, kw_only=True)
class PartialDate:
    """The days on which it may have been, from `first` to `last`, both included (proleptic Gregorian)."""

    first: date
    last: date
    approximate: bool = False
    uncertain: bool = False

    def __post_init__(self) -> None:
        if self.last < self.first:
            raise Malformed("date_span_backwards")

    @property
    def precision(self) -> Precision:
        """Say how much is known: a span is anything that is no whole year, month or day."""
        if self.first == self.last:
            return Precision.DAY
        if (self.first, self.last) == _month(self.first.year, self.first.month):
            return Precision.MONTH
        if (self.first, self.last) == _year(self.first.year):
            return Precision.YEAR
        return Precision.SPAN

    @property
    def edtf(self) -> str:
        """The text form; a span is written in whole years, so its ends may be wider than the value."""
        text = _WRITERS[self.precision](self)
        return text + _MARKS[self.approximate, self.uncertain]


def _month(year: int, month: int) -> tuple[date, date]:
    return date(year, month, 1), date(year, month, monthrange(year, month)[1])


def _year(year: int) -> tuple[date, date]:
    return date(year, 1, 1), date(year, 12, 31)


_WRITERS: dict[Precision, Callable[[PartialDate], str]] = {
    Precision.DAY: lambda value: value.first.isoformat(),
    Precision.MONTH: lambda value: f"{value.first.year:04}-{value.first.month:02}",
    Precision.YEAR: lambda value: f"{value.first.year:04}",
    Precision.SPAN: lambda value: f"{value.first.year:04}/{value.last.year:04}",
}


def of(
    year: int,
    month: int | None = None,
    day: int | None = None,
    *,
    approximate: bool = False,
    uncertain: bool = False,
) -> PartialDate:
    """Make a date from what is known of it; raise Malformed('date_impossible') for 31 April or year 0."""
    try:
        if month is None:
            first, last = _year(year)
        elif day is None:
            first, last = _month(year, month)
        else:
            first = last = date(year, month, day)
    except (ValueError, OverflowError) as error:  # OverflowError: a number of forty digits
        raise Malformed("date_impossible") from error
    return PartialDate(first=first, last=last, approximate=approximate, uncertain=uncertain)


def years(first: int, last: int, *, approximate: bool = False, uncertain: bool = False) -> PartialDate:
    """Make a span of whole years, both included; raise Malformed for years that are none or go backwards."""
    start, end = of(first), of(last)
    return PartialDate(first=start.first, last=end.last, approximate=approximate, uncertain=uncertain)


def parse(text: str) -> PartialDate:
    """Read the text form; raise Malformed('date_format') for anything else, 'date_impossible' for no date."""
    if span := _SPAN.fullmatch(text):
        approximate, uncertain = _MEANINGS[span[3]]
        return years(int(span[1]), int(span[2]), approximate=approximate, uncertain=uncertain)
    found = _EDTF.fullmatch(text)
    if found is None:
        raise Malformed("date_format")
    year, month, day = (int(part) if part else None for part in found.groups()[:3])
    approximate, uncertain = _MEANINGS[found[4]]
    return of(year or 0, month, day, approximate=approximate, uncertain=uncertain)


def from_age(age: int, *, on: date) -> PartialDate:
    """Return when somebody was born who is `age` years old on the day `on`, counted from birthday to birthday."""
    if not 0 <= age <= 150 or on.year - age <= 1:
        raise Malformed("age_impossible")
    return PartialDate(first=_years_before(on, age + 1, after=True), last=_years_before(on, age))


def _years_before(day: date, count: int, *, after: bool = False) -> date:
    """Return the same day `count` years earlier (29 February: the 28th), or the day after it."""
    last = monthrange(day.year - count, day.month)[1]
    earlier = day.replace(year=day.year - count, day=min(day.day, last))
    return date.fromordinal(earlier.toordinal() + 1) if after else earlier
