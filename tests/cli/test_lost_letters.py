"""`lienlac partner lost`: the letters of an incident, for whoever sees the post and no enquiry."""

from __future__ import annotations

import pytest
from click.testing import CliRunner, Result
from tests.apps.mailroom.conftest import Desk, desk  # noqa: F401  # a fixture
from tests.apps.mailroom.test_lost import told
from tests.apps.mailroom.test_receipted import ack, send

from lienlac import wording
from lienlac.apps.mailroom import lost
from lienlac.apps.mailroom.models import Incident
from lienlac.cli.partner import partner


def said(*words: str) -> Result:
    return CliRunner().invoke(partner, list(words))


@pytest.fixture
def incident(desk: Desk) -> Incident:  # noqa: F811
    """Of three letters the partner lost two: he had given a receipt for one of them."""
    sent = [send(desk) for _ in range(3)]
    ack(desk, sent[-1])
    desk.take_in(desk.partner.receipt_parcel(*sent[:2]))
    told(2, 3, before=sent[0].digest)
    return Incident.objects.get(code=lost.CODE)


def test_the_letters_are_listed_and_what_people_must_send_comes_first(incident: Incident) -> None:
    done = said("lost", str(incident.pk))
    assert done.exit_code == 0, done.output
    anew, again, count = done.output.splitlines()
    shown, _, _ = lost.letters(incident, first=0, number=10)
    for line, one, state in zip((anew, again), shown, ("send anew", "went again"), strict=True):
        assert line.startswith(state)
        assert f" {one.seq} ({one.epoch[:8]}) " in line
        assert wording.label("kinds", one.parcel.message.kind, "en") in line
        assert one.parcel.message.message_id in line
    assert count == "1 to be sent anew, 1 went again by themselves."


def test_the_list_of_incidents_says_how_to_see_them(incident: Incident) -> None:
    assert f"lienlac partner lost {incident.pk}" in said("incidents").output


def test_a_list_that_is_cut_says_so(incident: Incident, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("lienlac.cli.partner.LETTERS", 1)
    assert said("lost", str(incident.pk)).output.splitlines()[-1] == "The first 1 are listed."


def test_another_incident_has_no_lost_letters(incident: Incident) -> None:
    Incident.objects.filter(pk=incident.pk).update(code="equivocation")
    for key in (incident.pk, incident.pk + 1):
        assert getattr(said("lost", str(key)).exception, "code", "") == "unknown_incident"
