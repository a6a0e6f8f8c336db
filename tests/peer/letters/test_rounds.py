"""Post by letters whose carrier (a cluster, a hub) loses, repeats, reorders and refuses.

Each parcel takes effect once, and receipts alone empty the outbox.
"""

from __future__ import annotations

import time

import pytest
from django.db import OperationalError

from lienlac.apps.audit.models import StrangerHour
from lienlac.apps.directory import actions as directory
from lienlac.apps.directory.models import Node, NodeKey
from lienlac.apps.mailroom.models import Incident, Line, Parcel
from lienlac.core.envelope import frames
from lienlac.core.envelope.keys import SigningKey
from lienlac.peer import proofs
from lienlac.peer.letters import rounds
from lienlac.peer.rounds import PushRound
from lienlac.peer.transports import walks
from tests.apps.mailroom.partner import NORMAL, NOW, US, Partner
from tests.peer.letters.conftest import Street
from tests.peer.letters.world import Far

pytestmark = pytest.mark.django_db


def test_what_waits_leaves_in_one_letter_and_stays_in_the_outbox(street):
    street.post(3)
    street.here.write()
    (letter,) = street.far.reads()
    assert len(letter.parcels) == 3
    assert street.seqs == [1, 2, 3]
    assert Parcel.objects.filter(in_outbox=True, state="waiting").exclude(sent_at=None).count() == 3


def test_that_the_carrier_has_it_is_no_word_of_the_partner(street):
    street.post()
    street.here.write()
    assert not Line.objects.exclude(last_through_at=None).exists()


def test_an_ack_and_a_signed_receipt_empty_the_outbox_and_nothing_less_does(street):
    street.post()
    street.here.write()
    street.far.reads()
    street.far.writes(standings=street.far.answered())
    street.here.read()
    parcel = Parcel.objects.get()
    assert parcel.in_outbox
    assert street.line().last_through_at == NOW
    street.far.writes(street.far.partner.receipt_parcel(parcel))
    street.here.read()
    parcel.refresh_from_db()
    assert not parcel.in_outbox


def test_what_comes_takes_effect_once_however_often_the_carrier_gives_it(street):
    street.far.writes(*street.far.partner.parcels(2))
    again = list(street.far.relay.boxes["vn-tra-linh"])
    street.here.read()
    street.far.relay.boxes["vn-tra-linh"] = again * 2
    street.here.read()
    assert len(street.came) == 2


def test_a_letter_that_is_given_again_is_no_word_of_its_writer(street):
    """His line, when he was last heard, and when we knock: the carrier decides none of it with what it kept."""
    node = Node.objects.filter(code=street.far.partner.code)
    street.far.writes(*street.far.partner.parcels(2))
    kept = list(street.far.relay.boxes[US])
    street.here.read()
    assert (street.line().last_through_at, node.get().last_heard_at) == (NOW, NOW)
    street.here.write()
    node.update(last_heard_at=None)
    Line.objects.update(last_through_at=None)
    street.here.writer.knock_at = 7.0
    for _ in range(3):
        street.far.relay.boxes[US] = list(kept)
        street.here.read()
        street.here.write()
    assert (street.line().last_through_at, node.get().last_heard_at) == (None, None)
    assert street.here.writer.knock_at == 7.0
    street.far.writes(street.far.partner.parcel())
    street.here.read()
    street.here.write()
    assert (street.line().last_through_at, node.get().last_heard_at) == (NOW, NOW)
    assert street.here.writer.knock_at > 7.0


def test_an_acknowledgement_that_is_given_again_is_no_word_either(street):
    street.post()
    street.here.write()
    street.far.reads()
    street.far.writes(standings=street.far.answered())
    kept = list(street.far.relay.boxes[US])
    street.here.read()
    assert street.line().last_through_at == NOW
    Line.objects.update(last_through_at=None)
    street.far.relay.boxes[US] = kept
    street.here.read()
    assert street.line().last_through_at is None


def test_letters_that_come_late_and_in_another_order_take_effect_once_and_in_order(street):
    said = [street.far.partner.message() for _ in range(2)]
    first, second = (street.far.partner.parcel(one) for one in said)
    street.far.writes(first)
    street.far.writes(second)
    street.far.relay.boxes["vn-tra-linh"].reverse()
    street.here.read()
    assert len(street.came) == 1
    street.far.writes(first, second)
    street.here.read()
    assert [one.message.id for one in street.came] == [one.id for one in said]


