"""Read a date as officers write it: `12/4/2531`, `khoảng 1988`, `1988年4月`, `เมษายน ๒๕๓๑`, `1988 ± 2`.

All six countries write day before month, and the year first only when it has four digits there. What cannot be
read is refused by name; nothing is guessed silently: a guess makes the date uncertain.
"""

from __future__ import annotations

import re
import unicodedata
from functools import cache

from lienlac.core.calendars import partial
from lienlac.core.calendars.eras import era_of
from lienlac.core.calendars.lunar import taken_out
from lienlac.core.calendars.partial import PartialDate
from lienlac.core.calendars.tables import rows
from lienlac.core.errors import Malformed

MAX_CHARS = 80
_PLUS_MINUS = re.compile(r"(\d{4})\s*(?:±|\+/-|\+-)\s*(\d{1,2})")
_TWO_YEARS = re.compile(r"(\d{4})\s*[-–—/至到]\s*(\d{4})")
_NUMBERS = re.compile(r"\d+")
_LEFT_OVER = re.compile(r"[\d\s./,\-–—]*")


def read(text: str, *, country: str = "") -> PartialDate:
    """Return the date that `text` tells; `country` (ISO 3166-1 alpha-2) says whose eras to expect.

    Raise Malformed `date_empty`, `date_too_long`, `date_not_read`, `date_year_short`, `date_impossible`, or
    `date_lunar_year` (years) for the name of a lunar year alone.
    """
    if len(text) > MAX_CHARS:
        raise Malformed("date_too_long", limit=MAX_CHARS)
    plain = _digits(unicodedata.normalize("NFC", text)).casefold().strip()
    if not plain:
        raise Malformed("date_empty")
    plain, lunar = taken_out(plain)
    if lunar and not _NUMBERS.search(plain):
        raise Malformed("date_lunar_year", years=", ".join(map(str, lunar.years())))
    said, meanings = _without_words(_months_as_numbers(plain))
    found = _span(said, country) or _date(said, country)
    approximate = "about" in meanings
    uncertain = "uncertain" in meanings or (lunar is not None and not lunar.fits(found))
    return PartialDate(
        first=found.first,
        last=found.last,
        approximate=approximate or found.approximate,
        uncertain=uncertain or found.uncertain,
    )


def _digits(text: str) -> str:
    """Return the text with the digits of any script as 0–9."""
    return "".join(str(unicodedata.decimal(char, char)) for char in text)


@cache
def _months() -> tuple[tuple[str, str], ...]:
    """Return (name, number) of every month, the longest name first, so that no name eats part of another."""
    found = {unicodedata.normalize("NFC", row["name"]): row["month"] for row in rows("months")}
    return tuple(sorted(found.items(), key=lambda pair: -len(pair[0])))


def _months_as_numbers(text: str) -> str:
    for name, number in _months():
        if name in text:
            return text.replace(name, f" {number} ", 1)
    return text


@cache
def _words() -> tuple[tuple[str, str], ...]:
    found = {unicodedata.normalize("NFC", row["word"]): row["meaning"] for row in rows("words")}
    return tuple(sorted(found.items(), key=lambda pair: -len(pair[0])))


def _without_words(text: str) -> tuple[str, set[str]]:
    """Take out the words of the table and return what they mean."""
    meanings = set()
    for word, meaning in _words():
        if word in text:
            text = text.replace(word, " ")
            meanings.add(meaning)
    return text.strip(), meanings


def _span(text: str, country: str) -> PartialDate | None:
    if around := _PLUS_MINUS.fullmatch(text):
        year, more = int(around[1]), int(around[2])
        return _of_years(year - more, year + more, country)
    if between := _TWO_YEARS.fullmatch(text):
        return _of_years(int(between[1]), int(between[2]), country)
    return None


def _of_years(first: int, last: int, country: str) -> PartialDate:
    low, high = _gregorian(first, country), _gregorian(last, country)
    return partial.years(low[0], high[1])


def _date(text: str, country: str) -> PartialDate:
    numbers = _NUMBERS.findall(text)
    if not _LEFT_OVER.fullmatch(text) or not 1 <= len(numbers) <= 3:
        raise Malformed("date_not_read")
    year, rest = _year_and_rest(numbers)
    low, high = _gregorian(year, country)
    if low != high:
        return partial.years(low, high)  # which of the two depends on a new year's day: keep both
    month, day, swapped = _month_and_day(rest)
    return partial.of(low, month, day, uncertain=swapped)


def _year_and_rest(numbers: list[str]) -> tuple[int, list[int]]:
    """Return the year and (month), (month, day) or (), whether the year stood first or last."""
    if len(numbers[-1]) == 4:
        return int(numbers[-1]), [int(one) for one in reversed(numbers[:-1])]
    if len(numbers[0]) == 4:
        return int(numbers[0]), [int(one) for one in numbers[1:]]
    if len(numbers) == 1 and len(numbers[0]) == 8:  # 19880412, as machine-readable papers have it
        run = numbers[0]
        return int(run[:4]), [int(run[4:6]), int(run[6:])]
    raise Malformed("date_year_short")


def _month_and_day(rest: list[int]) -> tuple[int | None, int | None, bool]:
    """Return month, day and whether they had to be exchanged (then the date is uncertain)."""
    if not rest:
        return None, None, False
    if len(rest) == 1:
        return rest[0], None, False
    month, day = rest
    exchanged = month > 12 >= day
    return (day, month, True) if exchanged else (month, day, False)


def _gregorian(year: int, country: str) -> tuple[int, int]:
    era = era_of(year, country)
    return (year, year) if era is None else era.gregorian(year)
