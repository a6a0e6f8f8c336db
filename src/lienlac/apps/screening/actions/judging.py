"""A human's verdict on a pair: same, not the same, cannot tell. No machine answers for an agency (SG08)."""

from __future__ import annotations

from collections.abc import Collection
from datetime import datetime

from django.db import transaction

from lienlac.apps.accounts.models import User
from lienlac.apps.accounts.queries import handles_enquiries
from lienlac.apps.records import kinds, looks
from lienlac.apps.records.today import today
from lienlac.apps.screening import queries
from lienlac.apps.screening.actions import hits
from lienlac.apps.screening.models import Candidate, Refuted, Verdict
from lienlac.apps.screening.trained import check_trained
from lienlac.core import codes
from lienlac.core.errors import Malformed, Refused
from lienlac.core.journeys.candidate import CANDIDATE
from lienlac.core.policy import Case, decide
from lienlac.core.policy.case import Match

SAME = "same"
NAMES = frozenset({"name", "alias"})
REASON_CHARS = 2_000


@transaction.atomic
def judge(
    officer: User,
    candidate: Candidate,
    verdict: str,
    *,
    attributes: Collection[str] = (),
    reason: str = "",
    now: datetime,
) -> Verdict:
    """Give a verdict; on an adverse kind `same` waits for a second officer who does not see this one.

    `attributes` are those that the officer confirmed, each on its own. Raises Malformed (`unknown_verdict`,
    `attribute_not_told`, a field), Refused (`reviewer_not_trained`, `match_on_name_alone`,
    `match_on_one_attribute`, `other_reviewer_needed`, `not_now`) and keeps nothing then.
    """
    row = Candidate.objects.select_for_update().select_related("subject", "record").get(pk=candidate.pk)
    confirmed = frozenset(attributes)
    _check_input(row, verdict, confirmed, reason)
    check_trained(officer, now)
    second = row.state == queries.SECOND
    if second and not queries.is_second_reviewer(officer, row):
        raise Refused("other_reviewer_needed")
    if verdict == SAME:
        _check_match(officer, row, confirmed, second=second, now=now)
    _walk(row, verdict, confirmed, second=second, now=now)
    return _keep(officer, row, verdict, confirmed, reason, second=second, now=now)


def _check_input(row: Candidate, verdict: str, confirmed: frozenset[str], reason: str) -> None:
    if verdict not in codes.load("verdicts"):
        raise Malformed("unknown_verdict", field="verdict")
    if len(reason) > REASON_CHARS:
        raise Malformed("field_too_long", field="reason")
    found, _ = queries.compared(row)
    told = {one.name for one in found.attributes if one.asked and one.ours} | (
        {"name"} if found.name else set()
    )
    if not confirmed <= told:
        raise Malformed("attribute_not_told", field="attributes")


def _check_match(
    officer: User, row: Candidate, confirmed: frozenset[str], *, second: bool, now: datetime
) -> None:
    """Ask policy (SG08). The first of two verdicts is no adverse action yet: the second one is."""
    first = queries.first_verdict_of_round(row)
    match = Match(
        attributes=confirmed,
        reviewer=first.officer.username if first else officer.username,
        reviewer_trained=True,
        adverse=second,
        second_reviewer=officer.username if second else "",
        second_was_blind=second and queries.shown_verdict(officer, row) is None,
    )
    decide(Case(deed="match", door="form", today=today(now), match=match, ledger_open=True)).check(
        role=officer.role
    )


def _walk(row: Candidate, verdict: str, confirmed: frozenset[str], *, second: bool, now: datetime) -> None:
    enough = len(confirmed) >= 2 and not confirmed <= NAMES
    met = {"identity_on_two_attributes"} if enough else set()
    if second:
        step = CANDIDATE.step(
            row.state, f"second_{verdict}", met=met | {"other_reviewer", "first_verdict_unseen"}
        )
    else:
        if row.state != "under_review":
            row.state = CANDIDATE.step(row.state, "review", met=("trained_reviewer",)).to
        adverse = verdict == SAME and kinds.is_adverse(row.record.kind)
        event = "verdict_same_adverse" if adverse else f"verdict_{verdict}"
        step = CANDIDATE.step(row.state, event, met=met)
    row.state, row.changed_at = step.to, now
    row.save(update_fields=["state", "changed_at"])


def _keep(
    officer: User,
    row: Candidate,
    verdict: str,
    confirmed: frozenset[str],
    reason: str,
    *,
    second: bool,
    now: datetime,
) -> Verdict:
    if row.state == "confirmed":
        hits.begin(row, now=now)
    if row.state == "refuted":
        Refuted.objects.get_or_create(digest=row.subject.digest, record=row.record, defaults={"at": now})
    look = looks.keep(officer, "verdict_given", {"code": verdict}, records=[row.record], now=now)
    return Verdict.objects.create(
        candidate=row,
        officer=officer,
        code=verdict,
        second=second,
        attributes=sorted(confirmed),
        reason=reason.strip(),
        at=now,
        look=look,
    )


@transaction.atomic
def show(officer: User, candidate: Candidate, *, now: datetime) -> None:
    """Note that an officer was shown a pair, both persons in full."""
    if not handles_enquiries(officer):
        raise Refused("officer_may_not", role=officer.role)
    facts: dict[str, str | int] = {"list": "candidates", "count": 1}
    looks.keep(officer, "record_read", facts, records=[candidate.record], now=now)
