"""Heads that are cosigned: the partner's by us, once they are proven, and ours by him, as they come back to us."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest

from lienlac.apps.audit import actions as audit
from lienlac.apps.audit import cosigning, heads
from lienlac.apps.audit.models import Head, Ledger
from lienlac.apps.directory import queries as directory
from lienlac.apps.mailroom import actions as mailroom
from lienlac.apps.mailroom.actions import restoring
from lienlac.apps.mailroom.models import Incident
from lienlac.core.envelope import frames
from lienlac.core.lane import Mark
from lienlac.core.ledger import checkpoint, cosign
from lienlac.core.ledger.note import NoteKey
from tests.apps.mailroom.conftest import Desk
from tests.apps.mailroom.partner import NORMAL, NOW, US
from tests.apps.mailroom.test_receipted import send, state


def cosigned(desk: Desk, note: bytes, key: Any = None) -> str:
    """Put the partner's cosignature under a note."""
    signed, key = checkpoint.parse(note), key or desk.partner.node_key
    who = NoteKey(name=desk.partner.code, public=key.public.public_bytes)
    at = int(NOW.timestamp())
    line = cosign.cosign(signed.checkpoint, held=None, proof=(), key=who, sign=key.sign, at=at)
    return signed.plus(line).encode().decode()


def pair_head() -> Head:
    """Return the newest head of our ledger with the partner."""
    return Head.objects.filter(ledger__partner="cn-jingxi").order_by("-size")[0]


def our_head(size: int, root: bytes, epoch: str) -> bytes:
    """Sign a head of our pair ledger with our own key, true or not."""
    key = directory.own_signing_key("node", NOW)
    head = checkpoint.Checkpoint(origin=f"lienlac/{US}/pair/cn-jingxi/{epoch}", size=size, root=root)
    return checkpoint.sign(head, public=key.public.public_bytes, sign=key.sign).encode()


def test_a_cosignature_of_our_head_comes_in_a_receipt_and_is_kept_once(desk: Desk) -> None:
    parcel = send(desk)
    desk.receipt_all()  # gives our leaves their places, and signs the head
    head = pair_head()
    desk.take_in(desk.partner.receipt_parcel(parcel, cosigned=cosigned(desk, bytes(head.note))))
    head.refresh_from_db()
    assert bytes(head.cosigned).startswith(bytes(head.note))
    assert cosigning.latest(head.ledger).checkpoint.size == head.size
    assert not Incident.objects.exists()


def test_a_cosigned_second_history_is_an_incident_with_both_signed_heads(desk: Desk) -> None:
    parcel = send(desk)
    desk.receipt_all()
    head = pair_head()
    forged = our_head(head.size, b"\7" * 32, head.ledger.epoch)
    offered = cosigned(desk, forged)
    desk.take_in(desk.partner.receipt_parcel(parcel, cosigned=offered))
    incident = Incident.objects.get()
    assert (incident.code, incident.facts) == ("partner_untrusted", {"reason": "cosigned_other_history"})
    kept = frames.unpack(bytes(incident.evidence), count=2, max_bytes=65_536)
    assert kept == (bytes(head.note), offered.encode())
    assert state(parcel)[0] == "received"


@pytest.mark.parametrize(
    ("change", "reason"),
    [
        (lambda note: note, "cosignature_missing"),
        (lambda note: note.replace(b"/cn-jingxi/", b"/la-vientiane/"), "checkpoint_origin"),
    ],
)
def test_a_cosignature_that_does_not_hold_is_an_incident(desk: Desk, change: Any, reason: str) -> None:
    parcel = send(desk)
    desk.receipt_all()
    note = change(bytes(pair_head().note)).decode()
    desk.take_in(desk.partner.receipt_parcel(parcel, cosigned=note))
    assert Incident.objects.get().facts == {"reason": reason}


def test_what_we_never_signed_cannot_be_cosigned(desk: Desk) -> None:
    parcel = send(desk)
    desk.receipt_all()
    head = checkpoint.parse(bytes(pair_head().note)).checkpoint
    key = desk.partner.node_key
    theirs = checkpoint.sign(head, public=key.public.public_bytes, sign=key.sign).encode()
    desk.take_in(desk.partner.receipt_parcel(parcel, cosigned=cosigned(desk, theirs)))
    assert Incident.objects.get().facts == {"reason": "checkpoint_unsigned"}


