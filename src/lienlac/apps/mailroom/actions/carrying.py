"""The conversation about a lane: greet, hear where the partner stands, note what was handed over."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta

from django.db import connection, transaction
from django.db.models import F, Sum

from lienlac.apps.audit import house
from lienlac.apps.directory.models import Node
from lienlac.apps.mailroom import bells, lanes
from lienlac.apps.mailroom.actions import incoming, outgoing
from lienlac.apps.mailroom.actions.lines import line_worked
from lienlac.apps.mailroom.actions.opening import RECEIPT
from lienlac.apps.mailroom.models import Incident, Lane, Message, Parcel
from lienlac.apps.rows import statements
from lienlac.apps.rows.again import heard_again
from lienlac.apps.rows.prepared import Prepared
from lienlac.core.errors import Refused
from lienlac.core.lane import (
    GENESIS,
    Claim,
    Greeted,
    Heard,
    LaneClass,
    SendFrom,
    Standing,
    Thaw,
    begins_anew,
    forgotten,
)
from lienlac.core.lane.actions import DropSettled, Ignore


@transaction.atomic
def greeted(partner: Node, claims: Mapping[LaneClass, Claim], *, now: datetime) -> dict[LaneClass, Standing]:
    """Take a partner's claims about the lanes to us; answer where we stand in each."""
    standings = dict[LaneClass, Standing]()
    for lane_class, claim in claims.items():
        row, state = lanes.row_in(partner, lane_class)
        held = tuple(incoming.digest_at(row, mark.epoch, mark.seq) for mark in claim.acked)
        event = Greeted(claim=claim, held=held)
        if forgotten(state, event) and _restored_often(partner, now):
            event = replace(event, put_off=True)
        new, answer = incoming.walk(row, state, event, now=now)
        if new != state:
            lanes.write(row, new)
            bells.ring_after_commit()
        if answer:
            standings[lane_class] = answer
    return standings


HOUR = timedelta(hours=1)
RESTORES_AN_HOUR = 9
"""So often a partner may tell us in an hour that we were restored: three times, in three lanes.

Each time our lane to him begins anew, with all its places signed again; whoever invents it would have us do nothing
else.
"""


def _restored_often(partner: Node, now: datetime) -> bool:
    # Looked for both ways: a clock that was put back silences nobody.
    told = Incident.objects.filter(
        partner=partner, code="i_was_restored", at__gt=now - HOUR, at__lt=now + HOUR
    )
    return told.count() >= RESTORES_AN_HOUR


MERE_ACKS = frozenset({DropSettled, SendFrom, Ignore})
"""What an acknowledgement asks for: he says it again whenever he is greeted, and nothing is signed or told for it."""


@transaction.atomic(savepoint=False)
def heard(
    partner: Node,
    standings: Mapping[LaneClass, Standing],
    *,
    now: datetime,
    only: Collection[type] | None = None,
) -> dict[LaneClass, int]:
    """Take where a partner stands in the lanes from us; return the place from which to go on, where told.

    `only` as in `outgoing.walk`.
    """
    go_on = dict[LaneClass, int]()
    held = lanes.rows_out(partner, standings)
    for lane_class, standing in standings.items():
        row, state = held[lane_class]
        mine = _digest_at(row.pk, state.epoch, standing)
        event = Heard(standing=standing, mine=mine, fresh=lanes.fresh_epoch(), given=_given(row.pk, standing))
        if begins_anew(state, event) and not _may_begin_anew(row, now):
            continue
        _, after_commit = outgoing.walk(row, state, event, now=now, only=only)
        for action in after_commit:
            if isinstance(action, SendFrom):
                go_on[lane_class] = action.seq
    return go_on


BEGUN_ANEW_AN_HOUR = 9
"""So often a partner's word may have us begin lanes to him anew in an hour, with all their places signed again.

He lost places, he holds what we never sent, he thawed a lane: whoever invents it would have us do nothing else.
"""