def test_who_wrote_parcels_hears_where_we_stand_and_a_mere_answer_has_no_answer(street, monkeypatch):
    monkeypatch.setattr(rounds, "ANSWERS_AFTER_S", 0.0)
    street.here.write()  # greets after a start
    street.far.reads()
    street.far.writes(*street.far.partner.parcels(2))
    street.here.read()
    street.here.write()
    (answer,) = street.far.reads()
    assert answer.standings[NORMAL].seq == 2
    street.far.partner.hears(answer.standings[NORMAL])
    street.far.writes()
    street.here.read()
    street.here.write()
    assert street.far.reads() == []


def test_a_letter_that_the_carrier_lost_is_written_again_when_the_reader_says_so(street):
    street.far.relay.loses = 1
    street.post(2)
    street.here.write()
    assert street.far.reads() == []
    street.post()
    street.here.write()  # the third alone: nobody has said that anything is missing
    street.far.reads()
    assert street.seqs == []
    street.far.writes(standings=street.far.answered())
    street.here.read()
    street.here.write()
    street.far.reads()
    assert street.seqs == [1, 2, 3]


def test_nothing_is_written_again_while_its_reader_has_not_come(street):
    street.post(2)
    street.here.write()
    for _ in range(5):
        street.here.write()
    assert len(street.far.relay.boxes[street.far.partner.code]) == 1


def test_a_knock_says_what_waits_when_nothing_was_heard_for_long(street):
    street.far.relay.loses = 1
    street.post()
    street.here.write()
    street.here.writer.knock_at = 0.0
    street.here.write()
    (knock,) = street.far.reads()
    assert (knock.parcels, knock.claims[NORMAL].sent) == ((), 1)
    street.far.writes(standings=street.far.answered())
    street.here.read()
    street.here.write()
    street.far.reads()
    assert street.seqs == [1]


def test_a_new_process_goes_on_behind_what_was_acknowledged(street):
    street.post(2)
    street.here.write()
    street.far.reads()
    street.far.writes(standings=street.far.answered())
    street.here.read()
    street.post()
    fresh = street.way.writer(
        code=street.far.partner.code, clock=lambda: NOW, receivers=street.here.writer.receivers
    )
    fresh.once()
    (letter,) = street.far.reads()
    assert (len(letter.parcels), street.seqs) == (1, [1, 2, 3])


def test_a_partner_who_was_restored_gets_what_he_lost(street):
    street.post(2)
    street.here.write()
    street.far.reads()
    street.far.writes(standings=street.far.answered())
    street.here.read()
    street.far.lanes.clear()
    street.post()
    street.here.write()
    street.far.reads()
    street.far.writes(standings=street.far.answered())
    street.here.read()
    assert Incident.objects.get().code == "receiver_restored"
    street.here.write()
    street.far.reads()
    assert street.far.lanes[NORMAL].seq == 3


@pytest.mark.parametrize("code", ["cluster_refuses_us", "hub_unreachable", "mailbox_full", "hub_full"])
def test_when_the_carrier_fails_everything_is_held_and_the_line_says_why(street, code):
    street.far.relay.down = code
    street.post()
    street.here.write()
    assert (street.line().error, Parcel.objects.get().in_outbox) == (code, True)
    street.far.relay.down = ""
    street.here.write()
    assert street.line().error == ""
    street.far.reads()
    assert street.seqs == [1]


def test_a_mailbox_that_cannot_be_read_is_a_failed_line_too(street):
    street.far.relay.down = "cluster_unreachable"
    street.here.reader.once()
    assert street.line().error == "cluster_unreachable"


def test_a_letter_that_trips_us_up_holds_up_no_other(street, monkeypatch):
    hear, letters = proofs.hear, iter((True, False))

    def stumble(*args, **said):
        if next(letters):
            raise TypeError("what nobody thought of")
        hear(*args, **said)

    monkeypatch.setattr(proofs, "hear", stumble)
    street.far.writes()
    street.far.writes(street.far.partner.parcel())
    street.here.read()
    assert len(street.came) == 1
    assert (len(street.far.relay.delayed), street.far.relay.boxes[US]) == (1, [])


def test_a_store_that_does_not_answer_is_no_letters_fault(street, monkeypatch):
    def gone(_code):
        raise OperationalError("database is locked")

    monkeypatch.setattr(rounds.letters.directory, "known_partner", gone)
    street.far.writes()
    with pytest.raises(OperationalError):
        street.here.read()
    assert len(street.far.relay.boxes[US]) == 1


