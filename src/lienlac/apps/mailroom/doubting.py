"""What a revoked key signed, which somebody else may have: up to which size of a ledger its word counts."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from django.db.models import F, Q

from lienlac.apps.audit.models import Leaf, Ledger
from lienlac.apps.directory.models import Node, NodeKey
from lienlac.apps.mailroom.models import Arrival, Message
from lienlac.core.envelope import frames
from lienlac.core.envelope.dsse import MAX_SIGNED_BYTES
from lienlac.core.ledger import leaves


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


def doubted(key: NodeKey) -> Iterator[Doubted]:
    """Give every entry that rests on a revoked key's word beyond the size up to which it is believed."""
    for ledger in Ledger.objects.filter(partner=key.node.code).order_by("pk"):
        first = until_size(key, ledger)
        if first is None:
            continue
        beyond = Q(place__gte=first) | Q(place=None)  # what has no place yet gets one behind all others
        rows = ledger.leaves.filter(beyond, statement__isnull=False).select_related("statement")
        for leaf in rows.order_by(F("place").asc(nulls_last=True), "pk"):
            message = _message(leaf, key.node)
            if key.kid in (_signer(leaf.statement.signed), _author(message)):
                yield _told(leaf, ledger, message)


def _signer(signed: bytes | memoryview) -> str:
    _payload, kid, _signature = frames.unpack(bytes(signed), count=3, max_bytes=MAX_SIGNED_BYTES)
    return kid.decode("ascii", "replace")


def _author(message: Message | None) -> str:
    """Return the key that signed a message; of one that was erased nothing says it any longer."""
    return _signer(message.signed) if message and message.erased_at is None else ""


def _message(leaf: Leaf, node: Node) -> Message | None:
    digest = leaves.decode(bytes(leaf.body)).facts.get("envelope", "")
    came = Arrival.objects.filter(lane__partner=node, digest=digest).select_related("message")
    return next((one.message for one in came if one.message), None)


def _told(leaf: Leaf, ledger: Ledger, message: Message | None) -> Doubted:
    entry = leaves.decode(bytes(leaf.body))
    return Doubted(
        epoch=ledger.epoch,
        place=leaf.place,
        kind=entry.kind,
        message_kind=message.kind if message else "",
        message_id=message.message_id if message else "",
    )
