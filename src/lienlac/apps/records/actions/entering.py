"""Enter, change, withdraw and keep longer; erase what is due. Every deed leaves a leaf."""

from __future__ import annotations

from datetime import date, datetime

from django.conf import settings
from django.db import transaction

from lienlac.apps.accounts.models import User
from lienlac.apps.accounts.queries import handles_enquiries
from lienlac.apps.audit import house
from lienlac.apps.records import drafts, kinds, looks, storing
from lienlac.apps.records.drafts import Draft
from lienlac.apps.records.models import Look, Record
from lienlac.apps.records.today import today
from lienlac.core.errors import Malformed, Refused
from lienlac.core.policy import Case, decide

AT_ONCE = 500  # erased in one transaction: the next call goes on


@transaction.atomic
def enter(officer: User, draft: Draft, *, now: datetime) -> Record:
    """Enter a record; Malformed names the field that is wrong, Refused the rule that says no."""
    check_may_store(officer, door="form", now=now)
    drafts.check(draft, today=today(now))
    if draft.reference and Record.objects.filter(source=draft.source, reference=draft.reference).exists():
        raise Malformed("reference_taken", field="reference")
    record = storing.add([draft], officer, now=now)[0]
    _leaf(officer, record, "entered", now)
    return record


@transaction.atomic
def change(officer: User, record: Record, draft: Draft, *, now: datetime) -> None:
    """Let a record say what the draft says; it is compared again with every open enquiry."""
    check_may_store(officer, door="form", now=now)
    drafts.check(draft, today=today(now))
    if (draft.source, draft.reference) != (record.source, record.reference):
        raise Malformed("reference_is_fixed", field="reference")
    storing.replace([(record, draft)], now=now)
    _leaf(officer, record, "changed", now)


@transaction.atomic
def withdraw(officer: User, record: Record, *, now: datetime) -> None:
    """Withdraw a record: screening stops and open candidates close; it is erased when its time is over (SG29)."""
    check_may_store(officer, door="form", now=now)
    Record.objects.filter(pk=record.pk).update(withdrawn_at=now, changed_at=now, to_compare=True)
    _leaf(officer, record, "withdrawn", now)


@transaction.atomic
def extend(officer: User, record: Record, until: date, *, reason: str, now: datetime) -> None:
    """Keep a record longer, for a reason of its own (SG23)."""
    check_may_store(officer, door="form", now=now)
    day = today(now)
    if not reason.strip():
        raise Malformed("retention_without_reason", field="retention_reason")
    if not day <= until <= kinds.keep_until(record.kind, day) + kinds.LONGEST_EXTENSION:
        raise Malformed("retention_too_long", field="retention_until")
    Record.objects.filter(pk=record.pk).update(
        retention_until=until, retention_reason=reason.strip()[:500], warned=0
    )
    _leaf(officer, record, "extended", now)


@transaction.atomic
def erase_due(*, now: datetime) -> int:
    """Erase what is over its time, looks included; return how many records went (SG23), at most AT_ONCE.

    A missing person waits for a human's review: the machine never erases it while it is open.
    """
    day = today(now)
    Look.objects.filter(retention_until__lt=day).delete()
    by_machine = [kind for kind in kinds.all_kinds() if kinds.erase_when_due(kind)]
    over = Record.objects.filter(retention_until__lt=day)
    rows = list((over.filter(kind__in=by_machine) | over.exclude(withdrawn_at=None)).order_by("pk")[:AT_ONCE])
    if rows:
        storing.forget_parts(rows)
        for row in rows:
            house.forget(looks.thing(row))
        Record.objects.filter(pk__in=[row.pk for row in rows]).delete()
        looks.by_node("record_erased", {"code": "due", "count": len(rows)}, now=now)
    return len(rows)


def check_may_store(officer: User, *, door: str, now: datetime) -> None:
    """Raise Refused when this officer may not write records, or a rule about storing says no."""
    if not handles_enquiries(officer):
        raise Refused("officer_may_not", role=officer.role)
    case = Case(
        deed="store",
        door=door,
        today=today(now),
        training_node=settings.NODE.training,
        training_item=settings.NODE.training,
        ledger_open=True,
    )
    decide(case).check(role=officer.role)


def _leaf(officer: User, record: Record, code: str, now: datetime) -> None:
    looks.keep(officer, "record_changed", {"list": record.kind, "code": code}, records=[record], now=now)
