"""Do two dates that may be partial agree? A verdict with reasons in codes, for the page *same person?*.

`agree`: nothing speaks against one date. `close`: they differ as dates differ that mean the same (a slip, day and
month exchanged, an era mistaken, a year counted otherwise). `differ`: none of these. `unknown`: one is missing.
The reasons are the list `date_reasons`.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from types import MappingProxyType

from lienlac.core import codes
from lienlac.core.calendars.partial import PartialDate, Precision

ABOUT_YEARS = 2  # what officers mean by "about" a year of birth; own choice, not measured
ERA_YEARS = frozenset({542, 543, 544})
_YEAR_DAYS = 366


@dataclass(frozen=True, kw_only=True)
class Agreement:
    """How two dates agree: a code of `date_agreement`, the reason (`date_reasons`) and its facts."""

    verdict: str
    reason: str
    facts: Mapping[str, int | str] = field(default_factory=lambda: MappingProxyType({}))


def compare(left: PartialDate | None, right: PartialDate | None) -> Agreement:
    """Say how two dates agree; symmetric, and a date always agrees with itself."""
    if left is None or right is None:
        return _because("one_is_missing")
    return next(_because(code, facts) for code, test in _TESTS if (facts := test(left, right)) is not None)


def _because(code: str, facts: Mapping[str, int | str] | None = None) -> Agreement:
    verdict = codes.load("date_reasons").row(code)["verdict"]
    return Agreement(verdict=verdict, reason=code, facts=MappingProxyType(dict(facts or {})))


Facts = Mapping[str, int | str]
Test = Callable[[PartialDate, PartialDate], Facts | None]


def _same_day(left: PartialDate, right: PartialDate) -> Facts | None:
    both_days = left.precision is right.precision is Precision.DAY
    return {} if both_days and left.first == right.first else None


def _first_of_january(left: PartialDate, right: PartialDate) -> Facts | None:
    """One says 1 January of the same year, which is how registers write *day not known*."""
    days = [one for one in (left, right) if one.precision is Precision.DAY]
    placeholder = any((one.first.month, one.first.day) == (1, 1) for one in days)
    return (
        {}
        if placeholder and left.first.year == right.first.year == left.last.year == right.last.year
        else None
    )


def _overlap(left: PartialDate, right: PartialDate) -> bool:
    return left.first <= right.last and right.first <= left.last


def _same_month(left: PartialDate, right: PartialDate) -> Facts | None:
    fine = {Precision.DAY, Precision.MONTH}
    return {} if _overlap(left, right) and {left.precision, right.precision} <= fine else None


def _same_year(left: PartialDate, right: PartialDate) -> Facts | None:
    years = left.precision is right.precision is Precision.YEAR
    sure = not (left.approximate or right.approximate)
    return {} if years and sure and (left.first, left.last) == (right.first, right.last) else None


def _within(left: PartialDate, right: PartialDate) -> Facts | None:
    return {} if _overlap(left, right) else None


def _about_one_year(left: PartialDate, right: PartialDate) -> Facts | None:
    found = _about(left, right)
    return {} if found == {"years": 1} else None


def _about(left: PartialDate, right: PartialDate) -> Facts | None:
    if not (left.approximate or right.approximate):
        return None
    years = _years_apart(left, right)
    return {"years": years} if years <= ABOUT_YEARS else None


def _day_and_month_exchanged(left: PartialDate, right: PartialDate) -> Facts | None:
    if not left.precision is right.precision is Precision.DAY:
        return None
    one, other = left.first, right.first
    return {} if (one.year, one.month, one.day) == (other.year, other.day, other.month) else None


def _one_digit(left: PartialDate, right: PartialDate) -> Facts | None:
    """Two whole days whose texts differ in one digit, as slips and bad copies do."""
    if not left.precision is right.precision is Precision.DAY:
        return None
    pairs = zip(left.first.isoformat(), right.first.isoformat(), strict=True)
    return {} if sum(a != b for a, b in pairs) == 1 else None


def _era_mistaken(left: PartialDate, right: PartialDate) -> Facts | None:
    years = abs(left.first.year - right.first.year)
    return {"years": years} if years in ERA_YEARS else None


def _one_year(left: PartialDate, right: PartialDate) -> Facts | None:
    both_days = left.precision is right.precision is Precision.DAY
    near = _gap_days(left, right) <= _YEAR_DAYS if both_days else _years_apart(left, right) <= 1
    return {"years": 1} if near else None


def _apart(left: PartialDate, right: PartialDate) -> Facts | None:
    return {"years": _years_apart(left, right)}


def _gap_days(left: PartialDate, right: PartialDate) -> int:
    return (max(left.first, right.first) - min(left.last, right.last)).days


def _years_apart(left: PartialDate, right: PartialDate) -> int:
    """Return how many years the nearest years of the two differ by, 0 when they overlap."""
    return max(left.first.year - right.last.year, right.first.year - left.last.year, 0)


_TESTS: tuple[tuple[str, Test], ...] = (  # the first that holds is the reason
    ("same_day", _same_day),
    ("first_of_january", _first_of_january),
    ("same_month", _same_month),
    ("same_year", _same_year),
    ("within", _within),
    ("about_one_year", _about_one_year),
    ("about", _about),
    ("day_and_month_exchanged", _day_and_month_exchanged),
    ("one_digit", _one_digit),
    ("era_mistaken", _era_mistaken),
    ("one_year_apart", _one_year),
    ("years_apart", _apart),
)
