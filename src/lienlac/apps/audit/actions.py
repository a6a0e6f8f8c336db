"""Deeds on the ledgers: write a leaf with a deed, give places, sign a head."""

from __future__ import annotations

import secrets
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime

from django.db import transaction

from lienlac.apps.audit.models import Head, Leaf, Ledger, TreeNode
from lienlac.apps.audit.queries import StoredNodes
from lienlac.core.ledger import checkpoint, tree

HOUSE = ""
BATCH = 500


@dataclass(frozen=True, kw_only=True)
class Sealer:
    """Who signs heads: the node's code, its public key (32 bytes) and the act of signing."""

    node: str
    public: bytes
    sign: Callable[[bytes], bytes]


def record(partner: str, leaf: bytes, *, now: datetime) -> Leaf:
    """Write a leaf in the transaction of the deed it tells; `partner` is a node's code, or HOUSE."""
    return Leaf.objects.create(ledger=_current(partner), body=leaf, written_at=now)


def _current(partner: str) -> Ledger:
    ledger, _ = Ledger.objects.get_or_create(
        partner=partner, current=True, defaults={"epoch": secrets.token_hex(8)}
    )
    return ledger


@transaction.atomic
def sequence(sealer: Sealer, *, now: datetime) -> int:
    """Give every leaf without a place its place, grow the trees, sign a head each; return how many leaves.

    ONE process does this (`lienlac work`): places are given in the order in which deeds committed.
    """
    waiting = Ledger.objects.filter(leaves__place=None).distinct().order_by("pk")
    return sum(_sequence_one(ledger, sealer, now) for ledger in waiting)


def _sequence_one(ledger: Ledger, sealer: Sealer, now: datetime) -> int:
    leaves = list(ledger.leaves.filter(place=None).order_by("pk")[:BATCH])
    frontier = tree.load_frontier(StoredNodes(ledger), ledger.size)
    grown, made = tree.extend(frontier, (bytes(leaf.body) for leaf in leaves))
    for place, leaf in enumerate(leaves, start=ledger.size):
        leaf.place = place
    Leaf.objects.bulk_update(leaves, ["place"])
    TreeNode.objects.bulk_create(
        TreeNode(ledger=ledger, level=node.level, number=node.number, hash=node.hash) for node in made
    )
    Ledger.objects.filter(pk=ledger.pk).update(size=grown.size)
    Head.objects.create(
        ledger=ledger, size=grown.size, note=_signed_head(ledger, grown, sealer), signed_at=now
    )
    return len(leaves)


def _signed_head(ledger: Ledger, frontier: tree.Frontier, sealer: Sealer) -> bytes:
    origin = checkpoint.Origin(node=sealer.node, partner=ledger.partner or None, epoch=ledger.epoch)
    head = checkpoint.Checkpoint(origin=str(origin), size=frontier.size, root=frontier.root())
    return checkpoint.sign(head, public=sealer.public, sign=sealer.sign).encode()
