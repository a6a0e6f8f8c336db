"""Calls about candidates: what a machine found near to an enquiry, or to the lines of a file of persons (SG27).

Verdicts and approvals are given by humans, at the desk: no call gives one.
"""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime
from typing import Any

from django.http import HttpRequest
from django.utils import timezone
from ninja import File, Form, Router, Schema
from ninja.files import UploadedFile

from lienlac.api.door import NotThere, language_of, officer_of
from lienlac.api.file_lines import MOST_LINES, FileOut, counted
from lienlac.api.names import NameReason, worded
from lienlac.api.records import RecordOut, record_out
from lienlac.apps.enquiries import queries as enquiries
from lienlac.apps.records.queries import bad_lines
from lienlac.apps.screening import actions, gates, queries
from lienlac.apps.screening.comparing import Compared
from lienlac.apps.screening.models import Candidate, FileSearch
from lienlac.core import names
from lienlac.core.policy.rules.searching import PERSONS_IN_FILE, ROWS_EXPORTED

router = Router(tags=["screening"])


class Reason(Schema):
    """One attribute that speaks for or against, with the code of why."""

    attribute: str
    why: str


class CandidateRow(Schema):
    """A pair that waits, or has its verdict; nothing of the persons."""

    key: int
    state: str
    agreement: str
    namesakes: float
    found_at: datetime


class CandidateOut(CandidateRow):
    """A pair in full: the record, what speaks for and against, how many namesakes chance alone gives."""

    record: RecordOut
    speaks_for: list[Reason]
    speaks_against: list[Reason]
    names_agree: list[NameReason]
    names_differ: list[NameReason]


@router.get("/enquiries/{key}/candidates", response=list[CandidateRow], summary="Candidates of one enquiry")
def of_enquiry(request: HttpRequest, key: int) -> list[CandidateRow]:
    """Give the candidates of an enquiry that came here, the closest first. They never leave this node."""
    officer = officer_of(request)
    row = enquiries.one(officer, key)
    if row is None:
        raise NotThere("not_there", key=key)
    return [CandidateRow(**_row(one)) for one in queries.of_message(officer, row.enquiry.message_id)]


@router.get("/candidates/{key}", response=CandidateOut, summary="One candidate, compared")
def one_candidate(request: HttpRequest, key: int) -> CandidateOut:
    """Give one pair as it compares now; the look is in the ledger. Nothing tells of a verdict that is not yet due."""
    officer = officer_of(request)
    candidate = queries.one(officer, key)
    if candidate is None:
        raise NotThere("not_there", key=key)
    actions.show(officer, candidate, now=timezone.now())
    compared, weighed = queries.compared(candidate)
    language = language_of(request)
    return CandidateOut(
        **_row(candidate) | {"agreement": str(weighed.agreement)},
        record=record_out(candidate.record),
        speaks_for=[Reason(attribute=attribute, why=why) for attribute, why in weighed.speaks_for],
        speaks_against=[Reason(attribute=attribute, why=why) for attribute, why in weighed.speaks_against],
        names_agree=_of_names(compared, compared.name.reasons if compared.name else (), language),
        names_differ=_of_names(compared, compared.name.against if compared.name else (), language),
    )


def _of_names(compared: Compared, reasons: Iterable[names.Reason], language: str) -> list[NameReason]:
    """Return the reasons of the names in words, as the page has them."""
    return worded(reasons, compared.asked_name[0], compared.our_name[0], language)


def _row(candidate: Candidate) -> dict[str, Any]:
    return {
        "key": candidate.pk,
        "state": candidate.state,
        "agreement": candidate.agreement,
        "namesakes": candidate.namesakes,
        "found_at": candidate.found_at,
    }


class FileSearchIn(Schema):
    """What is declared of a file of persons; `origin_signed` says that the officer signs the origin."""

    purpose: str
    case_number: str
    legal_basis: str
    register_code: str
    origin: str
    origin_signed: bool = False
    name_language: str = ""
    encoding: str = ""


class FileSearchOut(FileOut):
    """How far a file search is; `staged` with more than 50 persons waits for two approvals at the desk."""

    approvals: int


class FoundLine(Schema):
    """A record that may be the person of a line."""

    line: int
    record: int
    agreement: str


@router.post("/file-searches", response=FileSearchOut, summary="Search with a file of persons")
def search_with_file(
    request: HttpRequest, said: Form[FileSearchIn], file: File[UploadedFile]
) -> FileSearchOut:
    """Declare a file and give it. One of at most 50 persons begins at once; a larger one waits for two approvals."""
    officer, now = officer_of(request), timezone.now()
    declared = said.dict()
    question = actions.FileQuestion(register=declared.pop("register_code"), **declared)
    row = actions.stage_search(officer, file.name or "", file.read(), question, now=now)
    if row.rows_total <= PERSONS_IN_FILE:
        actions.start_search(officer, row, now=now)
        row = actions.search_batch(row.pk, now=now)
    return _search_out(row)


@router.get("/file-searches/{key}", response=FileSearchOut, summary="How far a file search is")
def one_file_search(request: HttpRequest, key: int) -> FileSearchOut:
    """Give its state and the lines that could not be read. The node goes on with it by itself."""
    return _search_out(_own_search(request, key))


@router.get("/file-searches/{key}/candidates", response=list[FoundLine], summary="What a file search gave")
def found_by_file(request: HttpRequest, key: int) -> list[FoundLine]:
    """Give at most 100 candidates, the closest first, to whoever searches; the look is in the ledger."""
    officer, row = officer_of(request), _own_search(request, key)
    shown = list(queries.found_by(officer, row)[:ROWS_EXPORTED])
    actions.show_found(officer, row, shown, now=timezone.now())
    return [FoundLine(line=one.line, record=one.record_id, agreement=one.agreement) for one in shown]


def _own_search(request: HttpRequest, key: int) -> FileSearch:
    officer = officer_of(request)
    row = queries.file_search(officer, key)
    if row is None or row.officer_id != officer.pk:
        raise NotThere("not_there", key=key)
    return row


def _search_out(row: FileSearch) -> FileSearchOut:
    return FileSearchOut(
        **counted(row, bad_lines(row.rows)[:MOST_LINES]),
        approvals=queries.approvals_of(row, gates.SEARCH).count(),
    )
