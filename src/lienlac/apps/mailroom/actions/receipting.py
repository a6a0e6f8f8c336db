"""Receipts that we give: R1 when a parcel is stored and its leaf has a place, R2 and R3 when people act."""

from __future__ import annotations

import logging
import secrets
from collections.abc import Sequence
from datetime import datetime
from functools import cached_property
from typing import Any

from django.db import transaction

from lienlac.apps.audit import cosigning
from lienlac.apps.audit import queries as audit
from lienlac.apps.audit.actions import Sealer
from lienlac.apps.audit.models import Leaf
from lienlac.apps.directory import moments, queries
from lienlac.apps.directory.models import Node, NodeKey
from lienlac.apps.mailroom import ledger
from lienlac.apps.mailroom import queries as mailroom
from lienlac.apps.mailroom.actions.posting import Stationery, post
from lienlac.apps.mailroom.models import Arrival
from lienlac.apps.mailroom.models import Message as MessageRow
from lienlac.core.errors import LienlacError, Malformed
from lienlac.core.lane import LaneClass, Until
from lienlac.core.messages.message import Message

BATCH = 100
KIND, VERSION = "RECEIPT", 1

log = logging.getLogger("lienlac.mailroom")


@transaction.atomic
def issue_receipts(*, now: datetime) -> int:
    """Sign and post R1 (or the refusal) for arrivals whose leaf has a place; return how many.

    An arrival whose receipt cannot be made (its partner is paused, or has no office any more) must not hold up
    those of other partners: the first waits for better days, the second is given up.
    """
    due = list(
        mailroom.due_receipts().select_related("lane__partner", "message", "leaf").order_by("pk")[:BATCH]
    )
    pen = _Pen(now)
    for arrival in due:
        _issue_guarded(arrival, pen)
    Arrival.objects.filter(pk__in=[arrival.pk for arrival in due]).update(receipt_due=False)
    return len(due)


class _Pen:
    """What every receipt of a batch needs, read once: our offices, stationery, the newest head of each ledger."""

    def __init__(self, now: datetime) -> None:
        self.now = now
        self.stationery = Stationery(now)
        self._heads = dict[int, str]()
        self._asked = set[str]()

    @cached_property
    def offices(self) -> list[str]:
        return [office.code for office in queries.own_offices()]

    def head_over(self, leaf: Leaf) -> str:
        """Return the newest signed head of the ledger that a leaf stands in, "" for none."""
        if leaf.ledger_id not in self._heads:
            head = audit.head_over(leaf)
            self._heads[leaf.ledger_id] = bytes(head.note).decode() if head else ""
        return self._heads[leaf.ledger_id]

    def cosigned_for(self, partner: Node) -> str:
        """Return a head of the partner's with our cosignature, where one is due, for one receipt of the batch."""
        if partner.code in self._asked:
            return ""
        self._asked.add(partner.code)
        key = self.stationery.keys.of(NodeKey.Use.NODE)
        sealer = Sealer(node=queries.own_code(), public=key.public.public_bytes, sign=key.sign)
        return cosigning.give(partner.code, sealer, now=self.now)


def _issue_guarded(arrival: Arrival, pen: _Pen) -> None:
    try:
        with transaction.atomic():
            _issue(arrival, pen)
    except LienlacError as problem:
        log.error("no receipt for arrival %s: %s", arrival.pk, problem.code)


def _issue(arrival: Arrival, pen: _Pen) -> None:
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
    if arrival.leaf and (head := pen.head_over(arrival.leaf)):
        body["checkpoint"] = head
    if cosigned := pen.cosigned_for(arrival.lane.partner):
        body["cosigned"] = cosigned
    _post(body, arrival, NodeKey.Use.NODE, pen)


@transaction.atomic
def post_receipt(stage: str, message_id: str, *, now: datetime) -> None:
    """Sign and post R2 (an officer opened it) or R3 (acted on it) for a message that came; once a stage.

    Raises Malformed('message_never_arrived') for any other message.
    """
    arrival = (
        Arrival.objects.select_related("lane__partner", "message")
        .filter(message__message_id=message_id, message__outbound=False)
        .order_by("pk")
        .first()
    )
    if arrival is None:
        raise Malformed("message_never_arrived")
    body = {"stage": stage, "of": message_id, "at": moments.to_wire(now), "status": "stored"}
    _post(body, arrival, NodeKey.Use.AUTHOR, _Pen(now))


def _post(body: dict[str, Any], arrival: Arrival, signed_by: str, pen: _Pen) -> None:
    partner, now = arrival.lane.partner, pen.now
    from_office, to_office = _ends(arrival.message, partner, pen.offices)
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
    lane_class = LaneClass(arrival.lane.lane_class)
    row = post(
        message,
        lane_class=lane_class,
        now=now,
        signed_by=signed_by,
        until=Until.ACK,
        stationery=pen.stationery,
    )
    ledger.receipt(
        "receipt_issued",
        partner,
        level=ledger.level_of(body["stage"], body["status"]),
        parcel_digest=arrival.digest,
        payload=message.to_bytes(),
        signed=bytes(row.signed),
        now=now,
    )


def _ends(message: MessageRow | None, partner: Node, own: Sequence[str]) -> tuple[str, str]:
    """Return our office and theirs; what could not be opened names none, so the first of each speaks."""
    if message:
        ours = next((code for code in message.to_offices if code in own), own[0])
        return ours, message.from_office
    theirs = partner.offices.order_by("code").values_list("code", flat=True).first()
    return own[0], theirs or ""
