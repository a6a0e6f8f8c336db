"""Receipts: R1 when a parcel is stored and has its leaf's place, R2 and R3 when people act; and those that come."""

from __future__ import annotations

import secrets
from datetime import datetime
from typing import Any

from django.db import transaction

from lienlac.apps.audit import queries as audit
from lienlac.apps.directory import moments, queries
from lienlac.apps.directory.models import Node, NodeKey
from lienlac.apps.mailroom import lanes, ledger
from lienlac.apps.mailroom.actions import outgoing
from lienlac.apps.mailroom.actions.posting import post
from lienlac.apps.mailroom.models import Arrival, Parcel, Receipt
from lienlac.apps.mailroom.models import Message as MessageRow
from lienlac.apps.mailroom.receivers import Delivery, ReceiptCame, Receivers
from lienlac.core.errors import Malformed, Refused
from lienlac.core.lane import LaneClass, Receipted, Until
from lienlac.core.messages.check import check_body
from lienlac.core.messages.message import Message

BATCH = 100
KIND, VERSION = "RECEIPT", 1


@transaction.atomic
def issue_receipts(*, now: datetime) -> int:
    """Sign and post R1 (or the refusal) for arrivals whose leaf has a place; return how many."""
    due = (
        Arrival.objects.filter(receipt_due=True, leaf__place__isnull=False)
        .select_related("lane__partner", "message")
        .order_by("pk")[:BATCH]
    )
    count = 0
    for arrival in due:
        _issue(arrival, now)
        count += 1
    return count


def _issue(arrival: Arrival, now: datetime) -> None:
    head = audit.latest_head(arrival.lane.partner.code)
    body: dict[str, Any] = {
        "stage": "R1",
        "lane_class": arrival.lane.lane_class,
        "epoch": arrival.epoch,
        "seq": arrival.seq,
        "envelope_digest": arrival.digest,
        "at": moments.to_wire(arrival.arrived_at),
        "status": arrival.state,
    }
    if arrival.message:
        body["of"] = arrival.message.message_id
    if arrival.state == Arrival.State.REFUSED:
        body["outward_ground"] = arrival.outward_ground or "RF00"
    if head:
        body["checkpoint"] = bytes(head.note).decode()
    from_office, to_office = _ends(arrival)
    _post(body, from_office, to_office, LaneClass(arrival.lane.lane_class), NodeKey.Use.NODE, now)
    Arrival.objects.filter(pk=arrival.pk).update(receipt_due=False)


def _ends(arrival: Arrival) -> tuple[str, str]:
    """Return our office and theirs; what could not be opened names none, so the first of each speaks."""
    own = list(queries.own_offices().values_list("code", flat=True))
    if arrival.message:
        ours = next((code for code in arrival.message.to_offices if code in own), own[0])
        return ours, arrival.message.from_office
    theirs = arrival.lane.partner.offices.order_by("code").values_list("code", flat=True).first()
    return own[0], theirs or ""


@transaction.atomic
def post_receipt(stage: str, message_id: str, *, now: datetime) -> None:
    """Sign and post R2 (an officer opened it) or R3 (acted on it) for a message that came; once a stage."""
    row = MessageRow.objects.get(message_id=message_id, outbound=False)
    arrival = Arrival.objects.select_related("lane").filter(message=row).order_by("pk").first()
    if arrival is None:
        raise Malformed("message_never_arrived")
    body = {"stage": stage, "of": message_id, "at": moments.to_wire(now), "status": "stored"}
    from_office, to_office = _ends(arrival)
    _post(body, from_office, to_office, LaneClass(arrival.lane.lane_class), NodeKey.Use.AUTHOR, now)


def _post(
    body: dict[str, Any], from_office: str, to_office: str, lane_class: LaneClass, signed_by: str, now: datetime
) -> None:
    message = Message(
        id=secrets.token_hex(16),
        from_office=from_office,
        to_offices=(to_office,),
        kind=KIND,
        version=VERSION,
        handling=(),
        created=moments.to_wire(now),
        agreement=None,
        in_reply_to=body.get("of"),
        attachments=(),
        body=body,
    )
    post(message, lane_class=lane_class, now=now, signed_by=signed_by, until=Until.ACK)
    partner = queries.offices([to_office])[to_office].node
    ledger.receipt(
        "receipt_issued",
        partner,
        level="refused" if body["status"] == "refused" else ledger.LEVEL_OF_STAGE[body["stage"]],
        parcel_digest=_digest_of(body, partner),
        signed=message.to_bytes(),
        now=now,
    )


def _digest_of(body: dict[str, Any], partner: Node) -> str:
    if "envelope_digest" in body:
        return str(body["envelope_digest"])
    return str(MessageRow.objects.get(message_id=body["of"]).envelope_digest)


def receipt_came(delivery: Delivery, row: MessageRow, receivers: Receivers) -> None:
    """Take a partner's receipt: settle the parcel on R1, keep the signed word, tell the room it concerns."""
    body = dict(delivery.message.body)
    check_body(KIND, delivery.message.version, body)
    parcel = _parcel_meant(delivery.partner, body)
    if parcel is None:
        raise Refused("receipt_for_nothing", outward="RF02")
    if body["stage"] == "R1":
        _settle(parcel, body, delivery.now)
    _keep(parcel, body, delivery, row)
    receivers.receipt(_as_news(parcel, body, delivery))


def _parcel_meant(partner: Node, body: dict[str, Any]) -> Parcel | None:
    ours = Parcel.objects.filter(lane__partner=partner).select_related("lane", "message")
    if body["stage"] == "R1":
        at = {"lane__lane_class": body["lane_class"], "digest": body["envelope_digest"]}
        return ours.filter(**at).first()
    return ours.filter(message__message_id=body["of"]).first()


def _settle(parcel: Parcel, body: dict[str, Any], now: datetime) -> None:
    lane, state = lanes.row_out(parcel.lane.partner, LaneClass(parcel.lane.lane_class))
    event = Receipted(
        message=parcel.message.message_id, digest=body["envelope_digest"], mine=parcel.digest if parcel.in_outbox else ""
    )
    outgoing.walk(lane, state, event, now=now)
    Parcel.objects.filter(pk=parcel.pk).update(state=_STATE_OF_STATUS[body["status"]])


_STATE_OF_STATUS = {
    "stored": Parcel.State.RECEIVED,
    "not_understood": Parcel.State.NOT_UNDERSTOOD,
    "refused": Parcel.State.REFUSED,
}


def _keep(parcel: Parcel, body: dict[str, Any], delivery: Delivery, row: MessageRow) -> None:
    Receipt.objects.get_or_create(
        message=parcel.message,
        partner=delivery.partner,
        stage=body["stage"],
        defaults={
            "status": body["status"],
            "reason": body.get("outward_ground", ""),
            "at": moments.from_wire(body["at"]),
            "came_at": delivery.now,
            "signed": bytes(row.signed),
        },
    )
    ledger.receipt(
        "receipt_received",
        delivery.partner,
        level="refused" if body["status"] == "refused" else ledger.LEVEL_OF_STAGE[body["stage"]],
        parcel_digest=parcel.digest,
        signed=delivery.message.to_bytes(),
        now=delivery.now,
    )


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


