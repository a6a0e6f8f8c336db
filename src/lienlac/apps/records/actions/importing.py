"""Import a file: stage it, let an officer look at it, take it in batch by batch. Each batch is one transaction.

What was staged can be stopped and gone on with at any batch: the rows that wait are the queue. A row that was
taken is erased from it; one that could not be taken keeps its line and the code of why, and none of its cells.
"""

from __future__ import annotations

import hashlib
import logging
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from django.db import InterfaceError, OperationalError, transaction

from lienlac.apps.accounts.models import User
from lienlac.apps.records import columns, drafts, looks, storing
from lienlac.apps.records.actions.entering import check_may_store
from lienlac.apps.records.drafts import Draft
from lienlac.apps.records.files import Table, read
from lienlac.apps.records.models import Import, ImportRow, Record
from lienlac.apps.records.today import today
from lienlac.core import codes
from lienlac.core.errors import LienlacError, Malformed, Refused
from lienlac.core.policy.rules.conduct import without_sensitive_columns
from lienlac.core.policy.rules.searching import FORBIDDEN_REGISTERS

BATCH = 500
log = logging.getLogger("lienlac.records")


@dataclass(frozen=True, kw_only=True)
class Declared:
    """What the officer says of a file: what it is, whose, on what basis."""

    kind: str
    source: str
    legal_basis: str
    register: str
    name_language: str = ""
    handling: tuple[str, ...] = ()
    encoding: str = ""


@transaction.atomic
def stage(officer: User, name: str, content: bytes, said: Declared, *, now: datetime) -> Import:
    """Read a file and keep its rows for a preview; nothing is a record yet.

    Sensitive columns are dropped before anything is kept, and counted (SG28). Raises Malformed for the file or
    a declaration (`field`), Refused for a register that is never taken.
    """
    check_may_store(officer, door="import", now=now)
    _check_declared(said)
    table = read(name, content, encoding=said.encoding)
    kept, dropped = without_sensitive_columns(table.headings)
    row = Import.objects.create(
        file_name=name[-200:],
        digest=hashlib.sha256(content).hexdigest(),
        format=table.format,
        encoding=table.encoding,
        headings=list(kept),
        fields=columns.guess(kept),
        dropped_columns=dropped,
        kind=said.kind,
        name_language=said.name_language,
        source=said.source.strip(),
        legal_basis=said.legal_basis.strip(),
        register=said.register,
        handling=list(said.handling),
        rows_total=len(table.rows),
        officer=officer,
        staged_at=now,
    )
    _keep_rows(row, table, kept)
    looks.keep(
        officer, "record_changed", {"list": said.kind, "code": "staged", "count": row.rows_total}, now=now
    )
    return row


def _check_declared(said: Declared) -> None:
    if said.register in FORBIDDEN_REGISTERS:
        raise Refused("search_register_forbidden", rule="SG27", register=said.register)
    if said.register not in codes.load("registers"):
        raise Malformed("field_code", field="register")
    if said.kind not in codes.load("record_kinds"):
        raise Malformed("record_kind_unknown", field="kind")
    for field in ("source", "legal_basis"):
        if not getattr(said, field).strip():
            raise Malformed("field_missing", field=field)


def _keep_rows(row: Import, table: Table, kept: Sequence[str]) -> None:
    places = [table.headings.index(heading) for heading in kept]
    ImportRow.objects.bulk_create(
        (
            ImportRow(of=row, line=line, cells=[cells[at] if at < len(cells) else "" for at in places])
            for line, cells in table.rows
        ),
        batch_size=2_000,
    )


@dataclass(frozen=True, kw_only=True)
class Preview:
    """What would be taken in: the first drafts, and what is wrong with which line."""

    drafts: tuple[tuple[int, Draft], ...]
    errors: tuple[tuple[int, str, str], ...]
    looked_at: int


def preview(row: Import, *, rows: int = 200, now: datetime) -> Preview:
    """Try the first rows as the columns are understood now; nothing is kept. Errors are (line, code, field)."""
    made: list[tuple[int, Draft]] = []
    errors: list[tuple[int, str, str]] = []
    waiting = list(row.rows.filter(error="").order_by("line")[:rows])
    for one in waiting:
        try:
            made.append((one.line, _draft(row, one, now)))
        except Malformed as error:
            errors.append((one.line, error.code, str(error.facts.get("field", ""))))
    return Preview(drafts=tuple(made), errors=tuple(errors), looked_at=len(waiting))


@transaction.atomic
def understand(officer: User, row: Import, fields: Mapping[int, str], *, now: datetime) -> None:
    """Let the officer say what a column means (its place -> a field, or `""` for not used)."""
    check_may_store(officer, door="import", now=now)
    _check_state(row, Import.State.STAGED)
    if not set(fields.values()) <= {"", *columns.FIELDS}:
        raise Malformed("field_code", field="fields")
    row.fields = [fields.get(at, meant) for at, meant in enumerate(row.fields)]
    row.save(update_fields=["fields"])


@transaction.atomic
def start(officer: User, row: Import, *, now: datetime) -> None:
    """Begin to take a staged file in; `take_batch` goes on from here, in this process or another."""
    check_may_store(officer, door="import", now=now)
    _check_state(row, Import.State.STAGED)
    row.state = Import.State.RUNNING
    row.save(update_fields=["state"])


@transaction.atomic
def cancel(officer: User, row: Import, *, now: datetime) -> None:
    """Stop: what was taken stays, what waits is erased."""
    check_may_store(officer, door="import", now=now)
    _check_state(row, Import.State.STAGED, Import.State.RUNNING)
    row.rows.filter(error="").delete()
    row.state, row.ended_at = Import.State.CANCELLED, now
    row.save(update_fields=["state", "ended_at"])


