"""Partial dates: what is read comes back, eras are not guessed silently, no text makes it raise anything else."""

from __future__ import annotations

from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st
from tests.core.calendars.dates import DAYS, partial_dates

from lienlac.core import calendars
from lienlac.core.calendars import PartialDate, Precision
from lienlac.core.errors import Malformed


@given(partial_dates(), st.booleans(), st.booleans())
def test_the_text_form_comes_back_as_it_was(known: PartialDate, approximate: bool, uncertain: bool) -> None:
    value = PartialDate(first=known.first, last=known.last, approximate=approximate, uncertain=uncertain)
    assert calendars.parse(value.edtf) == value


@pytest.mark.parametrize(
    ("text", "precision"),
    [
        ("1988-04-12", Precision.DAY),
        ("1988-04", Precision.MONTH),
        ("1988~", Precision.YEAR),
        ("1986/1990?", Precision.SPAN),
    ],
)
def test_a_text_form_says_how_much_is_known(text: str, precision: Precision) -> None:
    assert calendars.parse(text).precision is precision
    assert calendars.parse(text).edtf == text


@pytest.mark.parametrize(
    ("typed", "country", "edtf"),
    [
        ("12/4/1988", "", "1988-04-12"),
        ("1988-4-12", "", "1988-04-12"),
        ("12.4.1988", "VN", "1988-04-12"),
        ("ngày 12 tháng 4 năm 1988", "VN", "1988-04-12"),
        ("tháng 4/1988", "VN", "1988-04"),
        ("khoảng 1988", "VN", "1988~"),
        ("1988年4月12日", "CN", "1988-04-12"),
        ("1988年十二月", "CN", "1988-12"),
        ("约1988年", "CN", "1988~"),
        ("12 เมษายน ๒๕๓๑", "TH", "1988-04-12"),
        ("12 เม.ย. 2531", "TH", "1988-04-12"),
        ("ประมาณ พ.ศ. 2531", "TH", "1988~"),
        ("12/4/2531", "LA", "1988-04-12"),
        ("ປະມານ ໒໕໓໑", "LA", "1988~"),
        ("ធ្នូ ១៩៨៨", "KH", "1988-12"),
        ("၁၉၈၈", "MM", "1988"),
        ("about 1988", "", "1988~"),
        ("1988 ± 2", "", "1986/1990"),
        ("1986-1990", "", "1986/1990"),
        ("12 April 1988", "", "1988-04-12"),
        ("19880412", "", "1988-04-12"),
        ("1988?", "", "1988?"),
    ],
)
def test_dates_are_read_as_officers_write_them(typed: str, country: str, edtf: str) -> None:
    assert calendars.read(typed, country=country).edtf == edtf


def test_a_buddhist_year_that_begins_in_april_stays_two_years() -> None:
    assert calendars.read("2531", country="KH").edtf == "1987/1988"
    assert calendars.read("၁၃၅၀", country="MM").edtf == "1988/1989"  # the Burmese year 1350


def test_a_buddhist_year_of_no_country_is_not_guessed() -> None:
    assert calendars.read("2531").edtf == "1987/1989"


def test_a_thai_year_before_1941_began_in_april() -> None:
    assert calendars.read("2480", country="TH").edtf == "1937/1938"


def test_a_gregorian_year_is_left_alone_in_every_country() -> None:
    for country in ("VN", "LA", "CN", "KH", "TH", "MM", ""):
        assert calendars.read("1988", country=country).edtf == "1988"


def test_month_before_day_is_read_but_called_uncertain() -> None:
    assert calendars.read("4/25/1988").edtf == "1988-04-25?"


@pytest.mark.parametrize(
    ("typed", "code"),
    [
        ("", "date_empty"),
        ("   ", "date_empty"),
        ("12/4/88", "date_year_short"),
        ("31/4/1988", "date_impossible"),
        ("29/2/1987", "date_impossible"),
        ("0000", "date_impossible"),
        ("the year of the horse", "date_not_read"),
        ("1/2/3/1988", "date_not_read"),
        ("1990-1986", "date_span_backwards"),
        ("1" * 81, "date_too_long"),
    ],
)
def test_what_cannot_be_read_is_refused_by_name(typed: str, code: str) -> None:
    with pytest.raises(Malformed) as caught:
        calendars.read(typed)
    assert caught.value.code == code


@given(st.text(max_size=90), st.sampled_from(["", "VN", "LA", "CN", "KH", "TH", "MM", "??"]))
def test_no_text_raises_anything_but_malformed(text: str, country: str) -> None:
    try:
        value = calendars.read(text, country=country)
    except Malformed:
        return
    assert calendars.parse(value.edtf).first <= value.first


@given(st.text(max_size=40))
def test_no_text_form_raises_anything_but_malformed(text: str) -> None:
    try:
        calendars.parse(text)
    except Malformed:
        return


@given(DAYS)
def test_every_day_written_day_first_is_read_back(day: date) -> None:
    assert (
        calendars.read(f"{day.day}/{day.month}/{day.year:04}", country="VN").first == day or day.year >= 2400
    )


@given(st.dates(min_value=date(1900, 1, 1)), st.integers(0, 120))
def test_an_age_gives_the_year_in_which_somebody_was_born(on: date, age: int) -> None:
    born = calendars.from_age(age, on=on)
    assert 364 <= (born.last - born.first).days <= 366
    assert on.year - born.last.year in (age, age + 1)
    assert born.last <= on


def test_an_impossible_age_is_refused() -> None:
    with pytest.raises(Malformed, match="age_impossible"):
        calendars.from_age(151, on=date(2026, 11, 21))


@pytest.mark.parametrize(
    ("typed", "country", "edtf"),
    [
        ("Giáp Tý 1984", "VN", "1984"),
        ("12/4/1988 (năm Mậu Thìn)", "VN", "1988-04-12"),
        ("1984年（甲子年）", "CN", "1984"),
        ("鼠年 1984", "CN", "1984"),
        ("ปีชวด พ.ศ. 2527", "TH", "1984"),
        ("ឆ្នាំជូត 1984", "KH", "1984"),
        ("ປີຊວດ 1984", "LA", "1984"),
        ("15/1/1985 Giáp Tý", "VN", "1985-01-15"),  # before the new year of the moon
        ("15/3/1985 Giáp Tý", "VN", "1985-03-15?"),  # after it: one of the two is wrong
        ("1990 Giáp Tý", "VN", "1990?"),
    ],
)
def test_the_name_of_a_lunar_year_is_checked_beside_its_number(typed: str, country: str, edtf: str) -> None:
    assert calendars.read(typed, country=country).edtf == edtf


@pytest.mark.parametrize(
    ("typed", "years"),
    [
        ("Giáp Tý", "1924, 1984"),
        ("tuổi Mậu Thìn", "1928, 1988"),
        ("甲子年", "1924, 1984"),
        ("ปีชวด", "1924, 1936, 1948, 1960, 1972, 1984, 1996, 2008, 2020, 2032"),
    ],
)
def test_the_name_of_a_lunar_year_alone_tells_which_years_bear_it(typed: str, years: str) -> None:
    with pytest.raises(Malformed) as refused:
        calendars.read(typed)
    assert (refused.value.code, refused.value.facts["years"]) == ("date_lunar_year", years)


@pytest.mark.parametrize("typed", ["Giáp Sửu 1984", "ឆ្នាំចាស់ 1984", "Giápx Tý 1984"])
def test_what_is_no_name_of_a_lunar_year_is_not_read_as_one(typed: str) -> None:
    with pytest.raises(Malformed) as refused:
        calendars.read(typed)
    assert refused.value.code == "date_not_read"
