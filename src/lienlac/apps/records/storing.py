"""Put checked drafts into the tables: rows, names, numbers, index of keys; many at once, a fixed number of queries."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from django.db import connection

from lienlac.apps.accounts.models import User
from lienlac.apps.records import drafts, exact, kinds, numbers, units
from lienlac.apps.records.drafts import Draft
from lienlac.apps.records.models import Identifier, Record, RecordName
from lienlac.apps.records.today import today
from lienlac.core import names

CHANGING = (
    "kind", "birth", "sex", "nationality", "birth_place", "offence", "text", "text_language", "handling",
    "retention_until", "retention_reason", "warned", "changed_at", "withdrawn_at", "digest", "to_compare",
)  # fmt: skip
ROWS_A_QUERY = 2_000
INSERT_KEY = 'INSERT INTO records_namekey (name_id, "key") VALUES (%s, %s)'


def add(made: Sequence[Draft], officer: User | None, *, now: datetime) -> list[Record]:
    """Store new records; the drafts are checked, and their references are not there yet."""
    rows = [_row(draft, officer, now) for draft in made]
    Record.objects.bulk_create(rows, batch_size=ROWS_A_QUERY)
    _add_parts(list(zip(rows, made, strict=True)))
    return rows


def replace(pairs: Sequence[tuple[Record, Draft]], *, now: datetime) -> None:
    """Let each record say what its draft says, and nothing of what it said before."""
    for record, draft in pairs:
        _fill(record, draft, now)
    rows = [record for record, _ in pairs]
    Record.objects.bulk_update(rows, CHANGING, batch_size=200)
    forget_parts(rows)
    _add_parts(pairs)


def confirm(rows: Sequence[Record], *, now: datetime) -> None:
    """Let records that a register names again be kept as long as if they were entered today (SG23)."""
    for kind in {row.kind for row in rows}:
        latest = kinds.keep_until(kind, today(now))
        named = [row.pk for row in rows if row.kind == kind]
        Record.objects.filter(pk__in=named, retention_until__lt=latest).update(
            retention_until=latest, retention_reason="", warned=0
        )


def forget_parts(rows: Sequence[Record]) -> None:
    """Take away names, keys, numbers, and the counts that came from them."""
    old = RecordName.objects.filter(record__in=rows)
    units.count(old.values_list("text", flat=True), sign=-1)
    old.delete()
    Identifier.objects.filter(record__in=rows).delete()


def _row(draft: Draft, officer: User | None, now: datetime) -> Record:
    record = Record(source=draft.source, reference=draft.reference, entered_by=officer, created_at=now)
    return _fill(record, draft, now)


def _fill(record: Record, draft: Draft, now: datetime) -> Record:
    for name in ("kind", "birth", "sex", "nationality", "birth_place", "offence", "text", "text_language"):
        setattr(record, name, getattr(draft, name))
    record.handling = list(draft.handling)
    record.retention_until = draft.retention_until or kinds.keep_until(draft.kind, today(now))
    record.retention_reason, record.warned = draft.retention_reason, 0
    record.changed_at, record.withdrawn_at, record.to_compare = now, None, True
    record.digest = drafts.digest(draft)
    return record


def _add_parts(pairs: Sequence[tuple[Record, Draft]]) -> None:
    written = [
        RecordName(
            record=record,
            text=one.text,
            language=one.language,
            type=one.type,
            sound=names.signature(one.text),
        )
        for record, draft in pairs
        for one in draft.names
    ]
    RecordName.objects.bulk_create(written, batch_size=ROWS_A_QUERY)
    _add_keys(written)
    units.count(one.text for one in written)
    Identifier.objects.bulk_create(
        (
            Identifier(
                record=record,
                type=one.type,
                value=one.value,
                folded=numbers.fold(one.value, one.type),
                country=one.country,
            )
            for record, draft in pairs
            for one in draft.numbers
        ),
        batch_size=ROWS_A_QUERY,
    )


def _add_keys(written: Sequence[RecordName]) -> None:
    """Store some twenty keys a name: rows without an object each, which would cost more than the keys themselves."""
    rows = [(one.pk, key) for one in written for key in exact.of(one.text, one.sound)]
    with connection.cursor() as cursor:
        cursor.executemany(INSERT_KEY, rows)
