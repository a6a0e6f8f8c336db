"""Our node, a partner, and a room above that notes what it was given."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from typing import Any

import pytest
from django.db.models import Count, Q, Sum

from lienlac.apps.audit import actions as audit
from lienlac.apps.directory import queries as directory
from lienlac.apps.directory.models import Node
from lienlac.apps.mailroom import actions as mailroom
from lienlac.apps.mailroom.actions import Delivery, ReceiptCame, Receivers
from lienlac.apps.mailroom.models import Arrival, Lane
from lienlac.core.lane import Until
from tests.apps.mailroom.partner import NOW, US, Partner, Wire, found_us


@dataclass(kw_only=True)
class Desk:
    """Our side: the trusted partner's row, what the rooms above were given, and the verbs with a fixed clock."""

    partner: Partner
    node: Node
    came: list[Delivery] = field(default_factory=list)
    receipts: list[ReceiptCame] = field(default_factory=list)
    says: Callable[[Delivery], None] = lambda _delivery: None

    @property
    def receivers(self) -> Receivers:
        """The table of this test: TEST is understood."""
        return Receivers(by_kind={"TEST": self._take}, receipt=self.receipts.append)

    def _take(self, delivery: Delivery) -> None:
        self.says(delivery)
        self.came.append(delivery)

    @property
    def numbers(self) -> list[Any]:
        """The numbers of the test calls that took effect, in order."""
        return [one.message.body["number"] for one in self.came]

    def take_in(self, *parcels: Wire) -> Any:
        """Take in parcels of the partner."""
        return mailroom.take_in(self.node, parcels, self.receivers, now=NOW)

    def receipt_all(self) -> list[dict[str, Any]]:
        """Give places and receipts; return the bodies of the receipts that wait for the partner."""
        key = directory.own_signing_key("node", NOW)
        sealer = audit.Sealer(node=US, public=key.public.public_bytes, sign=key.sign)
        audit.sequence(sealer, now=NOW)
        while mailroom.issue_receipts(now=NOW):
            audit.sequence(sealer, now=NOW)
        return [dict(message.body) for _, message in self.partner.outbox() if message.kind == "RECEIPT"]

    def receipt_each(self) -> list[dict[str, Any]]:
        """Give places and receipts; return what waits for the partner about each parcel, in the order of the lane."""
        told = [
            {
                **body,
                "seq": seq,
                "envelope": digest,
                "message": next(iter(body.get("messages", [])[at : at + 1]), ""),
            }
            for body in self.receipt_all()
            for at, (seq, digest) in enumerate(zip(body["seqs"], body["envelopes"], strict=True))
        ]
        return sorted(told, key=lambda one: (one["lane_class"], one["seq"]))


def states() -> list[tuple[str, str]]:
    """What became of each parcel that came, and why."""
    return list(Arrival.objects.order_by("pk").values_list("state", "reason"))


def outboxes_counted() -> dict[int, tuple[int, int]]:
    """Number and bytes that each outgoing lane has counted."""
    rows = Lane.objects.filter(direction="out").values_list("pk", "outbox_parcels", "outbox_size")
    return {lane: (parcels, size) for lane, parcels, size in rows}


def outboxes_held() -> dict[int, tuple[int, int]]:
    """Number and bytes of the parcels that are in each, and that a receipt must settle."""
    held = Q(parcels__in_outbox=True, parcels__until=Until.RECEIPT)
    lanes = Lane.objects.filter(direction="out").annotate(
        number=Count("parcels", filter=held), bytes=Sum("parcels__size", filter=held)
    )
    return {lane.pk: (lane.number, lane.bytes or 0) for lane in lanes}


def recount_outboxes() -> None:
    """Count anew, for tests that take parcels out of an outbox by hand."""
    for lane, (parcels, size) in outboxes_held().items():
        Lane.objects.filter(pk=lane).update(outbox_parcels=parcels, outbox_size=size)


@pytest.fixture
def desk(db: None) -> Iterator[Desk]:
    """Our node with one trusted partner; whatever a test did, what a lane has counted is what lies in its outbox."""
    found_us()
    partner = Partner()
    yield Desk(partner=partner, node=partner.introduce())
    assert outboxes_counted() == outboxes_held()
