"""`doctor --lines` rings each partner: how long it took, or why nobody answered in the words of the outbox."""

from __future__ import annotations

import socket
from dataclasses import replace

import pytest
from django.conf import settings
from tests.apps.mailroom.conftest import Desk, desk
from tests.apps.mailroom.partner import NOW

from lienlac import wording
from lienlac.apps.reports.health.finding import Level, Patient
from lienlac.cli.doctor import line
from lienlac.core.errors import Unavailable
from lienlac.peer.https.client import HttpsLine
from lienlac.peer.nats.cluster import Cluster
from lienlac.peer.relay.carrier import Hub
from lienlac.site.carrying import Carrying
from lienlac.site.cluster import RelayCluster

__all__ = ["desk"]
pytestmark = pytest.mark.django_db
PATIENT = Patient(home=settings.NODE, now=NOW)


@pytest.fixture(autouse=True)
def pinned(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("lienlac.peer.https.client.queries.tls_pins", lambda _partner: (b"p" * 32,))


def test_the_line_is_measured_over_a_new_connection_and_over_a_kept_one(
    desk: Desk, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(HttpsLine, "round_trips_s", lambda _line, number: [0.5] + [0.1] * (number - 1))
    (found,) = line.speeds(PATIENT)
    assert (found.level, found.facts) == (
        Level.OK,
        {"partner": desk.partner.code, "first_ms": 500.0, "each_ms": 100.0},
    )
    assert "first contact 500.0 ms" in wording.finding(found.says, found.facts, "en")


def test_it_is_said_in_tenths_of_a_millisecond(desk: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(HttpsLine, "round_trips_s", lambda *_: [0.1, 0.008, 0.0078, 0.0084, 0.0091])
    (found,) = line.speeds(PATIENT)
    assert found.facts["each_ms"] == 8.2
    assert "question 8.2 ms" in wording.finding(found.says, found.facts, "en")


def test_why_nobody_answers_is_said_in_words(desk: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
    def refuses(self: HttpsLine, _number: int) -> list[float]:
        raise Unavailable("connection_refused", node=self.partner.code)

    monkeypatch.setattr(HttpsLine, "round_trips_s", refuses)
    (found,) = line.speeds(PATIENT)
    assert (found.level, found.says) == (Level.LOOK, "line_rings_in_vain")
    assert wording.cure(found.do, found.facts, found.problem, "en")


def test_a_port_at_which_nobody_listens_is_told_from_others(desk: Desk) -> None:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))  # and never listens
        port = taken.getsockname()[1]
    desk.node.endpoint = f"https://127.0.0.1:{port}"
    desk.node.save()
    (found,) = line.speeds(PATIENT)
    assert found.problem is not None
    assert found.problem.code == "connection_refused"


def relayed(monkeypatch: pytest.MonkeyPatch, *servers: str) -> None:
    """Let this node know these servers of a relay cluster."""
    monkeypatch.setattr(settings, "NODE", replace(settings.NODE, nats=RelayCluster(servers=servers)))


def test_a_node_without_a_relay_cluster_tries_none() -> None:
    assert list(line.relay(PATIENT)) == []


def test_each_server_of_the_relay_cluster_is_tried_and_the_failing_one_is_named(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    def check(self: Cluster) -> int:
        if self._address.servers == ("tls://two.example:4222",):
            raise Unavailable("cluster_refuses_us")
        return 3

    monkeypatch.setattr(Cluster, "check", check)
    relayed(monkeypatch, "tls://one.example:4222", "tls://two.example:4222")
    one, two = line.relay(PATIENT)
    assert (one.level, one.facts) == (Level.OK, {"server": "one.example:4222", "waiting": 3})
    assert (two.level, two.facts) == (Level.LOOK, {"server": "two.example:4222"})
    for language in wording.LANGUAGES:
        assert "two.example:4222" in wording.finding(two.says, two.facts, language)
    assert "does not accept the key" in wording.cure(two.do, two.facts, two.problem, "en")


def test_a_password_in_the_address_of_a_relay_server_is_not_shown(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(Cluster, "check", lambda _self: 0)
    relayed(monkeypatch, "nats://somchai:secret@one.example:4222")
    (found,) = line.relay(PATIENT)
    assert found.facts["server"] == "one.example:4222"


def test_a_relay_server_that_is_not_there_is_told_from_one_that_refuses(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))  # and never listens
        relayed(monkeypatch, f"nats://127.0.0.1:{taken.getsockname()[1]}")
        (found,) = line.relay(PATIENT)
    assert found.problem is not None
    assert found.problem.code == "cluster_unreachable"


def test_the_hub_is_asked_for_each_partner_whose_post_goes_through_it(
    desk: Desk, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert list(line.hub(PATIENT)) == []
    desk.node.transport = "relay"
    desk.node.save()
    monkeypatch.setattr(settings, "NODE", replace(settings.NODE, relay=Carrying(hub="la-lmlecc")))
    monkeypatch.setattr(Hub, "check", lambda _self, _to: None)
    (found,) = line.hub(PATIENT)
    assert (found.level, found.facts) == (Level.OK, {"partner": desk.partner.code, "hub": "la-lmlecc"})
    for language in wording.LANGUAGES:
        assert "la-lmlecc" in wording.finding(found.says, found.facts, language)


def test_why_the_hub_takes_nothing_is_said_in_words(desk: Desk) -> None:
    desk.node.transport = "relay"
    desk.node.save()
    (found,) = line.hub(PATIENT)
    assert (found.level, found.says) == (Level.LOOK, "hub_in_vain")
    assert "knows no hub yet" in wording.cure(found.do, found.facts, found.problem, "en")
