"""Deeds on the directory: found this node, meet another one, trust it."""

from __future__ import annotations

from datetime import datetime

from django.db import transaction

from lienlac.apps.directory import cards, keystore, moments
from lienlac.apps.directory.models import Node, NodeKey, Office
from lienlac.apps.directory.queries import fingerprint_of, this_node
from lienlac.core.envelope.keys import SealingKey, SigningKey
from lienlac.core.errors import Malformed, Refused, Unauthentic

SIGNING_USES = (NodeKey.Use.NODE, NodeKey.Use.AUTHOR)


@transaction.atomic
def found_node(
    *, code: str, country: str, endpoint: str, training: bool, tls_pin: bytes, now: datetime
) -> Node:
    """Make this node itself, with new keys of each use; `tls_pin` is SHA-256 of its door's public key."""
    if Node.objects.filter(standing=Node.Standing.SELF).exists():
        raise Malformed("node_exists")
    node = Node.objects.create(
        code=code,
        country=country,
        endpoint=endpoint,
        training=training,
        standing=Node.Standing.SELF,
        introduced_at=now,
    )
    for use in SIGNING_USES:
        _own(node, use, SigningKey.generate(), now)
    _own(node, NodeKey.Use.SEAL, SealingKey.generate(), now)
    NodeKey.objects.create(node=node, use=NodeKey.Use.TLS, kid=tls_pin.hex(), public=tls_pin, valid_from=now)
    return node


def _own(node: Node, use: str, key: SigningKey | SealingKey, now: datetime) -> None:
    NodeKey.objects.create(node=node, use=use, kid=key.kid, public=key.public.public_bytes, valid_from=now)
    keystore.keep(use, key.kid, key.secret_seed())


@transaction.atomic
def add_office(
    *,
    code: str,
    node: Node,
    country: str,
    kind: str,
    time_zone: str,
    languages: tuple[str, ...],
    names: dict[str, str],
    phone: str = "",
) -> Office:
    """Enter an office of a node."""
    return Office.objects.create(
        code=code,
        node=node,
        country=country,
        kind=kind,
        time_zone=time_zone,
        languages=list(languages),
        names=names,
        phone=phone,
    )


@transaction.atomic
def meet(signed_card: bytes, *, now: datetime) -> Node:
    """Enter a node from its card as `introduced`; trust is a separate deed (`trust`).

    Raises Malformed or Unauthentic as `cards.read`; Unauthentic('keys_changed') when the node is known with
    other keys: a new key is never accepted on a card's own word; Refused('office_of_other_node'),
    Unauthentic('key_of_other_node').
    """
    card = cards.read(signed_card)
    known = Node.objects.filter(code=card.node).first()
    if known is not None:
        _refuse_changed_keys(known, card)
        return known
    if taken := Office.objects.filter(code__in=[office.code for office in card.offices]).first():
        raise Refused("office_of_other_node", office=taken.code)
    if NodeKey.objects.filter(kid__in=[key.kid for key in card.keys]).exists():
        raise Unauthentic("key_of_other_node", node=card.node)
    node = Node.objects.create(
        code=card.node,
        country=card.country,
        endpoint=card.endpoint,
        training=card.training,
        standing=Node.Standing.INTRODUCED,
        introduced_at=now,
    )
    NodeKey.objects.bulk_create(_key_rows(node, card))
    Office.objects.bulk_create(_office_rows(node, card))
    return node


def _refuse_changed_keys(node: Node, card: cards.Card) -> None:
    known = set(node.node_keys.values_list("use", "kid"))
    if known != {(key.use, key.kid) for key in card.keys}:
        raise Unauthentic("keys_changed", node=node.code)


def _key_rows(node: Node, card: cards.Card) -> list[NodeKey]:
    return [
        NodeKey(
            node=node,
            use=key.use,
            kid=key.kid,
            public=key.public,
            valid_from=moments.from_wire(key.valid_from),
            valid_to=moments.from_wire(key.valid_to) if key.valid_to else None,
        )
        for key in card.keys
    ]


def _office_rows(node: Node, card: cards.Card) -> list[Office]:
    return [
        Office(
            code=office.code,
            node=node,
            country=office.country,
            kind=office.kind,
            time_zone=office.time_zone,
            languages=list(office.languages),
            names=dict(office.names),
            phone=office.phone,
        )
        for office in card.offices
    ]


@transaction.atomic
def trust(node: Node, *, fingerprint: str) -> None:
    """Trust an introduced node when `fingerprint` is what people compared on paper or by phone.

    Raises Unauthentic('fingerprint_differs'), Refused('node_revoked', 'training_meets_live').
    """
    if node.standing == Node.Standing.REVOKED:
        raise Refused("node_revoked", node=node.code)
    if node.training != this_node().training:
        raise Refused("training_meets_live", node=node.code)
    if fingerprint_of(node) != fingerprint.replace(" ", "").lower():
        raise Unauthentic("fingerprint_differs", node=node.code)
    Node.objects.filter(pk=node.pk, standing__in=[Node.Standing.INTRODUCED, Node.Standing.PAUSED]).update(
        standing=Node.Standing.TRUSTED
    )


@transaction.atomic
def make_twins(one: Office, other: Office) -> None:
    """Note that two offices face each other across a border."""
    one.twins.add(other)


def heard_from(node: Node, *, now: datetime) -> None:
    """Note that a node spoke with its own key just now."""
    Node.objects.filter(pk=node.pk).update(last_heard_at=now)
