"""Questions to the records. Each begins with who asks: `visible_to(officer)`."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from django.db.models import Count, Q, QuerySet, Sum

from lienlac.apps.accounts.models import User
from lienlac.apps.accounts.queries import handles_enquiries
from lienlac.apps.records import kinds, numbers
from lienlac.apps.records.models import Identifier, Import, Look, NameKey, Record, RecordName
from lienlac.core import names
from lienlac.core.errors import Malformed
from lienlac.core.names import TIERS, Comparison

COMPARED = 300  # names that share most keys with the question; recall within them is measured by bench/names
AGREEING = frozenset(TIERS) - {"different"}
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


@dataclass(frozen=True, kw_only=True)
class Near:
    """A record near to what was asked: by a name (`comparison`, `name`) or by a number (`number`)."""

    record: Record
    name: RecordName | None = None
    comparison: Comparison | None = None
    number: Identifier | None = None

    @property
    def order(self) -> tuple[int, float, int]:
        """Sort key: numbers first, then the best tier, the best score, the oldest record."""
        if self.comparison is None:
            return (-1, 0.0, self.record.pk)
        return (TIERS.index(self.comparison.tier), -self.comparison.score, self.record.pk)


def near(texts: Iterable[str], folded: Iterable[tuple[str, str]] = ()) -> dict[int, Near]:
    """Return record key -> the best agreement of one of the names, or of one of the (family, folded) numbers.

    In force only. What is no name is left aside.
    """
    found: dict[int, Near] = {}
    for hit in (*_by_number(set(folded)), *(hit for text in texts for hit in _by_name(text))):
        before = found.get(hit.record.pk)
        if before is None or hit.order < before.order:
            found[hit.record.pk] = hit
    return found


def _by_name(text: str) -> Iterable[Near]:
    try:
        keys = names.keys(text)
    except Malformed:
        return
    shared = (
        NameKey.objects.filter(key__in=keys)
        .values("name")
        .annotate(shared=Count("pk"))
        .order_by("-shared", "name")
        .values_list("name", flat=True)[:COMPARED]
    )
    rows = RecordName.objects.select_related("record").filter(pk__in=list(shared), record__withdrawn_at=None)
    compared: dict[str, Comparison] = {}  # namesakes are many: each writing is compared once
    for row in rows:
        if row.text not in compared:
            compared[row.text] = names.compare(text, row.text)
        comparison = compared[row.text]
        if comparison.tier in AGREEING:
            yield Near(record=row.record, name=row, comparison=comparison)


def _by_number(wanted: set[tuple[str, str]]) -> Iterable[Near]:
    folded = [value for _, value in wanted if value]
    rows = Identifier.objects.select_related("record").filter(folded__in=folded, record__withdrawn_at=None)
    for row in rows[:COMPARED]:
        family = numbers.family(row.type)
        if ("", row.folded) in wanted or (family, row.folded) in wanted:
            yield Near(record=row.record, number=row)


def searches_within_an_hour(officer: User, now: datetime) -> int:
    """Return how many persons the officer has searched for in the last hour (SG27)."""
    rows = Look.objects.filter(officer=officer, deed="searched", at__gt=now - HOUR)
    return int(rows.aggregate(persons=Sum("persons"))["persons"] or 0)


def import_of(officer: User, key: int) -> Import | None:
    """Return an import, if the officer may see records."""
    return Import.objects.filter(pk=key).first() if handles_enquiries(officer) else None


def imports(officer: User) -> QuerySet[Import]:
    """The imports, the newest first."""
    rows = Import.objects.select_related("officer").order_by("-staged_at", "-pk")
    return rows if handles_enquiries(officer) else rows.none()
