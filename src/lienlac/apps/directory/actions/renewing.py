"""Renew what this node's card says: its address, and its keys, made, taken up when every partner knows them, destroyed.

A sealing key is in force at once: others seal to it as soon as they know it, and until then to the old one. Signing
keys are announced first (`NOT_YET`), since nobody could check what is signed with a key that he has not heard of. Who
has heard is the mailroom's knowledge: `mailroom.actions.announcing` says when.
"""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime
from functools import partial

from django.db import transaction

from lienlac.apps.directory import keystore, moments, noting, queries
from lienlac.apps.directory.actions.founding import add_key
from lienlac.apps.directory.models import Node, NodeKey
from lienlac.core.envelope.keys import SealingPublic
from lienlac.core.errors import Refused

SIGNING = (NodeKey.Use.NODE, NodeKey.Use.AUTHOR)


@transaction.atomic
def renew_sealing(*, now: datetime, by: str = "") -> NodeKey:
    """Make a new sealing key, which others seal to from now on."""
    node = _locked()
    row = add_key(node, NodeKey.Use.SEAL, valid_from=now, now=now)
    _changed(node, [row], by, now)
    return row


@transaction.atomic
def renew_signing(*, now: datetime, by: str = "") -> list[NodeKey]:
    """Make new signing keys, to be taken up later; Refused('keys_not_taken_up') while some wait for that."""
    node = _locked()
    if queries.not_taken_up().exists():
        raise Refused("keys_not_taken_up")
    rows = [add_key(node, use, valid_from=moments.NOT_YET, now=now) for use in SIGNING]
    _changed(node, rows, by, now)
    return rows


@transaction.atomic
def make_lasting(*, now: datetime, by: str = "") -> NodeKey:
    """Make the key that signs heads for decades, or return the one that is there; our next card tells partners."""
    node = _locked()
    held = queries.own_key_rows(NodeKey.Use.LASTING).first()
    if held is not None:
        return held
    row = add_key(node, NodeKey.Use.LASTING, valid_from=now, now=now)
    _changed(node, [row], by, now)
    return row


@transaction.atomic
def renew_lasting(*, now: datetime, by: str = "") -> NodeKey:
    """Make a lasting key that follows the one in force; both sign exports until the old one is retired.

    Refused: 'no_lasting_key' where there is none yet, 'lasting_overlaps' while an old one is still in force.
    """
    node = _locked()
    held = queries.own_key_rows(NodeKey.Use.LASTING).count()
    if held != 1:
        raise Refused("lasting_overlaps" if held else "no_lasting_key")
    row = add_key(node, NodeKey.Use.LASTING, valid_from=now, now=now)
    _changed(node, [row], by, now)
    return row


@transaction.atomic
def name_oversight(public: SealingPublic, *, now: datetime, by: str = "") -> NodeKey:
    """Name the key of our state's oversight on our card, in the place of one named before; partners are told by it.

    The private half never comes here. Messages that partners send from then on, of kinds that are overseen, are
    sealed to it too.
    """
    node = _locked()
    named = queries.own_key_rows(NodeKey.Use.OVERSIGHT)
    held = named.filter(kid=public.kid).first()
    if held is not None:
        return held
    row = NodeKey(node=node, use=NodeKey.Use.OVERSIGHT, kid=public.kid, public=public.public_bytes)
    row.valid_from = row.entered_at = now
    ended = list(named)
    named.update(revoked_at=now)
    row.save()
    _changed(node, [*ended, row], by, now)
    return row


@transaction.atomic
def take_up(*, now: datetime, by: str = "") -> list[NodeKey]:
    """Sign with the new keys from now on; nothing happens when none wait."""
    node = _locked()
    rows = list(queries.not_taken_up())
    if rows:
        queries.not_taken_up().update(valid_from=now)
        _changed(node, rows, by, now)
    return rows


@transaction.atomic
def retire(rows: Iterable[NodeKey], *, now: datetime, by: str = "") -> None:
    """End old keys and destroy their private halves, once that is on disk."""
    node, rows = _locked(), list(rows)
    NodeKey.objects.filter(pk__in=[row.pk for row in rows]).update(revoked_at=now)
    _changed(node, rows, by, now)
    transaction.on_commit(partial(_destroy, rows))


@transaction.atomic
def move_door(endpoint: str, *, now: datetime, by: str = "") -> bool:
    """Note where others ring this node from now on (`""`: nobody can); say whether it was elsewhere before.

    Our next card tells partners, who hear it in their own lanes as they hear of keys.
    """
    node = _locked()
    if node.endpoint == endpoint:
        return False
    Node.objects.filter(pk=node.pk).update(endpoint=endpoint)
    noting.partner(node, "address_changed", by=by, now=now)
    _changed(node, (), by, now)
    return True


def _locked() -> Node:
    return Node.objects.select_for_update().get(standing=Node.Standing.SELF)


def _changed(node: Node, rows: Iterable[NodeKey], by: str, now: datetime) -> None:
    """Note that this node's card is another one than partners hold."""
    Node.objects.filter(pk=node.pk).update(card_issued_at=now)
    for row in rows:
        noting.key(node, row.kid, by=by, now=now)


def _destroy(rows: Iterable[NodeKey]) -> None:
    for row in rows:
        keystore.store().destroy(row.use, row.kid)
