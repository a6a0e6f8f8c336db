"""What a partner, honest or not, can bring. One test an attack."""

from __future__ import annotations

import secrets
from dataclasses import replace
from datetime import timedelta
from itertools import pairwise

import pytest
from django.db import OperationalError

from lienlac.apps.audit.models import Leaf
from lienlac.apps.directory.models import Node
from lienlac.apps.mailroom import actions as mailroom
from lienlac.apps.mailroom import queries
from lienlac.apps.mailroom.models import Arrival, Incident, Message, Parcel
from lienlac.core import envelope
from lienlac.core.envelope import frames
from lienlac.core.errors import LienlacError, Refused, Unauthentic
from lienlac.core.lane import GENESIS, LaneClass, Outgoing, Position, Receiving, Standing, link
from lienlac.core.messages import canonical
from tests.apps.mailroom.conftest import Desk, states
from tests.apps.mailroom.partner import NORMAL, NOW, Partner

SAMPLE_STEP = 97  # every position of small parts is tried below; of the body each 97th


def test_a_message_takes_effect_once_and_is_receipted(desk: Desk) -> None:
    standing = desk.take_in(desk.partner.parcel())[NORMAL]
    assert (standing.seq, standing.condition) == (1, Receiving.OPEN)
    assert desk.numbers == ["1"]
    assert [body["status"] for body in desk.receipt_all()] == ["stored"]


def test_a_repeated_parcel_takes_no_effect_for_ever(desk: Desk) -> None:
    parcels = desk.partner.parcels(3)
    desk.take_in(*parcels)
    for parcel in (*parcels, *reversed(parcels)):
        desk.take_in(parcel)
    desk.take_in(*parcels, *parcels)
    assert len(desk.came) == 3
    assert Arrival.objects.count() == 3
    assert len(desk.receipt_each()) == 3


def test_reordered_parcels_wait_for_the_missing_one(desk: Desk) -> None:
    first, second, third = desk.partner.parcels(3)
    standing = desk.take_in(third, second)[NORMAL]
    assert standing.seq == 0
    standing = desk.take_in(first, third)[NORMAL]
    assert (standing.seq, standing.expected) == (1, 2)
    desk.take_in(second, third)
    assert len(desk.came) == 3


@pytest.mark.parametrize("part", [0, 1], ids=["position", "envelope"])
def test_an_altered_byte_is_noticed_wherever_it_stands(desk: Desk, part: int) -> None:
    parcel = desk.partner.parcel()
    whole = parcel[part]
    step = 1 if part == 0 else SAMPLE_STEP
    places = {*range(0, len(whole), step), *range(min(len(whole), 200)), len(whole) - 1}
    for at in sorted(places):
        changed = bytearray(whole)
        changed[at] ^= 1
        bad = tuple(bytes(changed) if number == part else one for number, one in enumerate(parcel))
        with pytest.raises(LienlacError):
            desk.take_in(bad)  # type: ignore[arg-type]
    assert not Arrival.objects.exists()
    desk.take_in(parcel)
    assert len(desk.came) == 1


def test_a_byte_altered_before_the_position_was_signed_is_refused_with_a_receipt(desk: Desk) -> None:
    """The partner himself signs for a broken envelope: it takes its place, and he is told."""
    sealed = desk.partner.sealed()
    header, wraps, body, signature = frames.unpack(sealed, count=4, max_bytes=len(sealed))
    broken = [
        frames.pack(header, wraps, bytes([body[0] ^ 1]) + body[1:], signature),
        frames.pack(header, bytes(wraps[:4]) + bytes([wraps[4] ^ 1]) + wraps[5:], body, signature),
        frames.pack(header, wraps, body, bytes(64)),
        sealed[:-1],
        b"",
    ]
    desk.take_in(*[desk.partner.place(one) for one in broken], desk.partner.parcel())
    assert [state for state, _ in states()] == ["refused"] * len(broken) + ["stored"]
    answers = desk.receipt_each()
    assert [body.get("outward_ground") for body in answers] == ["RF02"] * len(broken) + [None]


def test_a_receipt_that_does_not_open_is_not_answered(desk: Desk) -> None:
    """Two nodes of which neither can open what the other seals would refuse each other's refusals for ever."""
    newer = desk.partner.sealed()
    header, *rest = frames.unpack(newer, count=4, max_bytes=len(newer))
    unread = frames.pack(canonical.encode({**canonical.decode(header), "suite": 9}), *rest)  # type: ignore[dict-item]
    desk.take_in(*[desk.partner.place(one, marked=True) for one in (b"", newer[:-1], unread)])
    assert [state for state, _ in states()] == ["refused", "refused", "not_understood"]
    assert desk.receipt_all() == []
    mailroom.erase_sealed(now=NOW + timedelta(days=400))
    assert [state for state, _ in states()] == ["refused"] * 3
    assert desk.receipt_all() == []


