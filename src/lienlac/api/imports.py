"""Calls about imports: give a file, look at what its columns mean, begin, see how far it is. The verbs of the desk."""

from __future__ import annotations

from django.http import HttpRequest
from django.utils import timezone
from ninja import File, Form, Router, Schema
from ninja.files import UploadedFile

from lienlac.api.door import NotThere, officer_of
from lienlac.api.file_lines import MOST_LINES, FileOut, counted
from lienlac.apps.mailroom import bells
from lienlac.apps.records import actions, queries
from lienlac.apps.records.models import Import

router = Router(tags=["records"])


class ImportIn(Schema):
    """What is declared of a file; `handling` are codes parted by spaces."""

    kind: str
    source: str
    legal_basis: str
    register_code: str
    name_language: str = ""
    encoding: str = ""
    handling: str = ""


class ColumnsIn(Schema):
    """What the columns mean: the place of each (the first is 0) -> its field, empty for one that is not used."""

    fields: dict[int, str]


class ColumnOut(Schema):
    """A column that was kept: its heading and the field it is read as."""

    heading: str
    field: str


class ImportOut(FileOut):
    """How far an import is. `staged`: nothing is a record yet. Of the `rows_done`, `rows_bad` were not taken, and
    `rows_known` are on record word for word."""

    rows_known: int
    columns: list[ColumnOut]


@router.post("/records/imports", response=ImportOut, summary="Give a file of records")
def stage(request: HttpRequest, said: Form[ImportIn], file: File[UploadedFile]) -> ImportOut:
    """Stage a CSV, an XLSX or FollowTheMoney lines; `bad_lines` are those among the first 200."""
    declared = said.dict()
    handling = tuple(declared.pop("handling").split())
    question = actions.Declared(register=declared.pop("register_code"), handling=handling, **declared)
    row = actions.stage(officer_of(request), file.name or "", file.read(), question, now=timezone.now())
    return _previewed(row)


@router.get("/records/imports/{key}", response=ImportOut, summary="How far an import is")
def progress(request: HttpRequest, key: int) -> ImportOut:
    """Give its state and the lines that were not taken. The node goes on with it by itself."""
    row = _import(request, key)
    return _previewed(row) if row.state == Import.State.STAGED else _out(row)


@router.post("/records/imports/{key}/columns", response=ImportOut, summary="Say what the columns mean")
def understand(request: HttpRequest, key: int, meant: ColumnsIn) -> ImportOut:
    """Change what columns of a staged file mean; those that are not named keep their meaning."""
    row = _import(request, key)
    actions.understand(officer_of(request), row, meant.fields, now=timezone.now())
    return _previewed(row)


@router.post("/records/imports/{key}/start", response=ImportOut, summary="Take a staged file in")
def start(request: HttpRequest, key: int) -> ImportOut:
    """Begin, and take the first batch; the node goes on by itself, at once."""
    row = _import(request, key)
    actions.start(officer_of(request), row, now=timezone.now())
    row = actions.take_batch(row.pk, now=timezone.now())
    if row.state == Import.State.RUNNING:
        bells.ring()
    return _out(row)


@router.post("/records/imports/{key}/cancel", response=ImportOut, summary="Stop an import")
def cancel(request: HttpRequest, key: int) -> ImportOut:
    """Stop; what was taken stays, what waits is erased."""
    row = _import(request, key)
    actions.cancel(officer_of(request), row, now=timezone.now())
    return _out(row)


def _import(request: HttpRequest, key: int) -> Import:
    row = queries.import_of(officer_of(request), key)
    if row is None:
        raise NotThere("not_there", key=key)
    return row


def _previewed(row: Import) -> ImportOut:
    return _out(row, actions.preview(row, now=timezone.now()).errors)


def _out(row: Import, errors: tuple[tuple[int, str, str], ...] | None = None) -> ImportOut:
    bad = queries.bad_lines(row.rows) if errors is None else errors
    return ImportOut(
        **counted(row, bad[:MOST_LINES]),
        rows_known=row.rows_known,
        columns=[
            ColumnOut(heading=heading, field=field)
            for heading, field in zip(row.headings, row.fields, strict=True)
        ],
    )
