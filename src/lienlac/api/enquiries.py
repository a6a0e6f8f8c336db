"""Calls about enquiries: list, one, ask, answer. What is read and done leaves the same traces as at the desk."""

from __future__ import annotations

from datetime import datetime
from typing import Any, Literal

from django.http import HttpRequest
from django.utils import timezone
from ninja import Router, Schema
from ninja.responses import Status

from lienlac.api.door import NotThere, officer_of
from lienlac.api.kinds import AnswerBody, EnquiryBody
from lienlac.apps.accounts.models import User
from lienlac.apps.audit import reading
from lienlac.apps.enquiries import actions, queries
from lienlac.apps.enquiries.models import Addressee, Answer, Enquiry
from lienlac.apps.mailroom import queries as mailroom

PAGE = 100
router = Router(tags=["enquiries"])


class Row(Schema):
    """One enquiry at one office: what a list shows, without the person it is about."""

    key: int
    message_id: str
    number: str
    kind: str
    side: Literal["asked", "received"]
    urgency: str
    from_office: str
    office: str
    state: str
    outcome: str
    created_at: datetime
    received_at: datetime | None
    opened_at: datetime | None
    answered_at: datetime | None
    first_answer_by: datetime | None
    final_answer_by: datetime | None


class AnswerOut(Schema):
    """An answer; one that is not `sent` waits at this node."""

    message_id: str
    response: str
    body: dict[str, Any]
    at: datetime
    sent: bool


class Delivery(Schema):
    """How far the message came at one node; a moment that is null was not reached."""

    node: str
    state: str
    queued_at: datetime
    sent_at: datetime | None
    received_at: datetime | None
    opened_at: datetime | None
    acted_at: datetime | None
    error: str


class Thread(Row):
    """One enquiry in full."""

    agreement: str
    handling: list[str]
    body: dict[str, Any]
    answers: list[AnswerOut]
    deliveries: list[Delivery]


class Page(Schema):
    """Some rows, the newest first; `before` asks for the next ones, and is null at the end."""

    rows: list[Row]
    before: int | None


class AskIn(Schema):
    """What is to be asked; `body` has the coded fields of its kind (`GET /kinds`)."""

    kind: str
    to_offices: list[str]
    agreement: str
    handling: list[str] = ["H0"]
    body: EnquiryBody
    tray: str = ""


class AnswerIn(Schema):
    """One of the answers: a code of the list `responses` and the fields that it needs."""

    response: str
    body: AnswerBody = {}
    tray: str = ""
    despite_candidates: bool = False


@router.get("/enquiries", response=Page, summary="Enquiries of the officer's office, the newest first")
def list_enquiries(
    request: HttpRequest,
    side: Literal["asked", "received"] | None = None,
    state: str = "",
    kind: str = "",
    before: int | None = None,
) -> Page:
    """Give at most 100 rows older than the key `before`."""
    rows = queries.visible_to(officer_of(request)).order_by("-pk")
    wanted = {"side": side, "state": state, "enquiry__kind": kind, "pk__lt": before}
    found = list(rows.filter(**{name: value for name, value in wanted.items() if value})[: PAGE + 1])
    shown = found[:PAGE]
    return Page(rows=[Row(**_row(one)) for one in shown], before=shown[-1].pk if len(found) > PAGE else None)


@router.get("/enquiries/{key}", response=Thread, summary="One enquiry in full")
def one_enquiry(request: HttpRequest, key: int) -> Thread:
    """Give one enquiry. A machine has read it, not an officer: the asker is told nothing (R2) by this."""
    officer = officer_of(request)
    row = _visible(officer, key)
    _note_read(officer, row.enquiry)
    return _thread(row)


@router.post("/enquiries", response={201: list[Row]}, summary="Ask: check, number, sign, send")
def ask(request: HttpRequest, asked: AskIn) -> Status[list[Row]]:
    """Ask as the officer; the same safeguards decide as at the desk. One row for each office asked."""
    draft = actions.Draft(
        kind=asked.kind,
        body=asked.body,
        to_offices=tuple(asked.to_offices),
        agreement=asked.agreement,
        handling=tuple(asked.handling),
        tray=asked.tray,
    )
    enquiry = actions.ask(officer_of(request), draft, now=timezone.now())
    addressees = enquiry.addressees.select_related("enquiry").order_by("pk")
    return Status(201, [Row(**_row(one)) for one in addressees])


@router.post("/enquiries/{key}/open", response=Thread, summary="Open: an officer has read it (R2)")
def open_enquiry(request: HttpRequest, key: int) -> Thread:
    """Say that the officer has the enquiry before his eyes; the asker is told the first time."""
    officer = officer_of(request)
    row = _visible(officer, key)
    if row.enquiry.side == Enquiry.Side.RECEIVED:
        actions.open_enquiry(officer, row, now=timezone.now())
    _note_read(officer, row.enquiry)
    return _thread(_visible(officer, key))


@router.post("/enquiries/{key}/answers", response={201: AnswerOut}, summary="Answer, as the officer")
def answer(request: HttpRequest, key: int, given: AnswerIn) -> Status[AnswerOut]:
    """Give an answer; it leaves at once or waits for a second person, as at the desk (`sent`)."""
    officer = officer_of(request)
    row = _visible(officer, key)
    kept = actions.answer(
        officer,
        row,
        given.response,
        given.body,
        tray=given.tray,
        despite_candidates=given.despite_candidates,
        now=timezone.now(),
    )
    return Status(201, _answer(kept))


def _visible(officer: User, key: int) -> Addressee:
    row = queries.one(officer, key)
    if row is None:
        raise NotThere("not_there", key=key)
    return row


def _note_read(officer: User, enquiry: Enquiry) -> None:
    purpose = str(enquiry.body.get("purpose", ""))
    reading.read(officer, "enquiry", [enquiry.message_id], purpose, now=timezone.now())


def _row(row: Addressee) -> dict[str, Any]:
    enquiry = row.enquiry
    return {
        "key": row.pk,
        "message_id": enquiry.message_id,
        "number": enquiry.number,
        "kind": enquiry.kind,
        "side": enquiry.side,
        "urgency": enquiry.urgency,
        "from_office": enquiry.from_office,
        "office": row.office,
        "state": row.state,
        "outcome": row.outcome,
        "created_at": enquiry.created_at,
        "received_at": row.received_at,
        "opened_at": row.opened_at,
        "answered_at": row.answered_at,
        "first_answer_by": row.first_answer_by,
        "final_answer_by": row.final_answer_by,
    }


def _thread(row: Addressee) -> Thread:
    enquiry = row.enquiry
    return Thread(
        **_row(row),
        agreement=enquiry.agreement,
        handling=enquiry.handling,
        body=enquiry.body,
        answers=[_answer(one) for one in row.answers.all()],
        deliveries=[_delivery(one) for one in mailroom.deliveries(enquiry.message_id)],
    )


def _answer(one: Answer) -> AnswerOut:
    return AnswerOut(
        message_id=one.message_id, response=one.response, body=one.body, at=one.at, sent=one.sent
    )


def _delivery(one: mailroom.Delivery) -> Delivery:
    return Delivery(
        node=one.partner.code,
        state=one.state,
        queued_at=one.queued_at,
        sent_at=one.sent_at,
        received_at=one.received_at,
        opened_at=one.opened_at,
        acted_at=one.acted_at,
        error=one.error,
    )
