"""Letters of ours that a partner lost when his node was put back: which went again by themselves, which must go anew.

What was in the outbox gets a new place in the same breath and forgets the old one: so the incident notes it before.
What had left the outbox, since its receipt was here, still stands where the partner lost it.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import reduce
from operator import or_
from typing import Any

from django.db.models import Q, QuerySet

from lienlac.apps.mailroom.models import Incident, Lane, Parcel
from lienlac.core.lane import Span, Until

CODE = "receiver_restored"
NOTED = 50  # letters that went again and are named one by one; of the others their number is kept


@dataclass(frozen=True, kw_only=True)
class Letter:
    """A letter that the partner lost: at which place of which epoch, and whether it went again by itself."""

    parcel: Parcel
    epoch: str
    seq: int
    again: bool


def noted(lane: Lane, spans: Iterable[Span]) -> dict[str, Any]:
    """Return what an incident keeps of a lane whose receiver lost these places, before the outbox gets new ones.

    `lane`: its class; `again`: the letters that go again, the oldest first, with their places; `again_number`: of all.
    """
    places = [{"epoch": span.epoch, "first": span.first, "last": span.last} for span in spans]
    going = _at(lane, places).filter(in_outbox=True)
    rows = going.order_by("pk").values_list("pk", "epoch", "seq")[:NOTED]
    return {
        "lane": lane.lane_class,
        "again": [{"parcel": key, "epoch": epoch, "seq": seq} for key, epoch, seq in rows],
        "again_number": going.count(),
    }


def went_again(incident: Incident) -> int:
    """Return how many letters went again by themselves; those of `NOTED` are named by `letters`."""
    return int(incident.facts.get("again_number", 0))


def to_be_sent_anew(incident: Incident) -> QuerySet[Parcel]:
    """Return what the partner had stored and lost, with its message; not what he had refused, nor any bytes."""
    lane = Lane.objects.filter(
        partner=incident.partner_id, direction=Lane.Direction.OUT, lane_class=incident.facts.get("lane", "")
    ).first()
    if lane is None:
        return Parcel.objects.none()
    rows = _at(lane, incident.facts["lost"]).filter(in_outbox=False).exclude(state=Parcel.State.REFUSED)
    bare = rows.select_related("message").defer("envelope", "position", "message__signed")
    return bare.order_by("epoch", "seq")


def letters(incident: Incident, *, first: int, number: int) -> tuple[list[Letter], int, int]:
    """Return so many letters from the first on, how many can be shown, and how many of these must be sent anew.

    Those that people must send come first, then those that went again by themselves.
    """
    rows = to_be_sent_anew(incident)
    anew, again = rows.count(), incident.facts.get("again", [])
    shown = [
        Letter(parcel=row, epoch=row.epoch, seq=row.seq, again=False) for row in rows[first : first + number]
    ]
    start = max(0, first - anew)
    shown += _again(again[start : start + number - len(shown)])
    return shown, anew + len(again), anew


def _again(kept: Sequence[Mapping[str, Any]]) -> list[Letter]:
    bare = Parcel.objects.select_related("message").defer("envelope", "position", "message__signed")
    rows = bare.in_bulk([one["parcel"] for one in kept]) if kept else {}
    return [
        Letter(parcel=rows[one["parcel"]], epoch=one["epoch"], seq=one["seq"], again=True)
        for one in kept
        if one["parcel"] in rows
    ]


def _at(lane: Lane, places: Iterable[Mapping[str, Any]]) -> QuerySet[Parcel]:
    """Return the letters that stand at places of a lane; a receipt is no letter."""
    spans = [Q(epoch=one["epoch"], seq__range=(one["first"], one["last"])) for one in places]
    if not spans:
        return Parcel.objects.none()
    return Parcel.objects.filter(reduce(or_, spans), lane=lane, until=Until.RECEIPT)
