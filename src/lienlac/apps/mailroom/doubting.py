"""What a revoked key signed, which somebody else may have: up to which size of a ledger its word counts."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from lienlac.apps.audit.models import Leaf, Ledger
from lienlac.apps.directory.models import Node, NodeKey
from lienlac.apps.mailroom.models import Arrival
from lienlac.core.envelope import frames
from lienlac.core.envelope.dsse import MAX_SIGNED_BYTES
from lienlac.core.ledger import leaves


@dataclass(frozen=True, kw_only=True)
class Doubted:
    """An entry of the pair ledger that rests on such a key, and the message that it brought, where there is one."""

    epoch: str
    place: int
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
        rows = ledger.leaves.filter(place__gte=first, statement__isnull=False).select_related("statement")
        for leaf in rows.order_by("place"):
            if _signer(leaf) == key.kid:
                yield _told(leaf, ledger, key.node)


def _signer(leaf: Leaf) -> str:
    _payload, kid, _signature = frames.unpack(
        bytes(leaf.statement.signed), count=3, max_bytes=MAX_SIGNED_BYTES
    )
    return kid.decode("ascii", "replace")


def _told(leaf: Leaf, ledger: Ledger, node: Node) -> Doubted:
    entry = leaves.decode(bytes(leaf.body))
    came = Arrival.objects.filter(lane__partner=node, digest=entry.facts.get("envelope", ""))
    message = next((one.message for one in came.select_related("message") if one.message), None)
    return Doubted(
        epoch=ledger.epoch,
        place=leaf.place or 0,
        kind=entry.kind,
        message_kind=message.kind if message else "",
        message_id=message.message_id if message else "",
    )
