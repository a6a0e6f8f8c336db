"""Moments on pages and on paper: one way to write a day in a language, wherever it stands."""

from datetime import UTC, datetime
from zoneinfo import ZoneInfo

import pytest
from django.utils import timezone, translation

from lienlac.web.templatetags.desk import day, moment, moment_with_day

THEN = datetime(2026, 3, 5, 20, 4, tzinfo=UTC)  # the sixth in Ha Noi


@pytest.mark.parametrize(
    ("language", "written"),
    [("vi", "6/3/2026"), ("zh-hans", "2026年3月6日"), ("th", "6/3/2026"), ("en", "2026-03-06")],
)
def test_a_moment_has_its_day_as_dates_of_birth_have(language: str, written: str) -> None:
    with translation.override(language), timezone.override(ZoneInfo("Asia/Ho_Chi_Minh")):
        assert moment(THEN) == f"{written} 03:04"
        assert moment_with_day(THEN).startswith(f"{written} 03:04 ")
        assert day(THEN) == day(THEN.astimezone(ZoneInfo("Asia/Ho_Chi_Minh")).date()) == written


def test_what_is_today_has_its_time_alone() -> None:
    assert len(moment(timezone.now())) == len("03:04")
