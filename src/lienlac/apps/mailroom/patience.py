"""What has waited in an outbox longer than it may: one question for the incident, the health page and monitors."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

from django.conf import settings
from django.db.models import OuterRef, QuerySet, Subquery

from lienlac.apps.directory import queries as directory
from lienlac.apps.mailroom.models import Lane, Parcel
from lienlac.core.lane import LaneClass, Patience, Until

UNSETTLED = (Parcel.State.WAITING, Parcel.State.SENT)


@dataclass(frozen=True, kw_only=True)
class Overdue:
    """A lane whose oldest parcel has waited for its receipt longer than its class may, and since when it lies here."""

    partner: int
    lane_class: LaneClass
    since: datetime


def overdue(*, now: datetime) -> list[Overdue]:
    """Return the lanes, to partners whom we speak with, in which something has waited too long.

    It waits until its signed receipt is here: who takes everything and receipts nothing is found as a dead line is.
    """
    patience: Patience = settings.NODE.patience
    oldest = [_oldest(lane) for lane in _lanes_in_use()]
    return [one for one in oldest if one is not None and one.since + patience.of(one.lane_class) < now]


def overdue_by_partner(*, now: datetime) -> Mapping[int, datetime]:
    """Return the keys of partners for whom something has waited too long -> since when the oldest of it lies here."""
    found: dict[int, datetime] = {}
    for one in overdue(now=now):
        found[one.partner] = min(one.since, found.get(one.partner, one.since))
    return found


def _lanes_in_use() -> QuerySet[Lane]:
    """Lanes in whose outbox something waits for a receipt, with the oldest of each state (index `waiting_by_lane`)."""
    lanes = Lane.objects.filter(
        direction=Lane.Direction.OUT, outbox_parcels__gt=0, partner__standing__in=directory.SPEAKS_WITH_US
    )
    return lanes.annotate(**{f"oldest_{state}": Subquery(_first(state)) for state in UNSETTLED})


def _first(state: str) -> QuerySet[Parcel, datetime]:
    of_lane = Parcel.objects.filter(
        lane=OuterRef("pk"), in_outbox=True, state=state, until=Until.RECEIPT, settled=False
    )
    return of_lane.order_by("queued_at").values_list("queued_at", flat=True)[:1]


def _oldest(lane: Lane) -> Overdue | None:
    moments = [getattr(lane, f"oldest_{state}") for state in UNSETTLED]
    found = [one for one in moments if one is not None]
    if not found:
        return None
    return Overdue(partner=lane.partner_id, lane_class=LaneClass(lane.lane_class), since=min(found))