def test_refusals_are_marked_so_that_nobody_need_open_them_to_be_silent(desk: Desk) -> None:
    desk.take_in(desk.partner.place(b"broken"))
    desk.receipt_all()
    ((position, _),) = Parcel.objects.values_list("position", "envelope")
    said = Position.from_bytes(frames.unpack(bytes(position), count=3, max_bytes=len(position))[0])
    assert said.receipt


def test_a_message_under_the_mark_of_a_receipt_has_no_effect_and_gets_no_answer(desk: Desk) -> None:
    desk.take_in(desk.partner.place(desk.partner.sealed(), marked=True), desk.partner.parcel())
    assert states() == [("refused", "receipt_marked_wrong"), ("stored", "")]
    assert len(desk.came) == 1
    assert [body["status"] for body in desk.receipt_all()] == ["stored"]


def test_truncated_parcels_are_nobodys_word(desk: Desk) -> None:
    position, sealed = desk.partner.parcel()
    for bad in ((position, sealed[:-1]), (position[:-1], sealed), (b"", sealed), (position, b"")):
        with pytest.raises(LienlacError):
            desk.take_in(bad)
    assert not Arrival.objects.exists()


def test_nothing_of_a_batch_is_stored_when_one_parcel_is_nobodys_word(desk: Desk) -> None:
    good, bad = desk.partner.parcels(2)
    with pytest.raises(Unauthentic):
        desk.take_in(good, (bad[0], good[1]))
    assert not Arrival.objects.exists()
    assert not Message.objects.exists()
    assert not Leaf.objects.exclude(ledger__partner="").exists()
    desk.take_in(good, bad)
    assert Message.objects.count() == 2


def test_cannot_be_re_addressed(desk: Desk) -> None:
    """What was sealed to another node, and what was written to another office, is not said to us."""
    stranger = Partner(code="la-vientiane")
    recipient = envelope.Recipient(node=stranger.code, key=stranger.seal_key.public)
    elsewhere = desk.partner.parcel(recipients=[recipient])
    desk.take_in(elsewhere, desk.partner.parcel(desk.partner.message(to_offices=("cn-jingxi",))))
    assert states() == [("refused", "not_for_us"), ("refused", "message_not_for_us")]
    assert not desk.came


def test_a_signed_message_cannot_be_sealed_again_by_who_received_it(desk: Desk) -> None:
    mara = Partner(code="mm-muse")
    hers = mara.introduce()
    written = desk.partner.message()
    sealed = mara.sealed(written, author=desk.partner.author_key)
    mailroom.take_in(hers, [mara.place(sealed)], desk.receivers, now=NOW)
    assert states() == [("refused", "unknown_key")]


def test_an_office_of_another_node_does_not_speak_here(desk: Desk) -> None:
    Partner(code="mm-muse").introduce()
    desk.take_in(
        desk.partner.parcel(desk.partner.message(from_office="mm-muse")),
        desk.partner.parcel(desk.partner.message(from_office="vn-tra-linh")),
        desk.partner.parcel(desk.partner.message(from_office="nowhere")),
    )
    assert {reason for _, reason in states()} == {"office_of_other_node"}
    assert not desk.came


def test_a_position_in_another_lane_is_nobodys_word(desk: Desk) -> None:
    _, sealed = desk.partner.parcel()
    state = desk.partner.lane()
    for lane in (
        replace(state.lane, receiver="la-vientiane"),
        replace(state.lane, sender="mm-muse"),
        state.lane.reverse(),
    ):
        desk.partner.lanes[NORMAL] = replace(state, lane=lane, sent=0, last="0" * 64)
        with pytest.raises(Unauthentic, match="wrong_lane"):
            desk.take_in(desk.partner.place(sealed))
    assert not Arrival.objects.exists()


def test_a_position_signed_by_another_key_is_nobodys_word(desk: Desk) -> None:
    mara = Partner(code="mm-muse")
    mara.introduce()
    position, sealed = mara.place(desk.partner.sealed())
    with pytest.raises(Unauthentic, match="unknown_key"):
        desk.take_in((position, sealed))


