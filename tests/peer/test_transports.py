"""The table of transports: complete, and what the postman walks follows the setting of each partner."""

from __future__ import annotations

import threading
import time

import pytest

from lienlac.apps.directory import actions, queries
from lienlac.apps.directory.models import Node
from lienlac.apps.mailroom import workers
from lienlac.core import codes
from lienlac.peer.postman import Postman
from lienlac.peer.rounds import FetchRound, PushRound
from lienlac.peer.transports import TRANSPORTS, walks
from lienlac.site.wiring import RECEIVERS
from tests.apps.mailroom.partner import NOW, Partner, found_us

pytestmark = pytest.mark.django_db


@pytest.fixture
def partner() -> Partner:
    found_us()
    there = Partner()
    there.introduce()
    Node.objects.filter(code=there.code).update(endpoint="https://127.0.0.1:9")
    return there


def carry(partner: Partner, transport: str) -> None:
    actions.carry_by(queries.partner(partner.code), transport, now=NOW)


def test_every_transport_that_may_be_chosen_has_a_row() -> None:
    assert set(TRANSPORTS) == set(codes.load("transports")) == set(Node.Transport.values)


def test_who_can_be_rung_is_rung(partner):
    assert walks() == {(PushRound, partner.code)}


def test_a_node_that_nobody_can_ring_asks_besides(partner):
    Node.objects.filter(standing="self").update(endpoint="")
    assert walks() == {(PushRound, partner.code), (FetchRound, partner.code)}


def test_nobody_is_rung_whose_post_people_carry(partner):
    carry(partner, "bundle")
    assert walks() == set()


def test_the_thread_of_a_way_that_was_left_ends(partner, monkeypatch):
    monkeypatch.setattr(PushRound, "once", lambda _round: None)
    postman, before = Postman(RECEIVERS, lambda: NOW), set(threading.enumerate())
    postman._serve()
    (walking,) = [one for one in threading.enumerate() if partner.code in one.name and one not in before]
    carry(partner, "bundle")
    postman._serve()
    walking.join(5)
    assert not walking.is_alive()
    carry(partner, "https")
    postman._serve()
    assert (PushRound, partner.code) in postman._rounds
    postman.stop()


def test_a_question_that_stays_open_holds_back_no_worker_who_would_send(partner, monkeypatch):
    Node.objects.filter(standing="self").update(endpoint="")
    answered, told = threading.Event(), []
    monkeypatch.setattr(PushRound, "once", lambda _round: None)
    monkeypatch.setattr(FetchRound, "once", lambda _round: answered.wait(5))
    monkeypatch.setattr(workers.Alone, "partners", lambda _crew, wanted, busy: told.append(busy) or wanted)
    postman = Postman(RECEIVERS, lambda: NOW)
    postman._serve()
    threads = list(postman._threads)
    carry(partner, "bundle")
    postman._serve()
    while all(one.is_alive() for one in threads):
        time.sleep(0.01)
    postman._serve()
    assert told == [set(), {partner.code}, set()]
    answered.set()
    for one in threads:
        one.join(5)
