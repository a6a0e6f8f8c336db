"""Keys, ledgers and the clock: what this node's word rests on."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime, timedelta
from typing import TYPE_CHECKING

from lienlac.apps.reports.health import running
from lienlac.apps.reports.health.finding import Finding, Patient, bad, look, ok
from lienlac.core.errors import LienlacError
from lienlac.core.ledger import checkpoint, leaves, tree

if TYPE_CHECKING:
    from lienlac.apps.audit.models import Ledger
    from lienlac.apps.directory.keystore import KeyStore
    from lienlac.apps.directory.models import NodeKey

AT_ONCE = 250
LEAF_LATE = timedelta(seconds=10)
CLOCK_SLACK = timedelta(minutes=5)
KEY_ENDS_SOON = timedelta(days=60)
RECEIPTS_READ = 20
SIGN_EVERY = timedelta(days=365)


def own_keys(patient: Patient) -> Finding:
    """Is each private key there that the directory names, and is it that key?"""
    from django.conf import settings

    from lienlac.apps.directory import keystore
    from lienlac.apps.directory.models import Node, NodeKey

    rows = NodeKey.objects.filter(node__standing=Node.Standing.SELF, revoked_at=None)
    rows = rows.exclude(use__in=("tls", "oversight"))  # a pin; and a key whose private half is elsewhere
    try:
        settings.KEY_FILES.opened()
    except LienlacError:
        return look("keys", "keys_locked", "give_passphrase")
    try:
        keystore.check_token()
    except LienlacError as problem:
        return bad("keys", "token_silent", "see_token", detail=problem.code)
    keys = keystore.afresh()
    wrong = [f"{row.use}-{row.kid}" for row in rows if not _is_there(row, keys)]
    if wrong:
        return bad("keys", "keys_missing", "keys_back", names=", ".join(wrong))
    return ok("keys", "keys_fit", count=len(rows))


def key_days(patient: Patient) -> Finding:
    """Does one of this node's keys end soon, or is it older than a year?"""
    from lienlac.apps.directory.models import Node, NodeKey

    mine = NodeKey.objects.filter(node__standing=Node.Standing.SELF, revoked_at=None)
    if late := _not_renewed(patient.now):
        return look("key_days", "keys_old", "renew_signing", names=late, home=str(patient.home.path))
    ending = list(mine.filter(valid_to__lt=patient.now + KEY_ENDS_SOON).order_by("valid_to"))
    if not ending:
        return ok("key_days", "keys_last")
    over = [row for row in ending if row.valid_to and row.valid_to <= patient.now]
    names = ", ".join(f"{row.use}-{row.kid[:8]} ({row.valid_to:%Y-%m-%d})" for row in ending)
    return (bad if over else look)("key_days", "keys_end", "renew_keys", names=names)


def _not_renewed(now: datetime) -> str:
    """Name the signing keys in force that are older than a year."""
    from lienlac.apps.directory import queries

    if queries.not_taken_up().exists():
        return ""
    in_force = [queries.own_key_rows(use).order_by("-valid_from").first() for use in ("node", "author")]
    old = [row for row in in_force if row and row.valid_from < now - SIGN_EVERY]
    return ", ".join(f"{row.use}-{row.kid[:8]} ({row.valid_from:%Y-%m-%d})" for row in old)


def _is_there(row: NodeKey, keys: KeyStore) -> bool:
    try:
        if row.use == "seal":
            keys.unwrapper(row.kid)
        elif row.use == "lasting":
            keys.lasting(row.kid)
        else:
            keys.signer(row.use, row.kid)
    except LienlacError:
        return False
    return True


def roots_list(patient: Patient) -> Iterator[Finding]:
    """Is the states' list of roots in force, and are our code lists those that the states agreed on?"""
    from lienlac.apps.directory import queries
    from lienlac.core.trust import shared

    if (taken := queries.roots_taken()) is None or (listed := queries.roots_held()) is None:
        return
    facts = {"number": taken.number, "ends": f"{taken.expires_at:%Y-%m-%d}"}
    differing = shared.differing(listed.lists)
    if taken.expires_at < patient.now:
        yield look("roots", "roots_over", "next_roots", home=str(patient.home.path), **facts)
    if differing:
        yield look("roots", "roots_lists_differ", "same_version", names=", ".join(differing))
    if taken.expires_at >= patient.now and not differing:
        yield ok("roots", "roots_agreed", **facts)