def test_our_receipt_brings_our_cosignature_once_a_head_and_of_proven_ones_alone(desk: Desk) -> None:
    partner, parcels = desk.partner, [send(desk) for _ in range(2)]
    desk.take_in(partner.receipt_parcel(parcels[0]))  # the first head of his ledger: nothing to prove
    desk.take_in(*partner.parcels(2))
    notes = [body["cosigned"] for body in desk.receipt_all() if "cosigned" in body]
    assert len(notes) == 1
    signed = checkpoint.parse(notes[0].encode())
    ours = NoteKey(name=US, public=directory.own_signing_key("node", NOW).public.public_bytes)
    assert [one.key for one in cosign.verified(signed, [ours])] == [ours]
    desk.take_in(
        partner.receipt_parcel(parcels[1]), partner.parcel()
    )  # a larger head that he did not prove yet
    assert [body["cosigned"] for body in desk.receipt_all() if "cosigned" in body] == notes
    (owed,) = heads.to_prove(partner.code)
    heads.prove(owed, partner.proof(owed.first, owed.second))
    desk.take_in(partner.parcel())
    assert len({body["cosigned"] for body in desk.receipt_all() if "cosigned" in body}) == 2


def test_a_head_of_a_ledger_that_we_do_not_know_says_that_we_are_two_and_do_not_know_it(desk: Desk) -> None:
    parcel = send(desk)
    note = our_head(3, b"\7" * 32, "ab12")
    desk.take_in(desk.partner.receipt_parcel(parcel, cosigned=cosigned(desk, note)))
    assert Incident.objects.get().facts == {"reason": "cosigned_unknown"}


def test_a_head_of_a_life_that_we_said_was_lost_accuses_nobody(desk: Desk) -> None:
    """The ledger was begun after the backup: who was put back, and said so, does not know its name."""
    parcel = send(desk)
    desk.receipt_all()
    key = directory.own_signing_key("node", NOW)
    sealer = audit.Sealer(node=US, public=key.public.public_bytes, sign=key.sign)
    restoring.restored(sealer, now=NOW)
    Incident.objects.all().delete()
    note = our_head(3, b"\7" * 32, "ab12")
    desk.take_in(desk.partner.receipt_parcel(parcel, cosigned=cosigned(desk, note)))
    assert not Incident.objects.filter(code="partner_untrusted").exists()
    beyond = our_head(99, b"\7" * 32, Ledger.objects.get(partner=desk.partner.code, current=True).epoch)
    desk.take_in(desk.partner.receipt_parcel(parcel, cosigned=cosigned(desk, beyond)))
    assert Incident.objects.get(code="partner_untrusted").facts == {"reason": "cosigned_unknown"}


def found_out(desk: Desk) -> None:
    """He says that we acknowledged places that we do not hold: this node was restored, and so learns it."""
    desk.partner.parcels(2)
    lane = desk.partner.lane()
    claim = replace(desk.partner.claim(), acked=(Mark(epoch=lane.epoch, seq=2, digest=lane.last),))
    desk.partner.hears(mailroom.greeted(desk.node, {NORMAL: claim}, now=NOW)[NORMAL])
    assert Incident.objects.filter(code="i_was_restored").exists()


@pytest.mark.parametrize("begun", [False, True])
def test_who_found_out_that_it_was_restored_accuses_nobody_for_a_ledger_of_the_lost_life(
    desk: Desk, begun: bool
) -> None:
    """The backup was made before the first letter, or before the first head."""
    if begun:
        send(desk)
    lost = Ledger.objects.get(partner=desk.partner.code).epoch if begun else "ab12"
    found_out(desk)
    parcel = send(desk)
    desk.take_in(desk.partner.receipt_parcel(parcel, cosigned=cosigned(desk, our_head(3, b"\7" * 32, lost))))
    assert state(parcel)[0] == "received"
    assert not Incident.objects.filter(code="partner_untrusted").exists()


def test_a_copy_that_begins_a_ledger_is_noticed_though_one_with_another_ended_years_ago(desk: Desk) -> None:
    parcel = send(desk)
    desk.receipt_all()
    Ledger.objects.create(partner="la-vientiane", epoch="old", current=False, size=1)
    Ledger.objects.create(partner="la-vientiane", epoch="new", restored=True)
    desk.take_in(
        desk.partner.receipt_parcel(parcel, cosigned=cosigned(desk, our_head(3, b"\7" * 32, "ab12")))
    )
    assert Incident.objects.get(code="partner_untrusted").facts == {"reason": "cosigned_unknown"}


def test_cosignatures_follow_no_clock(desk: Desk) -> None:
    """The head of the newest ledger is cosigned, though ours was a year ahead when the one before came."""
    partner = desk.partner
    publics = [partner.node_key.public.public_bytes]
    for epoch, at in (("a1", NOW + timedelta(days=365)), ("b2", NOW)):
        note = partner.checkpoint(size=1, leaves=[b"a"], epoch=epoch).encode()
        heads.keep(note, partner=partner.code, node=US, publics=publics, now=at)
    key = directory.own_signing_key("node", NOW)
    sealer = audit.Sealer(node=US, public=key.public.public_bytes, sign=key.sign)
    assert "/b2\n" in cosigning.give(partner.code, sealer, now=NOW)
