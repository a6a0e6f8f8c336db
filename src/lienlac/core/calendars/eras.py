"""Years of other eras: Buddhist years as Thais, Lao, Khmers and Burmese count them, and the Burmese year.

The rows of `data/eras.csv` say which years belong to which era and how far they lie from the Gregorian year.
Where the era's year begins in April or May the answer is two Gregorian years, and stays two.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache

from lienlac.core.calendars.tables import rows


@dataclass(frozen=True, kw_only=True)
class Era:
    """An era of one country (`""`: no country named) with the years in which it can be recognised."""

    code: str
    country: str
    year_from: int
    year_to: int
    offset_low: int
    offset_high: int

    def holds(self, year: int, country: str) -> bool:
        """Say whether `year` on a paper of `country` reads as a year of this era."""
        return self.country == country and self.year_from <= year <= self.year_to

    def gregorian(self, year: int) -> tuple[int, int]:
        """Return the first and last Gregorian year in which days of this era's `year` lie."""
        return year + self.offset_low, year + self.offset_high


@cache
def eras() -> tuple[Era, ...]:
    """Return all eras, those of a country before the one of no country."""
    return tuple(
        Era(
            code=row["code"],
            country=row["country"],
            year_from=int(row["year_from"]),
            year_to=int(row["year_to"]),
            offset_low=int(row["offset_low"]),
            offset_high=int(row["offset_high"]),
        )
        for row in rows("eras")
    )


def era_of(year: int, country: str = "") -> Era | None:
    """Return the era that a year belongs to when it is no Gregorian one, None when it is.

    Without a country (or with one that has no era of its own) a year from 2400 to 2700 is Buddhist, and
    which country's count it is stays open.
    """
    own = (era for era in eras() if era.holds(year, country))
    unnamed = (era for era in eras() if era.holds(year, ""))
    return next(own, None) or next(unnamed, None)
