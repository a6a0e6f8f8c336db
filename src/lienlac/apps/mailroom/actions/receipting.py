"""Receipts that we give: R1 when a parcel is stored and its leaf has a place, R2 and R3 when people act."""

from __future__ import annotations

import json
import logging
import secrets
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import cached_property, lru_cache
from typing import Any, NamedTuple

from django.db import transaction
from django.db.models import QuerySet, TextField
from django.db.models.functions import Cast

from lienlac.apps.audit import cosigning
from lienlac.apps.audit import queries as audit
from lienlac.apps.audit.actions import Sealer
from lienlac.apps.directory import moments, queries
from lienlac.apps.directory.models import Node, NodeKey
from lienlac.apps.mailroom import ledger
from lienlac.apps.mailroom import queries as mailroom
from lienlac.apps.mailroom.actions.posting import Letter, Stationery, post_all
from lienlac.apps.mailroom.models import Arrival, Lane
from lienlac.apps.rows import statements
from lienlac.apps.rows.prepared import Prepared
from lienlac.core.errors import LienlacError, Malformed
from lienlac.core.lane import LaneClass, Until
from lienlac.core.messages.kinds import RECEIPTED_AT_ONCE
from lienlac.core.messages.message import Message

BATCH = RECEIPTED_AT_ONCE
KIND, VERSION = "RECEIPT", 1

log = logging.getLogger("lienlac.mailroom")


@transaction.atomic
def issue_receipts(*, now: datetime) -> int:
    """Sign and post R1 (or the refusal) for arrivals whose leaf has a place; return for how many.

    What came together and became the same shares one R1. Arrivals whose receipt cannot be made (their partner is
    paused, or has no office any more) must not hold up those of other partners: the first wait for better days, the
    second are given up.
    """
    due = [_Said(*row) for row in _DUE()]
    if not due:
        return 0
    pen = _Pen(now)
    _issue_guarded(_alike(due, pen), pen)
    statements.done_each(TOLD, [(False, one.arrival) for one in due])
    return len(due)


TOLD = "UPDATE mailroom_arrival SET receipt_due = %s WHERE id = %s"


class _Said(NamedTuple):
    """What a receipt says of an arrival, or who says it to whom: the bytes of an arrival stay where they are.

    Of what could not be opened nobody knows the message: None, three times. `to_offices` is the list as its column has
    it.
    """

    arrival: int
    lane: int
    epoch: str
    seq: int
    digest: str
    state: str
    outward_ground: str
    arrived_at: datetime
    ledger: int | None
    message: str | None
    from_office: str | None
    to_offices: str | None


def _said(arrivals: QuerySet[Arrival]) -> QuerySet[Arrival, tuple[Any, ...]]:
    return arrivals.values_list(
        "pk", "lane_id", "epoch", "seq", "digest", "state", "outward_ground", "arrived_at", "leaf__ledger_id",
        "message__message_id", "message__from_office", Cast("message__to_offices", TextField()),
    )  # fmt: skip


def _due(most: int) -> Prepared[tuple[Any, ...]]:
    return Prepared(lambda: _said(mailroom.due_receipts()).order_by("pk")[:most])


_DUE = _due(BATCH)
_LANE = Prepared[Lane](lambda key: Lane.objects.filter(pk=key))


@dataclass(frozen=True, kw_only=True)
class _Alike:
    """Arrivals of which one R1 can speak: all but place, digest and id is the same for them."""

    lane: Lane
    arrivals: list[_Said]
    from_office: str
    to_office: str


def _alike(due: Sequence[_Said], pen: _Pen) -> list[_Alike]:
    found = dict[tuple[Any, ...], _Alike]()
    for one in due:
        lane = pen.lane(one.lane)
        ours, theirs = _ends(one, lane.partner, pen.offices)
        became = (one.state, one.outward_ground, one.message is None)
        key = (one.lane, one.epoch, one.arrived_at, became, one.ledger, ours, theirs)
        kept = found.setdefault(key, _Alike(lane=lane, arrivals=[], from_office=ours, to_office=theirs))
        kept.arrivals.append(one)
    return list(found.values())


