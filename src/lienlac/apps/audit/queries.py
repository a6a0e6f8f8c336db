"""Questions to the ledgers."""

from __future__ import annotations

from collections.abc import Collection, Mapping

from django.db.models import Q

from lienlac.apps.audit.models import Head, Leaf, Ledger, TreeNode
from lienlac.core.ledger.tree import Place

PLACES_A_QUERY = 200  # keeps the condition below SQLite's limit of expression depth


class StoredNodes:
    """The hashes of one ledger's tree, read from its table (`core.ledger.tree.Nodes`)."""

    def __init__(self, ledger: Ledger) -> None:
        self.ledger = ledger

    def fetch(self, places: Collection[Place]) -> Mapping[Place, bytes]:
        """Give the hash of each place; KeyError for one that is not there: a lost row."""
        wanted, found = list(places), dict[Place, bytes]()
        for start in range(0, len(wanted), PLACES_A_QUERY):
            found |= self._some(wanted[start : start + PLACES_A_QUERY])
        return {place: found[place] for place in wanted}

    def _some(self, places: list[Place]) -> dict[Place, bytes]:
        condition = Q(pk__in=[])
        for place in places:
            condition |= Q(level=place.level, number=place.number)
        rows = TreeNode.objects.filter(condition, ledger=self.ledger)
        return {Place(row.level, row.number): bytes(row.hash) for row in rows}


def latest_head(partner: str) -> Head | None:
    """Return the newest signed head of the current ledger with a partner (or of the house), or None."""
    return (
        Head.objects.filter(ledger__partner=partner, ledger__current=True).order_by("-size").first()
    )


def without_place() -> int:
    """Return how many leaves still wait for the sequencer."""
    return Leaf.objects.filter(place=None).count()
