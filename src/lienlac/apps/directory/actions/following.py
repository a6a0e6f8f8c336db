"""Follow a partner to its new keys, by its own word in its own lane: the old keys signed it, people compare nothing."""

from __future__ import annotations

from datetime import datetime

from django.db import transaction

from lienlac.apps.directory import entering, moments, noting
from lienlac.apps.directory.models import Node
from lienlac.core.errors import Unauthentic
from lienlac.core.trust import cards


@transaction.atomic
def follow(node: Node, signed_card: bytes, *, told_by: str, now: datetime) -> bool:
    """Take over keys, address and offices of a partner's later card; say whether it was later than the one held.

    The caller has it out of the message `told_by`, which the partner's author key signed, in an envelope that its node
    key signed; should one of the two turn out stolen, what came by it falls too (`trusting.revoke_told`).
    Raises Malformed or Unauthentic as `cards.read`, Unauthentic('keys_changed') for a card of another node, country or
    world, or for one that is not later and names keys that are not known: a yes would let him sign with these;
    Refused('office_of_other_node'), Unauthentic('key_of_other_node').
    """
    card = cards.read(signed_card)
    if (card.node, card.country, card.training) != (node.code, node.country, node.training):
        raise Unauthentic("keys_changed", node=node.code, outward="RF02")
    held = Node.objects.select_for_update().get(pk=node.pk)
    if held.card_issued_at and moments.from_wire(card.issued_at) <= held.card_issued_at:
        if entering.names_unknown_keys(held, card):
            raise Unauthentic("keys_changed", node=node.code, outward="RF02")
        return False
    entering.follow_keys(held, card, told_by=told_by, now=now)
    entering.refresh(held, card, now=now)
    noting.partner(held, "keys_renewed", by="", now=now)
    return True
