"""Send again what a partner could not open, sealed to the key that he has told us since."""

from __future__ import annotations

from datetime import datetime
from functools import partial

from django.db import transaction
from django.db.models import QuerySet

from lienlac.apps.directory import queries
from lienlac.apps.directory.models import Node
from lienlac.apps.mailroom import bells, lanes
from lienlac.apps.mailroom.actions import outgoing
from lienlac.apps.mailroom.actions.posting import Stationery, seal
from lienlac.apps.mailroom.chunks import content_of
from lienlac.apps.mailroom.models import Message, Parcel
from lienlac.apps.rows import singly
from lienlac.core import envelope
from lienlac.core.envelope import chunks
from lienlac.core.errors import Unavailable
from lienlac.core.lane import LaneClass, Post, Until
from lienlac.core.messages import kinds
from lienlac.core.policy.grounds import KEY_GONE

AT_ONCE = 100


def send_sealed_anew(*, now: datetime) -> int:
    """Give what was refused with `KEY_GONE` a new envelope and a new place in its lane; return how many.

    Only once the partner's node has acknowledged the old place, which nobody could fill again, and only for a key that
    came after it was sealed: who refuses for ever hears it once for each key of his. Each partner is a transaction of
    its own, and what waits for one's key holds up nothing for another; what cannot be sealed is logged and waits.
    """
    return sum(
        singly.done(partial(_to, partner, now), f"sealing anew to {partner.code}")
        for partner in queries.known_partners()
    )


@transaction.atomic
def _to(partner: Node, now: datetime) -> int:
    try:
        since = queries.sealing_key_since(partner, now)
    except Unavailable:  # his only one was revoked
        return 0
    refused, stationery, sent = _refused(partner, since), Stationery(now), 0
    # The lanes in the order in which all who post lock them.
    for key in list(refused.values_list("pk", flat=True)):
        sent += singly.done(partial(_again, key, stationery, now), f"sealing parcel {key} anew")
        if sent == AT_ONCE:
            break
    bells.ring_after_commit()
    return sent


def _refused(partner: Node, since: datetime) -> QuerySet[Parcel]:
    """Return what he could not open and was sealed before he told his newest key, by lane."""
    refused = Parcel.objects.filter(
        lane__partner=partner,
        state=Parcel.State.REFUSED,
        in_outbox=False,
        queued_at__lt=since,
        message__erased_at=None,
        message__receipts__partner=partner,
        message__receipts__stage="R1",
        message__receipts__reason=KEY_GONE,
    )
    return refused.order_by("lane__lane_class", "pk")


def _is_overseen(message: Message) -> bool:
    """Say whether a message is, or brings a chunk of one that is."""
    if message.kind != chunks.KIND:
        return kinds.is_overseen(message.kind)
    brought = Message.objects.filter(message_id=message.in_reply_to).values_list("kind", flat=True).first()
    return kinds.is_overseen(brought or "")


@transaction.atomic
def _again(key: int, stationery: Stationery, now: datetime) -> bool:
    parcel = Parcel.objects.select_related("lane__partner", "message").get(pk=key)
    content = content_of(parcel.message)
    if content is None:
        return False
    partner: Node = parcel.lane.partner
    sealed = seal(content, [partner], stationery, overseen=_is_overseen(parcel.message))
    digest = envelope.digest(sealed)
    lane, state = lanes.row_out(partner, LaneClass(parcel.lane.lane_class))
    Parcel.objects.filter(pk=parcel.pk).update(
        digest=digest,
        envelope=sealed,
        size=len(sealed),
        state=Parcel.State.WAITING,
        in_outbox=True,
        settled=False,
        settled_at=None,
        proof=Parcel.Proof.DUE,  # what was proven or not was the arrival of the old envelope
        sent_at=None,
        queued_at=now,
    )
    event = Post(message=parcel.message.message_id, digest=digest, until=Until(parcel.until))
    outgoing.walk(lane, state, event, now=now, keys=stationery.keys)
    return True
