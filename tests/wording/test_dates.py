"""A date is read in the words of the reader, whatever of it is known."""

from datetime import date

import pytest

from lienlac import wording


@pytest.mark.parametrize(
    ("text", "language", "shown"),
    [
        ("1987-03-12", "vi", "12/3/1987"),
        ("1987-03-12", "zh-hans", "1987年3月12日"),
        ("1987-03-12", "en", "1987-03-12"),
        ("1987-03", "vi", "tháng 3/1987"),
        ("1987~", "vi", "khoảng 1987"),
        ("1987~", "zh-hans", "约1987年"),
        ("1986/1990", "lo", "1986–1990"),
        ("1986?", "en", "1986 (not certain)"),
        ("1986%", "th", "ประมาณ 1986 (ไม่แน่ใจ)"),
        ("1987~", "my", "1987 ခန့်"),
    ],
)
def test_a_partial_date_is_worded(text: str, language: str, shown: str) -> None:
    assert wording.partial_date(text, language) == shown


@pytest.mark.parametrize("text", ["", "12.3.87", "soon"])
def test_what_is_no_date_stays_as_it_came(text: str) -> None:
    assert wording.partial_date(text, "vi") == text


@pytest.mark.parametrize(
    ("language", "whole", "without_year"),
    [("vi", "5/11/2026", "5/11"), ("zh-hans", "2026年11月5日", "11月5日"), ("en", "2026-11-05", "5/11")],
)
def test_a_day_is_written_as_its_readers_write_it(language: str, whole: str, without_year: str) -> None:
    assert wording.day(date(2026, 11, 5), language) == whole
    assert wording.day_without_year(date(2026, 11, 5), language) == without_year
