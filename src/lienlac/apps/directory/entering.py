"""Rows from cards: a node with its keys and offices as its card has them, and what changed since the card before."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date, datetime
from typing import Any

from lienlac.apps.directory import moments, noting
from lienlac.apps.directory.models import Node, NodeKey, Office, OfficeVersion
from lienlac.core.errors import Refused, Unauthentic
from lienlac.core.trust import cards
from lienlac.core.trust.cards import Card, OfficeOnCard


def check_free(card: Card, *, known: Node | None = None) -> None:
    """Raise when a card claims what is another node's.

    Refused('office_of_other_node'), Unauthentic('key_of_other_node').
    """
    others = Node.objects.exclude(pk=known.pk) if known else Node.objects.all()
    codes = [office.code for office in card.offices]
    if taken := Office.objects.filter(code__in=codes, node__in=others).first():
        raise Refused("office_of_other_node", office=taken.code)
    kids = [key.kid for key in card.keys]
    if NodeKey.objects.filter(kid__in=kids, node__in=others).exists():
        raise Unauthentic("key_of_other_node", node=card.node)


def enter(card: Card, *, standing: str, now: datetime) -> Node:
    """Enter a node that is new here."""
    check_free(card)
    node = Node.objects.create(
        code=card.node,
        country=card.country,
        endpoint=card.endpoint,
        training=card.training,
        standing=standing,
        introduced_at=now,
        card_issued_at=moments.from_wire(card.issued_at),
    )
    NodeKey.objects.bulk_create(_key_row(node, key, now) for key in card.keys)
    for office in card.offices:
        enter_office(node, office, now=now)
    return node


def has_keys_of(node: Node, card: Card) -> bool:
    """Say whether a card holds exactly the keys that are in force for a node."""
    held = node.node_keys.filter(revoked_at=None).values_list("use", "kid")
    return set(held) == card.kids()


def replace_keys(node: Node, card: Card, *, by: str = "", now: datetime) -> None:
    """Let a node have exactly the keys of a card: others end now, new ones begin; each is a leaf.

    But for one that people here revoked by itself: who else has it is not said by a card.
    """
    check_free(card, known=node)
    _end_others(node, card, by, now)
    held = _held(node)
    for key in card.keys:
        row = held.get((key.use, key.kid)) or _key_row(node, key, now)
        if row.pk is None or (row.revoked_at is not None and not row.revoked_for):
            row.revoked_at = None
            row.save()
            noting.key(node, key.kid, by=by, now=now)
    node.node_keys.filter(kid__in=[key.kid for key in card.keys]).update(told_by="")


def follow_keys(node: Node, card: Card, *, told_by: str, now: datetime) -> None:
    """Take over the keys of a later card, with their days; each is a leaf. What was revoked here stays so."""
    check_free(card, known=node)
    _end_others(node, card, "", now)
    held = _held(node)
    for key in card.keys:
        fresh, row = _key_row(node, key, now), held.get((key.use, key.kid))
        if row is None:
            fresh.told_by = told_by
            fresh.save()
            noting.key(node, key.kid, by="", now=now)
        else:
            NodeKey.objects.filter(pk=row.pk).update(valid_from=fresh.valid_from, valid_to=fresh.valid_to)


def says_nothing_new(node: Node, card: Card) -> bool:
    """Say whether a card is from before the one held, and brings no key that the node has not got by then."""
    held = {(row.use, row.kid) for row in node.node_keys.filter(revoked_at=None)}
    older = node.card_issued_at is not None and moments.from_wire(card.issued_at) < node.card_issued_at
    return older and card.kids() <= held


def names_unknown_keys(node: Node, card: Card) -> bool:
    """Say whether a card names a key that was never known here, in force or ended."""
    return not card.kids() <= _held(node).keys()


def _held(node: Node) -> dict[tuple[str, str], NodeKey]:
    return {(row.use, row.kid): row for row in node.node_keys.all()}


def _end_others(node: Node, card: Card, by: str, now: datetime) -> None:
    """End the keys that a card has no longer."""
    for name, row in _held(node).items():
        if row.revoked_at is None and name not in card.kids():
            NodeKey.objects.filter(pk=row.pk).update(revoked_at=now)
            noting.key(node, row.kid, by=by, now=now)


def refresh(node: Node, card: Card, *, now: datetime) -> bool:
    """Take over address and offices of a newer card of the same keys; say whether anything was newer."""
    issued_at = moments.from_wire(card.issued_at)
    if node.card_issued_at and issued_at <= node.card_issued_at:
        return False
    check_free(card, known=node)
    node.endpoint, node.card_issued_at = card.endpoint, issued_at
    node.save(update_fields=["endpoint", "card_issued_at"])
    for office in card.offices:
        enter_office(node, office, now=now)
    _close_missing(node, {office.code for office in card.offices}, now)
    return True


def enter_office(node: Node, office: OfficeOnCard, *, now: datetime) -> Office:
    """Enter an office, or its next version."""
    row = Office.objects.filter(code=office.code).first() or Office(code=office.code, node=node)
    before = on_card(row) if row.pk else None
    for name, value in _columns(office).items():
        setattr(row, name, value)
    row.save()
    if before is not None and before != office:
        keep_version(row, before, now=now)
    return row


def keep_version(row: Office, before: OfficeOnCard, *, now: datetime) -> None:
    """Keep what an office was until now."""
    OfficeVersion.objects.create(office=row, entered_at=now, value=cards.office_as_json(before))


def on_card(row: Office) -> OfficeOnCard:
    """Return an office as its card has it."""
    return cards.office_from_json(
        {
            "code": row.code,
            "country": row.country,
            "kind": row.kind,
            "time_zone": row.time_zone,
            "languages": row.languages,
            "names": row.names,
            "phone": row.phone,
            "places": row.places,
            "aliases": row.aliases,
            "status": row.status,
            "successor": row.successor,
            "since": row.since.isoformat() if row.since else "",
            "desks": row.desks,
        }
    )


def _columns(office: OfficeOnCard) -> dict[str, Any]:
    value = cards.office_as_json(office)
    value["since"] = date.fromisoformat(office.since) if office.since else None
    return {name: one for name, one in value.items() if name != "code"}


def _close_missing(node: Node, named: Iterable[str], now: datetime) -> None:
    """An office that its node's card no longer names is closed, not forgotten: letters of it are still here."""
    for row in node.offices.exclude(code__in=named).exclude(status="closed"):
        before = on_card(row)
        row.status = "closed"
        row.save(update_fields=["status"])
        keep_version(row, before, now=now)


def _key_row(node: Node, key: cards.PublicKeyOnCard, now: datetime) -> NodeKey:
    return NodeKey(
        node=node,
        use=key.use,
        kid=key.kid,
        public=key.public,
        valid_from=moments.from_wire(key.valid_from),
        valid_to=moments.from_wire(key.valid_to) if key.valid_to else None,
        entered_at=now,
    )
