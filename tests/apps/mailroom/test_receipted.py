"""What a partner's receipts can do, and what they cannot."""

from __future__ import annotations

import secrets
from dataclasses import replace
from typing import Any

import pytest

from lienlac.apps.audit import heads
from lienlac.apps.audit.models import HeldHead, Leaf
from lienlac.apps.mailroom import actions as mailroom
from lienlac.apps.mailroom import queries
from lienlac.apps.mailroom.models import Arrival, Incident, Parcel, Receipt
from lienlac.core.envelope import frames
from lienlac.core.lane import Receiving, Standing
from lienlac.core.ledger import leaves
from tests.apps.mailroom.conftest import Desk
from tests.apps.mailroom.partner import NORMAL, NOW


def send(desk: Desk) -> Parcel:
    """Post a test call of ours to the partner; return its parcel."""
    mine = desk.partner.message(from_office="vn-tra-linh", to_offices=(desk.partner.code,))
    row = mailroom.post(replace(mine, id=secrets.token_hex(16)), lane_class=NORMAL, now=NOW)
    return row.parcels.select_related("message", "lane").get()


def ack(desk: Desk, parcel: Parcel) -> None:
    """Let the partner's node answer that everything up to the parcel is stored."""
    exchange = mailroom.HandedOver(parcels=[parcel.pk], at=NOW, standings={NORMAL: parcel_standing(parcel)})
    mailroom.handed_over(desk.node, exchange, now=NOW)


def parcel_standing(parcel: Parcel) -> Standing:
    """Return what the partner's node says when everything up to the parcel is stored."""
    return Standing(epoch=parcel.epoch, seq=parcel.seq, digest=parcel.digest, condition=Receiving.OPEN)


def state(parcel: Parcel) -> tuple[str, bool]:
    parcel.refresh_from_db()
    return parcel.state, parcel.in_outbox


def last() -> Any:
    return Arrival.objects.order_by("-pk")[0]


def test_our_message_opens_at_the_partner(desk: Desk) -> None:
    parcel = send(desk)
    ((position, message),) = desk.partner.outbox()
    assert (position.seq, position.digest) == (1, parcel.digest)
    assert message.id == parcel.message.message_id


def test_a_receipt_without_its_mark_settles_nothing(desk: Desk) -> None:
    ours = send(desk)
    word = desk.partner.receipt(ours)
    desk.take_in(desk.partner.place(desk.partner.sealed(word, author=desk.partner.node_key)))
    assert (last().state, last().reason) == ("refused", "receipt_marked_wrong")
    assert state(ours) == ("waiting", True)
    (refusal,) = desk.receipt_all()
    assert refusal["outward_ground"] == "RF02"


def test_an_ack_is_no_receipt(desk: Desk) -> None:
    parcel = send(desk)
    ack(desk, parcel)
    assert state(parcel) == ("sent", True)
    assert queries.deliveries(parcel.message.message_id)[0].received_at is None


@pytest.mark.parametrize("receipt_first", [True, False])
def test_a_parcel_leaves_the_outbox_on_receipt_and_ack(desk: Desk, receipt_first: bool) -> None:
    parcel = send(desk)
    deeds = [lambda: desk.take_in(desk.partner.receipt_parcel(parcel)), lambda: ack(desk, parcel)]
    first, second = deeds if receipt_first else reversed(deeds)
    first()
    assert state(parcel)[1]
    second()
    assert state(parcel) == ("received", False)
    assert bytes(parcel.envelope) == b""
    assert [one.stage for one in desk.receipts] == ["R1"]


def test_a_receipt_that_comes_twice_is_told_once(desk: Desk) -> None:
    parcel = send(desk)
    desk.take_in(desk.partner.receipt_parcel(parcel), desk.partner.receipt_parcel(parcel))
    assert len(desk.receipts) == 1
    assert Receipt.objects.count() == 1


def test_a_receipt_asks_for_no_receipt(desk: Desk) -> None:
    desk.take_in(desk.partner.receipt_parcel(send(desk)))
    assert desk.receipt_all() == []


def test_a_receipt_for_other_bytes_settles_nothing(desk: Desk) -> None:
    parcel = send(desk)
    desk.take_in(desk.partner.receipt_parcel(parcel, envelopes=["0" * 64]))
    assert state(parcel) == ("waiting", True)
    assert Incident.objects.get().code == "receipt_of_other_bytes"
    assert not desk.receipts


def test_a_receipt_for_nothing_is_refused(desk: Desk) -> None:
    parcel = send(desk)
    unknown = secrets.token_hex(16)
    desk.take_in(desk.partner.receipt_parcel(parcel, envelopes=["0" * 64], messages=[unknown]))
    assert (last().state, last().reason) == ("refused", "receipt_for_nothing")
    desk.take_in(desk.partner.receipt_parcel(parcel, messages=[unknown]))
    assert last().reason == "receipt_contradicts_itself"
    assert state(parcel) == ("waiting", True)


def test_a_receipt_without_shape_is_refused(desk: Desk) -> None:
    parcel = send(desk)
    desk.take_in(desk.partner.receipt_parcel(parcel, status="perhaps"))
    assert last().state != "stored"
    assert state(parcel) == ("waiting", True)


