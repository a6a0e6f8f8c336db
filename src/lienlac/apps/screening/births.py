"""How two dates of birth agree: `core.calendars.compare` over dates as messages and records carry them."""

from __future__ import annotations

from functools import lru_cache

from lienlac.core import calendars
from lienlac.core.calendars import Agreement, PartialDate, Precision
from lienlac.core.errors import Malformed


def agreement(asked: str, ours: str) -> Agreement:
    """Return the verdict (`date_agreement`), the reason (`date_reasons`) and its facts; what is no date is missing."""
    return agreement_of(read(asked), ours)


def agreement_of(asked: PartialDate | None, ours: str) -> Agreement:
    """Return the same for a date that was read (`read`), to hold it against many of ours."""
    return calendars.compare(asked, _of_ours(ours))


def is_exact(asked: str, ours: str) -> bool:
    """Say whether both are known to the day."""
    return all(one is not None and one.precision is Precision.DAY for one in (read(asked), _of_ours(ours)))


@lru_cache(maxsize=4_096)
def _of_ours(value: str) -> PartialDate | None:
    """Read a date of a record, which is compared again and again; nothing of what was asked is kept."""
    return read(value)


def read(value: str) -> PartialDate | None:
    """Return a date as messages and records carry it; None for what is no date."""
    try:
        return calendars.parse(value)
    except Malformed:
        return None
