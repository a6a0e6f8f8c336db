"""Checkpoints of partners: kept, compared, and proven to continue each other (docs/protocol/ledger.md, section 3)."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime

from django.db import transaction

from lienlac.apps.audit.models import HeldHead
from lienlac.apps.rows import bulk
from lienlac.apps.rows.prepared import Prepared
from lienlac.core.errors import Unauthentic
from lienlac.core.ledger import checkpoint
from lienlac.core.ledger.checkpoint import Checkpoint, Origin


@dataclass(frozen=True, kw_only=True)
class Fork:
    """Two signed heads of one ledger that do not fit, or are not shown to: whoever has both can prove who signed."""

    code: str
    held: bytes
    offered: bytes


@dataclass(frozen=True, kw_only=True)
class ToProve:
    """Sizes of one ledger between which a partner still owes the proof that it only grew."""

    origin: str
    first: int
    second: int


@transaction.atomic
def keep(
    note: bytes, *, partner: str, node: str, publics: Iterable[bytes], after: bytes = b"", now: datetime
) -> Fork | None:
    """Keep a checkpoint of the partner's ledger with this node; return the fork when it denies one that is held.

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
        return Fork(code="ledger_rolled_back", held=after, offered=note)
    first = not _OF_ORIGIN(head.origin)
    row = HeldHead(partner=partner, origin=head.origin, size=head.size, note=note, came_at=now, proven=first)
    bulk.insert([row])
    return None


_NOTE_AT = Prepared["bytes | memoryview[int]"](
    lambda origin, size: HeldHead.objects.filter(origin=origin, size=size).values_list("note", flat=True)
)
_OF_ORIGIN = Prepared[int](
    lambda origin: HeldHead.objects.filter(origin=origin).values_list("pk", flat=True)[:1]
)


def _compare(head: Checkpoint, held: bytes, offered: bytes) -> Fork | None:
    same = checkpoint.parse(held).checkpoint.root == head.root
    return None if same else Fork(code="ledger_forked", held=held, offered=offered)


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
            ToProve(origin=anchor.origin, first=one.size, second=anchor.size)
            for one in others.filter(size__lt=anchor.size)
        ]
        above = others.filter(size__gt=anchor.size).first()
        if above:
            owed.append(ToProve(origin=anchor.origin, first=anchor.size, second=above.size))
    return owed


def largest(partner: str) -> list[HeldHead]:
    """Return the largest head that is held of each ledger of a partner with us, the newest ledger first.

    It covers the arrival of everything that an R1 under that ledger confirmed. Proven or not: it is signed, and that
    it continues the others is another question.
    """
    ascending = HeldHead.objects.filter(partner=partner).order_by("size")
    found = {one.origin: one for one in ascending}
    return sorted(found.values(), key=lambda one: (one.came_at, one.pk), reverse=True)


@transaction.atomic
def prove(wanted: ToProve, proof: Sequence[bytes]) -> Fork | None:
    """Check a proof. The larger head is now the proven one and says all that the smaller one said, which goes.

    Otherwise both heads stay as they are, and are returned once: evidence of a fork. What was proven meanwhile is
    nothing.
    """
    small, large = _held(wanted)
    if small is None or large is None:  # the same proof came twice, and the first one settled it
        return None
    try:
        checkpoint.check_successor(_head(small), _head(large), proof)
    except Unauthentic:
        return _denied("ledger_forked", small, large)
    small.delete()  # receipts keep their own copy
    HeldHead.objects.filter(pk=large.pk).update(proven=True)
    return None


@transaction.atomic
def not_shown(wanted: ToProve) -> Fork | None:
    """Note that the partner says to have no such ledger, or no such size of it; return the heads, once.

    He signed both. He was restored since, or he hides one of two histories: his heads alone do not tell which. He is
    asked again: what he shows later counts.
    """
    small, large = _held(wanted)
    return None if small is None or large is None else _denied("growth_not_proven", small, large)


def _held(wanted: ToProve) -> tuple[HeldHead | None, HeldHead | None]:
    heads = {one.size: one for one in HeldHead.objects.filter(origin=wanted.origin)}
    return heads.get(wanted.first), heads.get(wanted.second)


def _denied(code: str, small: HeldHead, large: HeldHead) -> Fork | None:
    """Keep why the unproven one of two is said not to fit; None when that was said before."""
    unproven = large if small.proven else small
    if unproven.denial == code:
        return None
    HeldHead.objects.filter(pk=unproven.pk).update(denial=code)
    return Fork(code=code, held=bytes(small.note), offered=bytes(large.note))


def _head(held: HeldHead) -> Checkpoint:
    return checkpoint.parse(bytes(held.note)).checkpoint
