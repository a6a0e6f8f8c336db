"""Checkpoints of partners: kept, compared, and proven to continue each other (docs/protocol/ledger.md, section 3)."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime

from django.db import IntegrityError, transaction

from lienlac.apps.audit.models import HeldHead
from lienlac.apps.rows import bulk
from lienlac.apps.rows.prepared import Prepared
from lienlac.core.errors import Unauthentic
from lienlac.core.ledger import checkpoint
from lienlac.core.ledger.checkpoint import Checkpoint, Origin

DAYS = 3
"""On so many days, of those on which there was a line, is a proof asked for in vain before people are told."""


@dataclass(frozen=True, kw_only=True)
class Dispute:
    """Two signed heads of one ledger: of two histories by themselves (`ledger_forked`), smaller where order holds
    (`ledger_rolled_back`), or not shown to be of one (`growth_not_proven`).

    Whoever has both can prove who signed them.
    """

    code: str
    held: bytes
    offered: bytes


@dataclass(frozen=True, kw_only=True)
class ToProve:
    """Sizes of one ledger between which a partner still owes the proof that it only grew; `unproven` is one of them."""

    origin: str
    first: int
    second: int
    unproven: int


@transaction.atomic
def keep(
    note: bytes, *, partner: str, node: str, publics: Iterable[bytes], after: bytes = b"", now: datetime
) -> Dispute | None:
    """Keep a checkpoint of the partner's ledger with this node; return both where it denies one that is held.

    `after` is the note that came before it in the same epoch of a lane, where order holds: a smaller size than that
    one's says that the ledger was rolled back. Between lanes and epochs sizes may come in any order, and nothing
    follows from it.
    Raises Malformed, NotUnderstood, Unauthentic (`checkpoint_origin`, `checkpoint_unsigned`, `note_signature`).
    """
    signed = checkpoint.parse(note)
    head, origin = signed.checkpoint, Origin.parse(signed.checkpoint.origin)
    if (origin.node, origin.partner) != (partner, node):
        raise Unauthentic("checkpoint_origin", origin=head.origin)
    checkpoint.verify(signed, origin=head.origin, publics=publics)
    held = _NOTE_AT.first(head.origin, head.size)
    if held is not None:
        return _compare(head, bytes(held), note)
    if after and _is_rollback(head, checkpoint.parse(after).checkpoint):
        return Dispute(code="ledger_rolled_back", held=after, offered=note)
    first = not _OF_ORIGIN(head.origin)
    row = HeldHead(partner=partner, origin=head.origin, size=head.size, note=note, came_at=now, proven=first)
    try:
        with transaction.atomic():
            bulk.insert([row])
    except IntegrityError:  # two first heads came at once in two lanes: one of them needs no proof
        row.proven = False
        bulk.insert([row])
    return None


_NOTE_AT = Prepared["bytes | memoryview[int]"](
    lambda origin, size: HeldHead.objects.filter(origin=origin, size=size).values_list("note", flat=True)
)
_OF_ORIGIN = Prepared[int](
    lambda origin: HeldHead.objects.filter(origin=origin).values_list("pk", flat=True)[:1]
)


def _compare(head: Checkpoint, held: bytes, offered: bytes) -> Dispute | None:
    same = checkpoint.parse(held).checkpoint.root == head.root
    return None if same else Dispute(code="ledger_forked", held=held, offered=offered)


def _is_rollback(head: Checkpoint, before: Checkpoint) -> bool:
    return before.origin == head.origin and head.size < before.size


def to_prove(partner: str) -> list[ToProve]:
    """Return the proofs that a partner owes: between the proven head of each ledger and its next one above, and
    every one below that came late.
    """
    heads = HeldHead.objects.filter(partner=partner)
    owed = list[ToProve]()
    for anchor in heads.filter(proven=True):
        others = heads.filter(origin=anchor.origin, proven=False).order_by("size")
        owed += [
            ToProve(origin=anchor.origin, first=one.size, second=anchor.size, unproven=one.size)
            for one in others.filter(size__lt=anchor.size)
        ]
        above = others.filter(size__gt=anchor.size).first()
        if above:
            owed.append(
                ToProve(origin=anchor.origin, first=anchor.size, second=above.size, unproven=above.size)
            )
    return owed


def largest(partner: str) -> list[HeldHead]:
    """Return the largest head that is held of each ledger of a partner with us, the newest ledger first.

    It covers the arrival of everything that an R1 under that ledger confirmed. Proven or not: it is signed, and that
    it continues the others is another question.
    """
    ascending = HeldHead.objects.filter(partner=partner).order_by("size")
    found = {one.origin: one for one in ascending}
    return sorted(found.values(), key=lambda one: one.pk, reverse=True)


@transaction.atomic
def asked(growths: Iterable[ToProve], *, on: date) -> list[Dispute]:
    """Count that proofs are asked for on a day; return, once, the heads of those asked for on DAYS days in vain.

    Days on which he was not asked, since he was away, do not count.
    """
    disputes = list[Dispute]()
    for one in growths:
        heads = _held(one)
        row = heads.get(one.unproven)
        if row is None or len(heads) < 2 or row.asked_on == on:
            continue
        if row.asked_days >= DAYS and (dispute := _disputed(one)):
            disputes.append(dispute)
        days = min(row.asked_days + 1, DAYS)
        HeldHead.objects.filter(pk=row.pk).update(asked_on=on, asked_days=days)
    return disputes


def not_counted(growths: Iterable[ToProve], *, on: date) -> list[ToProve]:
    """Return those of which it is not counted yet that they are asked for on that day."""
    counted = HeldHead.objects.filter(asked_on=on, proven=False)
    known = set(counted.values_list("origin", "size"))
    return [one for one in growths if (one.origin, one.unproven) not in known]


@transaction.atomic
def prove(wanted: ToProve, proof: Sequence[bytes]) -> Dispute | None:
    """Check a proof. The larger head is now the proven one and says all that the smaller one said, which goes.

    Otherwise both heads stay as they are, and are returned once. What was proven meanwhile is nothing.
    """
    heads = _held(wanted)
    if len(heads) < 2:  # the same proof came twice, and the first one settled it
        return None
    small, large = heads[wanted.first], heads[wanted.second]
    try:
        checkpoint.check_successor(_head(small), _head(large), proof)
    except Unauthentic:
        return _disputed(wanted)
    small.delete()  # receipts keep their own copy
    HeldHead.objects.filter(pk=large.pk).update(proven=True)
    return None


@transaction.atomic
def not_shown(wanted: ToProve) -> Dispute | None:
    """Note that the partner says to have no such ledger, or no such size of it; return the heads, once.

    He signed both. He was restored since, or he hides one of two histories: his heads alone do not tell which. He is
    asked again: what he shows later counts.
    """
    return _disputed(wanted)


def _held(wanted: ToProve) -> dict[int, HeldHead]:
    found = HeldHead.objects.filter(origin=wanted.origin, size__in=(wanted.first, wanted.second))
    return {one.size: one for one in found}


def _disputed(wanted: ToProve) -> Dispute | None:
    """Keep that people are told; None when they were, or when one of the two is settled."""
    heads = _held(wanted)
    unproven = HeldHead.objects.filter(origin=wanted.origin, size=wanted.unproven, disputed=False)
    if len(heads) < 2 or not unproven.update(disputed=True):
        return None
    held, offered = (bytes(heads[size].note) for size in (wanted.first, wanted.second))
    return Dispute(code="growth_not_proven", held=held, offered=offered)


def _head(held: HeldHead) -> Checkpoint:
    return checkpoint.parse(bytes(held.note)).checkpoint
