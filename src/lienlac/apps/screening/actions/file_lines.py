"""Go through the lines of a file that is searched with (SG27): read some that wait, compare them, keep what they gave.

The lines that wait are the queue. Comparing is nearly all of the work and holds no lock, so that any number of
processes may do it, each with the lines of its share. What came of it is kept in one short transaction, and only of a
search that still runs and a line that still waits: whoever is killed, stopped or overtaken leaves nothing half done,
loses no line and finds nothing twice.
"""

from __future__ import annotations

import logging
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from django.db import transaction
from django.db.models import F, QuerySet
from django.db.models.functions import Mod

from lienlac.apps.records.models import Record
from lienlac.apps.screening import lines
from lienlac.apps.screening.models import FileSearch, FileSearchHit, FileSearchRow
from lienlac.apps.screening.persons import Known
from lienlac.apps.screening.queries import running_file_searches
from lienlac.core.errors import LienlacError, Malformed

BATCH = 25  # persons a transaction
State = FileSearch.State
log = logging.getLogger("lienlac.screening")


@dataclass(frozen=True, kw_only=True)
class Share:
    """Which lines of every file are whose: those whose number, divided by `of`, leaves `rest`."""

    rest: int = 0
    of: int = 1


WHOLE = Share()


@dataclass(frozen=True, kw_only=True)
class Answer:
    """What a line gave: (record, agreement, rank) of each candidate, or the code and field of what is wrong with it."""

    row: FileSearchRow
    found: tuple[tuple[int, str, float], ...] = ()
    error: str = ""
    error_field: str = ""


def search_batch(key: int, *, now: datetime, most: int = BATCH, share: Share = WHOLE) -> FileSearch:
    """Search with the next lines of a share and return the search as it stands; `done` when none waits in any."""
    search = FileSearch.objects.get(pk=key)
    if search.state != State.RUNNING:
        return search
    waiting = list(_waiting(search, share).order_by("line")[:most])
    return _keep(key, _answers(search, waiting), now)


def _waiting(search: FileSearch, share: Share) -> QuerySet[FileSearchRow]:
    rows = search.rows.filter(done=False)
    return rows if share.of == 1 else rows.alias(rest=Mod("line", share.of)).filter(rest=share.rest)


def _answers(search: FileSearch, waiting: Sequence[FileSearchRow]) -> list[Answer]:
    """Return what each line gave: first all are read, then those that can be are compared together."""
    read = [_read(search, one) for one in waiting]
    asked = [one for one in read if isinstance(one, Known)]
    found = iter(lines.near_each(asked))
    return [
        one if isinstance(one, Answer) else Answer(row=row, found=_told(next(found)))
        for row, one in zip(waiting, read, strict=True)
    ]


def _read(search: FileSearch, one: FileSearchRow) -> Known | Answer:
    """Return whom a line tells of, or what is wrong with it."""
    try:
        return lines.known(search.fields, one.cells, search.name_language)
    except Malformed as error:
        return Answer(row=one, error=error.code, error_field=str(error.facts.get("field", ""))[:64])


def _told(found: Sequence[lines.NearLine]) -> tuple[tuple[int, str, float], ...]:
    return tuple((near.record, near.agreement, near.rank) for near in found)


@transaction.atomic
def _keep(key: int, answers: Sequence[Answer], now: datetime) -> FileSearch:
    """Keep what lines gave, unless the search was stopped or erased meanwhile, or another process was faster."""
    search = FileSearch.objects.select_for_update().get(pk=key)
    if search.state != State.RUNNING:
        return search
    waiting = search.rows.filter(done=False)
    mine = set(waiting.filter(pk__in=[one.row.pk for one in answers]).values_list("pk", flat=True))
    fresh = [one for one in answers if one.row.pk in mine]
    _write(search, fresh)
    search.rows_done = F("rows_done") + len(fresh)
    search.rows_bad = F("rows_bad") + sum(bool(one.error) for one in fresh)
    if not waiting.exists():
        search.state, search.ended_at = State.DONE, now
    search.save(update_fields=["rows_done", "rows_bad", "state", "ended_at"])
    search.refresh_from_db(fields=["rows_done", "rows_bad"])
    return search


def _write(search: FileSearch, answers: Sequence[Answer]) -> None:
    """Mark the lines as done; of one that could not be read the cells go, a record that is gone is no candidate."""
    read = [one.row.pk for one in answers if not one.error]
    FileSearchRow.objects.filter(pk__in=read).update(done=True)
    bad = [
        FileSearchRow(pk=one.row.pk, done=True, error=one.error, error_field=one.error_field, cells=[])
        for one in answers
        if one.error
    ]
    FileSearchRow.objects.bulk_update(bad, ["done", "error", "error_field", "cells"])
    wanted = {record for one in answers for record, _, _ in one.found}
    there = set(Record.objects.filter(pk__in=wanted, withdrawn_at=None).values_list("pk", flat=True))
    FileSearchHit.objects.bulk_create(
        FileSearchHit(of=search, line=one.row.line, record_id=record, agreement=agreement, rank=rank)
        for one in answers
        for record, agreement, rank in one.found
        if record in there
    )


def search_files(*, now: datetime, turns: int, share: Share = WHOLE) -> int:
    """Go on with the searches that run, at most so many batches; return how many were done. Any process may call it.

    0 says that nothing of the share waits.
    """
    done = 0
    for search in running_file_searches():
        while done < turns and _is_left(search, share):
            _go_on(search, now, share)
            done += 1
    return done


def _is_left(search: FileSearch, share: Share) -> bool:
    """Say whether lines of the share wait, or none of any and the end is still to be noted."""
    if not running_file_searches().filter(pk=search.pk).exists():
        return False
    return _waiting(search, share).exists() or not _waiting(search, WHOLE).exists()


def _go_on(search: FileSearch, now: datetime, share: Share) -> None:
    try:
        search_batch(search.pk, now=now, share=share)
    except LienlacError as problem:  # one search that cannot go on must not stop the next
        log.warning("a file search cannot go on: %s", problem.code)
        FileSearch.objects.filter(pk=search.pk, state=State.RUNNING).update(state=State.LAPSED, ended_at=now)
