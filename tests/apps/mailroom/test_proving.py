"""What a partner's ledger says of our parcels, and ours of his: kept when it holds, named when it does not."""

from __future__ import annotations

from dataclasses import replace

import pytest

from lienlac.apps.audit.models import HeldHead, Ledger
from lienlac.apps.mailroom import actions as mailroom
from lienlac.apps.mailroom.actions import Question
from lienlac.apps.mailroom.models import Arrival, ArrivalProof, Incident, Parcel
from lienlac.core.envelope import frames
from lienlac.core.errors import Malformed
from lienlac.core.ledger import checkpoint
from lienlac.core.ledger.inclusion import Inclusion, check_arrival
from tests.apps.mailroom.conftest import Desk
from tests.apps.mailroom.partner import NOW, US
from tests.apps.mailroom.test_receipted import send


def confirmed(desk: Desk) -> Parcel:
    """Send one to a partner who writes its arrival down and confirms it."""
    parcel = send(desk)
    desk.partner.stores(parcel)
    desk.take_in(desk.partner.receipt_parcel(parcel))
    return parcel


def answered(desk: Desk) -> dict[Question, list[Inclusion | None]]:
    """Let the partner answer all that we ask, honestly."""
    return {
        one: [desk.partner.inclusion(envelope, one.size) for envelope in one.envelopes]
        for one in mailroom.arrivals_to_prove(desk.node)
    }


def test_an_arrival_is_asked_for_when_r1_confirmed_it_and_not_before(desk: Desk) -> None:
    parcel = send(desk)
    assert mailroom.arrivals_to_prove(desk.node) == []
    desk.partner.stores(parcel)
    desk.take_in(desk.partner.receipt_parcel(parcel))
    (asked,) = mailroom.arrivals_to_prove(desk.node)
    assert (asked.envelopes, asked.size) == ((parcel.digest,), HeldHead.objects.get().size)


def test_a_proof_that_holds_is_kept_with_the_head_that_it_leads_to(desk: Desk) -> None:
    parcel = confirmed(desk)
    assert mailroom.arrivals_proven(desk.node, answered(desk), now=NOW) == 1
    kept = ArrivalProof.objects.get()
    hashes = bytes(kept.hashes)
    found = Inclusion(
        index=kept.index,
        leaf=bytes(kept.leaf),
        proof=tuple(hashes[at : at + 32] for at in range(0, len(hashes), 32)),
    )
    check_arrival(found, head=checkpoint.parse(bytes(kept.note)).checkpoint, envelope=parcel.digest)
    assert mailroom.arrivals_to_prove(desk.node) == []
    assert not Incident.objects.exists()


@pytest.mark.parametrize("lie", ["nothing", "another", "altered", "cut"])
def test_a_partner_who_signed_r1_and_cannot_show_the_arrival_is_named_once(desk: Desk, lie: str) -> None:
    confirmed(desk)
    (other,) = (confirmed(desk),)
    honest = answered(desk)
    (question,) = honest
    mine, his = honest[question]
    assert mine
    assert his
    told = {
        "nothing": None,
        "another": his,
        "altered": replace(mine, leaf=mine.leaf.replace(b"08:30", b"07:30")),
        "cut": replace(mine, proof=mine.proof[:-1]),
    }[lie]
    mailroom.arrivals_proven(desk.node, {question: [told, his]}, now=NOW)
    assert list(Parcel.objects.order_by("pk").values_list("proof", flat=True)) == ["none", "held"]
    assert ArrivalProof.objects.get().parcel_id == other.pk
    incident = Incident.objects.get()
    assert (incident.code, incident.facts["reason"]) == ("partner_untrusted", "arrival_not_proven")
    receipt, note = frames.unpack(bytes(incident.evidence), count=2, max_bytes=1 << 20)
    assert b"envelopes" in receipt
    assert checkpoint.parse(note).checkpoint.size == question.size
    assert mailroom.arrivals_to_prove(desk.node) == []


def test_what_came_before_a_restore_of_the_partner_is_found_in_his_older_ledger(desk: Desk) -> None:
    early = confirmed(desk)
    old = list(desk.partner.ledger)
    desk.partner.ledger.clear()
    late = send(desk)
    desk.partner.stores(late)
    desk.take_in(desk.partner.receipt_parcel(late, checkpoint=desk.partner.checkpoint(size=1, epoch="b2")))
    asked = mailroom.arrivals_to_prove(desk.node)
    assert [one.origin[-2:] for one in asked] == ["b2", "a1"]
    new = desk.partner.ledger
    told = dict[Question, list[Inclusion | None]]()
    for one in asked:
        desk.partner.ledger = new if one.origin.endswith("b2") else old
        told[one] = [desk.partner.inclusion(envelope, one.size) for envelope in one.envelopes]
    assert mailroom.arrivals_proven(desk.node, told, now=NOW) == 2
    assert {row.parcel_id for row in ArrivalProof.objects.all()} == {early.pk, late.pk}
    assert not Incident.objects.exists()


def ask_us(desk: Desk, **changed: object) -> Question:
    ledger = Ledger.objects.get(partner=desk.partner.code)
    asked = Question(
        origin=f"lienlac/{US}/pair/{desk.partner.code}/{ledger.epoch}",
        size=ledger.size,
        envelopes=tuple(Arrival.objects.order_by("pk").values_list("digest", flat=True)),
    )
    return replace(asked, **changed)  # type: ignore[arg-type]


def test_our_ledger_proves_to_its_partner_what_came_from_him(desk: Desk) -> None:
    desk.take_in(*desk.partner.parcels(3))
    (receipt, *_) = desk.receipt_all()
    head = checkpoint.parse(receipt["checkpoint"].encode()).checkpoint
    asked = ask_us(desk, size=head.size)
    found = mailroom.prove_arrivals(desk.node, asked)
    assert len(found) == 3
    for envelope, one in zip(asked.envelopes, found, strict=True):
        assert one
        check_arrival(Inclusion.from_json(one.to_json()), head=head, envelope=envelope)


def test_what_stands_in_no_tree_of_that_size_is_not_proven(desk: Desk) -> None:
    desk.take_in(*desk.partner.parcels(2))
    desk.receipt_all()
    first = ask_us(desk, size=1)
    found = mailroom.prove_arrivals(desk.node, replace(first, envelopes=(*first.envelopes, "0" * 64)))
    assert [one is not None for one in found] == [True, False, False]


@pytest.mark.parametrize(
    ("changed", "code"),
    [
        ({"size": 10**9}, "ledger_sizes"),
        ({"size": 0}, "ledger_sizes"),
        ({"origin": f"lienlac/{US}/house/abc"}, "ledger_origin"),
        ({"origin": f"lienlac/{US}/pair/mm-muse/abc"}, "ledger_origin"),
        ({"origin": "nonsense"}, "ledger_origin"),
    ],
)
def test_no_other_ledger_and_no_other_size_is_proven(
    desk: Desk, changed: dict[str, object], code: str
) -> None:
    desk.take_in(desk.partner.parcel())
    desk.receipt_all()
    with pytest.raises(Malformed, match=code):
        mailroom.prove_arrivals(desk.node, ask_us(desk, **changed))
