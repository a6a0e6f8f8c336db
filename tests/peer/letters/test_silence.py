"""A carrier that says "taken" and brings nothing: people hear of it, another way is tried, and who is merely away is
not taken for it.
"""

from __future__ import annotations

import hashlib
from datetime import timedelta
from types import SimpleNamespace
from typing import Any

import pytest

from lienlac.apps.directory.models import Node
from lienlac.apps.mailroom import actions as mailroom
from lienlac.apps.mailroom import desks, queries
from lienlac.apps.mailroom.models import Incident, Parcel
from lienlac.core.envelope import frames
from lienlac.core.messages import canonical
from lienlac.peer.letters import office
from lienlac.peer.letters.office import DOUBTED_S, DOUBTED_WITHIN_S, Office
from lienlac.peer.rounds import PushRound
from lienlac.peer.transports import walks
from tests.apps.mailroom.partner import NORMAL, NOW, US
from tests.peer.letters.conftest import Street

pytestmark = pytest.mark.django_db
MINUTE = timedelta(minutes=1)
CODE = "letters_unanswered"


def at(street: Street, minutes: float) -> None:
    """Walk the round that writes, so many minutes after the first letter; it looks for silence each time."""
    now = NOW + minutes * MINUTE
    street.here.writer.clock = street.here.reader.clock = lambda: now
    street.here.writer.silence.look_at = 0.0
    street.here.write()


def used_to_each_other(street: Street) -> None:
    """One letter went there, and its signed receipt came within a second."""
    street.post()
    street.here.write()
    street.far.reads()
    street.far.writes(
        street.far.partner.receipt_parcel(Parcel.objects.get()), standings=street.far.answered()
    )
    street.here.reader.clock = lambda: NOW + timedelta(seconds=1)
    street.here.read()
    assert Parcel.objects.get().settled_at == NOW + timedelta(seconds=1)


def drops(street: Street, *, says: Any) -> None:
    """From now on the carrier says that it has each letter, and has none."""
    street.far.relay.loses = 10_000
    street.far.relay.says_left = says


def told() -> list[tuple[str, int, bool]]:
    rows = Incident.objects.order_by("pk")
    return [(one.code, one.count, one.closed_at is None) for one in rows]


def is_rung(street: Street) -> bool:
    return (PushRound, street.far.partner.code) in walks()


def test_a_carrier_that_takes_letters_and_brings_none_is_an_incident_with_what_it_took(
    street: Street,
) -> None:
    used_to_each_other(street)
    drops(street, says=lambda _to: [])
    street.post(2)
    at(street, 0)
    for minutes in (1, 14, 15):
        at(street, minutes)
    assert (told(), is_rung(street)) == ([], False)
    at(street, 16)
    at(street, 17)
    assert (told(), is_rung(street)) == ([(CODE, 1, True)], True)
    incident = Incident.objects.get()
    (evidence,) = frames.unpack(bytes(incident.evidence), count=1, max_bytes=1 << 20)
    kept = canonical.decode(evidence)
    assert isinstance(kept, dict)
    assert kept == incident.facts
    assert (kept["carrier"], kept["why"], kept["lying"]) == (street.way.code, "gone", [])
    [place] = kept["places"]
    assert (place["first"], place["last"], place["handed_over_at"]) == (2, 3, NOW.isoformat())
    assert [one["number"] for one in kept["letters"]] == [1, 2]
    assert all(len(one["sha256"]) == 64 for one in kept["letters"])
    assert incident.partner.code == street.far.partner.code


def test_it_names_letters_by_the_digest_of_what_was_left(street: Street) -> None:
    street.post()
    street.here.write()
    [lying] = street.far.relay.boxes[street.far.partner.code]
    [left] = street.here.writer.silence.left
    assert (left.number, left.sha256, left.at) == (lying.number, hashlib.sha256(lying.raw).hexdigest(), NOW)


def test_it_stands_on_the_desks_of_who_is_on_duty_and_who_keeps_the_node() -> None:
    assert desks.ROLES[CODE] == desks.ROLES["outbox_old"]


def test_it_closes_by_itself_when_the_word_comes_by_whatever_way(street: Street) -> None:
    used_to_each_other(street)
    drops(street, says=lambda _to: [])
    street.post()
    for minutes in (0, 16, 17):
        at(street, minutes)
    mailroom.close_answered(now=NOW + 18 * MINUTE)
    assert told() == [(CODE, 1, True)]
    street.far.relay.loses = 0
    street.here.writer.knock_at = 0.0
    at(street, 18)
    street.far.reads()
    street.far.writes(standings=street.far.answered())
    street.here.read()
    street.here.write()
    street.far.reads()
    street.far.writes(standings=street.far.answered())
    street.here.read()
    mailroom.close_answered(now=NOW + 19 * MINUTE)
    assert told() == [(CODE, 1, False)]


def test_a_hub_that_lost_its_disk_and_says_so_is_left_a_knock_at_once(street: Street) -> None:
    """Knocks are a day apart by then: what he lacks would wait for one."""
    used_to_each_other(street)
    drops(street, says=lambda _to: [])
    street.post()
    for minutes in (0, 16):
        at(street, minutes)
    street.here.writer.knock_at = float("inf")
    street.far.relay.loses = 0
    at(street, 17)
    [knock] = street.far.reads()
    assert (knock.parcels, knock.claims[NORMAL].sent) == ((), 2)
    street.far.writes(standings=street.far.answered())
    street.here.read()
    at(street, 17)
    street.far.reads()
    assert street.seqs == [1, 2]


