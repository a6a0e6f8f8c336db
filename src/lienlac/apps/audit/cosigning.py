"""Cosignatures (docs/protocol/ledger.md, section 3): ours under a partner's proven head, his under ours."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime

from lienlac.apps.audit.actions import Sealer
from lienlac.apps.audit.heads import Dispute
from lienlac.apps.audit.models import Head, HeldHead, Ledger
from lienlac.apps.rows.prepared import Prepared
from lienlac.core.errors import Unauthentic
from lienlac.core.ledger import checkpoint, cosign
from lienlac.core.ledger.checkpoint import Origin, SignedCheckpoint
from lienlac.core.ledger.note import NoteKey


def give(partner: str, sealer: Sealer, *, now: datetime) -> str:
    """Return the newest proven head of a partner's ledger with our cosignature, once a head; "" for none.

    Its proof was checked when it became the proven one (`heads.prove`): nothing else is ever cosigned.
    """
    held = _PROVEN.first(partner)
    if held is None or held.cosigned:
        return ""
    signed = checkpoint.parse(bytes(held.note))
    key = NoteKey(name=sealer.node, public=sealer.public)
    at = int(now.timestamp())
    line = cosign.cosign(signed.checkpoint, held=None, proof=(), key=key, sign=sealer.sign, at=at)
    HeldHead.objects.filter(pk=held.pk).update(cosigned=True)
    return signed.plus(line).encode().decode()


_PROVEN = Prepared[HeldHead](
    lambda partner: HeldHead.objects.filter(partner=partner, proven=True).order_by("-pk")[:1]
)


def keep(
    note: bytes, *, partner: str, node: str, own: Iterable[bytes], theirs: Iterable[bytes]
) -> Dispute | None:
    """Keep a head of ours that the partner has cosigned; return both heads when our signature is on another history.

    `own` and `theirs` are raw public keys of both nodes. Raises Malformed, NotUnderstood, Unauthentic
    (`checkpoint_origin`, `checkpoint_unsigned`: we never signed this; `cosignature_missing`, `note_signature`).
    """
    signed = checkpoint.parse(note)
    origin = Origin.parse(signed.checkpoint.origin)
    if (origin.node, origin.partner) != (node, partner):
        raise Unauthentic("checkpoint_origin", origin=str(origin))
    checkpoint.verify(signed, origin=str(origin), publics=own)
    if not cosign.verified(signed, [NoteKey(name=partner, public=public) for public in theirs]):
        raise Unauthentic("cosignature_missing", origin=str(origin))
    return _kept(signed, note, partner, Ledger.objects.filter(partner=partner, epoch=origin.epoch).first())


def _kept(signed: SignedCheckpoint, note: bytes, partner: str, ledger: Ledger | None) -> Dispute | None:
    mine = Head.objects.filter(ledger=ledger, size=signed.checkpoint.size).first()
    if mine is None:
        # Of a ledger that a restore ended, in the open, the lost years are not here to compare; what the lost life
        # began anew has a name that this store never knew.
        after_restore = Ledger.objects.filter(partner=partner, current=True, restored=True)
        ended = not ledger.current if ledger else after_restore.exists()
        return None if ended else Dispute(code="cosigned_unknown", held=_newest(ledger), offered=note)
    if checkpoint.parse(bytes(mine.note)).checkpoint.root != signed.checkpoint.root:
        return Dispute(code="cosigned_other_history", held=bytes(mine.note), offered=note)
    Head.objects.filter(pk=mine.pk).update(cosigned=note)
    return None


def _newest(ledger: Ledger | None) -> bytes:
    newest = Head.objects.filter(ledger=ledger).order_by("-size").first()
    return bytes(newest.note) if newest else b""


def latest(ledger: Ledger) -> SignedCheckpoint | None:
    """Return the largest head of a ledger of ours that the partner has cosigned, with his line; None without one."""
    found = ledger.heads.exclude(cosigned=b"").order_by("-size").first()
    return checkpoint.parse(bytes(found.cosigned)) if found else None
