"""Search the records and read one: with officer, case and purpose, within the quota, each with its leaf (SG27)."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime

from django.db import transaction
from django.db.models import prefetch_related_objects

from lienlac.apps.accounts.models import User
from lienlac.apps.accounts.queries import handles_enquiries
from lienlac.apps.records import circle, finding, looks, numbers, queries
from lienlac.apps.records.finding import Near
from lienlac.apps.records.models import QuotaLift, Record
from lienlac.apps.records.queries import HOUR
from lienlac.apps.records.today import today
from lienlac.core import codes, names
from lienlac.core.errors import Malformed, Refused
from lienlac.core.policy import Case, Decision, Result, decide
from lienlac.core.policy.approvals import Approval
from lienlac.core.policy.case import Officer, Search

SHOWN = 50
OWN_CIRCLE = "own_circle"  # the leaf of a search that policy flags (SG27)
LIFTING_ROLES = frozenset({User.Role.SUPERVISOR, User.Role.LEADER})


@dataclass(frozen=True, kw_only=True)
class Question:
    """What is searched for, why, and in which case."""

    text: str
    purpose: str
    case_number: str
    kind: str = ""


def search(officer: User, question: Question, *, now: datetime) -> list[Near]:
    """Return at most SHOWN records whose names or numbers agree, the best first.

    Raises Malformed (`field_missing`, `name_too_long`) for what cannot be searched for, Refused
    (`search_without_reason`, `search_quota_reached` …) when SG27 says no; a refusal leaves its leaf too.
    """
    text = question.text.strip()
    if not text:
        raise Malformed("field_missing", field="text")
    _short_enough(text)
    with transaction.atomic():
        one_at_a_time(officer)
        decision = _decision(officer, question, now)
        if decision.permitted:
            return _found(officer, question, text, decision, now)
    refuse(officer, decision, now=now)
    return []


def one_syllable(text: str) -> bool:
    """Say whether a name is one syllable, such as a surname alone: too common for anything to agree with it."""
    try:
        return all(len(one.syllables) == 1 for one in names.readings(text))
    except Malformed:
        return False  # a number


def _short_enough(text: str) -> None:
    """Raise Malformed('name_too_long') for a text that is longer than any name; a number has no letters."""
    try:
        names.write(text)
    except Malformed as error:
        if error.code == "name_too_long":
            raise Malformed(error.code, **{**error.facts, "field": "text"}) from error


def one_at_a_time(officer: User) -> None:
    """Let an officer's other searches wait until this transaction ends: two at once do not pass for one in his hour."""
    User.objects.select_for_update().get(pk=officer.pk)


def refuse(officer: User, decision: Decision, *, now: datetime) -> None:
    """Leave the leaf of a refusal, which outlives it, and raise it."""
    first = decision.decisive[0]
    looks.keep(officer, "policy_refused", {"rule": first.rule, "code": first.code}, now=now)
    decision.check(role=officer.role)


def _found(officer: User, question: Question, text: str, decision: Decision, now: datetime) -> list[Near]:
    visible = queries.visible_to(officer)
    rows = visible.filter(kind=question.kind) if question.kind else visible
    hits = sorted(_near(text, question.kind).values(), key=lambda hit: hit.order)
    may = set(rows.filter(pk__in=[hit.record.pk for hit in hits]).values_list("pk", flat=True))
    shown = [hit for hit in hits if hit.record.pk in may][:SHOWN]
    prefetch_related_objects([hit.record for hit in shown], "names", "identifiers")
    looks.keep(
        officer,
        "searched",
        {
            "list": question.kind or "records",
            "count": len(shown),
            "purpose": question.purpose,
            **({"code": OWN_CIRCLE} if decision.result is Result.FLAGGED else {}),
        },
        records=[hit.record for hit in shown],
        purpose=question.purpose,
        case_number=question.case_number,
        asked=text[:400],
        now=now,
    )
    return shown


def _near(text: str, kind: str) -> dict[int, Near]:
    kinds_of_number = codes.load("identifier_types")
    folded = {(kind, numbers.fold(text, kind)) for kind in kinds_of_number}
    return finding.near([text], {pair for pair in folded if pair[1]}, kind=kind)


@transaction.atomic
def read(officer: User, rows: Sequence[Record], *, what: str, purpose: str = "", now: datetime) -> None:
    """Note that a page of records was shown to an officer: one leaf a page, digests of what was on it.

    Raises Refused when his role does not read records.
    """
    if not handles_enquiries(officer):
        raise Refused("officer_may_not", role=officer.role)
    looks.keep(
        officer, "record_read", {"list": what, "count": len(rows)}, records=rows, purpose=purpose, now=now
    )


@transaction.atomic
def lift_quota(supervisor: User, officer: User, *, reason: str, now: datetime) -> QuotaLift:
    """Let an officer search more than 60 persons for one hour; a supervisor or leader says why."""
    day = today(now)
    certified = supervisor.certified_to is not None and day <= supervisor.certified_to
    if supervisor.role not in LIFTING_ROLES or not supervisor.is_active:
        raise Refused("officer_may_not", role=supervisor.role)
    if not certified:
        raise Refused("officer_not_certified", until="")
    if supervisor.pk == officer.pk:
        raise Refused("approver_is_author")
    if not reason.strip():
        raise Malformed("field_missing", field="reason")
    looks.keep(supervisor, "approval_given", {"code": "search_quota", "rule": "SG27"}, now=now)
    return QuotaLift.objects.create(
        officer=officer, given_by=supervisor, reason=reason.strip()[:500], given_at=now
    )


def _decision(officer: User, question: Question, now: datetime) -> Decision:
    digest = f"search_quota:{officer.username}"
    number = queries.searches_within_an_hour(officer, now) + 1
    return decide(
        Case(
            deed="search",
            door="form",
            today=today(now),
            officer=_officer(officer),
            purpose=_known_purpose(question.purpose),
            search=Search(
                case_number=question.case_number,
                persons_this_hour=number,
                about=circle.about(officer, question.text.strip()),
            ),
            digest=digest,
            approvals=tuple(replace(one, digest=digest) for one in quota_lifts(officer, now)),
            ledger_open=True,
        )
    )


def _known_purpose(purpose: str) -> str:
    return purpose if purpose in codes.load("purposes") else ""


def quota_lifts(officer: User, now: datetime) -> list[Approval]:
    """Return who lets the officer search on in this hour; each is bound to what he searches by whoever asks."""
    rows = QuotaLift.objects.select_related("given_by")
    lifted = rows.filter(officer=officer, given_at__gt=now - HOUR, given_at__lte=now)
    return [
        Approval(by=one.given_by.username, unit=one.given_by.unit, role=one.given_by.role, digest="",
                 what="search_quota", certified_to=one.given_by.certified_to)
        for one in lifted
    ]  # fmt: skip


def _officer(officer: User) -> Officer:
    return Officer(
        id=officer.username, unit=officer.unit, role=officer.role, certified_to=officer.certified_to
    )
