"""A confirmed pair until its record is reviewed: what the own side decides, what the owner is told, what comes of it.

The owner of the enquiry is told by an answer, and answers are the room above's: it asks `check_answer` before it
writes one, says `note_answer` when it is written, `answer_left` when it has left (SG08, SG43).
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta
from typing import Any

from django.db import transaction
from django.db.models import Q

from lienlac.apps.accounts.models import User
from lienlac.apps.accounts.queries import inspects
from lienlac.apps.records import actions as records
from lienlac.apps.records import looks
from lienlac.apps.screening import blocking, hits
from lienlac.apps.screening.models import Blocked, Candidate, Hit, Refuted
from lienlac.apps.screening.trained import check_trained
from lienlac.core.errors import Malformed, Refused
from lienlac.core.journeys.candidate import CANDIDATE, TOLD
from lienlac.core.journeys.clocks import HIT_REPORT_S

REASON_CHARS = 500
KEEP, WITHDRAW = "keep", "withdraw"


def begin(candidate: Candidate, *, now: datetime) -> Hit:
    """Note that humans confirmed the pair: from now on the clock of 12 hours runs. In the verdict's transaction."""
    hit, _ = Hit.objects.update_or_create(
        candidate=candidate,
        defaults={"confirmed_at": now, "report_by": now + timedelta(seconds=HIT_REPORT_S)},
    )
    return hit


@transaction.atomic
def decide(officer: User, candidate: Candidate, decision: str, *, reason: str = "", now: datetime) -> Hit:
    """Say whether the own side tells the owner (`report`) or not yet (`keep_back`, with a reason that stays here).

    Raises Malformed (`unknown_decision`, a field), Refused (`reviewer_not_trained`, `not_now`).
    """
    check_trained(officer, now)
    row, hit = _locked(candidate)
    if row.state != "confirmed" or hit.report_id:
        raise Refused("not_now", event="decide", state=row.state)
    if decision not in Hit.Decision.values:
        raise Malformed("unknown_decision", field="decision")
    if decision == Hit.Decision.KEEP_BACK:
        _check_reason(reason)
    hit.decision, hit.decision_reason = decision, reason.strip()[:REASON_CHARS]
    hit.decided_by, hit.decided_at = officer, now
    hit.save(update_fields=["decision", "decision_reason", "decided_by", "decided_at"])
    _leaf(officer, row, decision, now)
    return hit


@transaction.atomic
def reconsider(officer: User, candidate: Candidate, *, reason: str, now: datetime) -> None:
    """Take a confirmation back while nobody outside knows of it: the pair is open again."""
    check_trained(officer, now)
    _check_reason(reason)
    row, hit = _locked(candidate)
    if hit.report_id:
        raise Refused("not_now", event="verdict_withdrawn", state=row.state)
    _walk(row, "verdict_withdrawn", (), now)
    hit.delete()
    _leaf(officer, row, "verdict_withdrawn", now)


@transaction.atomic
def review_record(officer: User, candidate: Candidate, what: str, *, reason: str, now: datetime) -> None:
    """Look again at the record after the action: `keep` it, or `withdraw` it since its purpose is achieved."""
    check_trained(officer, now)
    _check_reason(reason)
    if what not in (KEEP, WITHDRAW):
        raise Malformed("unknown_decision", field="what")
    row, hit = _locked(candidate)
    _walk(row, "review_record", ("reason_given",), now)
    hit.reviewed_by, hit.reviewed_at, hit.review_reason = officer, now, reason.strip()[:REASON_CHARS]
    hit.save(update_fields=["reviewed_by", "reviewed_at", "review_reason"])
    _leaf(officer, row, "reviewed", now)
    if what == WITHDRAW:
        records.withdraw(officer, row.record, now=now)


@transaction.atomic
def show_blocked(officer: User, rows: Sequence[Blocked], *, now: datetime) -> None:
    """Note that the inspector was shown blocked pairs."""
    if not inspects(officer):
        raise Refused("officer_may_not", role=officer.role)
    looks.keep(officer, "record_read", {"list": "blocked", "count": len(rows)}, now=now)


