"""Years by their names: of the cycle of sixty (Giáp Tý, 甲子) and of the twelve animals (ปีชวด, ឆ្នាំជូត, ປີຊວດ, 鼠年).

A name alone tells no year, since every sixtieth or twelfth bears it. Beside a year it is a check: what does not fit
makes the date uncertain. The lunar year begins between 21 January and 20 February, so early in a year the name of the
year before fits too. Table `lunar_years`; its rows are general knowledge.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator
from functools import cache
from typing import NamedTuple

from lienlac.core.calendars.partial import PartialDate
from lienlac.core.calendars.tables import rows

SIXTY, TWELVE, TEN = 60, 12, 10
FIRST = 4  # the year 4 was Giáp Tý, as 1924 and 1984
SHOWN = range(1924, 2044)  # of these years people speak: two cycles
_NO_LETTER_BEFORE = r"(?<![^\W\d_])"
_NO_LETTER_AFTER = "(?![^\\W\\d_]|[\u0e30-\u0e3a\u0e47-\u0e4e\u0eb0-\u0ebc\u0ec8-\u0ecd\u17b4-\u17d3])"


class LunarYear(NamedTuple):
    """A year by its name: its place in a cycle of so many years."""

    place: int
    cycle: int

    def years(self) -> tuple[int, ...]:
        """Return the years of SHOWN that bear the name."""
        return tuple(year for year in SHOWN if self.names(year))

    def names(self, year: int) -> bool:
        """Say whether the lunar year that begins in `year` bears the name."""
        return (year - FIRST) % self.cycle == self.place

    def fits(self, found: PartialDate) -> bool:
        """Say whether a date may lie in a year of that name."""
        before = 1 if (found.first.month, found.first.day) <= (2, 20) else 0
        return any(map(self.names, range(found.first.year - before, found.last.year + 1)))


def taken_out(text: str) -> tuple[str, LunarYear | None]:
    """Return a text (NFC, casefolded) without the name of a year, and that name; None where there is none."""
    for pattern, known in (_pairs_pattern(), _pairs()), (_animals_pattern(), _animals()):
        found = pattern.search(text)
        if found and (year := known.get(re.sub(r"\s", "", found["name"]))):
            return f"{text[: found.start()]} {text[found.end() :]}", year
    return text, None


def _named(part: str) -> Iterator[tuple[str, int]]:
    for row in rows("lunar_years"):
        if row["part"] == part:
            yield unicodedata.normalize("NFC", row["name"]).casefold(), int(row["place"])


@cache
def _pairs() -> dict[str, LunarYear]:
    """Return the sixty: a stem and a branch of the same parity, in Vietnamese or in Chinese."""
    return {
        stem + branch: LunarYear(
            next(n for n in range(SIXTY) if (n % TEN, n % TWELVE) == (one, other)), SIXTY
        )
        for stem, one in _named("stem")
        for branch, other in _named("branch")
        if one % 2 == other % 2
    }


@cache
def _animals() -> dict[str, LunarYear]:
    return {name.replace(" ", ""): LunarYear(place, TWELVE) for name, place in _named("animal")}


@cache
def _pairs_pattern() -> re.Pattern[str]:
    stems, branches = (_any_of(name for name, _ in _named(part)) for part in ("stem", "branch"))
    before = rf"[(（]?(?:(?:năm|tuổi)\s+)?{_NO_LETTER_BEFORE}"
    return re.compile(rf"{before}(?P<name>(?:{stems})\s*(?:{branches}))年?{_NO_LETTER_AFTER}[)）]?")


@cache
def _animals_pattern() -> re.Pattern[str]:
    names = _any_of(name.replace(" ", r"\s*") for name, _ in _named("animal"))
    return re.compile(rf"[(（]?{_NO_LETTER_BEFORE}(?P<name>{names}){_NO_LETTER_AFTER}[)）]?")


def _any_of(names: Iterator[str]) -> str:
    return "|".join(sorted(names, key=lambda name: (-len(name), name)))