def ledgers(patient: Patient) -> Iterator[Finding]:
    """Are the last leaves of each ledger those that its signed head covers?"""
    from lienlac.apps.audit.models import Ledger

    for ledger in Ledger.objects.order_by("pk"):
        name = f"{ledger.partner or 'house'} {ledger.epoch}"
        try:
            read = _check(ledger, patient)
        except (LienlacError, KeyError) as problem:
            yield bad("ledger", "ledger_broken", "call_inspector", ledger=name, detail=str(problem))
        else:
            yield ok("ledger", "ledger_holds", ledger=name, read=read, size=ledger.size)


def _check(ledger: Ledger, patient: Patient) -> int:
    """Raise Unauthentic or KeyError unless head, tree and leaves agree; return how many leaves were read."""
    from lienlac.apps.audit.models import Head, Leaf
    from lienlac.apps.audit.queries import StoredNodes
    from lienlac.core.errors import Unauthentic

    size = ledger.size
    placed = Leaf.objects.filter(ledger=ledger, place__isnull=False)
    head = Head.objects.filter(ledger=ledger).order_by("-size").first()
    signed = head.size if head else _only_begun(ledger)
    if placed.count() != size or signed != size:
        raise Unauthentic("ledger_size", size=size, signed=signed)
    if size == 0:
        return 0
    root = _signed_root(ledger, bytes(head.note)) if head else tree.root(StoredNodes(ledger), size)
    first = 0 if patient.leaves is None else max(0, size - patient.leaves)
    for start in range(first, size, AT_ONCE):
        rows = list(placed.filter(place__gte=start, place__lt=start + AT_ONCE).order_by("place"))
        places = range(start, start + len(rows))
        proofs = tree.inclusion_proofs(StoredNodes(ledger), places, size)
        for row, place, proof in zip(rows, places, proofs, strict=True):
            tree.verify_inclusion(leaf=bytes(row.body), index=place, size=size, proof=proof, root=root)
    return size - first


def _only_begun(ledger: Ledger) -> int:
    """Return 1 for a ledger that a restore began and nothing followed yet, else 0: its first leaf has its place
    at once, and no head is signed before the second one comes.
    """
    first = ledger.leaves.filter(place=0).first() if ledger.current and ledger.size == 1 else None
    return int(first is not None and leaves.decode(bytes(first.body)).kind == "epoch_opened")


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
    if late and running.is_running(patient.home):
        return bad("late_leaves", "leaves_late", "see_work", count=late)
    if late:
        return look("late_leaves", "leaves_late", "leaves_wait", count=late)
    return ok("late_leaves", "leaves_placed")


def clock(patient: Patient) -> Finding:
    """Does the clock go forward, and about as the partners' clocks do?"""
    from django.db.models import Max

    from lienlac.apps.audit.models import Leaf
    from lienlac.apps.directory.models import Node, NodeKey

    latest: list[datetime | None] = [
        Leaf.objects.aggregate(at=Max("written_at"))["at"],
        NodeKey.objects.filter(node__standing=Node.Standing.SELF).aggregate(at=Max("entered_at"))["at"],
    ]
    after = max((at for at in latest if at), default=patient.now)
    if after > patient.now + CLOCK_SLACK:
        facts = {"now": f"{patient.now:%Y-%m-%d %H:%M}", "then": f"{after:%Y-%m-%d %H:%M}"}
        return bad("clock", "clock_back", "set_clock", **facts)
    if strange := sorted(set(_strange_clocks())):
        return look("clock", "clock_strange", "set_clock_or_ring", partners=", ".join(strange))
    return ok("clock", "clock_good")


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
