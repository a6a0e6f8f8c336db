"""Partial dates of every precision, for properties."""

from __future__ import annotations

from datetime import date

from hypothesis import strategies as st

from lienlac.core import calendars
from lienlac.core.calendars import PartialDate

DAYS = st.dates(min_value=date(1, 1, 1))


def partial_dates() -> st.SearchStrategy[PartialDate]:
    day = DAYS.map(lambda day: calendars.of(day.year, day.month, day.day))
    month = DAYS.map(lambda day: calendars.of(day.year, day.month))
    year = DAYS.map(lambda day: calendars.of(day.year))
    span = st.tuples(DAYS, DAYS).map(lambda two: calendars.years(*sorted(day.year for day in two)))
    return st.one_of(day, month, year, span)
