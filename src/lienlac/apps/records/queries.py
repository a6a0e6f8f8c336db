"""Questions to the records. Each begins with who asks: `visible_to(officer)`."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any

from django.db.models import Count, Manager, Q, QuerySet, Sum

from lienlac.apps.accounts.models import User
from lienlac.apps.accounts.queries import handles_enquiries
from lienlac.apps.records import kinds
from lienlac.apps.records.models import Import, Look, Record

HOUR = timedelta(hours=1)
MONTH = timedelta(days=30)


def visible_to(officer: User) -> QuerySet[Record]:
    """Records that an officer may see: all of this node in force, if his role handles enquiries; else none."""
    rows = Record.objects.filter(withdrawn_at=None)
    return rows if handles_enquiries(officer) else rows.none()


def latest(officer: User, *, kind: str = "") -> QuerySet[Record]:
    """Records, the last changed first."""
    rows = visible_to(officer).prefetch_related("names", "identifiers").order_by("-changed_at", "-pk")
    return rows.filter(kind=kind) if kind else rows


def one(officer: User, key: int) -> Record | None:
    """Return one record with its names and numbers, if the officer may see it."""
    return visible_to(officer).prefetch_related("names", "identifiers").filter(pk=key).first()


def due(officer: User, day: date) -> list[Record]:
    """Records whose time ends within the weeks in which their owner is told (SG23), the first to end first."""
    furthest = max(kinds.keep_until(kind, day) for kind in kinds.all_kinds())
    rows = latest(officer).filter(retention_until__lte=furthest).order_by("retention_until", "pk")[:500]
    return [row for row in rows if kinds.warn_from(row.kind, row.retention_until) <= day]


@dataclass(frozen=True, kw_only=True)
class DueCount:
    """How many records of a kind fall due: over their time, within a month, within the first notice."""

    kind: str
    over: int
    in_a_month: int
    later: int


def due_counts(day: date) -> list[DueCount]:
    """Count what falls due by kind, naming nobody: for whoever keeps the node and sees no persons (SG23)."""
    furthest = max(kinds.keep_until(kind, day) for kind in kinds.all_kinds())
    rows = Record.objects.filter(withdrawn_at=None, retention_until__lte=furthest)
    counted = {
        one["kind"]: one
        for one in rows.values("kind").annotate(
            over=Count("pk", filter=Q(retention_until__lt=day)),
            month=Count("pk", filter=Q(retention_until__range=(day, day + MONTH))),
        )
    }
    return [
        DueCount(
            kind=kind,
            over=counted[kind]["over"],
            in_a_month=counted[kind]["month"],
            later=rows.filter(
                kind=kind,
                retention_until__gt=day + MONTH,
                retention_until__lte=day + kinds.warned_before(kind),
            ).count(),
        )
        for kind in kinds.all_kinds()
        if kind in counted
    ]


def how_many_due(officer: User, day: date) -> int:
    """Return how many records that the officer may see end within a month or are over their time."""
    return visible_to(officer).filter(retention_until__lte=day + MONTH).count()


def an_import_runs() -> bool:
    """Say whether an import is on its way."""
    return Import.objects.filter(state=Import.State.RUNNING).exists()


def searches_within_an_hour(officer: User, now: datetime) -> int:
    """Return how many persons the officer has searched for in the last hour (SG27)."""
    rows = Look.objects.filter(officer=officer, deed="searched", at__gt=now - HOUR)
    return int(rows.aggregate(persons=Sum("persons"))["persons"] or 0)


def import_of(officer: User, key: int) -> Import | None:
    """Return an import, if the officer may see records."""
    return Import.objects.filter(pk=key).first() if handles_enquiries(officer) else None


def bad_lines(rows: Manager[Any]) -> QuerySet[Any, tuple[int, str, str]]:
    """Return line, code and field of the rows of a file that could not be read, in their order.

    `rows` are those of an import or of a search with a file.
    """
    return rows.exclude(error="").order_by("line").values_list("line", "error", "error_field")


def imports(officer: User) -> QuerySet[Import]:
    """The imports, the newest first."""
    rows = Import.objects.select_related("officer").order_by("-staged_at", "-pk")
    return rows if handles_enquiries(officer) else rows.none()
