"""Questions about ledgers in letters, and their answers: neither touches what else a letter brings."""

from __future__ import annotations

from typing import Any

import pytest

from lienlac.apps.audit import heads
from lienlac.apps.directory import queries
from lienlac.apps.mailroom.models import Arrival, Incident, Parcel
from lienlac.peer import proofs
from lienlac.peer.letters.office import News
from tests.apps.mailroom.partner import NOW, US
from tests.peer.letters.conftest import Street

pytestmark = pytest.mark.django_db
ODD = [{"proof": ["!"]}, {"error": []}]


def asked(street: Street) -> Any:
    """Return the one question that the partner is asked."""
    partner = street.far.partner
    for size in (1, 3):
        note = partner.checkpoint(size=size, leaves=[b"a"] * 3).encode()
        heads.keep(
            note, partner=partner.code, node=US, publics=[partner.node_key.public.public_bytes], now=NOW
        )
    known = queries.partner(partner.code)
    assert known
    [question] = proofs.questions(known, now=NOW)
    return question


@pytest.mark.parametrize("answer", ODD)
def test_its_parcels_are_taken_in_and_nobody_is_accused_of_them(street: Street, answer: Any) -> None:
    question = asked(street)
    street.far.writes(street.far.partner.parcel(), answers=[{"asked": question, "answer": answer}])
    street.here.read()
    assert Arrival.objects.count() == 1
    assert not Incident.objects.filter(code="wrong_parcels").exists()


@pytest.mark.parametrize("answer", ODD)
def test_its_standings_are_heard(street: Street, answer: Any) -> None:
    question = asked(street)
    street.post()
    street.here.write()
    street.far.reads()
    street.far.writes(standings=street.far.answered(), answers=[{"asked": question, "answer": answer}])
    street.here.read()
    parcel = Parcel.objects.get()
    assert (parcel.state, parcel.lane.owing) == ("sent", False)


def test_questions_are_answered_by_the_next_letter(street):
    street.here.write()
    street.far.reads()
    question = {"ask": "consistency", "of": {"first": 1, "origin": "lienlac/x/pair/y/z", "second": 2}}
    street.far.writes(asks=[question])
    street.here.read()
    street.here.write()
    (letter,) = street.far.reads()
    (answer,) = letter.answers
    assert answer["asked"] == question
    assert "error" in answer["answer"]


def nested(depth):
    return [nested(depth - 1)] if depth else 1


def test_a_question_too_deep_to_come_back_with_its_answer_keeps_no_post_waiting(street):
    street.far.writes(asks=[nested(30)])
    street.here.read()
    street.post()
    street.here.write()
    assert [len(one.parcels) for one in street.far.reads()] == [1]


def test_a_question_whose_answer_cannot_be_written_keeps_the_post_waiting_once_at_most(street):
    street.here.writer.asks = [nested(30)]
    street.post()
    for _ in range(2):
        street.here.write()
    assert [len(one.parcels) for one in street.far.reads()] == [1]


def test_what_was_asked_is_answered_though_the_carrier_was_away(street):
    street.far.writes(asks=["odd"])
    street.here.read()
    street.far.relay.down = "line_silent"
    street.here.write()
    street.far.relay.down = ""
    street.here.write()
    assert [one["asked"] for letter in street.far.reads() for one in letter.answers] == ["odd"]


def test_who_asks_ever_more_and_lets_nothing_be_left_for_him_fills_no_memory(street):
    street.far.relay.down = "mailbox_full"
    for number in range(3):
        street.here.writer._hear(News(asks=[{"ask": str(number)}] * proofs.MAX_QUESTIONS), {})
        street.here.write()
    assert len(street.here.writer.asks) == proofs.MAX_QUESTIONS
    street.far.relay.down = ""
    street.here.write()
    assert len(street.far.reads()[0].answers) == proofs.MAX_QUESTIONS
