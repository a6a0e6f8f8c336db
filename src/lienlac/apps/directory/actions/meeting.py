"""Meet another node by its card. Trust is a separate deed (`trusting`)."""

from __future__ import annotations

from datetime import datetime

from django.db import transaction
from django.db.models import ProtectedError

from lienlac.apps.directory import entering, noting
from lienlac.apps.directory.models import Node
from lienlac.core.errors import Refused, Unauthentic
from lienlac.core.trust import cards
from lienlac.core.trust.cards import Card

STOLEN = "key_stolen"


@transaction.atomic
def meet(signed_card: bytes, *, now: datetime, by: str = "") -> Node:
    """Enter a node from its card as `introduced`, or take over the offices and the address of a newer card.

    A node that was revoked begins anew: its card makes it `introduced`, and people compare again. Raises Malformed or
    Unauthentic as `cards.read`; Unauthentic('keys_changed') when the node is known with other keys: a new key is never
    accepted on a card's own word; Refused('office_of_other_node', 'keys_were_stolen'),
    Unauthentic('key_of_other_node').
    """
    card = cards.read(signed_card)
    known = Node.objects.filter(code=card.node).first()
    if known is None:
        node = entering.enter(card, standing=Node.Standing.INTRODUCED, now=now)
        noting.partner(node, "introduced", by=by, now=now)
        return node
    if known.standing == Node.Standing.REVOKED:
        return _begin_anew(known, card, by, now)
    if known.standing == Node.Standing.SELF or not entering.has_keys_of(known, card):
        raise Unauthentic("keys_changed", node=known.code)
    if entering.refresh(known, card, now=now):
        noting.partner(known, "card_read", by=by, now=now)
    return known


def _begin_anew(node: Node, card: Card, by: str, now: datetime) -> Node:
    if card.country != node.country:
        raise Unauthentic("keys_changed", node=node.code)
    stolen = set(node.node_keys.filter(revoked_at=None).values_list("use", "kid"))
    if node.revoked_for == STOLEN and stolen & card.kids():
        raise Refused("keys_were_stolen", node=node.code)
    entering.replace_keys(node, card, by=by, now=now)
    entering.refresh(node, card, now=now)
    node.standing, node.compared_at, node.vouched_at = Node.Standing.INTRODUCED, None, None
    node.training = card.training
    node.save(update_fields=["standing", "compared_at", "vouched_at", "training"])
    noting.partner(node, "introduced", by=by, now=now)
    return node


@transaction.atomic
def forget(node: Node, *, now: datetime, by: str = "") -> None:
    """Take an introduced node out again, such as one whose words did not agree; Refused('node_in_use') for others."""
    if node.standing != Node.Standing.INTRODUCED:
        raise Refused("node_in_use", node=node.code)
    noting.partner(node, "forgotten", by=by, now=now)
    try:
        node.node_keys.all().delete()
        node.offices.all().delete()
        Node.objects.filter(pk=node.pk).delete()
    except ProtectedError as error:
        raise Refused("node_in_use", node=node.code) from error


def heard_from(node: Node, *, now: datetime) -> None:
    """Note that a node spoke with its own key just now."""
    Node.objects.filter(pk=node.pk).update(last_heard_at=now)
