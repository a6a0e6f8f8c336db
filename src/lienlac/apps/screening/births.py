"""How two dates of birth agree: `core.calendars.compare` over dates as messages and records carry them."""

from __future__ import annotations

from functools import lru_cache

from lienlac.core import calendars
from lienlac.core.calendars import Agreement, PartialDate, Precision
from lienlac.core.errors import Malformed


def agreement(left: str, right: str) -> Agreement:
    """Return the verdict (`date_agreement`), the reason (`date_reasons`) and its facts; what is no date is missing."""
    return calendars.compare(_read(left), _read(right))


def is_exact(left: str, right: str) -> bool:
    """Say whether both are known to the day."""
    return all(one is not None and one.precision is Precision.DAY for one in (_read(left), _read(right)))


@lru_cache(maxsize=4_096)
def _read(value: str) -> PartialDate | None:
    try:
        return calendars.parse(value)
    except Malformed:
        return None
