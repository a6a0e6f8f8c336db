"""Deeds on the ledgers: write a leaf with a deed, give places, sign a head, end a ledger after a restore."""

from __future__ import annotations

import secrets
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from django.db import transaction
from django.db.models import Exists, OuterRef, QuerySet

from lienlac.apps.audit.models import Head, Leaf, Ledger, Statement
from lienlac.apps.audit.queries import StoredNodes
from lienlac.apps.rows import bulk, statements
from lienlac.apps.rows.prepared import Prepared
from lienlac.core.envelope.lasting import LastingKey
from lienlac.core.ledger import checkpoint, leaves, tree
from lienlac.core.ledger import lasting as second

HOUSE = ""
BATCH = 500
LASTING_EVERY = timedelta(days=1)


@dataclass(frozen=True, kw_only=True)
class Sealer:
    """Who signs heads: the node's code, its public key (32 bytes) and the act of signing.

    `lasting` signs one head of each ledger a day once more, where the node has such a key.
    """

    node: str
    public: bytes
    sign: Callable[[bytes], bytes]
    lasting: LastingKey | None = None


@dataclass(frozen=True, kw_only=True)
class Signed:
    """The signed bytes whose digest a leaf holds, kept beside it: type of the payload, and the frames."""

    payload_type: str
    signed: bytes


@dataclass(frozen=True, kw_only=True)
class Entry:
    """A leaf that is to be written, and what its fact `signed` is the digest of."""

    body: bytes
    statement: Signed | None = None


def record(partner: str, leaf: bytes, *, statement: Signed | None = None, now: datetime) -> Leaf:
    """Write a leaf in the transaction of the deed it tells; `partner` is a node's code, or HOUSE."""
    return record_all(partner, [Entry(body=leaf, statement=statement)], now=now)[0]


def record_all(partner: str, entries: Sequence[Entry], *, now: datetime) -> list[Leaf]:
    """Write many leaves of one ledger, in this order, with few queries; as `record`."""
    if not entries:
        return []
    ledger = _current(partner)
    rows = bulk.insert(
        bulk.fresh(Leaf, ledger_id=ledger.pk, body=one.body, written_at=now) for one in entries
    )
    bulk.insert(
        bulk.fresh(
            Statement,
            leaf_id=row.pk,
            payload_type=one.statement.payload_type,
            signed=one.statement.signed,
        )
        for row, one in zip(rows, entries, strict=True)
        if one.statement
    )
    return rows


def _current(partner: str) -> Ledger:
    found = _CURRENT.first(partner)
    if found is None:
        found, _ = Ledger.objects.get_or_create(
            partner=partner, current=True, defaults={"epoch": secrets.token_hex(8)}
        )
    return found


_CURRENT = Prepared[Ledger](lambda partner: Ledger.objects.filter(partner=partner, current=True))


@transaction.atomic
def sequence(sealer: Sealer, *, now: datetime) -> int:
    """Give every leaf without a place its place, grow the trees, sign a head each; return how many leaves.

    ONE process does this (`lienlac work`). A second one by mistake waits for the first: on SQLite every writing
    transaction is alone, on PostgreSQL the ledger's row is locked, but not its key: whoever writes a leaf needs that
    to commit, and holds the lane that a receipt of the same transaction may wait for.
    """
    ledgers = _with_leaves_that_wait()
    if ended := [ledger for ledger in ledgers if not ledger.current]:
        _go_on_in_the_current(ended)
        ledgers = _with_leaves_that_wait()
    return sum(_sequence_one(ledger, sealer, now) for ledger in ledgers)


def _with_leaves_that_wait() -> list[Ledger]:
    return _WITH_WAITING()


def _asked_for_waiting() -> QuerySet[Ledger]:
    """Ask each ledger by itself: `IN` has SQLite read the places of all leaves, 30 ms of a million at every letter."""
    waits = Exists(Leaf.objects.filter(ledger=OuterRef("pk"), place=None))
    return Ledger.objects.select_for_update(no_key=True).filter(waits).order_by("pk")


_WITH_WAITING = Prepared[Ledger](_asked_for_waiting)


def _go_on_in_the_current(ended: Iterable[Ledger]) -> None:
    """Move leaves whose transaction was open while their ledger ended: an ended one is never written again."""
    for ledger in ended:
        Leaf.objects.filter(ledger=ledger, place=None).update(ledger=_current(ledger.partner))