def _may_begin_anew(row: Lane, now: datetime) -> bool:
    """Count that a lane begins anew; False once its partner has had it often: his next greeting says it again."""
    # Looked for both ways: a clock that was put back silences nobody.
    recent = Lane.objects.filter(partner=row.partner, anew_since__gt=now - HOUR, anew_since__lt=now + HOUR)
    if (recent.aggregate(sum=Sum("anew"))["sum"] or 0) >= BEGUN_ANEW_AN_HOUR:
        return False
    if not recent.filter(pk=row.pk).update(anew=F("anew") + 1):
        Lane.objects.filter(pk=row.pk).update(anew=1, anew_since=now)
    return True


def _digest_at(lane: int, epoch: str, standing: Standing) -> str:
    if standing.epoch != epoch:
        return ""
    return _DIGEST_AT.first(lane, epoch, standing.seq) or ""


_DIGEST_AT = Prepared[str](
    lambda lane, epoch, seq: Parcel.objects.filter(lane_id=lane, epoch=epoch, seq=seq).values_list(
        "digest", flat=True
    )
)


def _given(lane: int, standing: Standing) -> frozenset[str]:
    """Return which of the envelopes in front of what he lost are ours: those of parcels, and of receipts that left."""
    asked = {lost.before for lost in standing.lost if lost.before != GENESIS}
    if not asked:
        return frozenset()
    parcels = Parcel.objects.filter(lane_id=lane, digest__in=asked)
    receipts = Message.objects.filter(kind=RECEIPT, outbound=True, envelope_digest__in=asked)
    return frozenset(parcels.values_list("digest", flat=True)) | frozenset(
        receipts.values_list("envelope_digest", flat=True)
    )


@transaction.atomic(savepoint=False)
def mark_sent(parcels: Sequence[int], *, now: datetime) -> None:
    """Note when parcels (by primary key) were handed to the line for the first time."""
    at = connection.ops.adapt_datetimefield_value(now)
    unsent = "UPDATE mailroom_parcel SET sent_at = %s WHERE id = %s AND sent_at IS NULL"
    if parcels and statements.done_each(unsent, [(at, key) for key in parcels]):
        bells.ring_after_commit()


@dataclass(frozen=True, kw_only=True)
class HandedOver:
    """What an exchange with a partner brought: parcels (by primary key) that he was given and when, his answer.

    `is_through`: that he answers shows that the line to him goes through now.
    """

    parcels: Sequence[int]
    at: datetime
    standings: Mapping[LaneClass, Standing]
    is_through: bool = True


def handed_over(partner: Node, exchange: HandedOver, *, now: datetime) -> dict[LaneClass, int]:
    """Note in one transaction what a whole exchange changed here; return from which places to go on.

    A mere acknowledgement does not wait for the disk: after a power cut he says it again. Where the engine wants more
    (places signed anew, an incident), all is taken back, and committed as every deed is.
    """
    try:
        with heard_again():
            return _handed_over(partner, exchange, now, only=MERE_ACKS)
    except outgoing.MoreWanted:
        with transaction.atomic():
            return _handed_over(partner, exchange, now)


def _handed_over(
    partner: Node, exchange: HandedOver, now: datetime, *, only: Collection[type] | None = None
) -> dict[LaneClass, int]:
    mark_sent(exchange.parcels, now=exchange.at)
    go_on = heard(partner, exchange.standings, now=now, only=only)
    if exchange.is_through:
        line_worked(partner, now=now)
    return go_on


@transaction.atomic
def thaw(lane: Lane, *, by: str = "", now: datetime) -> None:
    """Let a lane go on that froze because its sender signed two histories: an operator has seen the evidence.

    Refused('lane_not_frozen') for one that goes on already.
    """
    if lane.direction != Lane.Direction.IN or not lane.frozen:
        raise Refused("lane_not_frozen")
    row, state = lanes.row_in(lane.partner, LaneClass(lane.lane_class))
    new, _ = incoming.walk(row, state, Thaw(), now=now)
    lanes.write(row, new)
    facts: dict[str, str | int] = {"code": "lane_thawed", "node": lane.partner.code, "lane": lane.lane_class}
    house.note("incident", actor=house.officer(by) if by else None, facts=facts, now=now)
    bells.ring_after_commit()
