"""Each incident stands on the partner's page and in the outbox, as a sentence in the reader's language."""

from __future__ import annotations

from datetime import timedelta
from html import unescape

import pytest
from django.conf import settings
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from lienlac import wording
from lienlac.apps.directory import queries as directory
from lienlac.apps.directory.models import Node
from lienlac.apps.mailroom import overview
from lienlac.apps.mailroom.models import Incident
from lienlac.core import codes
from tests.web.world import THERE, World

pytestmark = pytest.mark.django_db
CODES = sorted(codes.load("lane_incidents"))


def happen(*happened: str, node: str = THERE) -> None:
    now = timezone.now()
    partner = Node.objects.get(code=node)
    for number, code in enumerate(happened):
        at = now + timedelta(seconds=number)
        Incident.objects.create(partner=partner, code=code, at=at, last_at=at)


def shown(browser: Client, name: str, tongue: str, *args: object) -> str:
    browser.cookies[settings.LANGUAGE_COOKIE_NAME] = tongue
    answer = browser.get(reverse(name, args=args))
    assert answer.status_code == 200
    return " ".join(unescape(answer.content.decode()).split())


def sentence(code: str, tongue: str) -> str:
    return " ".join(wording.sentence("lane_incidents", code, tongue).split())


@pytest.mark.parametrize("tongue", wording.LANGUAGES)
def test_each_incident_stands_on_the_page_of_the_partner(
    tongue: str, world: World, browsers: dict[str, Client]
) -> None:
    happen(*CODES[: len(CODES) // 2])
    first = shown(browsers["mara"], "partner", tongue, THERE)
    Incident.objects.all().delete()
    happen(*CODES[len(CODES) // 2 :])
    page = first + shown(browsers["mara"], "partner", tongue, THERE)
    assert [code for code in CODES if sentence(code, tongue) not in page] == []


@pytest.mark.parametrize("tongue", wording.LANGUAGES)
def test_each_incident_stands_in_the_outbox_under_its_line(
    tongue: str, world: World, browsers: dict[str, Client]
) -> None:
    missing = []
    for at in range(0, len(CODES), overview.SHOWN):
        Incident.objects.all().delete()
        happen(*(now := CODES[at : at + overview.SHOWN]))
        page = shown(browsers["mara"], "outbox", tongue)
        missing += [code for code in now if sentence(code, tongue) not in page]
    assert missing == []


OF_THIS_NODE = ("leaf_late", "bundle_refused", "directory_refused", "disk_nearly_full", "strangers_many")


@pytest.mark.parametrize("tongue", wording.LANGUAGES)
def test_what_happened_to_this_node_itself_stands_in_the_outbox_and_among_the_partners(
    tongue: str, world: World, browsers: dict[str, Client]
) -> None:
    pages = {"outbox": "", "partners": ""}
    for at in range(0, len(OF_THIS_NODE), overview.SHOWN):
        Incident.objects.all().delete()
        happen(*OF_THIS_NODE[at : at + overview.SHOWN], node=directory.own_code())
        pages = {name: page + shown(browsers["mara"], name, tongue) for name, page in pages.items()}
    for page in pages.values():
        assert [code for code in OF_THIS_NODE if sentence(code, tongue) not in page] == []
    assert f'<a href="{reverse("partners")}">' in pages["outbox"]


def test_what_happened_to_a_partner_without_a_line_stands_in_the_outbox(
    world: World, browsers: dict[str, Client]
) -> None:
    Node.objects.filter(code=THERE).update(standing=Node.Standing.REVOKED)
    happen("revoked_key_used")
    assert sentence("revoked_key_used", "en") in shown(browsers["mara"], "outbox", "en")


def test_a_thousand_incidents_are_three_sentences_and_one_that_is_closed_is_none(
    world: World, browsers: dict[str, Client]
) -> None:
    happen(*["equivocation"] * 1000, *CODES)
    page = shown(browsers["mara"], "outbox", "en")
    assert sum(sentence(code, "en") in page for code in CODES) == 3
    Incident.objects.update(closed_at=timezone.now())
    page = shown(browsers["mara"], "outbox", "en")
    assert not any(sentence(code, "en") in page for code in CODES)
