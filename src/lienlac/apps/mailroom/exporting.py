"""The ledger of a pair as a file that proves the exchange to a third party (docs/protocol/export.md)."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import datetime

from lienlac.apps.audit import cosigning
from lienlac.apps.audit.models import Head, Leaf, Ledger
from lienlac.apps.audit.queries import StoredNodes
from lienlac.apps.directory import queries as directory
from lienlac.apps.directory.models import Node, NodeKey
from lienlac.apps.mailroom import doubting
from lienlac.apps.mailroom.models import ArrivalProof
from lienlac.core.errors import Malformed
from lienlac.core.ledger import checkpoint, leaves
from lienlac.core.ledger import lasting as second
from lienlac.core.ledger.checkpoint import SignedCheckpoint
from lienlac.core.ledger.export import PART, WHOLE, Arrival, Export, ExportKey, Gone, Statement, write
from lienlac.core.ledger.inclusion import Inclusion
from lienlac.core.ledger.tree import HASH_BYTES

GONE = "retention"
AT_ONCE = 500
SIGNING = (NodeKey.Use.NODE, NodeKey.Use.AUTHOR, NodeKey.Use.LASTING)


def export(partner: Node, *, epoch: str = "", held: Sequence[int] = (), now: datetime) -> Iterator[bytes]:
    """Write the lines of the whole pair ledger with a partner: its newest one, or that of an `epoch`.

    `held` are sizes of checkpoints that the reader keeps from before. Leaves that have no place yet are not in
    it. Raises Malformed: `no_such_ledger`, or what `core.ledger.export` raises.
    """
    ledger = _ledger(partner, epoch)
    head = _newest(ledger)
    signed = _lasting(checkpoint.parse(bytes(head.note)), now)
    if any(not 0 < size <= head.size for size in held):
        raise Malformed("ledger_sizes", first=max(held), second=head.size)
    wanted = Export(
        origin=checkpoint.Origin.parse(signed.checkpoint.origin),
        scope=WHOLE,
        at=now,
        keys=_keys(directory.this_node(), ledger) + _keys(partner, ledger),
        checkpoints=_with_cosigned(signed, ledger),
        leaves=_leaves(ledger, head.size),
        statements=_statements(ledger, head.size),
        arrivals=_arrivals(partner),
        held_sizes=held,
    )
    key = directory.own_signing_key(NodeKey.Use.NODE, now)
    return write(wanted, nodes=StoredNodes(ledger), kid=key.kid, sign=key.sign)


def entries(partner: Node, *, epoch: str = "", now: datetime) -> Iterator[tuple[int, datetime, bytes]]:
    """Give each entry of the pair ledger as an export of its own (scope `part`): index, when it was, the file.

    Raises as `export`.
    """
    ledger = _ledger(partner, epoch)
    signed = _lasting(checkpoint.parse(bytes(_newest(ledger).note)), now)
    keys = _keys(directory.this_node(), ledger) + _keys(partner, ledger)
    key = directory.own_signing_key(NodeKey.Use.NODE, now)
    for leaf in _in_order(ledger, signed.checkpoint.size):
        body, index = leaves.decode(bytes(leaf.body)), leaf.place or 0
        alone = Export(
            origin=checkpoint.Origin.parse(signed.checkpoint.origin),
            scope=PART,
            at=now,
            keys=keys,
            checkpoints=_with_cosigned(signed, ledger),
            leaves=[(index, bytes(leaf.body))],
            statements=[_statement(leaf)] if "signed" in body.facts else [],
            arrivals=_arrivals(partner, envelope=str(body.facts.get("envelope", "")))
            if body.kind == "parcel_sent"
            else [],
        )
        yield index, body.at, b"".join(write(alone, nodes=StoredNodes(ledger), kid=key.kid, sign=key.sign))


def _lasting(signed: SignedCheckpoint, now: datetime) -> SignedCheckpoint:
    """Sign a head once more with each lasting key of this node: what is exported is read for decades."""
    for key in directory.OwnKeys(now).each_lasting():
        if not second.signed_by(signed, [key.public]):
            signed = signed.plus(second.sign(signed.checkpoint, key))
    return signed


def _newest(ledger: Ledger) -> Head:
    head = ledger.heads.order_by("-size").first()
    if head is None:
        raise Malformed("no_such_ledger", node=ledger.partner)
    return head


def _with_cosigned(newest: SignedCheckpoint, ledger: Ledger) -> tuple[SignedCheckpoint, ...]:
    """Put the largest head that the partner has cosigned before the newest one, or in its place."""
    cosigned = cosigning.latest(ledger)
    if cosigned is None:
        return (newest,)
    if cosigned.checkpoint.size == newest.checkpoint.size:
        return (cosigned.plus(*newest.signatures),)
    return (cosigned, newest)


def _ledger(partner: Node, epoch: str) -> Ledger:
    of_pair = Ledger.objects.filter(partner=partner.code)
    found = of_pair.filter(epoch=epoch) if epoch else of_pair.filter(current=True)
    ledger = found.first()
    if ledger is None:
        raise Malformed("no_such_ledger", node=partner.code)
    return ledger


def _keys(node: Node, ledger: Ledger) -> tuple[ExportKey, ...]:
    rows = NodeKey.objects.filter(node=node, use__in=SIGNING).order_by("use", "valid_from")
    return tuple(
        ExportKey(
            node=node.code,
            public=bytes(row.public),
            since=min(row.valid_from, row.entered_at),  # its days are the other clock's word
            until=min((end for end in (row.valid_to, row.revoked_at) if end), default=None),
            until_size=doubting.until_size(row, ledger),
        )
        for row in rows
    )


def _in_order(ledger: Ledger, size: int) -> Iterator[Leaf]:
    rows = ledger.leaves.filter(place__lt=size).select_related("statement").order_by("place")
    return rows.iterator(chunk_size=AT_ONCE)


def _leaves(ledger: Ledger, size: int) -> Iterator[tuple[int, bytes]]:
    return ((leaf.place or 0, bytes(leaf.body)) for leaf in _in_order(ledger, size))


def _statements(ledger: Ledger, size: int) -> Iterator[Statement | Gone]:
    for leaf in _in_order(ledger, size):
        if "signed" in leaves.decode(bytes(leaf.body)).facts:
            yield _statement(leaf)


def _arrivals(partner: Node, *, envelope: str = "") -> Iterator[Arrival]:
    """Give what the partner's ledger says of our parcels, of those too that an older ledger of ours recorded.

    `envelope` (its digest) asks for that of one parcel only.
    """
    rows = ArrivalProof.objects.filter(parcel__lane__partner=partner).order_by("pk")
    if envelope:
        rows = rows.filter(parcel__digest=envelope)
    for row in rows.iterator(chunk_size=AT_ONCE):
        hashes = bytes(row.hashes)
        proof = tuple(hashes[at : at + HASH_BYTES] for at in range(0, len(hashes), HASH_BYTES))
        found = Inclusion(index=row.index, leaf=bytes(row.leaf), proof=proof)
        yield Arrival(note=bytes(row.note), found=found)


def _statement(leaf: Leaf) -> Statement | Gone:
    index, kept = leaf.place or 0, getattr(leaf, "statement", None)
    if kept is None:
        return Gone(index=index, code=GONE)
    return Statement.from_signed(index, kept.payload_type, bytes(kept.signed))
