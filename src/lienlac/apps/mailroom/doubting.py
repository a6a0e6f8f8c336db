"""What a revoked key signed, which somebody else may have: up to which size of a ledger its word counts."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass
from itertools import islice

from django.db.models import F, Q

from lienlac.apps.audit.models import Leaf, Ledger
from lienlac.apps.directory.models import Node, NodeKey
from lienlac.apps.mailroom.models import Arrival, Message
from lienlac.core.envelope import frames
from lienlac.core.envelope.dsse import MAX_SIGNED_BYTES
from lienlac.core.ledger import leaves

AT_ONCE = 200  # leaves whose messages are looked up by one query


@dataclass(frozen=True, kw_only=True)
class Doubted:
    """An entry of the pair ledger that rests on such a key, and the message that it brought, where there is one.

    `place` is None for what came a moment ago.
    """

    epoch: str
    place: int | None
    kind: str
    message_kind: str
    message_id: str


def until_size(key: NodeKey, ledger: Ledger) -> int | None:
    """Return from which place of a ledger on a key's word is not to be believed; None when all of it is.

    Of ledgers after the one that was current when it was revoked it is nothing; of those before, all.
    """
    if key.trusted_size is None:
        return None
    if ledger.epoch == key.trusted_epoch:
        return key.trusted_size
    named = Ledger.objects.filter(partner=ledger.partner, epoch=key.trusted_epoch).first()
    return 0 if named is None or ledger.pk > named.pk else None


def doubted(key: NodeKey, *, among: Collection[int] | None = None) -> Iterator[Doubted]:
    """Give every entry (or of the leaves `among` those) that rests on a revoked key's word beyond the size up to which
    it is believed.
    """
    for ledger in Ledger.objects.filter(partner=key.node.code).order_by("pk"):
        first = until_size(key, ledger)
        if first is None:
            continue
        beyond = Q(place__gte=first) | Q(place=None)  # what has no place yet gets one behind all others
        rows = ledger.leaves.filter(beyond, statement__isnull=False).select_related("statement")
        if among is not None:
            rows = rows.filter(pk__in=among)
        walk = rows.order_by(F("place").asc(nulls_last=True), "pk").iterator(AT_ONCE)
        while some := list(islice(walk, AT_ONCE)):
            came = _messages(some, key.node)
            for leaf in some:
                message = came.get(leaf.pk)
                if key.kid in (_signer(leaf.statement.signed), _author(message)):
                    yield _told(leaf, ledger, message)


def brought(node: Node, message_ids: Collection[str]) -> set[int]:
    """Return the leaves of the parcels in which a partner's messages came."""
    came = Arrival.objects.filter(lane__partner=node, message__message_id__in=message_ids)
    return {leaf for leaf in came.values_list("leaf", flat=True) if leaf is not None}


def _signer(signed: bytes | memoryview) -> str:
    _payload, kid, _signature = frames.unpack(bytes(signed), count=3, max_bytes=MAX_SIGNED_BYTES)
    return kid.decode("ascii", "replace")


def _author(message: Message | None) -> str:
    """Return the key that signed a message; of one that was erased nothing says it any longer."""
    return _signer(message.signed) if message and message.erased_at is None else ""


def _messages(some: Sequence[Leaf], node: Node) -> dict[int, Message]:
    """Return, by leaf, the messages that came with the parcels which these leaves tell of."""
    came = Arrival.objects.filter(lane__partner=node, leaf__in=some, message__isnull=False)
    rows = came.select_related("message").defer("envelope", "position", "frame")
    return {row.leaf_id: row.message for row in rows if row.leaf_id and row.message}


def _told(leaf: Leaf, ledger: Ledger, message: Message | None) -> Doubted:
    entry = leaves.decode(bytes(leaf.body))
    return Doubted(
        epoch=ledger.epoch,
        place=leaf.place,
        kind=entry.kind,
        message_kind=message.kind if message else "",
        message_id=message.message_id if message else "",
    )
