"""Receipts that come: settle the parcel on R1, keep the signed word and its checkpoint, tell the room it concerns."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, NamedTuple

from django.db.models import QuerySet

from lienlac.apps.audit import cosigning
from lienlac.apps.directory import moments, queries
from lienlac.apps.directory.models import Node
from lienlac.apps.mailroom import lanes, ledger
from lienlac.apps.mailroom.actions import incidents, outgoing
from lienlac.apps.mailroom.actions.opening import BY_MACHINE
from lienlac.apps.mailroom.actions.witnessing import LEDGER_DENIED, keep_head, note_dispute
from lienlac.apps.mailroom.models import Arrival, Lane, Parcel, Receipt
from lienlac.apps.mailroom.models import Message as MessageRow
from lienlac.apps.mailroom.receivers import Delivery, ReceiptCame, Receivers
from lienlac.apps.rows import bulk, statements
from lienlac.apps.rows.prepared import Prepared, padded
from lienlac.core.envelope import frames
from lienlac.core.errors import LienlacError, Refused
from lienlac.core.lane import LaneClass, Receipted, Until
from lienlac.core.messages.check import check_body
from lienlac.core.policy.grounds import KEY_GONE

KIND = "RECEIPT"


@dataclass(frozen=True, kw_only=True)
class _Came:
    """A receipt that came: what it says, how it came, the row of its message, which keeps the signed bytes."""

    body: Mapping[str, Any]
    delivery: Delivery
    row: MessageRow

    @property
    def by_node(self) -> bool:
        return str(self.body["stage"]) == BY_MACHINE


def receipt_came(delivery: Delivery, row: MessageRow, arrival: Arrival, receivers: Receivers) -> None:
    """Take a partner's receipt; Refused or Malformed when it is for nothing that we sent him, or has no shape."""
    check_body(KIND, delivery.message.version, delivery.message.body)
    came = _Came(body=delivery.message.body, delivery=delivery, row=row)
    parcels = _settled(came, arrival.lane) if came.by_node else _meant_by_people(came)
    if news := _keep(parcels, came):
        _enter(news, came)
        if came.body.get("outward_ground") != KEY_GONE:  # it is sent again by itself: nobody refused anything
            receivers.receipt(_as_news(news, came))


class _Ours(NamedTuple):
    """A parcel of ours, as far as a receipt concerns it; `message` is the key of the row, `message_id` its name."""

    parcel: int
    lane: int
    digest: str
    in_outbox: bool
    message: int
    message_id: str


def _ours(parcels: QuerySet[Parcel]) -> QuerySet[Parcel, tuple[Any, ...]]:
    """Read parcels that were found by digest or message. The caller looks at their lane.

    As a condition beside these it would be the one that SQLite walks by, through all that was ever sent.
    """
    return parcels.values_list("pk", "lane_id", "digest", "in_outbox", "message_id", "message__message_id")


_OF_DIGESTS = Prepared[tuple[Any, ...]](
    lambda *digests: _ours(Parcel.objects.filter(digest__in=digests, until=Until.RECEIPT))
)


def _meant_by_people(came: _Came) -> list[_Ours]:
    """Find what R2 or R3 is about; it lies in that message's lane."""
    ours = Parcel.objects.filter(
        message__message_id=came.body["of"], lane__partner=came.delivery.partner, until=Until.RECEIPT
    )
    if not (found := list(_ours(ours.order_by("pk")[:1]))):
        raise Refused("receipt_for_nothing", outward="RF02")
    return list(map(_Ours._make, found))


def _settled(came: _Came, lane: Lane) -> list[_Ours]:
    """Let R1 settle what it names; return the parcels whose very bytes it names.

    For other bytes than ours it settles nothing: an incident. What it names besides, and we never sent, is nothing.
    """
    now = came.delivery.now
    out, state = lanes.row_out(came.delivery.partner, LaneClass(came.body["lane_class"]))
    named = _meant_by_node(came, out)
    _take_checkpoint(lane, str(came.body.get("checkpoint", "")).encode(), now=now)
    _take_cosigned(came.delivery.partner, str(came.body.get("cosigned", "")).encode(), now=now)
    rows = {parcel.message_id: parcel.parcel for _, parcel in named}
    outgoing.walk(out, state, *(_receipted(digest, parcel) for digest, parcel in named), now=now, rows=rows)
    return [parcel for digest, parcel in named if parcel.digest == digest]


def _receipted(digest: str, parcel: _Ours) -> Receipted:
    mine = parcel.digest if parcel.in_outbox else ""
    return Receipted(message=parcel.message_id, digest=digest, mine=mine)


def _meant_by_node(came: _Came, out: Lane) -> list[tuple[str, _Ours]]:
    """Find the parcels of a lane that R1 names, each with the digest that it says.

    By the envelope; else by the message, signed for other bytes. Refused when it names nothing of ours, or ties an
    envelope to another message than ours.
    """
    id_of = _named(came.body)
    ours = list(map(_Ours._make, _OF_DIGESTS(*padded(list(id_of))))) if id_of else []
    by_digest = {one.digest: one for one in ours if one.lane == out.pk}
    if any(id_of[digest] not in ("", one.message_id) for digest, one in by_digest.items()):
        raise Refused("receipt_contradicts_itself", outward="RF02")
    others = [name for digest, name in id_of.items() if name and digest not in by_digest]
    by_id = _by_message(others, out) if others else {}
    named = [(digest, by_digest.get(digest) or by_id.get(name)) for digest, name in id_of.items()]
    found = [(digest, parcel) for digest, parcel in named if parcel is not None]
    if not found:
        raise Refused("receipt_for_nothing", outward="RF02")
    return found


