"""Incidents: what an operator must see, once and not a thousand times."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict
from datetime import datetime, timedelta
from typing import Any

from django.db import transaction
from django.db.models import F

from lienlac.apps.audit import house
from lienlac.apps.audit import queries as audit
from lienlac.apps.directory import queries as directory
from lienlac.apps.directory.models import Node
from lienlac.apps.mailroom import ledger
from lienlac.apps.mailroom.models import Incident
from lienlac.core.envelope import frames
from lienlac.core.errors import Refused

COUNTED = frozenset(
    {
        "old_epoch_replayed",
        "seq_far_ahead",
        "receipt_of_other_bytes",
        "leaf_late",
        "clock_wrong",
        "wrong_parcels",
        "partner_untrusted",
        "unread_full",
        "revoked_key_used",
        "bundle_refused",
        "directory_refused",
        "disk_nearly_full",
        "strangers_many",
        "lane_frozen_by_partner",
        "partner_opened_epoch",
    }
)
"""Codes that a partner, or a fault, can repeat as often as it likes: one row and one leaf for each hour."""
WITH_THE_LAST = frozenset({"lane_frozen_by_partner", "partner_opened_epoch"})
"""Of those the codes where each is another deed: beside the first, the last is kept (fact `last`, and its evidence)."""
TOLD_APART = {
    "directory_refused": "reason",
    "bundle_refused": "reason",
    "revoked_key_used": "kid",
    "lane_frozen_by_partner": "lane",
    "partner_opened_epoch": "lane",
    "partner_untrusted": "reason",
}
"""Of some codes the fact, of few values, that tells one from another: what is light must not hide what is grave."""
COUNTED_FOR = timedelta(hours=1)
LATE_AFTER = timedelta(seconds=10)  # DESIGN: a leaf unsequenced for 10 s is an incident
CLOCKS_APART = timedelta(minutes=10)
MOST_LETTERS = 500


@transaction.atomic
def note(
    partner: Node, code: str, facts: Mapping[str, Any] | None = None, *, evidence: bytes = b"", now: datetime
) -> None:
    """Put an incident where an operator sees it, and into the house ledger; a repeated one is counted."""
    told = _plain(facts or {})
    if code in COUNTED and _counted(partner, code, told, evidence, now):
        return
    Incident.objects.create(partner=partner, code=code, facts=told, evidence=evidence, at=now, last_at=now)
    ledger.incident(partner, code, now=now)


def _counted(partner: Node, code: str, facts: Mapping[str, Any], evidence: bytes, now: datetime) -> bool:
    # `at` is compared both ways: a clock that was put back must not silence a code for a year.
    same = Incident.objects.filter(
        partner=partner, code=code, closed_at=None, at__gt=now - COUNTED_FOR, at__lt=now + COUNTED_FOR
    )
    if apart := TOLD_APART.get(code):
        same = same.filter(**{f"facts__{apart}": facts.get(apart)})
    if code in WITH_THE_LAST and (row := same.order_by("-pk").first()):
        kept = {"facts": {**row.facts, "last": facts}, "evidence": _first(bytes(row.evidence)) + evidence}
        same = same.filter(pk=row.pk)
        return bool(same.update(count=F("count") + 1, last_at=now, **kept))
    return bool(same.update(count=F("count") + 1, last_at=now))


def _first(evidence: bytes) -> bytes:
    return frames.split(evidence, count=1)[0] if evidence else b""


def _plain(value: Any) -> Any:
    """Return facts of the engine as plain JSON."""
    if isinstance(value, Mapping):
        return {str(name): _plain(one) for name, one in value.items()}
    if isinstance(value, tuple | list):
        return [_plain(one) for one in value]
    return asdict(value) if hasattr(value, "__dataclass_fields__") else value


@transaction.atomic
def close_incident(incident: Incident, *, word: str, by: str = "", now: datetime) -> None:
    """Close an incident with a word about what was found and done; it leaves the desk and stays in the record.

    Refused('incident_needs_word') without one, Refused('incident_closed') when it was closed already.
    """
    said = " ".join(word.split())[:MOST_LETTERS]
    if not said:
        raise Refused("incident_needs_word")
    still_open = Incident.objects.filter(pk=incident.pk, closed_at=None)
    if not still_open.update(closed_at=now, closed_by=by, closed_with=said):
        raise Refused("incident_closed")
    _tell_house(incident, by, now)


@transaction.atomic
def close_by_itself(incident: Incident, *, now: datetime) -> None:
    """Close an incident whose cause has gone, without a word of anybody; nothing when somebody was quicker."""
    if Incident.objects.filter(pk=incident.pk, closed_at=None).update(closed_at=now):
        _tell_house(incident, "", now)


def _tell_house(incident: Incident, by: str, now: datetime) -> None:
    facts: dict[str, str | int] = {"code": f"closed.{incident.code}", "node": incident.partner.code}
    house.note("incident", actor=house.officer(by) if by else None, facts=facts, now=now)


def note_late_leaf(*, now: datetime) -> bool:
    """Note when a leaf has waited 10 s for its place: the sequencer stood still. Ask before it runs."""
    since = audit.waiting_since()
    if since is None or now - since < LATE_AFTER:
        return False
    note(directory.this_node(), "leaf_late", {"since": since.isoformat()}, now=now)
    return True


@transaction.atomic
def note_wrong_parcels(partner: Node, reason: str, *, now: datetime) -> None:
    """Note that a partner brought bytes that are nobody's word: cut, altered, or for another lane."""
    note(partner, "wrong_parcels", {"reason": reason}, now=now)


@transaction.atomic
def note_clock(partner: Node, his: datetime, *, now: datetime) -> None:
    """Note when a partner's clock and ours are far apart. Nothing else follows: no rule of the post reads a clock."""
    if abs(his - now) > CLOCKS_APART:
        facts = {"theirs": his.isoformat(), "ours": now.isoformat()}
        note(partner, "clock_wrong", facts, now=now)
