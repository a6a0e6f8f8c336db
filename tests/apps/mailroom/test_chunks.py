"""Chunks of files survive what parcels survive; what nobody can open is refused by name."""

from __future__ import annotations

import secrets
from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest

from lienlac.apps.mailroom import actions as mailroom
from lienlac.apps.mailroom import chunks as kept
from lienlac.apps.mailroom import queries
from lienlac.apps.mailroom.actions import chunks as rules
from lienlac.apps.mailroom.models import Arrival, Chunk, Parcel
from lienlac.core import envelope
from lienlac.core.envelope import chunks, open_envelope, read_message
from lienlac.core.errors import Unauthentic, Unavailable
from lienlac.core.lane import WINDOWS, LaneClass
from lienlac.core.messages.attachment import CHUNK_BYTES
from lienlac.core.messages.message import Message
from tests.apps.mailroom.conftest import Desk
from tests.apps.mailroom.partner import NOW, OUR_OFFICE, US, Partner, Wire, our_keys, our_sealing_key

CONTENT = b"\xff\xd8\xff" + bytes(i % 251 for i in range(2 * CHUNK_BYTES))
MANIFEST, PIECES = chunks.seal_file(CONTENT, name="photo.jpg", media_type="image/jpeg")
BULK = LaneClass.BULK


def with_file(desk: Desk) -> Message:
    """A test call of the partner that brings a file of three chunks."""
    return desk.partner.message(attachments=(MANIFEST,))


def chunk_parcel(
    partner: Partner, of: str, piece: chunks.Sealed, *, named: str = "", kind: str = "CHUNK"
) -> Wire:
    """A chunk of the partner at its place in his bulk lane."""
    body = chunks.body_of(named or piece.digest, of) if kind == "CHUNK" else partner.message().body
    message = partner.message(kind=kind, in_reply_to=of, body=body)
    signed = envelope.sign(envelope.MESSAGE_TYPE, message.to_bytes(), partner.author_key)
    sealed = envelope.seal(
        chunks.enclose(signed, piece.raw),
        sender=partner.code,
        recipients=[envelope.Recipient(node=US, key=our_sealing_key())],
        node_key=partner.node_key,
    )
    return partner.place(sealed, BULK)


def take_in(desk: Desk, *parcels: Wire) -> Any:
    receivers = replace(desk.receivers, by_kind={**desk.receivers.by_kind, "CHUNK": mailroom.take_chunk})
    return mailroom.take_in(desk.node, parcels, receivers, now=NOW)


def file_here(desk: Desk, of: str) -> bytes:
    return b"".join(chunks.open_file(MANIFEST, kept.find(desk.partner.code, of)))


@pytest.mark.parametrize("first", ["message", "chunks"])
def test_a_file_comes_whole_whatever_comes_first(desk: Desk, first: str) -> None:
    message = with_file(desk)
    pieces = [chunk_parcel(desk.partner, message.id, one) for one in PIECES]
    letter = desk.partner.parcel(message)
    take_in(desk, *([letter, *pieces] if first == "message" else [*pieces, letter]))
    assert file_here(desk, message.id) == CONTENT
    assert not Arrival.objects.exclude(state=Arrival.State.STORED).exists()


def test_until_the_last_chunk_is_here_the_missing_one_is_named(desk: Desk) -> None:
    message = with_file(desk)
    pieces = [chunk_parcel(desk.partner, message.id, one) for one in PIECES]
    take_in(desk, desk.partner.parcel(message), *pieces[:2])
    with pytest.raises(Unavailable) as refusal:
        file_here(desk, message.id)
    assert refusal.value.facts["chunk"] == PIECES[2].digest
    assert kept.here([message.id]) == {(message.id, desk.partner.code, one.digest) for one in PIECES[:2]}


def test_chunks_that_come_twice_or_with_a_gap_are_kept_once_and_in_order(desk: Desk) -> None:
    message = with_file(desk)
    one, two, three = (chunk_parcel(desk.partner, message.id, piece) for piece in PIECES)
    take_in(desk, desk.partner.parcel(message), one, three)  # the third waits for the second
    take_in(desk, one, two, two, three, one)
    assert Chunk.objects.count() == 3
    assert file_here(desk, message.id) == CONTENT


def test_each_chunk_gets_a_receipt_and_the_message_waits_for_none(desk: Desk) -> None:
    message = with_file(desk)
    take_in(desk, desk.partner.parcel(message))
    assert [told["message"] for told in desk.receipt_each()] == [message.id]
    take_in(desk, *(chunk_parcel(desk.partner, message.id, one) for one in PIECES))
    assert len(desk.receipt_each()) == 4