def test_a_machine_is_no_author(desk: Desk) -> None:
    desk.take_in(desk.partner.parcel(author=desk.partner.node_key))
    assert states() == [("refused", "machine_is_no_author")]


def test_a_revoked_key_signs_nothing(desk: Desk) -> None:
    parcel = desk.partner.parcel()
    desk.node.node_keys.filter(use="author").update(revoked_at=NOW)
    desk.take_in(parcel)
    assert states() == [("refused", "unknown_key")]
    desk.node.node_keys.filter(use="node").update(revoked_at=NOW)
    with pytest.raises(Unauthentic, match="unknown_key"):
        desk.take_in(desk.partner.parcel())


def test_a_refusal_tells_the_outward_ground_and_nothing_else(desk: Desk) -> None:
    def refuse(_delivery: object) -> None:
        raise Refused("SG39", outward="RF00", why="host_state_decides")

    desk.says = refuse
    desk.take_in(desk.partner.parcel())
    (body,) = desk.receipt_all()
    assert (body["status"], body["outward_ground"]) == ("refused", "RF00")
    assert "SG39" not in str(body)
    assert "host_state_decides" not in str(body)
    assert states() == [("refused", "SG39")]


def test_a_full_disk_stores_nothing_and_loses_nothing(desk: Desk) -> None:
    def full(_delivery: object) -> None:
        raise OperationalError("database or disk is full")

    parcels = desk.partner.parcels(2)
    desk.says = full
    with pytest.raises(OperationalError):
        desk.take_in(*parcels)
    assert not Arrival.objects.exists()
    assert not Leaf.objects.exclude(ledger__partner="").exists()
    desk.says = lambda _delivery: None
    desk.take_in(*parcels)
    assert len(desk.came) == 2


def test_an_id_stands_for_one_content_for_ever(desk: Desk) -> None:
    message = desk.partner.message()
    other = replace(message, body={**message.body, "number": "2"})
    desk.take_in(desk.partner.parcel(message), desk.partner.parcel(other))
    assert states() == [("stored", ""), ("refused", "message_id_taken")]
    assert desk.numbers == ["1"]


def test_a_message_sent_again_after_a_restore_takes_effect_once(desk: Desk) -> None:
    message = desk.partner.message()
    sealed = desk.partner.sealed(message)
    desk.take_in(desk.partner.place(sealed), desk.partner.place(sealed))
    assert [state for state, _ in states()] == ["stored", "stored"]
    assert len(desk.came) == 1
    assert [body["status"] for body in desk.receipt_each()] == ["stored", "stored"]


def test_two_histories_freeze_the_lane_and_both_stay_as_evidence(desk: Desk) -> None:
    before = desk.partner.lane()
    one = desk.partner.parcel()
    desk.partner.lanes[NORMAL] = before
    other = desk.partner.parcel()
    desk.take_in(one)
    standing = desk.take_in(other)[NORMAL]
    assert standing.condition is Receiving.FROZEN
    incident = Incident.objects.get(code="equivocation")
    held, claimed, sealed = frames.unpack(bytes(incident.evidence), count=3, max_bytes=1 << 22)
    assert (held, claimed, sealed) == (one[0], other[0], other[1])
    assert desk.take_in(desk.partner.parcel())[NORMAL].seq == 1
    assert len(desk.came) == 1
    arrival = Arrival.objects.select_related("lane__partner").get()
    assert arrival.lane.__class__.objects.get(pk=arrival.lane.pk).frozen
    mailroom.thaw(arrival.lane, now=NOW)
    assert desk.take_in(desk.partner.parcel())[NORMAL].condition is Receiving.CLOSED


def test_a_frozen_lane_does_not_touch_the_others(desk: Desk) -> None:
    before = desk.partner.lane()
    one = desk.partner.parcel()
    desk.partner.lanes[NORMAL] = before
    desk.take_in(one)
    desk.take_in(desk.partner.parcel())
    standings = desk.take_in(desk.partner.parcel(lane_class=LaneClass.URGENT))
    assert standings[LaneClass.URGENT].seq == 1


def test_a_flood_of_the_same_trespass_is_one_incident_and_one_leaf(desk: Desk) -> None:
    far = replace(desk.partner.lane(), sent=5_000_000)
    desk.take_in(desk.partner.parcel())
    for _ in range(5):
        desk.partner.lanes[NORMAL] = far
        desk.take_in(desk.partner.parcel())
    incident = Incident.objects.get()
    assert (incident.code, incident.count) == ("seq_far_ahead", 5)
    told = [bytes(leaf.body) for leaf in Leaf.objects.filter(ledger__partner="")]
    assert sum(b'"incident"' in body for body in told) == 1