def test_a_partner_who_has_not_come_is_no_silence_of_the_carrier(street: Street) -> None:
    """His letters lie there, as it says: he is rung, and people hear of it when their patience ends."""
    used_to_each_other(street)
    box = street.far.relay.boxes
    street.far.relay.says_left = lambda to: [one.number for one in box[to]]
    street.post()
    for minutes in range(0, 23 * 60, 20):
        at(street, minutes)
    assert (told(), is_rung(street)) == ([], True)
    mailroom.note_old_outboxes(now=NOW + timedelta(hours=25))
    assert told() == [("outbox_old", 1, True)]


def test_a_carrier_that_keeps_letters_from_one_who_comes_there_is_an_incident(street: Street) -> None:
    used_to_each_other(street)
    drops(street, says=lambda _to: [2, 3, 4])
    street.post()
    for minutes in (0, 16, 17):
        at(street, minutes)
    assert told() == []
    street.far.writes_though_it_loses(street.far.partner.parcel())
    street.here.read()
    at(street, 18)
    assert told() == []  # his acknowledgement may be in his next letter
    at(street, 20)
    assert told() == [(CODE, 1, True)]
    facts = Incident.objects.get().facts
    assert (facts["why"], facts["lying"]) == ("passed_over", [2, 3, 4])


def test_who_writes_all_the_time_comes_there_though_he_was_heard_just_now(street: Street) -> None:
    used_to_each_other(street)
    drops(street, says=lambda _to: [2, 3, 4])
    street.post()
    at(street, 0)
    for tenths in range(160, 205, 5):
        street.far.writes_though_it_loses(street.far.partner.parcel())
        now = NOW + tenths / 10 * MINUTE
        street.here.reader.clock = lambda now=now: now
        street.here.read()
        at(street, tenths / 10)
    assert [one.facts["why"] for one in Incident.objects.all()] == ["passed_over"]


def test_a_carrier_that_cannot_say_what_lies_there_is_no_fault(street: Street) -> None:
    used_to_each_other(street)
    drops(street, says=None)
    street.post()
    for minutes in range(0, 23 * 60, 20):
        at(street, minutes)
    assert (told(), is_rung(street)) == ([], True)


def test_an_old_letter_that_is_given_again_does_not_show_that_its_writer_came(street: Street) -> None:
    street.far.writes(*street.far.partner.parcels(1))
    kept = list(street.far.relay.boxes[US])
    street.here.read()
    used_to_each_other(street)
    drops(street, says=lambda _to: [2, 3, 4])
    street.post()
    for minutes in (0, 16, 17, 18, 20):
        at(street, minutes)
        street.far.relay.boxes[US] = list(kept)
        street.here.read()
    assert told() == []


def test_a_moment_between_two_letters_is_no_silence(street: Street) -> None:
    """A machine that was off for a night: what it left before is due, and answered at once."""
    used_to_each_other(street)
    street.far.relay.says_left = lambda _to: []
    street.post()
    at(street, 0)
    at(street, 600)  # the partner has fetched just now
    street.far.reads()
    street.far.writes(standings=street.far.answered())
    street.here.read()
    at(street, 601)
    assert (told(), is_rung(street)) == ([], False)


def test_a_person_who_closed_it_is_not_told_each_minute(street: Street) -> None:
    drops(street, says=lambda _to: [])
    street.post()
    for hours in (0, 25, 25.1):
        at(street, hours * 60)
    assert told() == [(CODE, 1, True)]  # nothing came ever: after people's patience
    mailroom.close_incident(Incident.objects.get(), word="rang them", now=NOW + timedelta(hours=26))
    for hours in (27, 30, 49):
        at(street, hours * 60)
    assert told() == [(CODE, 1, False)]
    at(street, 51 * 60)
    assert told() == [(CODE, 1, False), (CODE, 1, True)]


def test_an_incident_counts_once_an_hour(street: Street) -> None:
    used_to_each_other(street)
    drops(street, says=lambda _to: [])
    street.post()
    for minutes in range(80):
        at(street, minutes)
    assert told() == [(CODE, 2, True)]


def test_who_has_no_address_waits_for_the_carrier_or_a_stick(street: Street) -> None:
    used_to_each_other(street)
    drops(street, says=lambda _to: [])
    Node.objects.filter(code=street.far.partner.code).update(endpoint="")
    street.post()
    for minutes in (0, 16, 17):
        at(street, minutes)
    assert (told(), is_rung(street)) == ([(CODE, 1, True)], False)
    assert queries.has_outbox(Node.objects.get(code=street.far.partner.code))


def test_what_no_carrier_took_has_him_rung_and_accuses_nobody(street: Street) -> None:
    used_to_each_other(street)
    street.far.relay.down = "hub_full"
    street.post()
    for minutes in (0, 16, 17):
        at(street, minutes)
    assert (told(), is_rung(street)) == ([], True)


def test_a_doubt_lasts_longer_each_time_that_it_was_right(monkeypatch: pytest.MonkeyPatch) -> None:
    now = [1000.0]
    monkeypatch.setattr(office, "time", SimpleNamespace(monotonic=lambda: now[0]))
    post = Office(SimpleNamespace(down_since=None))
    lasts = DOUBTED_S
    for _ in range(8):
        post.doubt("cn-a")
        assert post.falls_back("cn-a")
        assert not post.falls_back("la-b")
        now[0] += lasts - 1
        assert post.falls_back("cn-a")
        now[0] += 2
        assert not post.falls_back("cn-a")
        lasts = min(2 * lasts, DOUBTED_WITHIN_S)
    post.trust_again("cn-a")
    post.doubt("cn-a")
    post.trust_again("cn-a")  # he came while he was rung as well
    now[0] += DOUBTED_S + 1
    assert not post.falls_back("cn-a")