def _sequence_one(ledger: Ledger, sealer: Sealer, now: datetime) -> int:
    waiting = _WAITING(ledger.pk)
    if not waiting:
        return 0
    frontier = tree.load_frontier(StoredNodes(ledger), ledger.size)
    grown, made = tree.extend(frontier, (bytes(body) for _, body in waiting))
    _give_places([key for key, _ in waiting], first=ledger.size)
    _keep_nodes(ledger, made)
    statements.done("UPDATE audit_ledger SET size = %s WHERE id = %s", [grown.size, ledger.pk])
    lasting = sealer.lasting is not None and _is_due(ledger, now)
    note = _signed_head(ledger, grown, sealer, lasting=lasting)
    bulk.insert([Head(ledger=ledger, size=grown.size, note=note, signed_at=now, lasting=lasting)])
    return len(waiting)


_WAITING = Prepared(
    lambda ledger: (
        Leaf.objects.filter(ledger_id=ledger, place=None).order_by("pk").values_list("pk", "body")[:BATCH]
    )
)


def _give_places(leaves: Sequence[int], *, first: int) -> None:
    """Number leaves (primary keys) in their order. One prepared statement: objects would cost more than the tree."""
    statements.done_each(
        "UPDATE audit_leaf SET place = %s WHERE id = %s", list(enumerate(leaves, start=first))
    )


def _keep_nodes(ledger: Ledger, made: Iterable[tree.Node]) -> None:
    statements.done_each(
        "INSERT INTO audit_treenode (ledger_id, level, number, hash) VALUES (%s, %s, %s, %s)",
        [(ledger.pk, *node) for node in made],
    )


def _is_due(ledger: Ledger, now: datetime) -> bool:
    """Say whether no head of this ledger was signed for decades within a day; a clock put back silences none."""
    of_today = ledger.heads.filter(
        lasting=True, signed_at__gt=now - LASTING_EVERY, signed_at__lt=now + LASTING_EVERY
    )
    return not of_today.exists()


def _signed_head(ledger: Ledger, frontier: tree.Frontier, sealer: Sealer, *, lasting: bool) -> bytes:
    origin = checkpoint.Origin(node=sealer.node, partner=ledger.partner or None, epoch=ledger.epoch)
    head = checkpoint.Checkpoint(origin=str(origin), size=frontier.size, root=frontier.root())
    signed = checkpoint.sign(head, public=sealer.public, sign=sealer.sign)
    if lasting and sealer.lasting:
        signed = signed.plus(second.sign(head, sealer.lasting))
    return signed.encode()


@transaction.atomic
def open_epoch(partner: str, *, node: str, code: str, now: datetime) -> None:
    """End a ledger that was put back in time and begin the next one, in the open: its first leaf says so.

    What partners saw of the lost years cannot be signed again: a second history under the same name would be
    a fork. Leaves that wait go into the new one. A ledger of which this store signed nothing gets another name; where
    there is none, the lost life may have begun one, and the next says that it was begun after a restore.
    """
    old = Ledger.objects.select_for_update(no_key=True).filter(
        partner=partner, current=True
    ).first() or _current(partner)
    if not old.heads.exists():
        Ledger.objects.filter(pk=old.pk).update(epoch=secrets.token_hex(8), restored=True)
        return
    root = tree.root(StoredNodes(old), old.size).hex()
    before = str(checkpoint.Origin(node=node, partner=partner or None, epoch=old.epoch))
    facts: dict[str, leaves.Fact] = {"code": code, "before": before, "size": old.size, "root": root}
    Ledger.objects.filter(pk=old.pk).update(current=False)
    new = _current(partner)
    Ledger.objects.filter(pk=new.pk).update(restored=True)
    _plant(new, leaves.Leaf(kind="epoch_opened", at=now, facts=facts).encode(), now)
    Leaf.objects.filter(ledger=old, place=None).update(ledger=new)


def _plant(ledger: Ledger, leaf: bytes, now: datetime) -> None:
    """Give the first leaf its place at once: leaves written before it must come behind it."""
    grown, made = tree.extend(tree.Frontier(), [leaf])
    Leaf.objects.create(ledger=ledger, place=0, body=leaf, written_at=now)
    _keep_nodes(ledger, made)
    Ledger.objects.filter(pk=ledger.pk).update(size=grown.size)