def test_what_people_did_is_signed_by_people_and_r1_by_the_node(desk: Desk) -> None:
    parcel = send(desk)
    by_machine = desk.partner.receipt(parcel, stage="R2")
    desk.take_in(desk.partner.parcel(by_machine, author=desk.partner.node_key))
    assert last().reason == "machine_is_no_author"
    desk.take_in(desk.partner.parcel(desk.partner.receipt(parcel), author=desk.partner.author_key))
    assert last().reason == "receipt_not_by_node"
    desk.take_in(*(desk.partner.receipt_parcel(parcel, stage=stage) for stage in ("R2", "R3")))
    assert [one.stage for one in desk.receipts] == ["R2", "R3"]


def test_the_word_after_an_upgrade_replaces_not_understood_and_nothing_else_does(desk: Desk) -> None:
    parcel = send(desk)
    desk.take_in(desk.partner.receipt_parcel(parcel, status="not_understood"))
    assert state(parcel)[0] == "not_understood"
    desk.take_in(desk.partner.receipt_parcel(parcel))
    assert state(parcel)[0] == "received"
    desk.take_in(desk.partner.receipt_parcel(parcel, status="refused", outward_ground="RF00"))
    assert state(parcel)[0] == "received"
    assert [one.status for one in desk.receipts] == ["not_understood", "stored"]


def test_a_partners_checkpoints_are_kept_and_proven(desk: Desk) -> None:
    for _ in range(3):
        desk.take_in(desk.partner.receipt_parcel(send(desk)))
    assert list(HeldHead.objects.order_by("size").values_list("size", "proven")) == [
        (1, True),
        (2, False),
        (3, False),
    ]
    while owed := heads.to_prove(desk.partner.code):
        for wanted in owed:
            assert heads.prove(wanted, desk.partner.proof(wanted.first, wanted.second)) is None
    assert list(HeldHead.objects.values_list("size", "proven")) == [(3, True)]


def test_a_ledger_of_another_history_at_the_same_size_is_an_incident(desk: Desk) -> None:
    one, other = send(desk), send(desk)
    true, false = desk.partner.checkpoint(leaves=[b"true"]), desk.partner.checkpoint(leaves=[b"false"])
    desk.take_in(desk.partner.receipt_parcel(one, checkpoint=true))
    desk.take_in(desk.partner.receipt_parcel(other, checkpoint=false))
    incident = Incident.objects.get()
    assert (incident.code, incident.facts) == ("partner_untrusted", {"reason": "ledger_forked"})
    evidence = frames.unpack(bytes(incident.evidence), count=2, max_bytes=1 << 20)
    assert evidence == (true.encode(), false.encode())
    assert state(other)[0] == "received"  # the receipt is his word all the same


def test_a_fork_does_not_hide_behind_a_head_that_nobody_signed(desk: Desk) -> None:
    """Both within the hour: each is counted by itself, and the evidence of the grave one is kept."""
    heads_shown = ["nonsense", desk.partner.checkpoint(leaves=[b"a"]), desk.partner.checkpoint(leaves=[b"b"])]
    for head in heads_shown:
        desk.take_in(desk.partner.receipt_parcel(send(desk), checkpoint=head))
    light, grave = Incident.objects.order_by("pk")
    assert (light.code, grave.facts) == ("partner_untrusted", {"reason": "ledger_forked"})
    assert heads_shown[2].encode() in bytes(grave.evidence)


def test_a_ledger_that_shrinks_within_a_lane_is_an_incident(desk: Desk) -> None:
    leaves = [b"1", b"2", b"3"]
    for size in (3, 2):
        head = desk.partner.checkpoint(size=size, leaves=leaves)
        desk.take_in(desk.partner.receipt_parcel(send(desk), checkpoint=head))
    assert Incident.objects.get().facts == {"reason": "ledger_rolled_back"}


def test_a_smaller_head_behind_a_new_epoch_of_the_lane_is_late_and_owes_its_proof(desk: Desk) -> None:
    """Where both ends were put back, receipts of the epoch before come behind later ones."""
    leaves, before = [b"1", b"2", b"3"], desk.partner.lane()
    desk.take_in(
        desk.partner.receipt_parcel(send(desk), checkpoint=desk.partner.checkpoint(size=3, leaves=leaves))
    )
    desk.partner.lanes[NORMAL] = before
    desk.partner.hears(mailroom.greeted(desk.node, {NORMAL: desk.partner.claim()}, now=NOW)[NORMAL])
    late = desk.partner.checkpoint(size=2, leaves=leaves)
    desk.take_in(desk.partner.receipt_parcel(send(desk), checkpoint=late))
    assert not Incident.objects.filter(code="partner_untrusted").exists()
    assert [(one.first, one.second) for one in heads.to_prove(desk.partner.code)] == [(2, 3)]


