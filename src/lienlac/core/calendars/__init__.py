"""Dates and days: partial and uncertain dates, eras, how dates agree; working days, holidays, office hours."""

from lienlac.core.calendars.comparing import Agreement, compare
from lienlac.core.calendars.eras import Era, era_of
from lienlac.core.calendars.partial import PartialDate, Precision, from_age, of, parse, years
from lienlac.core.calendars.reading import read
from lienlac.core.calendars.workdays import (
    Calendar,
    OfficeHours,
    add_working_days,
    add_working_time,
    calendar_of,
    is_open,
    next_working_day,
    working_days_between,
)

__all__ = [
    "Agreement",
    "Calendar",
    "Era",
    "OfficeHours",
    "PartialDate",
    "Precision",
    "add_working_days",
    "add_working_time",
    "calendar_of",
    "compare",
    "era_of",
    "from_age",
    "is_open",
    "next_working_day",
    "of",
    "parse",
    "read",
    "working_days_between",
    "years",
]
