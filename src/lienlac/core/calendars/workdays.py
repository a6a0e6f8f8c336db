"""Working days and office hours of the six countries, from the `holidays` package.

What the package cannot know is said, not hidden: days that a government announces year by year (swapped working
days in China, days off in Viet Nam, bridge days in Thailand) and lunar days that are only reckoned. `gaps` names
them for a year, and the page shows them beside a deadline.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta, timezone
from functools import cache

from lienlac.core import codes
from lienlac.core.calendars.tables import rows
from lienlac.core.errors import Malformed, NotUnderstood

REGIONAL = "XR"
"""Country of an office that belongs to no state (a code that ISO 3166-1 leaves to its users): the regional centre."""

FIRST_YEAR, LAST_YEAR = 1994, 2099  # every one of the six countries is in the package for these
_ONE_DAY = timedelta(days=1)
_REGIONAL_ZONE = timezone(timedelta(hours=8))  # the centre sits in Kunming
_SATURDAY = 5
_LONGEST_HOLIDAY_DAYS = 31  # more days off than this in a row is a broken table, not a festival


@dataclass(frozen=True, kw_only=True)
class OfficeHours:
    """From when to when an office works on a working day, in its local time."""

    opens: time = time(8)
    closes: time = time(17)

    def __post_init__(self) -> None:
        if self.closes <= self.opens:
            raise Malformed("office_hours_backwards")


@dataclass(frozen=True, kw_only=True)
class Calendar:
    """The working days of one country or of several that must all be at work, in one country's local time.

    Without a country (the regional centre alone) it works from Monday to Friday.
    """

    countries: tuple[str, ...]
    zone: timezone
    hours: OfficeHours = OfficeHours()

    def is_working_day(self, day: date) -> bool:
        """Say whether every country of the calendar works on `day`."""
        if not self.countries:  # the regional centre alone
            return day.weekday() < _SATURDAY
        return all(_works(country, day) for country in self.countries)

    def gaps(self, year: int) -> tuple[tuple[str, str], ...]:
        """Return (country, code of `calendar_gaps`) for what is not known for certain about `year`."""
        return tuple((country, gap) for country in self.countries if (gap := _gap(country, year)))


def calendar_of(*countries: str, hours: OfficeHours | None = None) -> Calendar:
    """Return the calendar of a country, or the days on which several work; local time is the first one's.

    The regional centre (`REGIONAL`) has no national holidays: beside a state it works on that state's days, alone
    from Monday to Friday. Raise NotUnderstood('unknown_code') for a country that is not in the list `countries`.
    """
    if not countries:
        raise Malformed("calendar_without_country")
    zones = [_zone(country) for country in countries]
    states = tuple(country for country in countries if country != REGIONAL)
    return Calendar(countries=states, zone=zones[0], hours=hours or OfficeHours())


def _zone(country: str) -> timezone:
    if country == REGIONAL:
        return _REGIONAL_ZONE
    minutes = codes.load("countries").row(country).whole("utc_offset_min") or 0
    return timezone(timedelta(minutes=minutes))  # none of the six changes its clocks in summer


def add_working_days(start: datetime, days: int, *, calendar: Calendar) -> datetime:
    """Return the same local time on the `days`-th working day after the day of `start`, in UTC.

    The day of `start` itself is not counted. `start` is aware; `days` is 0 or more (0: `start` itself).
    """
    local = _local(start, calendar)
    if days < 0:
        raise Malformed("days_negative", days=days)
    day = local.date()
    for _ in range(days):
        day = next_working_day(day, calendar=calendar)
    return local.replace(year=day.year, month=day.month, day=day.day).astimezone(UTC)


def next_working_day(day: date, *, calendar: Calendar) -> date:
    """Return the first working day after `day`."""
    for _ in range(_LONGEST_HOLIDAY_DAYS):
        day += _ONE_DAY
        if calendar.is_working_day(day):
            return day
    raise Malformed("calendar_without_working_days")


def working_days_between(first: date, last: date, *, calendar: Calendar) -> int:
    """Count the working days after `first` up to and including `last`; 0 when `last` is not after `first`."""
    span = max((last - first).days, 0)
    return sum(calendar.is_working_day(first + timedelta(days=n)) for n in range(1, span + 1))


def is_open(at: datetime, *, calendar: Calendar) -> bool:
    """Say whether the office is at work at this moment."""
    local = _local(at, calendar)
    hours = calendar.hours
    return calendar.is_working_day(local.date()) and hours.opens <= local.time() < hours.closes


def add_working_time(start: datetime, amount: timedelta, *, calendar: Calendar) -> datetime:
    """Return the moment by which `amount` of office time has passed since `start`, in UTC.

    An amount that ends exactly at closing time ends there, not at the next opening.
    """
    if amount < timedelta():
        raise Malformed("time_negative")
    at, left = _local(start, calendar), amount
    while left > timedelta():
        opens, closes = _next_office_span(at, calendar)
        worked = min(left, closes - opens)
        at, left = opens + worked, left - worked
    return at.astimezone(UTC)


def _next_office_span(at: datetime, calendar: Calendar) -> tuple[datetime, datetime]:
    """Return from when to when the office next works, at the earliest from `at` on."""
    day = at.date()
    closes = datetime.combine(day, calendar.hours.closes, calendar.zone)
    if not calendar.is_working_day(day) or at >= closes:
        day = next_working_day(day, calendar=calendar)
        closes = datetime.combine(day, calendar.hours.closes, calendar.zone)
    opens = datetime.combine(day, calendar.hours.opens, calendar.zone)
    return max(at, opens), closes


def _local(at: datetime, calendar: Calendar) -> datetime:
    if at.tzinfo is None:
        raise Malformed("moment_without_zone")
    return at.astimezone(calendar.zone)


def _works(country: str, day: date) -> bool:
    off, on = _days(country, day.year)
    return day in on or (day.weekday() < _SATURDAY and day not in off)


@cache
def _days(country: str, year: int) -> tuple[frozenset[date], frozenset[date]]:
    """Return the holidays of a year and the weekend days that are worked in exchange."""
    if not FIRST_YEAR <= year <= LAST_YEAR:
        raise NotUnderstood("calendar_year_not_covered", year=year)
    import holidays  # half a second: only nodes that reckon with working days pay it

    categories = tuple(_source(country)["categories"].split(";"))
    found = holidays.country_holidays(country, years=year, categories=categories)
    return frozenset(found), frozenset(day for day in found.weekend_workdays if day.year == year)


@cache
def _source(country: str) -> Mapping[str, str]:
    return next(row for row in rows("holidays") if row["country"] == country)


def _gap(country: str, year: int) -> str:
    row = _source(country)
    return row["gap"] if year > int(row["announced_to"]) or row["gap"] == "lunar_days_reckoned" else ""
