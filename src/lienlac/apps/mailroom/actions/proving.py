"""Proofs that parcels arrived: what a partner's own ledger says of them, kept; and ours of what came, for him.

R1 is his word, and carries a head of his ledger. The proof shows that the arrival stands under that head: from then on
neither of the two can say otherwise, and an inspector sees by it when the parcel came (docs/protocol/ledger.md, 6).
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass
from datetime import datetime

from django.db import connection, transaction
from django.db.models import QuerySet

from lienlac.apps.audit import heads
from lienlac.apps.audit import queries as audit
from lienlac.apps.audit.models import HeldHead
from lienlac.apps.directory.models import Node
from lienlac.apps.mailroom.actions import incidents
from lienlac.apps.mailroom.models import Arrival, ArrivalProof, Parcel, Receipt
from lienlac.apps.rows import bulk
from lienlac.apps.rows.prepared import Prepared
from lienlac.core.envelope import frames
from lienlac.core.errors import LienlacError
from lienlac.core.lane import Until
from lienlac.core.ledger import checkpoint
from lienlac.core.ledger.inclusion import Inclusion, check_arrival

AT_ONCE = 100
LEDGERS = 10  # the newest: so many questions are asked at once, and each restore of the partner begins one
INCIDENT, REASON = "partner_untrusted", "arrival_not_proven"


@dataclass(frozen=True, kw_only=True)
class Question:
    """Do these envelopes (SHA-256, hex) stand in the ledger `origin`, among its first `size` entries?"""

    origin: str
    size: int
    envelopes: tuple[str, ...]


Answers = Sequence[Inclusion | None]
"""One for each envelope of the question, in its order; None: it does not stand there."""


def arrivals_to_prove(partner: Node) -> list[Question]:
    """Ask for at most a hundred arrivals that R1 confirmed, in each ledger of the partner of which a head is held."""
    due = Parcel.objects.filter(
        lane__partner=partner, settled=True, until=Until.RECEIPT, proof=Parcel.Proof.DUE
    )
    envelopes = tuple(due.order_by("pk").values_list("digest", flat=True)[:AT_ONCE])
    if not envelopes:
        return []
    return [
        Question(origin=one.origin, size=one.size, envelopes=envelopes)
        for one in heads.largest(partner.code)[:LEDGERS]
    ]


@transaction.atomic
def arrivals_proven(partner: Node, told: Mapping[Question, Answers], *, now: datetime) -> int:
    """Keep the proofs that hold; return how many. What no ledger of the partner shows is an incident, once a parcel.

    `told` answers all the questions of `arrivals_to_prove`: a partner who was restored has the older arrivals in one
    ledger and the later ones in another.
    """
    due = {envelope for question in told for envelope in question.envelopes}
    shown = dict[str, _Shown]()
    for question, answers in told.items():
        note = _NOTE.first(partner.code, question.origin, question.size)
        if note is not None:
            shown = dict(_that_hold(question, answers, bytes(note))) | shown
    _keep(partner, shown, now)
    _note_unproven(partner, sorted(due - shown.keys()), now=now)
    return len(shown)


_Shown = tuple[bytes, Inclusion]
"""A proof that holds, and the signed head that it leads to."""
_NOTE = Prepared["bytes | memoryview[int]"](
    lambda partner, origin, size: HeldHead.objects.filter(
        partner=partner, origin=origin, size=size
    ).values_list("note", flat=True)
)


def _that_hold(question: Question, answers: Answers, note: bytes) -> Iterator[tuple[str, _Shown]]:
    head = checkpoint.parse(note).checkpoint
    for envelope, found in zip(question.envelopes, answers, strict=True):
        with suppress(LienlacError):
            if found:
                check_arrival(found, head=head, envelope=envelope)
                yield envelope, (note, found)


def _keep(partner: Node, shown: Mapping[str, _Shown], now: datetime) -> None:
    """Keep proofs that hold, all at once: a hundred are asked for at a time, and of each parcel there is one."""
    parcels = list(_due(partner, shown).values_list("pk", "digest"))
    proofs = [_proof(parcel, shown[digest], now) for parcel, digest in parcels]
    # Of one that was sealed anew the envelope that could be opened takes the place of the one that could not.
    ArrivalProof.objects.filter(parcel__in=[parcel for parcel, _ in parcels]).delete()
    bulk.insert(proofs)
    with connection.cursor() as cursor:
        held = str(Parcel.Proof.HELD)
        cursor.executemany(PROVEN, [(held, parcel) for parcel, _ in parcels])


PROVEN = "UPDATE mailroom_parcel SET proof = %s WHERE id = %s"


def _proof(parcel: int, shown: _Shown, now: datetime) -> ArrivalProof:
    note, found = shown
    hashes = b"".join(found.proof)
    return bulk.fresh(
        ArrivalProof,
        parcel_id=parcel,
        note=note,
        index=found.index,
        leaf=found.leaf,
        hashes=hashes,
        came_at=now,
    )


def _note_unproven(partner: Node, envelopes: Sequence[str], *, now: datetime) -> None:
    """Write an incident with his signed R1 and his signed heads: the two say that it is there, and it is not shown."""
    for parcel in _due(partner, envelopes).select_related("message"):
        Parcel.objects.filter(pk=parcel.pk).update(proof=Parcel.Proof.NONE)
        said = (
            Receipt.objects.select_related("word")
            .filter(message=parcel.message, partner=partner, stage="R1")
            .first()
        )
        notes = [bytes(one.note) for one in heads.largest(partner.code)]
        evidence = frames.pack(bytes(said.word.signed) if said else b"", *notes)
        incidents.note(partner, INCIDENT, {"reason": REASON}, evidence=evidence, now=now)


def _due(partner: Node, envelopes: Iterable[str]) -> QuerySet[Parcel]:
    return Parcel.objects.filter(
        digest__in=list(envelopes), lane__partner=partner, settled=True, proof=Parcel.Proof.DUE
    )


def prove_arrivals(partner: Node, question: Question) -> list[Inclusion | None]:
    """Prove to a partner what our ledger with him says of his envelopes; None for one that does not stand there.

    Raises Malformed: `ledger_origin` (not a ledger of this pair), `ledger_sizes` (not a size of it).
    """
    ledger = audit.of_pair(question.origin, partner=partner.code)
    rows = Arrival.objects.filter(
        digest__in=question.envelopes, lane__partner=partner, leaf__ledger=ledger, leaf__place__isnull=False
    )
    first = {row.digest: row.leaf for row in rows.select_related("leaf").order_by("-leaf__place")}
    return audit.inclusions(ledger, question.size, [first.get(one) for one in question.envelopes])
