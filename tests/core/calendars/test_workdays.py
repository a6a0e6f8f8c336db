"""Working days and office hours of the six countries."""

from __future__ import annotations

from datetime import UTC, date, datetime, time, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from lienlac.core import codes
from lienlac.core.calendars import (
    Calendar,
    OfficeHours,
    add_working_days,
    add_working_time,
    calendar_of,
    is_open,
    next_working_day,
    working_days_between,
)
from lienlac.core.calendars.tables import rows
from lienlac.core.errors import Malformed, NotUnderstood

COUNTRIES = ("VN", "LA", "CN", "KH", "TH", "MM")
MOMENTS = st.integers(0, 3_600 * 24 * 365 * 9).map(
    lambda s: datetime(2020, 1, 1, tzinfo=UTC) + timedelta(seconds=s)
)
CALENDARS = st.sampled_from((*COUNTRIES, "XR")).map(calendar_of)


@pytest.mark.parametrize(
    ("country", "day"),
    [
        ("VN", date(2026, 9, 2)),
        ("LA", date(2026, 4, 15)),
        ("LA", date(2026, 12, 2)),
        ("CN", date(2026, 2, 17)),
        ("KH", date(2026, 11, 9)),
        ("TH", date(2026, 4, 13)),
        ("MM", date(2026, 4, 16)),
    ],
)
def test_national_days_and_new_years_are_days_off(country: str, day: date) -> None:
    assert not calendar_of(country).is_working_day(day)


def test_a_swapped_saturday_is_worked_in_china_and_nowhere_else() -> None:
    saturday = date(2026, 2, 14)
    assert [country for country in COUNTRIES if calendar_of(country).is_working_day(saturday)] == ["CN"]


def test_a_weekend_and_a_holiday_do_not_count() -> None:
    friday = datetime(2026, 4, 10, 3, tzinfo=UTC)  # 10:00 in Vientiane; Lao New Year is 14 to 16 April
    assert add_working_days(friday, 1, calendar=calendar_of("LA")) == datetime(2026, 4, 13, 3, tzinfo=UTC)
    assert add_working_days(friday, 2, calendar=calendar_of("LA")) == datetime(2026, 4, 17, 3, tzinfo=UTC)


def test_days_are_counted_in_the_local_time_of_the_office() -> None:
    late = datetime(2026, 11, 5, 18, tzinfo=UTC)  # Thursday in London, already Friday in Beijing
    assert add_working_days(late, 1, calendar=calendar_of("CN")).astimezone(UTC).date() == date(2026, 11, 8)


def test_two_countries_work_together_only_when_both_work() -> None:
    both = calendar_of("VN", "LA")
    assert calendar_of("LA").is_working_day(date(2026, 9, 2))
    assert not both.is_working_day(date(2026, 9, 2))
    assert not both.is_working_day(date(2026, 12, 2))


@pytest.mark.parametrize("pair", [("XR", "VN"), ("VN", "XR")])
def test_the_regional_centre_works_on_the_days_of_the_state_beside_it(pair: tuple[str, str]) -> None:
    days = [date(2026, 1, 1) + timedelta(days=n) for n in range(365)]
    beside, state = calendar_of(*pair), calendar_of("VN")
    assert [beside.is_working_day(day) for day in days] == [state.is_working_day(day) for day in days]
    assert beside.gaps(2027) == state.gaps(2027)


def test_the_regional_centre_alone_works_from_monday_to_friday_in_its_own_time() -> None:
    friday = datetime(2026, 11, 6, 17, tzinfo=UTC)  # in Kunming it is Saturday
    assert add_working_days(friday, 1, calendar=calendar_of("XR")) == datetime(2026, 11, 8, 17, tzinfo=UTC)
    assert is_open(
        datetime(2026, 10, 1, 2, tzinfo=UTC), calendar=calendar_of("XR")
    )  # no state's national day