def test_a_carrier_that_waits_for_no_letter_is_asked_no_more_often_than_one_that_fails(street):
    asked, take = [], street.far.relay.take

    def at_once(wait_s):
        asked.append(wait_s)
        street.here.reader.ended = len(asked) == 3
        return take(wait_s)

    street.far.relay.take = at_once
    for _ in range(3):
        street.here.reader.once()
    assert len(asked) == 1


def test_a_letter_of_a_paused_partner_waits_for_him(street):
    node = Node.objects.get(code=street.far.partner.code)
    street.far.writes(*street.far.partner.parcels(1))
    directory.pause(node, now=NOW)
    street.here.read()
    assert (street.came, len(street.far.relay.delayed)) == ([], 1)


@pytest.mark.parametrize("spoil", [lambda raw: b"noise", lambda raw: raw[:-1] + bytes([raw[-1] ^ 1])])
def test_what_the_carrier_altered_is_nobodys_word(street, spoil):
    street.far.writes(*street.far.partner.parcels(1), raw=spoil)
    street.here.read()
    assert (street.came, StrangerHour.objects.get().count) == ([], 1)
    assert not Incident.objects.exists()
    assert street.far.relay.boxes["vn-tra-linh"] == []


def test_parcels_of_another_lane_are_the_partners_incident_and_no_ones_effect(street):
    other = Partner(code="la-other")
    other.to_us = street.far.partner.to_us
    street.far.writes(*other.parcels(1))
    street.here.read()
    assert street.came == []
    assert Incident.objects.get().code == "wrong_parcels"


def test_a_stranger_who_got_into_the_carrier_is_counted_and_nothing_else(street):
    stranger = Partner(code="xx-nobody")
    stranger.to_us = street.far.partner.to_us
    Far(partner=stranger, relay=street.far.relay).writes(*stranger.parcels(1))
    street.here.read()
    assert (street.came, StrangerHour.objects.get().count) == ([], 1)
    assert street.far.relay.boxes["vn-tra-linh"] == []


def revoke_node_key(street: Street) -> NodeKey:
    """The partner's node key was stolen and is revoked; he signs with the next one from now on."""
    rows, new = NodeKey.objects.filter(kid=street.far.partner.node_key.kid), SigningKey.generate()
    rows.update(revoked_at=NOW, revoked_for="key_stolen")
    street.far.partner.node_key = new
    public, node = new.public.public_bytes, Node.objects.get(code=street.far.partner.code)
    return NodeKey.objects.create(
        node=node, use="node", kid=new.kid, public=public, valid_from=NOW, entered_at=NOW
    )


def test_a_letter_of_a_revoked_key_is_a_strangers_since_it_may_have_lain_there_before(street):
    street.far.writes(*street.far.partner.parcels(1))
    revoke_node_key(street)
    street.here.read()
    assert (street.came, StrangerHour.objects.get().count) == ([], 1)
    assert not Incident.objects.exists()
    assert street.far.relay.boxes["vn-tra-linh"] == []


def test_a_place_of_a_revoked_key_in_a_letter_is_named_as_at_the_door(street):
    parcels = street.far.partner.parcels(1)
    revoke_node_key(street)
    street.far.writes(*parcels)
    street.here.read()
    incident = Incident.objects.get()
    assert (street.came, incident.code) == ([], "revoked_key_used")
    assert bytes(incident.evidence) == frames.pack(parcels[0][0])


def test_a_partner_with_an_address_is_rung_while_the_carrier_is_away(street):
    code, us = street.far.partner.code, "vn-tra-linh"
    assert walks() == {(street.way.writer, code), (street.way.reader, us)}
    street.far.relay.down, street.far.relay.down_since = "cluster_unreachable", time.monotonic() - 60
    assert walks() == {(street.way.writer, code), (street.way.reader, us), (PushRound, code)}
    street.post()
    street.here.write()
    assert not Line.objects.exclude(error="").exists()  # the direct line says how it is
    Node.objects.filter(code=code).update(endpoint="")
    assert (PushRound, code) not in walks()
    street.here.write()
    assert street.line().error == "cluster_unreachable"


def test_a_node_that_knows_no_carrier_says_so_on_the_line(street, monkeypatch):
    monkeypatch.undo()
    street.post()
    street.here.write()
    assert (street.line().error, Parcel.objects.get().in_outbox) == (street.way.not_set, True)


def test_a_line_at_rest_costs_no_more_than_a_look(street, django_assert_max_num_queries):
    street.here.write()
    street.here.writer.proofs_at = time.monotonic()
    with django_assert_max_num_queries(2):
        street.here.write()
