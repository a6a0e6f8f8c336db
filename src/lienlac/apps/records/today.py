"""The day at this node: terms, certificates and the hour of a search end at its own midnight."""

from __future__ import annotations

from datetime import date, datetime
from zoneinfo import ZoneInfo

from django.conf import settings


def today(now: datetime) -> date:
    """Return the day that `now` is at this node."""
    return now.astimezone(ZoneInfo(settings.NODE.time_zone)).date()
