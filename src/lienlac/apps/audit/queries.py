"""Questions to the ledgers."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from datetime import datetime

from django.db.models import Min, Sum

from lienlac.apps.audit.models import Head, HeldHead, Leaf, Ledger
from lienlac.apps.rows import statements
from lienlac.apps.rows.prepared import Prepared
from lienlac.core.errors import Malformed
from lienlac.core.ledger import tree
from lienlac.core.ledger.checkpoint import Origin
from lienlac.core.ledger.inclusion import Inclusion
from lienlac.core.ledger.tree import Place

PLACES_A_QUERY = 200
PLACES_AT = (
    "SELECT level, number, hash FROM audit_treenode WHERE ledger_id = %s AND (level, number) IN (VALUES {})"
)


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

    def _some(self, places: Sequence[Place]) -> dict[Place, bytes]:
        """Ask for places by the unique index.

        As one condition a place of the ORM this took a hundred times as long; with the ledger as a condition of its
        own beside them SQLite even read the whole ledger, five seconds among a million leaves.
        """
        asked = [number for place in places for number in place]
        found = statements.asked(
            PLACES_AT.format(", ".join(["(%s, %s)"] * len(places))), [self.ledger.pk, *asked]
        )
        return {Place(level, number): bytes(hash_) for level, number, hash_ in found}


def latest_head(partner: str) -> Head | None:
    """Return the newest signed head of the current ledger with a partner (or of the house), or None."""
    return Head.objects.filter(ledger__partner=partner, ledger__current=True).order_by("-size").first()


def newest_note(ledger: int) -> bytes:
    """Return the newest signed head of a ledger, which covers every leaf of it that has a place; b"" for none."""
    return bytes(_NEWEST.first(ledger) or b"")


_NEWEST = Prepared["bytes | memoryview[int]"](
    lambda ledger: Head.objects.filter(ledger_id=ledger).order_by("-size").values_list("note", flat=True)[:1]
)


def consistency_proof(origin: str, *, partner: str, first: int, second: int) -> tuple[bytes, ...]:
    """Prove to a partner that our ledger with him only grew from `first` to `second` leaves.

    Raises Malformed: `ledger_origin` (not a ledger of this pair), `ledger_sizes` (not sizes of it).
    """
    ledger = of_pair(origin, partner=partner)
    if not 0 <= first <= second <= ledger.size:
        raise Malformed("ledger_sizes", first=first, second=second)
    return tree.consistency_proof(StoredNodes(ledger), first, second)


def of_pair(origin: str, *, partner: str) -> Ledger:
    """Return our ledger of this name, if it is one with this partner; Malformed('ledger_origin') for any other."""
    asked = Origin.parse(origin)
    ledger = Ledger.objects.filter(partner=partner, epoch=asked.epoch).first()
    if ledger is None or asked.partner != partner:
        raise Malformed("ledger_origin", origin=origin)
    return ledger


def extent(partner: str) -> tuple[str, int]:
    """Return epoch and size of the current ledger with a partner; `""` and 0 before the first entry."""
    found = Ledger.objects.filter(partner=partner, current=True).values_list("epoch", "size").first()
    return found or ("", 0)


def size_before(partner: str, moment: datetime) -> int:
    """Return how many entries the current ledger with a partner had before the first of this moment or later."""
    placed = Leaf.objects.filter(ledger__partner=partner, ledger__current=True, place__isnull=False)
    first: int | None = placed.filter(written_at__gte=moment).aggregate(place=Min("place"))["place"]
    return extent(partner)[1] if first is None else first


def inclusions(ledger: Ledger, size: int, found: Sequence[Leaf | None]) -> list[Inclusion | None]:
    """Prove leaves against the tree of the first `size` of a ledger, in their order; None for one not in that tree.

    Raises Malformed('ledger_sizes') for a size that the ledger never had.
    """
    if not 0 < size <= ledger.size:
        raise Malformed("ledger_sizes", first=0, second=size)
    places = [_place_in(leaf, ledger, size) for leaf in found]
    proofs = iter(tree.inclusion_proofs(StoredNodes(ledger), [at for at in places if at is not None], size))
    return [
        Inclusion(index=at, leaf=bytes(leaf.body), proof=next(proofs)) if leaf and at is not None else None
        for leaf, at in zip(found, places, strict=True)
    ]


def _place_in(leaf: Leaf | None, ledger: Ledger, size: int) -> int | None:
    if leaf is None or leaf.ledger_id != ledger.pk or leaf.place is None or leaf.place >= size:
        return None
    return leaf.place


def held_heads(partner: str) -> list[HeldHead]:
    """Return the checkpoints that a partner gave us, the smallest of each ledger first."""
    return list(HeldHead.objects.filter(partner=partner).order_by("origin", "size"))


def waiting_since() -> datetime | None:
    """Return when the leaf was written that has waited longest for its place; None when none waits."""
    return _WAITING.first()


_WAITING = Prepared[datetime](
    lambda: Leaf.objects.filter(place=None).order_by("written_at").values_list("written_at", flat=True)[:1]
)


def leaves_placed() -> int:
    """Return how many leaves the current ledgers hold, all together."""
    return Ledger.objects.filter(current=True).aggregate(all=Sum("size"))["all"] or 0
