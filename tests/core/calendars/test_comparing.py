"""Do two dates agree: symmetric, itself always, slips called close, and never silently."""

from __future__ import annotations

import pytest
from hypothesis import given
from tests.core.calendars.dates import partial_dates

from lienlac.core import calendars, codes
from lienlac.core.calendars import PartialDate, compare


def told(left: str, right: str) -> tuple[str, str]:
    found = compare(calendars.parse(left), calendars.parse(right))
    return found.verdict, found.reason


@pytest.mark.parametrize(
    ("left", "right", "verdict", "reason"),
    [
        ("1988-04-12", "1988-04-12", "agree", "same_day"),
        ("1988-04", "1988-04-12", "agree", "same_month"),
        ("1988", "1988", "agree", "same_year"),
        ("1988~", "1988", "agree", "within"),
        ("1988", "1988-04-12", "agree", "within"),
        ("1986/1990", "1988-04-12", "agree", "within"),
        ("1988-01-01", "1988-04-12", "close", "first_of_january"),
        ("1988~", "1989", "close", "about_one_year"),
        ("1988~", "1990", "close", "about"),
        ("1988-04-12", "1988-12-04", "close", "day_and_month_exchanged"),
        ("1988-04-12", "1988-04-17", "close", "one_digit"),
        ("1988-04-12", "1998-04-12", "close", "one_digit"),
        ("2531", "1988", "close", "era_mistaken"),
        ("1988", "1989", "close", "one_year_apart"),
        ("1988-04-12", "1988-09-23", "close", "one_year_apart"),
        ("1988", "1990", "differ", "years_apart"),
        ("1988-04-12", "1990-09-23", "differ", "years_apart"),
        ("1988~", "1991", "differ", "years_apart"),
    ],
)
def test_dates_agree_as_an_officer_would_say(left: str, right: str, verdict: str, reason: str) -> None:
    assert told(left, right) == (verdict, reason)


def test_nothing_is_said_when_one_is_missing() -> None:
    assert compare(None, calendars.parse("1988")).verdict == "unknown"
    assert compare(None, None).reason == "one_is_missing"


def test_the_years_between_are_a_fact() -> None:
    assert compare(calendars.parse("1988"), calendars.parse("1995")).facts == {"years": 7}


@given(partial_dates(), partial_dates())
def test_comparing_is_symmetric(left: PartialDate, right: PartialDate) -> None:
    assert compare(left, right) == compare(right, left)


@given(partial_dates())
def test_a_date_agrees_with_itself(value: PartialDate) -> None:
    assert compare(value, value).verdict in ("agree", "close")
    assert compare(value, value).verdict == "agree" or value.first.month == value.first.day == 1


def test_every_verdict_of_a_reason_is_a_code() -> None:
    reasons = codes.load("date_reasons")
    assert {reasons.row(code)["verdict"] for code in reasons} == set(codes.load("date_agreement"))
