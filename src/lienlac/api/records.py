"""Calls about records: search them, read one. A search names its case and its purpose, and counts (SG27)."""

from __future__ import annotations

from datetime import date, datetime

from django.http import HttpRequest
from django.utils import timezone
from ninja import Router, Schema

from lienlac.api.door import NotThere, officer_of
from lienlac.apps.records import actions, queries
from lienlac.apps.records.finding import Near
from lienlac.apps.records.models import Identifier, Record

router = Router(tags=["records"])


class NameOut(Schema):
    """A name as it is written there."""

    text: str
    language: str
    type: str


class NumberOut(Schema):
    """A number that names the person or thing; `check_agrees` is false when its check digit is wrong: misread?"""

    type: str
    value: str
    country: str
    check_agrees: bool | None


class RecordOut(Schema):
    """One record; `retention_until` is the last day on which it may be kept."""

    key: int
    kind: str
    source: str
    reference: str
    names: list[NameOut]
    numbers: list[NumberOut]
    birth: str
    sex: str
    nationality: str
    birth_place: str
    offence: str
    text: str
    text_language: str
    handling: list[str]
    retention_until: date
    changed_at: datetime


class Agreement(Schema):
    """How the name that was found agrees with the name asked for; no word on whether it is the same person."""

    name: str
    tier: str
    score: float


class Hit(Schema):
    """A record whose name or number agrees."""

    record: RecordOut
    by_name: Agreement | None
    by_number: NumberOut | None


class SearchIn(Schema):
    """What is searched for, and why."""

    text: str
    purpose: str
    case_number: str
    kind: str = ""


@router.post("/records/search", response=list[Hit], summary="Search by a name in any script, or a number")
def search(request: HttpRequest, asked: SearchIn) -> list[Hit]:
    """Give at most 50 records, the best first. POST: a name stands in no address and in no log."""
    question = actions.Question(
        text=asked.text, purpose=asked.purpose, case_number=asked.case_number, kind=asked.kind
    )
    return [_hit(one) for one in actions.search(officer_of(request), question, now=timezone.now())]


@router.get("/records/{key}", response=RecordOut, summary="One record in full")
def one_record(request: HttpRequest, key: int) -> RecordOut:
    """Give one record; the look is in the ledger."""
    officer = officer_of(request)
    record = queries.one(officer, key)
    if record is None:
        raise NotThere("not_there", key=key)
    actions.read(officer, [record], what="record", now=timezone.now())
    return record_out(record)


def record_out(record: Record) -> RecordOut:
    """Return a record as the API tells it."""
    return RecordOut(
        key=record.pk,
        kind=record.kind,
        source=record.source,
        reference=record.reference,
        names=[NameOut(text=one.text, language=one.language, type=one.type) for one in record.names.all()],
        numbers=[_number(one) for one in record.identifiers.all()],
        birth=record.birth,
        sex=record.sex,
        nationality=record.nationality,
        birth_place=record.birth_place,
        offence=record.offence,
        text=record.text,
        text_language=record.text_language,
        handling=record.handling,
        retention_until=record.retention_until,
        changed_at=record.changed_at,
    )


def _hit(near: Near) -> Hit:
    name, number, compared = near.name, near.number, near.comparison
    return Hit(
        record=record_out(near.record),
        by_name=Agreement(name=name.text, tier=compared.tier, score=compared.score)
        if name and compared
        else None,
        by_number=_number(number) if number else None,
    )


def _number(row: Identifier) -> NumberOut:
    return NumberOut(type=row.type, value=row.value, country=row.country, check_agrees=row.check_agrees)