def state_of_last() -> tuple[str, str]:
    row = Arrival.objects.latest("pk")
    return row.state, row.reason


def test_a_chunk_that_is_not_the_one_it_is_called_is_refused(desk: Desk) -> None:
    message = with_file(desk)
    take_in(desk, chunk_parcel(desk.partner, message.id, PIECES[0], named=PIECES[1].digest))
    assert state_of_last() == ("refused", "chunk_altered")
    assert not Chunk.objects.exists()


def test_another_kind_cannot_smuggle_a_chunk(desk: Desk) -> None:
    take_in(desk, chunk_parcel(desk.partner, secrets.token_hex(16), PIECES[0], kind="TEST"))
    assert state_of_last() == ("refused", "enclosed_unexpected")
    assert not desk.came


def test_a_chunk_that_its_message_does_not_name_is_refused(desk: Desk) -> None:
    message = desk.partner.message()
    take_in(desk, desk.partner.parcel(message), chunk_parcel(desk.partner, message.id, PIECES[0]))
    assert state_of_last() == ("refused", "chunk_of_other")


def test_nobody_adds_a_chunk_to_a_message_of_ours(desk: Desk) -> None:
    ours = send(desk)
    take_in(desk, chunk_parcel(desk.partner, ours.id, PIECES[0]))
    assert state_of_last() == ("refused", "chunk_of_other")


# --- ours --------------------------------------------------------------------------------------------------


def send(desk: Desk) -> Message:
    message = replace(
        desk.partner.message(attachments=(MANIFEST,)), from_office=OUR_OFFICE, to_offices=(desk.partner.code,)
    )
    mailroom.keep_chunks("a" * 32, PIECES, now=NOW)
    mailroom.give_chunks("a" * 32, message.id, MANIFEST.chunks)
    mailroom.post(message, lane_class=LaneClass.NORMAL, now=NOW)
    return message


def test_a_message_with_a_file_leaves_on_its_lane_and_the_chunks_on_the_bulk_lane(desk: Desk) -> None:
    message = send(desk)
    lanes = Parcel.objects.values_list("lane__lane_class", "message__kind").order_by("pk")
    assert list(lanes) == [("normal", "TEST"), *[("bulk", "CHUNK")] * 3]
    brought = {}
    for row in Parcel.objects.filter(message__kind="CHUNK").order_by("seq"):
        opened = open_envelope(
            bytes(row.envelope),
            me=desk.partner.code,
            sealing_keys={desk.partner.seal_key.kid: desk.partner.seal_key},
            node_keys=our_keys("node"),
        )
        signed, enclosed = chunks.parted(opened.signed_message)
        carrier, _ = read_message(signed, sender=US, author_keys=our_keys("author"))
        chunks.check_enclosed(carrier, enclosed)
        assert carrier.body == {"of": message.id, "chunk": chunks.name_of(enclosed)}
        brought[chunks.name_of(enclosed)] = enclosed
    assert b"".join(chunks.open_file(MANIFEST, brought.get)) == CONTENT


def test_two_full_chunks_go_in_one_request_and_no_more(desk: Desk) -> None:
    send(desk)
    batch = queries.next_batch(desk.node, {BULK: 1})
    assert [len(one.envelope) > CHUNK_BYTES for one in batch] == [True, True, False]
    assert sum(len(one.envelope) for one in batch) <= WINDOWS[BULK].size


def test_the_slowest_addressee_says_how_many_chunks_have_come(desk: Desk) -> None:
    message = send(desk)
    assert kept.arrived_there([message.id]) == {message.id: 0}
    first = Parcel.objects.filter(message__kind="CHUNK").order_by("seq")[0]
    desk.take_in(desk.partner.receipt_parcel(first))
    assert kept.arrived_there([message.id]) == {message.id: 1}


def test_a_file_that_is_not_kept_here_is_not_sent(desk: Desk) -> None:
    message = replace(with_file(desk), from_office=OUR_OFFICE, to_offices=(desk.partner.code,))
    with pytest.raises(Unavailable, match="chunk_missing"):
        mailroom.post(message, lane_class=LaneClass.NORMAL, now=NOW)
    assert not Parcel.objects.exists()


def test_chunks_that_nobody_named_for_long_are_forgotten_and_others_are_not(desk: Desk) -> None:
    ours, theirs = send(desk), with_file(desk)
    take_in(desk, desk.partner.parcel(theirs), chunk_parcel(desk.partner, theirs.id, PIECES[0]))
    take_in(desk, chunk_parcel(desk.partner, secrets.token_hex(16), PIECES[1]))
    assert mailroom.sweep_chunks(now=NOW + timedelta(days=89)) == 0
    assert mailroom.sweep_chunks(now=NOW + timedelta(days=91)) == 1
    assert {of for of, _, _ in kept.here([ours.id, theirs.id])} == {ours.id, theirs.id}


