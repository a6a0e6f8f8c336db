"""What was left for a partner at a carrier (a hub, a cluster) and has had no word of his for too long.

An acknowledgement is asked for, and no receipt: whoever acknowledged has the parcel, and what keeps his receipt is no
affair of the carrier; or his receipt was lost on its way to us, which he notices as we do.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from statistics import median_low

from django.conf import settings

from lienlac.apps.directory import queries as directory
from lienlac.apps.directory.models import Node
from lienlac.apps.mailroom.models import Lane, Parcel
from lienlac.core.lane import LaneClass, Patience, Until, silent_after

LOOKED_AT = 20  # so many receipts tell how long one usually takes


@dataclass(frozen=True, kw_only=True)
class Unanswered:
    """The places of a lane that were not acknowledged for too long, and since when the first of them was handed over.

    `is_handed_over`: False when nothing took it, and it waits here since then.
    """

    partner: int
    lane_class: LaneClass
    epoch: str
    first: int
    last: int
    since: datetime
    limit: timedelta
    is_handed_over: bool


def unanswered(partner: Node, *, now: datetime) -> Sequence[Unanswered]:
    """Return the lanes to a partner in which a word of his is due; none of those that he has frozen."""
    lanes = Lane.objects.filter(
        partner=partner,
        direction=Lane.Direction.OUT,
        owing=True,
        frozen=False,
        partner__standing__in=directory.SPEAKS_WITH_US,
    )
    found = [_first(lane) for lane in lanes]
    return [one for one in found if one is not None and one.since + one.limit < now]


def _first(lane: Lane) -> Unanswered | None:
    epoch, place = str(lane.state["epoch"]), int(lane.state["acked"]) + 1
    times = (
        Parcel.objects.filter(lane=lane, epoch=epoch, seq=place).values_list("queued_at", "sent_at").first()
    )
    if times is None:
        return None
    patience: Patience = settings.NODE.patience
    queued_at, sent_at = times
    lane_class = LaneClass(lane.lane_class)
    return Unanswered(
        partner=lane.partner_id,
        lane_class=lane_class,
        epoch=epoch,
        first=place,
        last=int(lane.state["sent"]),
        since=sent_at or queued_at,
        limit=silent_after(_usual(lane, epoch, place), patience.of(lane_class)),
        is_handed_over=sent_at is not None,
    )


def _usual(lane: Lane, epoch: str, before: int) -> timedelta | None:
    """Return how long signed receipts took lately in a lane; None when none came in this epoch."""
    settled = Parcel.objects.filter(
        lane=lane,
        epoch=epoch,
        seq__lt=before,
        until=Until.RECEIPT,
        settled_at__isnull=False,
        sent_at__isnull=False,
    )
    rows = settled.order_by("-seq").values_list("sent_at", "settled_at")[:LOOKED_AT]
    took = [came - left for left, came in rows if left and came]
    return median_low(took) if took else None
