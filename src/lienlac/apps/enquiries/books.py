"""The office's own numbers (số công văn, 发文字号): one counter for each office, book and year."""

from __future__ import annotations

from datetime import datetime
from zoneinfo import ZoneInfo

from django.conf import settings
from django.db.models import F

from lienlac.apps.enquiries.models import Number

OUT, IN = "out", "in"
LETTER = {OUT: "D", IN: "N"}  # đi / đến; an office may come to choose its own style


def next_number(office: str, book: str, *, now: datetime) -> str:
    """Return the next number of a book; the caller holds the transaction, so no number is given twice."""
    year = now.astimezone(ZoneInfo(settings.NODE.time_zone)).year
    Number.objects.get_or_create(office=office, book=book, year=year)
    counter = Number.objects.filter(office=office, book=book, year=year)
    counter.update(last=F("last") + 1)
    return f"{counter.get().last:04d}{LETTER[book]}/{year}"
