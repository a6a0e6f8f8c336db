"""Issue this node's card: its keys, address and offices, signed, for other nodes to hold."""

from __future__ import annotations

from datetime import datetime, timedelta

from django.db import transaction

from lienlac.apps.directory import entering, moments, queries
from lienlac.apps.directory.models import Node, NodeKey
from lienlac.core.trust import cards

A_TICK = timedelta(seconds=1)


@transaction.atomic
def issue_card(now: datetime) -> bytes:
    """Return this node's signed card, and note its moment: that of the next is later, whatever the clock does."""
    node, key = queries.this_node(), queries.own_signing_key(NodeKey.Use.NODE, now)
    rows = node.node_keys.filter(revoked_at=None).order_by("use", "valid_from")
    card = cards.Card(
        node=node.code,
        country=node.country,
        endpoint=node.endpoint,
        training=node.training,
        keys=tuple(_on_card(row) for row in sorted(rows, key=lambda row: row.kid != key.kid)),
        offices=tuple(entering.on_card(row) for row in queries.own_offices()),
        issued_at=moments.to_wire(_later_than_before(node, now)),
    )
    return cards.sign(card, key)


def _later_than_before(node: Node, now: datetime) -> datetime:
    """Return the moment of a card: of two cards the later one counts, and a clock may have been put back."""
    last = node.last_card_at
    issued_at = now if last is None or now >= last + A_TICK else last + A_TICK
    Node.objects.filter(pk=node.pk).update(last_card_at=issued_at)
    return issued_at


def _on_card(row: NodeKey) -> cards.PublicKeyOnCard:
    return cards.PublicKeyOnCard(
        use=row.use,
        kid=row.kid,
        public=bytes(row.public),
        valid_from=moments.to_wire(row.valid_from),
        valid_to=moments.to_wire(row.valid_to) if row.valid_to else "",
    )