def orphan(desk: Desk, piece: chunks.Sealed, of: str = "") -> Wire:
    """A chunk whose message has not come."""
    return chunk_parcel(desk.partner, of or secrets.token_hex(16), piece)


@pytest.mark.parametrize(
    ("bound", "most"), [("MOST_UNNAMED", 2), ("MOST_UNNAMED_BYTES", 2 * CHUNK_BYTES + 200)]
)
def test_a_partner_cannot_fill_the_disk_with_chunks_of_messages_that_never_come(
    desk: Desk, monkeypatch: pytest.MonkeyPatch, bound: str, most: int
) -> None:
    monkeypatch.setattr(rules, bound, most)
    take_in(desk, orphan(desk, PIECES[0]), orphan(desk, PIECES[1]))
    take_in(desk, orphan(desk, PIECES[0]))
    assert state_of_last() == ("refused", "chunks_unnamed")
    assert Chunk.objects.count() == 2
    assert desk.receipt_all()[-1]["status"] == "refused"


def test_what_the_partner_has_here_of_messages_that_came_takes_no_room(
    desk: Desk, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(rules, "MOST_UNNAMED", 1)
    message = with_file(desk)
    take_in(desk, chunk_parcel(desk.partner, message.id, PIECES[0]), desk.partner.parcel(message))
    take_in(desk, *(chunk_parcel(desk.partner, message.id, one) for one in PIECES[1:]))
    take_in(desk, orphan(desk, PIECES[0]))
    assert state_of_last() == ("stored", "")
    assert file_here(desk, message.id) == CONTENT


def test_chunks_that_a_message_does_not_name_go_when_it_comes(desk: Desk) -> None:
    message = with_file(desk)
    strange = chunks.Sealed(digest=chunks.name_of(b"strange"), raw=b"strange")
    take_in(desk, orphan(desk, strange, message.id), orphan(desk, PIECES[0], message.id))
    take_in(desk, desk.partner.parcel(message))
    assert kept.here([message.id]) == {(message.id, desk.partner.code, PIECES[0].digest)}


def test_chunks_under_a_message_that_has_no_files_are_forgotten_in_time(desk: Desk) -> None:
    message = desk.partner.message()
    take_in(desk, orphan(desk, PIECES[0], message.id), desk.partner.parcel(message))
    assert mailroom.sweep_chunks(now=NOW + timedelta(days=91)) == 1


def test_chunks_wait_for_a_message_that_is_too_new_for_this_node(desk: Desk) -> None:
    take_in(desk, chunk_parcel(desk.partner, secrets.token_hex(16), PIECES[1]))
    take_in(desk, desk.partner.parcel(desk.partner.message(kind="NOT_YET_KNOWN")))
    assert mailroom.sweep_chunks(now=NOW + timedelta(days=900)) == 0


def test_what_is_dropped_is_gone(desk: Desk) -> None:
    message = send(desk)
    assert mailroom.drop_chunks(message.id, MANIFEST.chunks) == 3
    with pytest.raises(Unavailable, match="chunk_missing"):
        b"".join(chunks.open_file(MANIFEST, kept.find(US, message.id)))


def test_a_piece_whose_bytes_are_gone_is_not_said_to_be_sent_again(desk: Desk) -> None:
    message = send(desk)
    piece = Parcel.objects.select_related("message", "lane").filter(message__kind=chunks.KIND)[0]
    desk.take_in(desk.partner.receipt_parcel(piece, status="refused", outward_ground="RF22"))
    (told,) = queries.deliveries(piece.message.message_id)
    assert (told.refused_ground, told.sent_again) == ("RF22", True)
    mailroom.drop_chunks(message.id, message.attachments[0].chunks)
    (told,) = queries.deliveries(piece.message.message_id)
    assert (told.refused_ground, told.sent_again) == ("RF22", False)


def test_a_chunk_altered_on_the_disk_is_named(desk: Desk) -> None:
    message = send(desk)
    Chunk.objects.filter(digest=MANIFEST.chunks[1]).update(raw=b"x" * 100)
    with pytest.raises(Unauthentic) as refusal:
        b"".join(chunks.open_file(MANIFEST, kept.find(US, message.id)))
    assert (refusal.value.code, refusal.value.facts["chunk"]) == ("chunk_altered", MANIFEST.chunks[1])
