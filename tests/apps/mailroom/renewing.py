"""What the tests of renewed keys share: our keys and his, a card that is told, and what a partner does with it."""

from __future__ import annotations

import base64
from dataclasses import replace
from datetime import datetime, timedelta
from typing import Any

from lienlac.apps.directory import moments, queries
from lienlac.apps.mailroom import actions as mailroom
from lienlac.apps.mailroom.models import Arrival, Parcel
from lienlac.core.trust import cards
from tests.apps.mailroom.conftest import Desk
from tests.apps.mailroom.partner import NOW, Partner
from tests.apps.mailroom.test_receipted import ack

MONTH = timedelta(days=30)
LATER = NOW + timedelta(hours=1)


def ours(use: str) -> list[str]:
    return [row.kid for row in queries.own_key_rows(use).order_by("valid_from", "pk")]


def told() -> Parcel:
    return Parcel.objects.select_related("message", "lane").filter(message__kind="KEYS").order_by("-pk")[0]


def card_in(desk: Desk) -> cards.Card:
    """The newest card that waits for the partner, read with his own keys."""
    message = [message for _, message in desk.partner.outbox() if message.kind == "KEYS"][-1]
    return cards.read(base64.b64decode(message.body["card"]))


def hears(desk: Desk, at: datetime) -> None:
    """Let the partner take our card in, and receipt it."""
    parcel = told()
    ack(desk, parcel)
    receipt = desk.partner.receipt_parcel(parcel)
    mailroom.take_in(desk.node, [receipt], desk.receivers, now=at)


def taking_keys(desk: Desk, parcel: Any, at: datetime = LATER) -> Arrival:
    receivers = replace(desk.receivers, by_kind={**desk.receivers.by_kind, "KEYS": mailroom.take_keys})
    mailroom.take_in(desk.node, [parcel], receivers, now=at)
    return Arrival.objects.order_by("-pk")[0]


def renewed(partner: Partner, at: datetime = LATER, **keys: Any) -> tuple[Partner, Any]:
    """The partner with other keys, and the parcel by which he says so, signed with his old ones."""
    new = replace(partner, **keys)
    card = cards.sign(replace(new.card(), issued_at=moments.to_wire(at)), new.node_key)
    body = {"card": base64.b64encode(card).decode()}
    return new, partner.parcel(partner.message(kind="KEYS", body=body))


def theirs(desk: Desk, use: str) -> set[str]:
    return set(desk.node.node_keys.filter(use=use, revoked_at=None).values_list("kid", flat=True))