class _Pen:
    """What every receipt of a batch needs, read once: our offices, stationery, the newest head of each ledger."""

    def __init__(self, now: datetime) -> None:
        self.now = now
        self.stationery = Stationery(now)
        self._heads = dict[int, str]()
        self._lanes = dict[int, Lane]()
        self._asked = set[str]()

    @cached_property
    def offices(self) -> list[str]:
        return queries.own_office_codes()

    def lane(self, key: int) -> Lane:
        """Return a lane from a partner, with him."""
        if key not in self._lanes:
            (self._lanes[key],) = _LANE(key)
            self._lanes[key].partner = queries.node(self._lanes[key].partner_id)
        return self._lanes[key]

    def head_of(self, ledger: int) -> str:
        """Return the newest signed head of a ledger, "" for none."""
        if ledger not in self._heads:
            self._heads[ledger] = audit.newest_note(ledger).decode()
        return self._heads[ledger]

    def cosigned_for(self, partner: Node) -> str:
        """Return a head of the partner's with our cosignature, where one is due, for one receipt of the batch."""
        if partner.code in self._asked:
            return ""
        self._asked.add(partner.code)
        key = self.stationery.keys.of(NodeKey.Use.NODE)
        sealer = Sealer(node=queries.own_code(), public=key.public.public_bytes, sign=key.sign)
        return cosigning.give(partner.code, sealer, now=self.now)


def _issue_guarded(each: Sequence[_Alike], pen: _Pen) -> None:
    """Issue all together; where one cannot be made all are taken back, and each is made by itself."""
    try:
        with transaction.atomic():
            _post([(one, _stored(one, pen)) for one in each], NodeKey.Use.NODE, pen)
    except LienlacError as problem:
        if len(each) > 1:
            for one in each:
                _issue_guarded([one], _Pen(pen.now))
            return
        log.error("no receipt for arrivals %s: %s", [one.arrival for one in each[0].arrivals], problem.code)


def _stored(alike: _Alike, pen: _Pen) -> dict[str, Any]:
    """Return what R1 says of arrivals."""
    first = alike.arrivals[0]
    body: dict[str, Any] = {
        "stage": "R1",
        "lane_class": alike.lane.lane_class,
        "epoch": first.epoch,
        "seqs": [one.seq for one in alike.arrivals],
        "envelopes": [one.digest for one in alike.arrivals],
        "at": moments.to_wire(first.arrived_at),
        "status": first.state,
    }
    if first.message:
        body["messages"] = [one.message for one in alike.arrivals]
    if first.state == Arrival.State.REFUSED:
        body["outward_ground"] = first.outward_ground or "RF00"
    if first.ledger and (head := pen.head_of(first.ledger)):
        body["checkpoint"] = head
    if cosigned := pen.cosigned_for(alike.lane.partner):
        body["cosigned"] = cosigned
    return body


@transaction.atomic
def post_receipt(stage: str, message_id: str, *, now: datetime) -> None:
    """Sign and post R2 (an officer opened it) or R3 (acted on it) for a message that came; once a stage.

    Raises Malformed('message_never_arrived') for any other message.
    """
    came = Arrival.objects.filter(message__message_id=message_id, message__outbound=False)
    arrival = _said(came).order_by("pk").first()
    if arrival is None:
        raise Malformed("message_never_arrived")
    body = {"stage": stage, "of": message_id, "at": moments.to_wire(now), "status": "stored"}
    pen = _Pen(now)
    (alike,) = _alike([_Said(*arrival)], pen)
    _post([(alike, body)], NodeKey.Use.AUTHOR, pen)


def _post(told: Sequence[tuple[_Alike, dict[str, Any]]], signed_by: str, pen: _Pen) -> None:
    """Post receipts, and write a leaf for each: arrivals, and what is said of them."""
    letters = [
        Letter(
            message=_message(alike, body, pen.now),
            lane_class=LaneClass(alike.lane.lane_class),
            signed_by=signed_by,
            until=Until.ACK,
        )
        for alike, body in told
    ]
    rows = post_all(letters, now=pen.now, stationery=pen.stationery)
    for (alike, _), letter, row in zip(told, letters, rows, strict=True):
        ledger.receipt(
            "receipt_issued",
            alike.lane.partner,
            told=letter.message,
            signed=bytes(row.signed),
            parcel_digest=alike.arrivals[0].digest,
            now=pen.now,
        )


def _message(alike: _Alike, body: dict[str, Any], now: datetime) -> Message:
    return Message(
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


def _ends(said: _Said, partner: Node, own: Sequence[str]) -> tuple[str, str]:
    """Return our office and theirs; what could not be opened names none, so the first of each speaks."""
    if said.message:
        ours = next((code for code in _offices_in(said.to_offices or "[]") if code in own), own[0])
        return ours, said.from_office or ""
    theirs = partner.offices.order_by("code").values_list("code", flat=True).first()
    return own[0], theirs or ""


@lru_cache(maxsize=64)
def _offices_in(column: str) -> Sequence[str]:
    """Read a list of offices: those of a batch are mostly the same."""
    return tuple(json.loads(column))