def test_a_proof_that_comes_twice_at_once_is_taken_once(desk: Desk) -> None:
    for _ in range(2):
        parcel = send(desk)
        desk.take_in(desk.partner.receipt_parcel(parcel))
    (wanted,) = heads.to_prove(desk.partner.code)
    proof = desk.partner.proof(wanted.first, wanted.second)
    assert heads.prove(wanted, proof) is None
    assert heads.prove(wanted, proof) is None
    assert HeldHead.objects.get().proven


def test_a_fork_behind_a_larger_size_is_found_by_the_proof(desk: Desk) -> None:
    desk.take_in(desk.partner.receipt_parcel(send(desk), checkpoint=desk.partner.checkpoint(leaves=[b"x"])))
    desk.partner.ledger = [b"y", b"z"]
    desk.take_in(desk.partner.receipt_parcel(send(desk)))
    (wanted,) = heads.to_prove(desk.partner.code)
    dispute = heads.prove(wanted, desk.partner.proof(wanted.first, wanted.second))
    assert dispute is not None
    assert dispute.code == "growth_not_proven"
    assert HeldHead.objects.count() == 2


@pytest.mark.parametrize("note", ["nonsense", "lienlac/cn-jingxi/pair/vn-tra-linh/a1\n1\nAAAA\n\n— x y\n"])
def test_a_checkpoint_that_does_not_hold_does_not_touch_the_receipt(desk: Desk, note: str) -> None:
    parcel = send(desk)
    desk.take_in(desk.partner.receipt_parcel(parcel, checkpoint=note))
    assert state(parcel)[0] == "received"
    assert Incident.objects.get().code == "partner_untrusted"


def test_a_restored_node_sends_again_what_has_no_receipt(desk: Desk) -> None:
    """The partner holds a place that we do not remember: a new epoch, the same sealed bytes, new places."""
    from lienlac.core.lane import Receiving, Standing

    parcel = send(desk)
    beyond = Standing(epoch=parcel.epoch, seq=7, digest="7" * 64, condition=Receiving.OPEN)
    go_on = mailroom.heard(desk.node, {NORMAL: beyond}, now=NOW)
    assert go_on == {NORMAL: 1}
    before = parcel.epoch
    parcel.refresh_from_db()
    assert (parcel.epoch != before, parcel.seq) == (True, 1)
    assert [message.id for _, message in desk.partner.outbox()] == [parcel.message.message_id]
    assert Incident.objects.get().code == "sender_restored"


def test_one_receipt_settles_all_that_came_together(desk: Desk) -> None:
    parcels = [send(desk) for _ in range(3)]
    ack(desk, parcels[-1])
    desk.take_in(desk.partner.receipt_parcel(*parcels))
    assert [state(one) for one in parcels] == [("received", False)] * 3
    (news,) = desk.receipts
    assert set(news.message_ids) == {one.message.message_id for one in parcels}
    assert Receipt.objects.values("word").distinct().count() == 1
    (leaf,) = (
        leaves.decode(bytes(one.body)) for one in Leaf.objects.all() if b"receipt_received" in bytes(one.body)
    )
    assert leaf.facts["count"] == 3


def test_what_a_receipt_names_beside_ours_is_nothing(desk: Desk) -> None:
    parcels = [send(desk) for _ in range(2)]
    stranger = {"seqs": 9, "messages": secrets.token_hex(16), "envelopes": "9" * 64}
    said = {name: [stranger[name], *ours] for name, ours in named(parcels).items()}
    desk.take_in(desk.partner.receipt_parcel(*parcels, **said))
    assert [state(one)[0] for one in parcels] == ["received"] * 2
    assert not Incident.objects.exists()


def test_one_lie_in_a_receipt_is_an_incident_and_the_others_count(desk: Desk) -> None:
    parcels = [send(desk) for _ in range(3)]
    said = named(parcels) | {"envelopes": [parcels[0].digest, "0" * 64, parcels[2].digest]}
    desk.take_in(desk.partner.receipt_parcel(*parcels, **said))
    assert [state(one)[0] for one in parcels] == ["received", "waiting", "received"]
    assert Incident.objects.get().code == "receipt_of_other_bytes"


@pytest.mark.parametrize(
    "change",
    [
        lambda said: said | {"seqs": said["seqs"][:1]},
        lambda said: said | {"messages": said["messages"][:1]},
        lambda said: said | {"envelopes": [said["envelopes"][0]] * 2},
        lambda said: said | {"messages": said["messages"][::-1]},
    ],
    ids=["fewer places", "fewer messages", "one twice", "ids exchanged"],
)
def test_a_receipt_that_contradicts_itself_settles_nothing(desk: Desk, change: Any) -> None:
    parcels = [send(desk) for _ in range(2)]
    desk.take_in(desk.partner.receipt_parcel(*parcels, **change(named(parcels))))
    assert last().reason == "receipt_contradicts_itself"
    assert [state(one)[0] for one in parcels] == ["waiting"] * 2
    assert not desk.receipts


def named(parcels: list[Parcel]) -> dict[str, Any]:
    """Return the lists by which R1 names parcels."""
    return {
        "seqs": [one.seq for one in parcels],
        "envelopes": [one.digest for one in parcels],
        "messages": [one.message.message_id for one in parcels],
    }
