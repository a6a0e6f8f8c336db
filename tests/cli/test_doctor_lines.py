"""`doctor --lines` rings each partner: how long it took, or why nobody answered in the words of the outbox."""

from __future__ import annotations

import socket

import pytest
from django.conf import settings
from tests.apps.mailroom.conftest import Desk, desk
from tests.apps.mailroom.partner import NOW

from lienlac import wording
from lienlac.apps.reports.health.finding import Level, Patient
from lienlac.cli.doctor import line
from lienlac.core.errors import Unavailable
from lienlac.peer.https.client import HttpsLine

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