def _by_message(ids: Sequence[str], out: Lane) -> dict[str, _Ours]:
    messages = MessageRow.objects.filter(message_id__in=ids).values_list("pk", flat=True)
    ours = _ours(Parcel.objects.filter(message__in=list(messages), until=Until.RECEIPT))
    return {one.message_id: one for one in map(_Ours._make, ours) if one.lane == out.pk}


def _named(body: Mapping[str, Any]) -> dict[str, str]:
    """Return the digests that R1 names, each with the id of its message, "" where it says none."""
    digests = body["envelopes"]
    ids = body.get("messages") or [""] * len(digests)
    if len({len(digests), len(set(digests)), len(ids), len(body["seqs"])}) > 1:
        raise Refused("receipt_contradicts_itself", outward="RF02")
    return dict(zip(digests, ids, strict=True))


def _keep(parcels: Sequence[_Ours], came: _Came) -> list[_Ours]:
    """Keep the first word of each stage about each message; return about which this one is new.

    "Not understood" is no last word, and `KEY_GONE` none: the R1 that follows an upgrade, or a new envelope, takes its
    place.
    """
    body, partner = came.body, came.delivery.partner
    told = {
        "status": body["status"],
        "reason": body.get("outward_ground", ""),
        "at": moments.from_wire(str(body["at"])),
        "came_at": came.delivery.now,
        "word_id": came.row.pk,
    }
    place = {"partner_id": partner.pk, "stage": body["stage"]}
    # His lane is locked: nobody else writes meanwhile.
    words = _WORDS(partner.pk, body["stage"], *padded([one.message for one in parcels])) if parcels else ()
    before = {key: (status, reason) for key, status, reason in words}
    first = [one for one in parcels if one.message not in before]
    later = [one for one in parcels if one.message in before and _gives_way(*before[one.message], body=body)]
    bulk.insert(bulk.fresh(Receipt, message_id=one.message, **place, **told) for one in first)
    if later:
        Receipt.objects.filter(message__in=[one.message for one in later], **place).update(**told)
    news = first + later
    if came.by_node:
        state = _STATE_OF_STATUS[body["status"]]
        statements.done_each(BECAME, [(str(state), one.parcel) for one in news])
    return news


_WORDS = Prepared[tuple[int, str, str]](
    lambda partner, stage, *messages: Receipt.objects.filter(
        message_id__in=messages, partner_id=partner, stage=stage
    ).values_list("message_id", "status", "reason")
)
BECAME = "UPDATE mailroom_parcel SET state = %s WHERE id = %s"


def _gives_way(status: str, reason: str, *, body: Mapping[str, Any]) -> bool:
    not_understood = status == Parcel.State.NOT_UNDERSTOOD
    return reason == KEY_GONE or (not_understood and body["status"] != status)


_STATE_OF_STATUS = {
    "stored": Parcel.State.RECEIVED,
    "not_understood": Parcel.State.NOT_UNDERSTOOD,
    "refused": Parcel.State.REFUSED,
}


def _enter(news: Sequence[_Ours], came: _Came) -> None:
    ledger.receipt(
        "receipt_received",
        came.delivery.partner,
        told=came.delivery.message,
        signed=bytes(came.row.signed),
        parcel_digest=news[0].digest,
        now=came.delivery.now,
    )


def _take_checkpoint(lane: Lane, note: bytes, *, now: datetime) -> None:
    """Keep the partner's checkpoint that covers the leaf of our parcel; a fork of his ledger is an incident.

    A checkpoint that does not hold is his fault and does not touch the receipt, which is signed by itself.
    """
    if not note:
        return
    before = bytes(_LAST_HEAD.first(lane.pk) or b"")
    if note == before:  # the R1 of a batch bring one head
        return
    if keep_head(lane.partner, note, after=before, now=now):
        statements.done("UPDATE mailroom_lane SET last_head = %s WHERE id = %s", [note, lane.pk])


_LAST_HEAD = Prepared["bytes | memoryview[int]"](
    lambda lane: Lane.objects.filter(pk=lane).values_list("last_head", flat=True)
)


def _take_cosigned(partner: Node, note: bytes, *, now: datetime) -> None:
    """Keep a head of ours that the partner cosigned; what we did not sign, or a second history, is an incident."""
    if not note:
        return
    own, theirs = queries.signing_publics(queries.this_node()), queries.signing_publics(partner)
    try:
        dispute = cosigning.keep(note, partner=partner.code, node=queries.own_code(), own=own, theirs=theirs)
    except LienlacError as problem:
        incidents.note(partner, LEDGER_DENIED, {"reason": problem.code}, evidence=frames.pack(note), now=now)
        return
    if dispute:
        note_dispute(partner, dispute, now=now)


def _as_news(news: Sequence[_Ours], came: _Came) -> ReceiptCame:
    body, delivery = came.body, came.delivery
    return ReceiptCame(
        message_ids=tuple(one.message_id for one in news),
        partner=delivery.partner,
        office=delivery.message.from_office,
        stage=body["stage"],
        status=body["status"],
        outward_ground=body.get("outward_ground", ""),
        at=moments.from_wire(body["at"]),
        now=delivery.now,
    )
