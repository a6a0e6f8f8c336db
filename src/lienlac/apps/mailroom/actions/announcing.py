"""Tell partners our new keys, by our card in their own lane; their receipts say when the old ones may go.

New sealing keys are made every month, by themselves. Signing keys are made by an operator (`lienlac keys renew`),
taken up when the last partner has receipted them, and the old ones destroyed after an overlap. Whoever still seals to a
key that is gone hears `KEY_GONE`, is told the new one once more, and sends it again by himself (`resealing`).
"""

from __future__ import annotations

import base64
import secrets
from datetime import datetime, timedelta
from functools import partial

from django.db import transaction

from lienlac.apps.directory import actions as directory
from lienlac.apps.directory import moments, queries
from lienlac.apps.directory.models import Node, NodeKey
from lienlac.apps.mailroom.actions.posting import CARD, Stationery, post
from lienlac.apps.mailroom.models import Arrival, Parcel
from lienlac.apps.mailroom.receivers import Delivery
from lienlac.apps.rows import singly
from lienlac.core.envelope import envelope
from lienlac.core.errors import LienlacError, Malformed
from lienlac.core.lane import LaneClass
from lienlac.core.messages import kinds
from lienlac.core.messages.check import check_body
from lienlac.core.messages.message import Message
from lienlac.core.policy.grounds import KEY_GONE

KIND = CARD
SEAL_EVERY = timedelta(days=30)
OVERLAP = {
    NodeKey.Use.SEAL: timedelta(days=30),
    NodeKey.Use.LASTING: timedelta(days=365),
    **dict.fromkeys(directory.SIGNING, timedelta(days=90)),
}
"""How long an old key is kept after every partner has receipted the new one: a stick may be so long under way, and a
fingerprint that inspectors have on paper is not changed in a month.
"""


def renew_keys(*, now: datetime) -> None:
    """Do what is due: a new sealing key, taking up, destroying, telling partners. Each is a transaction of its own."""
    if _sealing_is_due(now):
        directory.renew_sealing(now=now)
    changed_at = queries.card_changed_at()
    if changed_at is None:
        return  # its first keys are on the card that partners were given
    if queries.not_taken_up().exists() and not unheard(changed_at):
        directory.take_up(now=now)
    if rows := _may_go(now):
        directory.retire(rows, now=now)
    announce(queries.card_changed_at() or changed_at, now=now)


def _sealing_is_due(now: datetime) -> bool:
    newest = queries.own_key_rows(NodeKey.Use.SEAL).order_by("-valid_from").first()
    return newest is not None and newest.valid_from + SEAL_EVERY <= now


def unheard(since: datetime, *, until: datetime | None = None) -> list[Node]:
    """Return the partners who have not receipted a card of ours from `since` on (at the latest at `until`).

    A card is as old as its message: an older one that is sent again, sealed anew, says no more than it said.
    """
    heard = Parcel.objects.filter(
        message__kind=KIND,
        message__created_at__gte=_on_the_wire(since),
        state=Parcel.State.RECEIVED,
        settled=True,
    )
    if until is not None:
        heard = heard.filter(settled_at__lte=until)
    return list(queries.known_partners().exclude(pk__in=heard.values("lane__partner")))


def announce(changed_at: datetime, *, now: datetime) -> int:
    """Post our card to whom it was not told since it changed, and who sealed to a key that is gone; return how many."""
    told = 0
    for partner in queries.known_partners():
        last = _last_told(partner)
        if last is None or last < _on_the_wire(changed_at) or _used_a_key_that_is_gone(partner, last):
            # One partner without an office must not keep it from the others.
            told += singly.done(partial(_tell, partner, now), f"telling our card to {partner.code}")
    return told


def _last_told(partner: Node) -> datetime | None:
    parcels = Parcel.objects.filter(lane__partner=partner, message__kind=KIND).order_by(
        "-message__created_at"
    )
    return parcels.values_list("message__created_at", flat=True).first()


def _on_the_wire(moment: datetime) -> datetime:
    """Return a moment as a message of that moment bears it: what is told at once is no older than the change."""
    return moments.from_wire(moments.to_wire(moment))


def _used_a_key_that_is_gone(partner: Node, since: datetime) -> bool:
    refused = Arrival.objects.filter(lane__partner=partner, state=Arrival.State.REFUSED)
    return refused.filter(outward_ground=KEY_GONE, arrived_at__gt=since).exists()


@transaction.atomic
def _tell(partner: Node, now: datetime) -> bool:
    post(_message(partner, now), lane_class=LaneClass.NORMAL, now=now, stationery=Stationery(now))
    return True


def _message(partner: Node, now: datetime) -> Message:
    ours, theirs = queries.own_offices().first(), queries.first_office(partner.code)
    if ours is None or theirs is None:
        raise Malformed("unknown_office", office=partner.code)
    return Message(
        id=secrets.token_hex(16),
        from_office=ours.code,
        to_offices=(theirs.code,),
        kind=KIND,
        version=kinds.kind(KIND).version,
        handling=(),
        created=moments.to_wire(now),
        agreement=None,
        in_reply_to=None,
        attachments=(),
        body={"card": base64.b64encode(directory.issue_card(now)).decode()},
    )


def take_keys(delivery: Delivery) -> None:
    """Follow a partner to the keys of its later card; Malformed or Unauthentic as `directory.follow`."""
    body = dict(delivery.message.body)
    check_body(KIND, delivery.message.version, body)
    try:
        signed = base64.b64decode(str(body["card"]), validate=True)
    except ValueError as error:
        raise Malformed("card_broken") from error
    directory.follow(delivery.partner, signed, told_by=delivery.message.id, now=delivery.now)


def _may_go(now: datetime) -> list[NodeKey]:
    """Return our old keys that nobody needs any longer."""
    pairs = queries.superseded(*OVERLAP, now=now)
    return [old for old, new in pairs if _overlap_is_over(old, new, now) and not _is_needed(old, new)]


def _overlap_is_over(old: NodeKey, new: NodeKey, now: datetime) -> bool:
    ended = now - OVERLAP[NodeKey.Use(old.use)]
    return new.valid_from <= ended and not unheard(new.valid_from, until=ended)


def _is_needed(old: NodeKey, new: NodeKey) -> bool:
    """Say whether something that still lies here was signed with the old key, or is sealed to it and not opened yet."""
    if old.use in directory.SIGNING:
        return Parcel.objects.filter(in_outbox=True, queued_at__lt=new.valid_from).exists()
    kept = Arrival.objects.filter(state=Arrival.State.NOT_UNDERSTOOD).exclude(envelope=b"")
    return any(_names(bytes(sealed), old.kid) for sealed in kept.values_list("envelope", flat=True))


def _names(sealed: bytes, kid: str) -> bool:
    """Say whether an envelope is sealed to a key; one that is newer than this node may be."""
    try:
        return kid in envelope.kids_of(sealed)
    except LienlacError:
        return True
