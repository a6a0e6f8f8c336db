"""The background process judges the sequencer by its own work, not by the time that the node stood still."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.db import OperationalError, connection

from lienlac.apps.audit import house
from lienlac.apps.audit import queries as ledger
from lienlac.apps.audit.models import Head, Leaf
from lienlac.apps.mailroom import actions as mailroom
from lienlac.apps.mailroom import workers
from lienlac.apps.mailroom.models import Incident
from lienlac.peer.postman import Postman
from lienlac.site.wiring import RECEIVERS
from tests.apps.mailroom.partner import NOW, Partner, found_us


def late(db: None) -> Postman:
    """A postman of a node whose last deed was an hour ago."""
    found_us()
    house.note("incident", actor=None, facts={"code": "x", "node": "y"}, now=NOW)
    return Postman(RECEIVERS, lambda: NOW + timedelta(hours=1), wanted=lambda: False)


def test_what_commands_did_on_a_stopped_node_is_not_late(db: None) -> None:
    late(db).run()
    assert not Leaf.objects.filter(place=None).exists()
    assert not Incident.objects.exists()


def test_a_sequencer_that_stood_still_while_the_node_ran_is_an_incident(db: None) -> None:
    late(db)._desk_work()
    assert [one.code for one in Incident.objects.all()] == ["leaf_late"]


def test_whoever_takes_the_desk_looks_once_at_what_was_not_understood(
    db: None, monkeypatch: pytest.MonkeyPatch
) -> None:
    found_us()
    looked, seen = list[int](), list[int]()
    worker = Postman(RECEIVERS, lambda: NOW)
    monkeypatch.setattr(mailroom, "retry_not_understood", lambda *_given, **_more: looked.append(1))
    for has_desk in (False, True, True, False, True, True):
        monkeypatch.setattr(workers.Alone, "has_desk", lambda _crew, has=has_desk: has)
        worker._look(rung=False)
        seen.append(len(looked))
    assert seen == [0, 1, 1, 1, 2, 2]


def test_what_a_busy_database_kept_from_being_understood_is_looked_at_in_the_next_round(
    db: None, monkeypatch: pytest.MonkeyPatch
) -> None:
    found_us()
    worker, looked = Postman(RECEIVERS, lambda: NOW), list[int]()

    def busy_at_first(*_given: object, **_more: object) -> int:
        looked.append(1)
        if len(looked) == 1:
            raise OperationalError("database is locked")
        return 0

    monkeypatch.setattr(mailroom, "retry_not_understood", busy_at_first)
    monkeypatch.setattr(connection, "close", lambda: None)  # the test's own transaction is on it
    for _ in range(3):
        worker._look(rung=False)
    assert len(looked) == 2


def test_a_receipt_leaves_at_once_and_its_own_leaf_waits_for_others(db: None) -> None:
    """A second commit and head for each batch would buy nobody anything; they come within 100 ms all the same."""
    found_us()
    partner, worker = Partner(), Postman(RECEIVERS, lambda: NOW)
    mailroom.take_in(partner.introduce(), partner.parcels(3), RECEIVERS, now=NOW)
    heads = Head.objects.filter(ledger__partner=partner.code)
    worker._look(rung=True)
    assert [message.kind for _, message in partner.outbox()] == ["RECEIPT"]
    assert heads.count() == 1
    assert ledger.waiting_since() == NOW
    assert worker._patience() <= 0.1
    worker._look(rung=False)
    assert heads.count() == 2
    assert ledger.waiting_since() is None


def test_receipts_right_behind_each_other_share_a_commit_and_the_next_one_does_not_wait(db: None) -> None:
    found_us()
    seconds = [0.0]
    partner, worker = Partner(), Postman(RECEIVERS, lambda: NOW, elapsed=lambda: seconds[0])
    row = partner.introduce()
    mailroom.take_in(row, partner.parcels(3), RECEIVERS, now=NOW)
    worker._look(rung=True)
    for _ in range(2):
        seconds[0] += 0.03
        mailroom.take_in(row, partner.parcels(1), RECEIVERS, now=NOW)
        worker._look(rung=True)
        assert len(partner.outbox()) == 1
    assert 0 < worker._patience() <= 0.1
    seconds[0] += worker._patience()
    mailroom.take_in(row, partner.parcels(1), RECEIVERS, now=NOW)
    worker._look(rung=True)  # when the moment is over
    receipts = [message for _, message in partner.outbox()]
    assert [len(one.body["seqs"]) for one in receipts] == [3, 3]
    worker._look(rung=False)
    mailroom.take_in(row, partner.parcels(1), RECEIVERS, now=NOW)
    worker._look(rung=True)
    assert len(partner.outbox()) == 3