def _check_state(row: Import, *wanted: str) -> None:
    if row.state not in wanted:
        raise Refused("not_now", state=row.state)


@transaction.atomic
def take_batch(key: int, *, now: datetime, most: int = BATCH) -> Import:
    """Take the next rows in and return the import as it stands; `done` when none waits.

    Two processes that call it at once take different rows: the import's row is locked first.
    """
    row = Import.objects.select_for_update().select_related("officer").get(pk=key)
    if row.state != Import.State.RUNNING:
        return row
    check_may_store(row.officer, door="import", now=now)
    waiting = list(row.rows.filter(error="").order_by("line")[:most])
    good, bad = _sorted(row, waiting, now)
    row.rows_known += _take(row, good, now)
    ImportRow.objects.bulk_update(bad, ["error", "error_field", "cells"], batch_size=200)
    ImportRow.objects.filter(pk__in=[one.pk for one, _ in good]).delete()
    row.rows_done += len(waiting)
    row.rows_bad += len(bad)
    if len(waiting) < most:
        row.state, row.ended_at = Import.State.DONE, now
    row.save(update_fields=["rows_done", "rows_bad", "rows_known", "state", "ended_at"])
    return row


def run(key: int, *, now: datetime) -> Import:
    """Take everything in, batch after batch."""
    row = take_batch(key, now=now)
    while row.state == Import.State.RUNNING:
        row = take_batch(key, now=now)
    return row


def go_on(*, now: datetime, turns: int) -> int:
    """Go on with imports that run, whoever closed his browser: at most so many batches; return how many were taken."""
    done = 0
    for key in Import.objects.filter(state=Import.State.RUNNING).order_by("pk").values_list("pk", flat=True):
        while done < turns:
            try:
                state = take_batch(key, now=now).state
            except (
                LienlacError
            ) as problem:  # one that cannot go on (its officer may no more) must not stop the next
                log.warning("an import cannot go on: %s", problem.code)
                Import.objects.filter(pk=key).update(state=Import.State.CANCELLED, ended_at=now)
                ImportRow.objects.filter(of=key, error="").delete()
                break
            except (OperationalError, InterfaceError):
                raise
            except Exception:
                # An isolation point: a fault of ours over one list must not stop the next, nor what is compared.
                log.exception("import %s failed; it is tried again", key)
                break
            done += 1
            if state != Import.State.RUNNING:
                break
    return done


Good = list[tuple[ImportRow, Draft]]


def _sorted(row: Import, waiting: Sequence[ImportRow], now: datetime) -> tuple[Good, list[ImportRow]]:
    """Part the rows that make a record from those that do not; of two with one reference the later one is bad."""
    drafted: Good = []
    bad: list[ImportRow] = []
    for one in waiting:
        try:
            drafted.append((one, _draft(row, one, now)))
        except Malformed as error:
            bad.append(_marked(one, error))
    good: Good = []
    seen = _taken(row, drafted)
    for one, made in drafted:
        if made.reference in seen:
            bad.append(_marked(one, Malformed("reference_twice", field="reference")))
            continue
        good.append((one, made))
        if made.reference:
            seen.add(made.reference)
    return good, bad


def _taken(row: Import, drafted: Good) -> set[str]:
    """Return the references that earlier batches of this file took in."""
    wanted = {made.reference for _, made in drafted if made.reference}
    held = Record.objects.filter(source=row.source, reference__in=wanted, last_import=row)
    return set(held.values_list("reference", flat=True))


def _marked(one: ImportRow, error: Malformed) -> ImportRow:
    one.error, one.error_field = error.code, str(error.facts.get("field", ""))[:64]
    one.cells = []
    return one


def _draft(row: Import, one: ImportRow, now: datetime) -> Draft:
    whole = columns.Whole(
        kind=row.kind, source=row.source, name_language=row.name_language, handling=tuple(row.handling)
    )
    made = columns.draft(row.fields, one.cells, whole)
    drafts.check(made, today=today(now))
    return made


def _take(row: Import, good: Good, now: datetime) -> int:
    """Add what is new, replace what says something else now; return how many say what is on record already."""
    if not good:
        return 0
    made = {_identity(draft): draft for _, draft in good}  # of two that say the same, one
    held = _on_record(row.source, list(made))
    same = {one for one in held if _says(held[one], made[one])}
    added = storing.add([draft for one, draft in made.items() if one not in held], row.officer, now=now)
    storing.replace([(held[one], made[one]) for one in held.keys() - same], now=now)
    storing.confirm([held[one] for one in same], now=now)
    named = [one.pk for one in (*added, *held.values())]
    Record.objects.filter(pk__in=named).update(last_import=row)
    looks.keep(
        row.officer, "record_changed", {"list": row.kind, "code": "imported", "count": len(good)}, now=now
    )
    return len(good) - len(made) + len(same)


Identity = tuple[str, str]


def _identity(draft: Draft) -> Identity:
    """Return what a row is known by within its source: its number there, else every word of it."""
    return (draft.reference, "") if draft.reference else ("", drafts.digest(draft))


def _on_record(source: str, wanted: Sequence[Identity]) -> dict[Identity, Record]:
    held = Record.objects.filter(source=source)
    numbered = held.filter(reference__in=[reference for reference, _ in wanted if reference])
    others = held.filter(
        reference="", digest__in=[digest for _, digest in wanted if digest], withdrawn_at=None
    )
    return {(one.reference, ""): one for one in numbered} | {("", one.digest): one for one in others}


def _says(record: Record, draft: Draft) -> bool:
    return record.withdrawn_at is None and record.digest == drafts.digest(draft)
