"""Keys, ledgers and the clock: what this node's word rests on."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from datetime import datetime, timedelta
from typing import TYPE_CHECKING

from lienlac.cli import running
from lienlac.cli.doctor.finding import Finding, Patient, bad, look, ok
from lienlac.core.envelope.keys import SealingKey, SigningKey
from lienlac.core.errors import LienlacError
from lienlac.core.ledger import checkpoint, tree

if TYPE_CHECKING:
    from lienlac.apps.audit.models import Ledger
    from lienlac.apps.directory.models import NodeKey

LEAVES_READ = 1000
AT_ONCE = 250
LEAF_LATE = timedelta(seconds=10)
CLOCK_SLACK = timedelta(minutes=5)
RECEIPTS_READ = 20


def own_keys(patient: Patient) -> Finding:
    """Is each private key there that the directory names, and is it that key?"""
    from lienlac.apps.directory.models import Node, NodeKey

    rows = NodeKey.objects.filter(node__standing=Node.Standing.SELF, revoked_at=None)
    wrong = [f"{row.use}-{row.kid}" for row in rows if row.use in _KEY_OF_USE and not _is_there(patient, row)]
    if wrong:
        do = "Put them back: lienlac keys import FILE. Without them nothing can be signed or opened."
        return bad(
            "keys", "These private keys are missing or not what they say: " + ", ".join(wrong) + ".", do
        )
    return ok("keys", f"All {len(rows)} keys are there and fit the directory.")


_KEY_OF_USE: Mapping[str, type[SigningKey] | type[SealingKey]] = {
    "node": SigningKey,
    "author": SigningKey,
    "seal": SealingKey,
}


def _is_there(patient: Patient, row: NodeKey) -> bool:
    file = patient.home.keys / f"{row.use}-{row.kid}.seed"
    try:
        return bool(
            _KEY_OF_USE[row.use].from_seed(bytes.fromhex(file.read_text(encoding="ascii"))).kid == row.kid
        )
    except (OSError, ValueError, LienlacError):
        return False


def ledgers(patient: Patient) -> Iterator[Finding]:
    """Are the last leaves of each ledger those that its signed head covers? With `thorough`: all of them."""
    from lienlac.apps.audit.models import Ledger

    for ledger in Ledger.objects.order_by("pk"):
        name = f"{ledger.partner or 'house'} {ledger.epoch}"
        try:
            read = _check(ledger, patient)
        except (LienlacError, KeyError) as problem:
            do = "Change nothing, stop the node, keep a copy of the home, and call the inspector."
            yield bad("ledger", f"The ledger {name} does not check out ({problem}).", do, ledger=name)
        else:
            yield ok("ledger", f"The ledger {name} holds: {read} of {ledger.size} leaves read.", ledger=name)


def _check(ledger: Ledger, patient: Patient) -> int:
    """Raise Unauthentic or KeyError unless head, tree and leaves agree; return how many leaves were read."""
    from lienlac.apps.audit.models import Head, Leaf
    from lienlac.apps.audit.queries import StoredNodes
    from lienlac.core.errors import Unauthentic

    size = ledger.size
    placed = Leaf.objects.filter(ledger=ledger, place__isnull=False)
    head = Head.objects.filter(ledger=ledger).order_by("-size").first()
    if placed.count() != size or (head.size if head else 0) != size:
        raise Unauthentic("ledger_size", size=size)
    if head is None:
        return 0
    root = _signed_root(ledger, bytes(head.note))
    first = 0 if patient.thorough else max(0, size - LEAVES_READ)
    for start in range(first, size, AT_ONCE):
        rows = list(placed.filter(place__gte=start, place__lt=start + AT_ONCE).order_by("place"))
        places = range(start, start + len(rows))
        proofs = tree.inclusion_proofs(StoredNodes(ledger), places, size)
        for row, place, proof in zip(rows, places, proofs, strict=True):
            tree.verify_inclusion(leaf=bytes(row.body), index=place, size=size, proof=proof, root=root)
    return size - first


def _signed_root(ledger: Ledger, note: bytes) -> bytes:
    from lienlac.apps.directory.models import Node, NodeKey
    from lienlac.apps.directory.queries import this_node

    keys = NodeKey.objects.filter(node__standing=Node.Standing.SELF, use=NodeKey.Use.NODE)
    origin = checkpoint.Origin(node=this_node().code, partner=ledger.partner or None, epoch=ledger.epoch)
    signed = checkpoint.parse(note)
    checkpoint.verify(signed, origin=str(origin), publics=[bytes(key.public) for key in keys])
    return signed.checkpoint.root


def late_leaves(patient: Patient) -> Finding:
    """Does every deed get its place in the ledger?"""
    from lienlac.apps.audit.models import Leaf

    late = Leaf.objects.filter(place=None, written_at__lt=patient.now - LEAF_LATE).count()
    says = f"{late} deeds have waited more than 10 s for their place in the ledger."
    if late and running.is_running(patient.home):
        do = "See that `lienlac work` is at work and look into its log. Receipts wait for this."
        return bad("late_leaves", says, do, count=late)
    if late:
        return look("late_leaves", says, "They get it when the node is at work again.", count=late)
    return ok("late_leaves", "Every deed has its place in the ledger.")


def clock(patient: Patient) -> Finding:
    """Does the clock go forward, and about as the partners' clocks do?"""
    from django.db.models import Max

    from lienlac.apps.audit.models import Leaf
    from lienlac.apps.directory.models import Node, NodeKey

    latest: list[datetime | None] = [
        Leaf.objects.aggregate(at=Max("written_at"))["at"],
        NodeKey.objects.filter(node__standing=Node.Standing.SELF).aggregate(at=Max("valid_from"))["at"],
    ]
    do = "Set date and time, and let the machine set them by itself (timedatectl set-ntp true)."
    after = max((at for at in latest if at), default=patient.now)
    if after > patient.now + CLOCK_SLACK:
        says = f"The clock says {patient.now:%Y-%m-%d %H:%M} UTC, but the node did something on {after:%Y-%m-%d %H:%M}."
        return bad("clock", says, do)
    if strange := sorted(set(_strange_clocks())):
        says = (
            "This clock and that of these partners differ by more than 5 minutes: " + ", ".join(strange) + "."
        )
        return look("clock", says, do + " If it is right here, ring them.")
    return ok("clock", "The clock goes forward, and as the partners' clocks do.")


def _strange_clocks() -> Iterator[str]:
    """Name partners whose R1 says a moment before our parcel was queued, or after their receipt came."""
    from lienlac.apps.mailroom.models import Parcel, Receipt

    for receipt in (
        Receipt.objects.filter(stage="R1").select_related("partner").order_by("-pk")[:RECEIPTS_READ]
    ):
        parcel = Parcel.objects.filter(message=receipt.message_id, lane__partner=receipt.partner).first()
        began = parcel.queued_at if parcel else receipt.at
        if not began - CLOCK_SLACK <= receipt.at <= receipt.came_at + CLOCK_SLACK:
            yield receipt.partner.code