def check_answer(message_id: str, response: str, body: Mapping[str, Any], *, cls: str) -> None:
    """Raise when an answer tells of a hit and may not as it stands.

    Refused `own_side_not_decided`; Malformed `field_missing` for the officer-safety line (SG43) and, but for LOC
    (SG39 keeps them), for the facts of form G.
    """
    for hit in hits.told_by(message_id, response, body):
        if hit.candidate.state == "confirmed" and hit.decision != Hit.Decision.REPORT:
            raise Refused("own_side_not_decided")
        needed = hits.SAFETY if response != hits.HIT or cls == "LOC" else (*hits.SAFETY, *hits.FORM_G)
        for field in needed:
            if not body.get(field):
                raise Malformed("field_missing", field=field)


def check_nohit(officer: User, message_id: str, *, confirmed: bool, now: datetime) -> None:
    """Raise Refused `candidates_undecided` (`count`) while somebody on record may be meant.

    `confirmed`: he was told and answers "nothing found" none the less; the ledger says that he did.
    """
    rows = [row.record for row in hits.undecided(message_id).select_related("record")]
    if rows and not confirmed:
        raise Refused("candidates_undecided", field="despite_candidates", count=len(rows))
    if rows:
        facts: dict[str, str | int] = {"list": "candidates", "code": "nohit_despite_candidates"}
        looks.keep(officer, "record_changed", facts | {"count": len(rows)}, records=rows, now=now)


def check_still_nohit(message_id: str, *, since: datetime) -> None:
    """Raise Refused `candidates_undecided` when somebody was found after "nothing found" was written."""
    found = hits.undecided(message_id).filter(found_at__gt=since).count()
    if found:
        raise Refused("candidates_undecided", count=found)


def note_answer(message_id: str, answer_id: str, response: str, body: Mapping[str, Any]) -> None:
    """Note which answer, not yet sent, will tell the owner of the hits of an enquiry."""
    for hit in hits.told_by(message_id, response, body):
        if hit.candidate.state == "confirmed":
            hit.report_id = answer_id
        if response in hits.ACTIONS:
            hit.action_id = answer_id
        hit.save(update_fields=["report_id", "action_id"])
    for hit in hits.denied_by(message_id, body):
        hit.wrong_id = answer_id
        hit.save(update_fields=["wrong_id"])


def answer_dropped(answer_id: str) -> None:
    """Forget an answer that was taken back before it left."""
    for field in ("report_id", "action_id", "wrong_id"):
        Hit.objects.filter(**{field: answer_id}).update(**{field: ""})


def answer_left(answer_id: str, response: str, *, now: datetime) -> None:
    """Move the hits that an answer tells of, in the transaction in which it leaves."""
    named = Q(report_id=answer_id) | Q(action_id=answer_id) | Q(wrong_id=answer_id)
    for hit in Hit.objects.select_related("candidate__subject", "candidate__record").filter(named):
        row = hit.candidate
        if hit.report_id == answer_id and row.state == "confirmed":
            _walk(row, "report", ("own_side_decided",), now)
            hit.reported_at = now
        if hit.action_id == answer_id and row.state == "reported":
            _walk(row, hits.ACTIONS[response], ("owner_told", "reason_given"), now)
            hit.action, hit.acted_at = row.state, now
        if hit.wrong_id == answer_id and row.state in TOLD:
            _walk(row, "found_wrong", ("owner_told", "reason_given"), now)
            Refuted.objects.get_or_create(digest=row.subject.digest, record=row.record, defaults={"at": now})
            blocking.block(hit, now=now)
        hit.save(update_fields=["reported_at", "action", "acted_at"])
        facts: dict[str, str | int] = {"list": "candidates", "code": row.state}
        looks.by_node("record_changed", facts, now=now)


def _locked(candidate: Candidate) -> tuple[Candidate, Hit]:
    row = Candidate.objects.select_for_update().select_related("subject", "record").get(pk=candidate.pk)
    hit = Hit.objects.filter(candidate=row).first()
    if hit is None:
        raise Refused("not_now", event="hit", state=row.state)
    return row, hit


def _walk(row: Candidate, event: str, met: tuple[str, ...], now: datetime) -> None:
    row.state, row.changed_at = CANDIDATE.step(row.state, event, met=met).to, now
    row.save(update_fields=["state", "changed_at"])


def _check_reason(reason: str) -> None:
    if not reason.strip():
        raise Malformed("field_missing", field="reason")


def _leaf(officer: User, row: Candidate, code: str, now: datetime) -> None:
    facts: dict[str, str | int] = {"list": "candidates", "code": code}
    looks.keep(officer, "record_changed", facts, records=[row.record], now=now)
