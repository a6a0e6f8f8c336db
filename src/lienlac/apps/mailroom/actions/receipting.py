"""Receipts that we give: R1 when a parcel is stored and its leaf has a place, R2 and R3 when people act."""

from __future__ import annotations

import logging
import secrets
from collections.abc import Sequence
from dataclasses import dataclass
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
from lienlac.apps.mailroom.actions.posting import Letter, Stationery, post_all
from lienlac.apps.mailroom.models import Arrival
from lienlac.apps.mailroom.models import Message as MessageRow
from lienlac.core.errors import LienlacError, Malformed
from lienlac.core.lane import LaneClass, Until
from lienlac.core.messages.kinds import RECEIPTED_AT_ONCE
from lienlac.core.messages.message import Message

BATCH = RECEIPTED_AT_ONCE
KIND, VERSION = "RECEIPT", 1
SAID = (
    "lane", "epoch", "seq", "digest", "state", "outward_ground", "arrived_at", "leaf__ledger",
    "message__message_id", "message__from_office", "message__to_offices",
)  # fmt: skip
"""What R1 says, or who says it to whom: the bytes of an arrival stay where they are."""

log = logging.getLogger("lienlac.mailroom")


@transaction.atomic
def issue_receipts(*, now: datetime) -> int:
    """Sign and post R1 (or the refusal) for arrivals whose leaf has a place; return for how many.

    What came together and became the same shares one R1. Arrivals whose receipt cannot be made (their partner is
    paused, or has no office any more) must not hold up those of other partners: the first wait for better days, the
    second are given up.
    """
    wanted = mailroom.due_receipts().select_related("message", "leaf").prefetch_related("lane__partner")
    due = list(wanted.only(*SAID).order_by("pk")[:BATCH])
    pen = _Pen(now)
    for alike in _alike(due, pen):
        _issue_guarded(alike, pen)
    Arrival.objects.filter(pk__in=[arrival.pk for arrival in due]).update(receipt_due=False)
    return len(due)


@dataclass(frozen=True, kw_only=True)
class _Alike:
    """Arrivals of which one R1 can speak: all but place, digest and id is the same for them."""

    arrivals: list[Arrival]
    from_office: str
    to_office: str


def _alike(due: Sequence[Arrival], pen: _Pen) -> list[_Alike]:
    found = dict[tuple[Any, ...], _Alike]()
    for one in due:
        ours, theirs = _ends(one.message, one.lane.partner, pen.offices)
        ledger_of = one.leaf.ledger_id if one.leaf else None
        became = (one.state, one.outward_ground, one.message_id is None)
        key = (one.lane_id, one.epoch, one.arrived_at, became, ledger_of, ours, theirs)
        kept = found.setdefault(key, _Alike(arrivals=[], from_office=ours, to_office=theirs))
        kept.arrivals.append(one)
    return list(found.values())


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


def _issue_guarded(alike: _Alike, pen: _Pen) -> None:
    try:
        with transaction.atomic():
            _issue(alike, pen)
    except LienlacError as problem:
        log.error("no receipt for arrivals %s: %s", [one.pk for one in alike.arrivals], problem.code)


def _issue(alike: _Alike, pen: _Pen) -> None:
    first = alike.arrivals[0]
    body: dict[str, Any] = {
        "stage": "R1",
        "lane_class": first.lane.lane_class,
        "epoch": first.epoch,
        "seqs": [one.seq for one in alike.arrivals],
        "envelopes": [one.digest for one in alike.arrivals],
        "at": moments.to_wire(first.arrived_at),
        "status": first.state,
    }
    if first.message:
        body["messages"] = [one.message.message_id for one in alike.arrivals if one.message]
    if first.state == Arrival.State.REFUSED:
        body["outward_ground"] = first.outward_ground or "RF00"
    if first.leaf and (head := pen.head_over(first.leaf)):
        body["checkpoint"] = head
    if cosigned := pen.cosigned_for(first.lane.partner):
        body["cosigned"] = cosigned
    _post(body, alike, NodeKey.Use.NODE, pen)


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
    pen = _Pen(now)
    (alike,) = _alike([arrival], pen)
    _post(body, alike, NodeKey.Use.AUTHOR, pen)


def _post(body: dict[str, Any], alike: _Alike, signed_by: str, pen: _Pen) -> None:
    first, now = alike.arrivals[0], pen.now
    message = Message(
        id=secrets.token_hex(16),
        from_office=alike.from_office,
        to_offices=(alike.to_office,),
        kind=KIND,
        version=VERSION,
        handling=(),
        created=moments.to_wire(now),
        agreement=None,
        in_reply_to=body.get("of"),
        attachments=(),
        body=body,
    )
    lane_class = LaneClass(first.lane.lane_class)
    letter = Letter(message=message, lane_class=lane_class, signed_by=signed_by, until=Until.ACK)
    (row,) = post_all([letter], now=now, stationery=pen.stationery)
    ledger.receipt(
        "receipt_issued",
        first.lane.partner,
        told=message,
        signed=bytes(row.signed),
        parcel_digest=first.digest,
        now=now,
    )


def _ends(message: MessageRow | None, partner: Node, own: Sequence[str]) -> tuple[str, str]:
    """Return our office and theirs; what could not be opened names none, so the first of each speaks."""
    if message:
        ours = next((code for code in message.to_offices if code in own), own[0])
        return ours, message.from_office
    theirs = partner.offices.order_by("code").values_list("code", flat=True).first()
    return own[0], theirs or ""