@given(MOMENTS, st.integers(0, 30), CALENDARS)
def test_a_working_day_later_is_a_working_day_at_the_same_hour(
    start: datetime, days: int, calendar: Calendar
) -> None:
    end = add_working_days(start, days, calendar=calendar)
    local = end.astimezone(calendar.zone)
    assert days == 0 or calendar.is_working_day(local.date())
    assert local.time() == start.astimezone(calendar.zone).time()
    counted = working_days_between(start.astimezone(calendar.zone).date(), local.date(), calendar=calendar)
    assert counted == days


@given(MOMENTS, st.integers(1, 15), st.integers(1, 15), CALENDARS)
def test_days_added_twice_are_days_added_at_once(
    start: datetime, some: int, more: int, calendar: Calendar
) -> None:
    twice = add_working_days(add_working_days(start, some, calendar=calendar), more, calendar=calendar)
    assert twice == add_working_days(start, some + more, calendar=calendar)


@given(MOMENTS, st.integers(1, 100), st.integers(1, 100), CALENDARS)
def test_working_time_adds_up_and_ends_within_office_hours(
    start: datetime, hours: int, more: int, calendar: Calendar
) -> None:
    half = add_working_time(start, timedelta(hours=hours), calendar=calendar)
    whole = add_working_time(half, timedelta(hours=more), calendar=calendar)
    assert whole == add_working_time(start, timedelta(hours=hours + more), calendar=calendar)
    assert half >= start
    assert calendar.hours.opens < half.astimezone(calendar.zone).time() <= calendar.hours.closes


def test_working_time_goes_on_at_the_next_opening() -> None:
    friday = datetime(2026, 11, 6, 9, tzinfo=UTC)  # 16:00 in Hà Nội
    assert add_working_time(friday, timedelta(hours=2), calendar=calendar_of("VN")) == datetime(
        2026, 11, 9, 2, tzinfo=UTC
    )


def test_an_office_is_open_in_its_own_hours() -> None:
    short = calendar_of("MM", hours=OfficeHours(opens=time(9, 30), closes=time(16, 30)))
    assert is_open(datetime(2026, 11, 6, 3, tzinfo=UTC), calendar=short)  # 09:30 in Yangon
    assert not is_open(datetime(2026, 11, 6, 10, tzinfo=UTC), calendar=short)  # 16:30
    assert not is_open(datetime(2026, 11, 7, 5, tzinfo=UTC), calendar=short)  # Saturday


def test_what_is_not_announced_is_said() -> None:
    assert calendar_of("CN").gaps(2026) == ()
    assert calendar_of("CN", "VN").gaps(2027) == (
        ("CN", "swap_days_not_announced"),
        ("VN", "days_off_not_announced"),
    )
    assert calendar_of("MM").gaps(2026) == (("MM", "lunar_days_reckoned"),)


def test_every_country_has_a_source_and_every_gap_is_a_code() -> None:
    assert {row["country"] for row in rows("holidays")} == set(codes.load("countries"))
    assert {row["gap"] for row in rows("holidays")} == set(codes.load("calendar_gaps"))
    assert all(row["source"] for row in rows("holidays"))


def test_a_year_outside_the_tables_is_said_and_not_guessed() -> None:
    with pytest.raises(NotUnderstood, match="calendar_year_not_covered"):
        next_working_day(date(2150, 1, 1), calendar=calendar_of("VN"))


@pytest.mark.parametrize(
    "broken",
    [
        lambda: calendar_of(),
        lambda: OfficeHours(opens=time(17), closes=time(8)),
        lambda: add_working_days(datetime(2026, 1, 1), 1, calendar=calendar_of("VN")),  # noqa: DTZ001
        lambda: add_working_days(datetime(2026, 1, 1, tzinfo=UTC), -1, calendar=calendar_of("VN")),
        lambda: add_working_time(
            datetime(2026, 1, 1, tzinfo=UTC), -timedelta(hours=1), calendar=calendar_of("VN")
        ),
    ],
)
def test_what_makes_no_sense_is_refused(broken: object) -> None:
    with pytest.raises(Malformed):
        broken()  # type: ignore[operator]


def test_an_unknown_country_is_refused_by_name() -> None:
    with pytest.raises(NotUnderstood, match="unknown_code"):
        calendar_of("SG")
