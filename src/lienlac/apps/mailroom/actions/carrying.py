"""The conversation about a lane: greet, hear where the partner stands, mark what was handed over."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime

from django.db import transaction

from lienlac.apps.directory.models import Node
from lienlac.apps.mailroom import lanes
from lienlac.apps.mailroom.actions import incoming, outgoing
from lienlac.apps.mailroom.models import Parcel
from lienlac.core.lane import Claim, Greeted, Heard, LaneClass, SendFrom, Standing


@transaction.atomic
def greeted(partner: Node, claims: Mapping[LaneClass, Claim], *, now: datetime) -> dict[LaneClass, Standing]:
    """Take a partner's claims about the lanes to us; answer where we stand in each."""
    standings = {}
    for lane_class, claim in claims.items():
        row, state = lanes.row_in(partner, lane_class)
        answer = incoming.walk(row, state, Greeted(claim=claim), now=now)
        if answer:
            standings[lane_class] = answer
    return standings


@transaction.atomic
def heard(partner: Node, standings: Mapping[LaneClass, Standing], *, now: datetime) -> dict[LaneClass, int]:
    """Take where a partner stands in the lanes from us; return the place from which to go on, where told."""
    go_on = {}
    for lane_class, standing in standings.items():
        row, state = lanes.row_out(partner, lane_class)
        mine = _digest_at(row.pk, state.epoch, standing.seq)
        event = Heard(standing=standing, mine=mine, fresh=lanes.fresh_epoch())
        _, after_commit = outgoing.walk(row, state, event, now=now)
        go_on |= {lane_class: action.seq for action in after_commit if isinstance(action, SendFrom)}
    return go_on


def _digest_at(lane: int, epoch: str, seq: int) -> str:
    digest = Parcel.objects.filter(lane_id=lane, epoch=epoch, seq=seq).values_list("digest", flat=True).first()
    return digest or ""


@transaction.atomic
def mark_sent(parcels: Sequence[int], *, now: datetime) -> None:
    """Note when parcels (by primary key) were handed to the line for the first time."""
    Parcel.objects.filter(pk__in=parcels, sent_at=None).update(sent_at=now)
