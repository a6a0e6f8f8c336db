"""Receipts that come: settle the parcel on R1, keep the signed word and its checkpoint, tell the room it concerns."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from lienlac.apps.audit import cosigning, heads
from lienlac.apps.directory import moments, queries
from lienlac.apps.directory.models import Node
from lienlac.apps.mailroom import lanes, ledger
from lienlac.apps.mailroom.actions import incidents, outgoing
from lienlac.apps.mailroom.models import Arrival, Lane, Parcel, Receipt
from lienlac.apps.mailroom.models import Message as MessageRow
from lienlac.apps.mailroom.receivers import Delivery, ReceiptCame, Receivers
from lienlac.core.envelope import frames
from lienlac.core.errors import LienlacError, Refused
from lienlac.core.lane import LaneClass, Receipted, Until
from lienlac.core.messages.check import check_body

KIND = "RECEIPT"
LEDGER_DENIED = "partner_untrusted"  # the incident whose words say that a partner's ledger no longer agrees


def receipt_came(delivery: Delivery, row: MessageRow, arrival: Arrival, receivers: Receivers) -> None:
    """Take a partner's receipt; Refused or Malformed when it is for nothing that we sent him, or has no shape."""
    body = dict(delivery.message.body)
    check_body(KIND, delivery.message.version, body)
    parcel = _parcel_meant(delivery.partner, body)
    if parcel is None:
        raise Refused("receipt_for_nothing", outward="RF02")
    if body.get("of", parcel.message.message_id) != parcel.message.message_id:
        raise Refused("receipt_contradicts_itself", outward="RF02")
    if body["stage"] == "R1":
        _take_checkpoint(arrival.lane, str(body.get("checkpoint", "")).encode(), now=delivery.now)
        _take_cosigned(delivery.partner, str(body.get("cosigned", "")).encode(), now=delivery.now)
        if not _settle(parcel, body, delivery.now):
            return  # for other bytes than ours: an incident, and it settles nothing
    if _keep(parcel, body, delivery, row):
        _enter(parcel, body, delivery, row)
        receivers.receipt(_as_news(parcel, body, delivery))


def _parcel_meant(partner: Node, body: dict[str, Any]) -> Parcel | None:
    """Find the parcel: by the envelope for R1, by the message for people's receipts, which lie in its lane too."""
    ours = Parcel.objects.filter(lane__partner=partner, until=Until.RECEIPT)
    ours = ours.select_related("lane__partner", "message")
    if body["stage"] != "R1":
        return ours.filter(message__message_id=body["of"]).first()
    found = ours.filter(lane__lane_class=body["lane_class"])
    by_digest = found.filter(digest=body["envelope_digest"]).first()
    if by_digest is None and "of" in body:
        return found.filter(
            message__message_id=body["of"]
        ).first()  # signed for other bytes: the lane says so
    return by_digest


def _settle(parcel: Parcel, body: dict[str, Any], now: datetime) -> bool:
    """Let the lane judge the receipt; return whether it is for the bytes that we sent."""
    digest = body["envelope_digest"]
    lane, state = lanes.row_out(parcel.lane.partner, LaneClass(parcel.lane.lane_class))
    mine = parcel.digest if parcel.in_outbox else ""
    event = Receipted(message=parcel.message.message_id, digest=digest, mine=mine)
    outgoing.walk(lane, state, event, now=now)
    return bool(parcel.digest == digest)


def _keep(parcel: Parcel, body: dict[str, Any], delivery: Delivery, row: MessageRow) -> bool:
    """Keep the first word of each stage; return whether this one is new.

    "Not understood" is no last word: the R1 that follows an upgrade takes its place.
    """
    told = {
        "status": body["status"],
        "reason": body.get("outward_ground", ""),
        "at": moments.from_wire(body["at"]),
        "came_at": delivery.now,
        "signed": bytes(row.signed),
    }
    place = {"message": parcel.message, "partner": delivery.partner, "stage": body["stage"]}
    kept = Receipt.objects.filter(**place).only("status").first()
    new = kept is None  # his lane is locked: nobody else writes it meanwhile
    if kept is None:
        Receipt.objects.create(**place, **told)
    elif kept.status == Parcel.State.NOT_UNDERSTOOD and body["status"] != kept.status:
        new = bool(Receipt.objects.filter(pk=kept.pk).update(**told))
    if new and body["stage"] == "R1":
        Parcel.objects.filter(pk=parcel.pk).update(state=_STATE_OF_STATUS[body["status"]])
    return new


_STATE_OF_STATUS = {
    "stored": Parcel.State.RECEIVED,
    "not_understood": Parcel.State.NOT_UNDERSTOOD,
    "refused": Parcel.State.REFUSED,
}


def _enter(parcel: Parcel, body: dict[str, Any], delivery: Delivery, row: MessageRow) -> None:
    ledger.receipt(
        "receipt_received",
        delivery.partner,
        level=ledger.level_of(body["stage"], body["status"]),
        parcel_digest=parcel.digest,
        payload=delivery.message.to_bytes(),
        signed=bytes(row.signed),
        now=delivery.now,
    )


def _take_checkpoint(lane: Lane, note: bytes, *, now: datetime) -> None:
    """Keep the partner's checkpoint that covers the leaf of our parcel; a fork of his ledger is an incident.

    A checkpoint that does not hold is his fault and does not touch the receipt, which is signed by itself.
    """
    if not note:
        return
    partner = lane.partner
    before = bytes(Lane.objects.values_list("last_head", flat=True).get(pk=lane.pk))
    if note == before:  # the R1 of a batch bring one head
        return
    try:
        fork = heads.keep(
            note,
            partner=partner.code,
            node=queries.own_code(),
            publics=queries.signing_publics(partner),
            after=before,
            now=now,
        )
    except LienlacError as problem:
        incidents.note(partner, LEDGER_DENIED, {"reason": problem.code}, evidence=frames.pack(note), now=now)
        return
    if fork:
        note_fork(partner, fork, now=now)
    else:
        Lane.objects.filter(pk=lane.pk).update(last_head=note)


def _take_cosigned(partner: Node, note: bytes, *, now: datetime) -> None:
    """Keep a head of ours that the partner cosigned; what we did not sign, or a second history, is an incident."""
    if not note:
        return
    own, theirs = queries.signing_publics(queries.this_node()), queries.signing_publics(partner)
    try:
        fork = cosigning.keep(note, partner=partner.code, node=queries.own_code(), own=own, theirs=theirs)
    except LienlacError as problem:
        incidents.note(partner, LEDGER_DENIED, {"reason": problem.code}, evidence=frames.pack(note), now=now)
        return
    if fork:
        note_fork(partner, fork, now=now)


def note_fork(partner: Node, fork: heads.Fork, *, now: datetime) -> None:
    """Keep two signed heads that do not fit, where an operator and an inspector see them."""
    evidence = frames.pack(fork.held, fork.offered)
    incidents.note(partner, LEDGER_DENIED, {"reason": fork.code}, evidence=evidence, now=now)


def _as_news(parcel: Parcel, body: dict[str, Any], delivery: Delivery) -> ReceiptCame:
    return ReceiptCame(
        message_id=parcel.message.message_id,
        partner=delivery.partner,
        office=delivery.message.from_office,
        stage=body["stage"],
        status=body["status"],
        outward_ground=body.get("outward_ground", ""),
        at=moments.from_wire(body["at"]),
        now=delivery.now,
    )
