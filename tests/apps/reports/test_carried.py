"""A hub says what lies with it, whom to ring when places are taken, and which of those it lists it does not know."""

from __future__ import annotations

from dataclasses import replace

import pytest
from django.conf import settings

from lienlac import wording
from lienlac.apps.relay import actions
from lienlac.apps.reports import metrics
from lienlac.apps.reports.health import checks, post
from lienlac.apps.reports.health.finding import Finding, Level, Patient
from lienlac.site.carrying import Carrying
from tests.apps.mailroom.partner import NOW, Partner, found_us

pytestmark = pytest.mark.django_db
A, B = "cn-jingxi", "la-boten"


def patient() -> Patient:
    return Patient(home=settings.NODE, now=NOW)


def carried() -> list[Finding]:
    return list(post.carried(patient()))


@pytest.fixture
def hub(monkeypatch: pytest.MonkeyPatch) -> None:
    found_us()
    said = Carrying(offices=(A, B), letters=2)
    monkeypatch.setattr(settings, "NODE", replace(settings.NODE, relay=said))


def test_a_node_that_is_no_hub_says_nothing_of_it():
    assert carried() == []


def test_a_hub_says_what_lies_here_and_when_to_ring_somebody(hub):
    a, b = (Partner(code=code).introduce() for code in (A, B))
    assert [one.says for one in carried()] == ["carried"]
    for _ in range(2):
        actions.leave(a, b"sealed", to=b, read=0, now=NOW)
    (found,) = carried()
    assert (found.level, found.says, found.facts["full"], found.facts["letters"]) == (
        Level.LOOK,
        "carried_full",
        1,
        2,
    )
    for language in wording.LANGUAGES:
        assert A not in wording.finding(found.says, found.facts, language)
    told = {one.name: one.value for one in metrics.samples(patient())}
    assert (told["relay_letters"], told["relay_bytes"], told["relay_pairs_full"]) == (2, 12, 1)


def test_a_listed_office_that_is_not_trusted_is_named(hub):
    Partner(code=A).introduce()
    found = carried()[-1]
    assert (found.level, found.says, found.facts["offices"]) == (Level.LOOK, "carried_unknown", B)
    assert post.carried in checks.FOR_MONITORS