def test_a_partner_who_opens_an_epoch_with_each_parcel_is_one_incident_with_the_first_and_the_last(
    desk: Desk,
) -> None:
    desk.take_in(desk.partner.parcel())
    places = list[bytes]()
    for number in range(200):
        old = desk.partner.lane()
        desk.partner.lanes[NORMAL] = Outgoing(
            lane=old.lane, epoch=f"{number:032x}", follows=old.epoch, last=link(old.epoch)
        )
        parcel = desk.partner.parcel()
        places.append(parcel[0])
        desk.take_in(parcel)
    incident = Incident.objects.get()
    assert (incident.code, incident.count, incident.facts["lane"]) == ("partner_opened_epoch", 200, "normal")
    assert incident.facts["new_epoch"] == f"{0:032x}"
    assert incident.facts["last"]["new_epoch"] == f"{199:032x}"
    assert bytes(incident.evidence) == frames.pack(places[0], places[-1])
    told = [bytes(leaf.body) for leaf in Leaf.objects.filter(ledger__partner="")]
    assert sum(b'"incident"' in body for body in told) == 1


def test_a_partner_who_freezes_and_thaws_our_lane_without_end_is_one_incident_a_lane(desk: Desk) -> None:
    for lane_class in (NORMAL, LaneClass.URGENT):
        mailroom.post(our_message(desk), lane_class=lane_class, now=NOW)
    for lane_class, claim in queries.claims(desk.node).items():
        open_one = Standing(epoch="", seq=0, digest=GENESIS, condition=Receiving.EMPTY, answers=claim.epoch)
        for _ in range(100):
            frozen = replace(open_one, condition=Receiving.FROZEN)
            mailroom.heard(desk.node, {lane_class: frozen}, now=NOW)
            mailroom.heard(desk.node, {lane_class: open_one}, now=NOW)
    rows = Incident.objects.order_by("pk")
    assert [(one.code, one.count, one.facts["lane"]) for one in rows] == [
        ("lane_frozen_by_partner", 100, "normal"),
        ("lane_frozen_by_partner", 100, "urgent"),
    ]
    assert all(set(one.facts["last"]) == {"lane", "epoch", "seq"} for one in rows)


@pytest.mark.parametrize("years", [-1, 1])
def test_a_clock_that_is_a_year_wrong_changes_nothing(desk: Desk, years: int) -> None:
    then = NOW.replace(year=NOW.year + years)
    message = desk.partner.message(created=f"{NOW.year - 7 * years}-01-01T00:00:00.000Z")
    mailroom.take_in(desk.node, [desk.partner.parcel(message)], desk.receivers, now=then)
    assert desk.numbers == ["1"]
    mailroom.post(our_message(desk), lane_class=NORMAL, now=then)
    assert [message.kind for _, message in desk.partner.outbox()] == ["TEST"]


def our_message(desk: Desk) -> object:
    mine = desk.partner.message(from_office="vn-tra-linh", to_offices=(desk.partner.code,))
    return replace(mine, id=secrets.token_hex(16))


def test_paused_partners_do_not_hold_up_the_receipts_of_others(desk: Desk) -> None:
    other = Partner(code="mm-muse")
    theirs = other.introduce()
    mailroom.take_in(theirs, [other.parcel()], desk.receivers, now=NOW)
    desk.take_in(desk.partner.parcel())
    Node.objects.filter(pk=theirs.pk).update(standing=Node.Standing.PAUSED)
    assert len(desk.receipt_all()) == 1
    Node.objects.filter(pk=theirs.pk).update(standing=Node.Standing.TRUSTED)
    desk.receipt_all()
    assert len(other.outbox()) == 1


def test_a_receipt_carries_a_checkpoint_that_covers_its_leaf(desk: Desk) -> None:
    from lienlac.core.ledger import checkpoint

    sizes = []
    for _ in range(3):
        desk.take_in(desk.partner.parcel())
        head = checkpoint.parse(desk.receipt_all()[-1]["checkpoint"].encode()).checkpoint
        leaf = Arrival.objects.order_by("-pk")[0].leaf
        assert leaf is not None
        assert leaf.place is not None
        assert leaf.place < head.size
        sizes.append(head.size)
    assert all(one < other for one, other in pairwise(sizes))
