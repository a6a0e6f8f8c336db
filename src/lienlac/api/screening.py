"""Calls about candidates: what a machine found near to an enquiry. Verdicts are given by humans, at the desk."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from django.http import HttpRequest
from django.utils import timezone
from ninja import Router, Schema

from lienlac.api.door import NotThere, officer_of
from lienlac.api.records import RecordOut, record_out
from lienlac.apps.enquiries import queries as enquiries
from lienlac.apps.screening import actions, queries
from lienlac.apps.screening.models import Candidate

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
    _, weighed = queries.compared(candidate)
    return CandidateOut(
        **_row(candidate) | {"agreement": str(weighed.agreement)},
        record=record_out(candidate.record),
        speaks_for=[Reason(attribute=attribute, why=why) for attribute, why in weighed.speaks_for],
        speaks_against=[Reason(attribute=attribute, why=why) for attribute, why in weighed.speaks_against],
    )


def _row(candidate: Candidate) -> dict[str, Any]:
    return {
        "key": candidate.pk,
        "state": candidate.state,
        "agreement": candidate.agreement,
        "namesakes": candidate.namesakes,
        "found_at": candidate.found_at,
    }
