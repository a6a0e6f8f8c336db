"""Which hits an answer tells of: asked of its coded fields, whatever door it came through."""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType
from typing import Any

from django.db.models import OuterRef, QuerySet

from lienlac.apps.records import kinds
from lienlac.apps.screening.models import Candidate, Hit, Verdict
from lienlac.apps.screening.queries import OPEN
from lienlac.core.journeys.candidate import HITS, TOLD
from lienlac.core.policy.case import Match

HIT = "HIT_CONFIRMED"
ACTIONS: Mapping[str, str] = MappingProxyType(
    {"ACTION_DONE": "act", "ACTION_IMPOSSIBLE": "cannot_act"}  # response -> event of the candidate
)
SAFETY = ("danger",)
FORM_G = ("hit_at", "circumstances", "action_taken")
"""Besides the place, which leaves under a decision alone (SG39)."""


def of_enquiry(message_id: str) -> list[Hit]:
    """Return the hits of an enquiry about which something may still be told."""
    return list(standing(message_id).select_related("candidate__subject", "candidate__record"))


def stands(message_id: str) -> bool:
    """Say whether an enquiry has a hit of which an answer may tell."""
    return standing(message_id).exists()


def standing(message_id: str | OuterRef) -> QuerySet[Hit]:
    """Return the hits of one enquiry of which an answer may tell; of an outer question's, if it is a part of one."""
    states = {*HITS, *TOLD}
    return Hit.objects.filter(candidate__subject__message_id=message_id, candidate__state__in=states)


def told_by(message_id: str, response: str, body: Mapping[str, Any]) -> list[Hit]:
    """Return the hits that an answer tells of: it confirms the person, says that he is located, or what was done."""
    says = body.get("identity_confirmed") is True or body.get("located") is True
    return of_enquiry(message_id) if says or response == HIT or response in ACTIONS else []


def denied_by(message_id: str, body: Mapping[str, Any]) -> list[Hit]:
    """Return the hits that the owner was told of and that an answer takes back."""
    if body.get("identity_confirmed") is not False and body.get("located") is not False:
        return []
    return [hit for hit in of_enquiry(message_id) if hit.candidate.state in TOLD]


def undecided(message_id: str) -> QuerySet[Candidate]:
    """Return the pairs of an enquiry that contradict "nothing found": nobody has judged them, or they are confirmed."""
    rows = Candidate.objects.filter(subject__message_id=message_id, record__withdrawn_at=None)
    return rows.filter(state__in=(*OPEN, "confirmed"))


def for_policy(message_id: str, response: str) -> dict[str, Any]:
    """Return what policy must know of the hits of an enquiry before an answer: `wanted_hit`, and `match` (SG08).

    Whoever says that a hit is confirmed, and nobody confirmed one, gives a match without a reviewer: refused.
    """
    found = of_enquiry(message_id)
    adverse = [hit for hit in found if kinds.is_adverse(hit.candidate.record.kind)]
    known: dict[str, Any] = {"wanted_hit": bool(adverse)}
    if response == HIT:
        known["match"] = _match(adverse[0]) if adverse else _match(found[0]) if found else Match()
    return known


def _match(hit: Hit) -> Match:
    """Return the last round of verdicts; that the second reviewer was blind was held when he judged."""
    rows = Verdict.objects.filter(candidate=hit.candidate, code="same").select_related("officer")
    last = {one.second: one for one in rows.order_by("at", "pk")}
    first, second = last.get(False), last.get(True)
    return Match(
        attributes=frozenset(first.attributes if first else ()),
        reviewer=first.officer.username if first else "",
        reviewer_trained=first is not None,
        adverse=kinds.is_adverse(hit.candidate.record.kind),
        second_reviewer=second.officer.username if second else "",
        second_was_blind=second is not None,
    )
