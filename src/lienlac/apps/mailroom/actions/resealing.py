"""Send again what a partner could not open, sealed to the key that he has told us since."""

from __future__ import annotations

from datetime import datetime

from django.db import transaction
from django.db.models import F

from lienlac.apps.directory import queries
from lienlac.apps.directory.models import Node
from lienlac.apps.mailroom import bells, lanes
from lienlac.apps.mailroom.actions import outgoing
from lienlac.apps.mailroom.actions.posting import Stationery, seal
from lienlac.apps.mailroom.chunks import as_written, find
from lienlac.apps.mailroom.models import Parcel
from lienlac.core import envelope
from lienlac.core.envelope import chunks
from lienlac.core.lane import LaneClass, Post, Until
from lienlac.core.policy.grounds import KEY_GONE

AT_ONCE = 100


@transaction.atomic
def send_sealed_anew(*, now: datetime) -> int:
    """Give what was refused with `KEY_GONE` a new envelope and a new place in its lane; return how many.

    Only once the partner's node has acknowledged the old place, which nobody could fill again, and only for a key that
    came after it was sealed: who refuses for ever hears it once for each key of his.
    """
    refused = Parcel.objects.filter(
        state=Parcel.State.REFUSED,
        in_outbox=False,
        message__erased_at=None,
        message__receipts__partner=F("lane__partner"),
        message__receipts__stage="R1",
        message__receipts__reason=KEY_GONE,
        lane__partner__in=queries.known_partners(),
    )
    stationery, sent = Stationery(now), 0
    for parcel in refused.select_related("lane__partner", "message").order_by("pk")[:AT_ONCE]:
        if queries.sealing_key_since(parcel.lane.partner, now) > parcel.queued_at:
            sent += _again(parcel, stationery, now)
    bells.ring_after_commit()
    return sent


def _again(parcel: Parcel, stationery: Stationery, now: datetime) -> bool:
    content = _content(parcel)
    if content is None:
        return False
    partner: Node = parcel.lane.partner
    sealed = seal(content, [partner], stationery)
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
        sent_at=None,
        queued_at=now,
    )
    event = Post(message=parcel.message.message_id, digest=digest, until=Until(parcel.until))
    outgoing.walk(lane, state, event, now=now, keys=stationery.keys)
    return True


def _content(parcel: Parcel) -> bytes | None:
    """Return what was sealed: the author's bytes, with the piece of a file that goes along; None when that is gone."""
    signed = bytes(parcel.message.signed)
    if parcel.message.kind != chunks.KIND:
        return signed
    body = as_written(parcel.message).body
    raw = find(queries.own_code(), str(body["of"]))(str(body["chunk"]))
    return chunks.enclose(signed, raw) if raw else None
