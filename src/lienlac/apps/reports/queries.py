"""One month of work between this node's office and a partner's, both directions."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from statistics import median, quantiles
from zoneinfo import ZoneInfo

from lienlac.apps.audit.models import Opening
from lienlac.apps.enquiries.models import Addressee, Enquiry

REPORT = "report"
NOT_COUNTED = ("HOTLINE_TEST", "TEST")
"""Kinds that test the line and are no work."""


@dataclass(frozen=True, kw_only=True)
class Direction:
    """One direction: counts of enquiries begun in the month, as they stand now; times in seconds."""

    asked: int
    answered: int
    refused: int
    open: int
    late: int
    answer_median_s: int | None
    answer_p90_s: int | None
    by_kind: tuple[tuple[str, int], ...]
    by_urgency: tuple[tuple[str, int], ...]
    outcomes: tuple[tuple[str, int], ...]


@dataclass(frozen=True, kw_only=True)
class Month:
    """A month (its first day, in the node's zone) with one partner's office: we asked them, they asked us."""

    first_day: date
    ours: str
    theirs: str
    we_asked: Direction
    they_asked: Direction


def month(ours: str, theirs: str, first_day: date, *, zone: str, now: datetime) -> Month:
    """Return the figures of one month."""
    begins, ends = _bounds(first_day, zone)
    within = Addressee.objects.select_related("enquiry").filter(
        enquiry__created_at__gte=begins, enquiry__created_at__lt=ends
    )
    within = within.exclude(enquiry__kind__in=NOT_COUNTED)
    asked = within.filter(enquiry__side=Enquiry.Side.ASKED, enquiry__from_office=ours, office=theirs)
    received = within.filter(enquiry__side=Enquiry.Side.RECEIVED, enquiry__from_office=theirs, office=ours)
    return Month(
        first_day=first_day,
        ours=ours,
        theirs=theirs,
        we_asked=_direction(list(asked), now),
        they_asked=_direction(list(received), now),
    )


def _bounds(first_day: date, zone: str) -> tuple[datetime, datetime]:
    """Return the month's first moment and that of the next month, by the node's own midnight."""
    here = ZoneInfo(zone)
    following = (first_day.replace(day=28) + timedelta(days=4)).replace(day=1)
    begins, ends = (datetime(day.year, day.month, 1, tzinfo=here) for day in (first_day, following))
    return begins.astimezone(UTC), ends.astimezone(UTC)


def _direction(rows: Sequence[Addressee], now: datetime) -> Direction:
    times = sorted(
        (row.answered_at - row.received_at).total_seconds()
        for row in rows
        if row.answered_at is not None and row.received_at is not None
    )
    return Direction(
        asked=len(rows),
        answered=sum(row.answered_at is not None for row in rows),
        refused=sum(row.state == "refused" for row in rows),
        open=sum(row.answered_at is None and row.open for row in rows),
        late=sum(_is_late(row, now) for row in rows),
        answer_median_s=round(median(times)) if times else None,
        answer_p90_s=round(quantiles(times, n=10, method="inclusive")[-1]) if len(times) > 1 else None,
        by_kind=_counted(row.enquiry.kind for row in rows),
        by_urgency=_counted(row.enquiry.urgency for row in rows),
        outcomes=_counted(row.outcome for row in rows),
    )


def _is_late(row: Addressee, now: datetime) -> bool:
    """Say whether the final answer came after its time, or is not here although its time is over."""
    return row.final_answer_by is not None and (row.answered_at or now) > row.final_answer_by


def _counted(codes: Iterable[str]) -> tuple[tuple[str, int], ...]:
    return tuple(Counter(code for code in codes if code).most_common())


def printed_at(digest: str) -> datetime | None:
    """Return when a report with this digest was last printed here, by the house ledger; None when never."""
    mention = Opening.objects.filter(list=REPORT, key=digest).select_related("leaf").order_by("-pk").first()
    return mention.leaf.written_at if mention else None
