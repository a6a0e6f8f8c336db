"""An open incident stands on the first page of those whose affair it is, with its evidence; on nobody else's."""

from __future__ import annotations

from datetime import timedelta
from html import unescape

import pytest
from django.conf import settings
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone

from lienlac import wording
from lienlac.apps.accounts.models import User
from lienlac.apps.directory import queries as directory
from lienlac.apps.directory.models import Node
from lienlac.apps.mailroom import desks
from lienlac.apps.mailroom.models import Incident
from lienlac.core import codes
from tests.web.world import THERE, World

pytestmark = pytest.mark.django_db
CODES = sorted(codes.load("lane_incidents"))
FIRST_PAGES = {
    "linh": "desk",
    "bang": "desk",
    "diep": "desk",
    "mara": "users",
    "hue": "looks",
    "lam": "reports",
}
"""Of a duty officer, a supervisor, a protection officer, an administrator, an inspector, a leader."""


def happen(*happened: str, evidence: bytes = b"", node: str = THERE) -> Incident:
    now, partner = timezone.now(), Node.objects.get(code=node)
    for number, code in enumerate(happened):
        at = now + timedelta(seconds=number)
        last = Incident.objects.create(partner=partner, code=code, at=at, last_at=at, evidence=evidence)
    return last


def shown(browser: Client, page: str, tongue: str = "en") -> str:
    browser.cookies[settings.LANGUAGE_COOKIE_NAME] = tongue
    answer = browser.get(reverse(page))
    assert answer.status_code == 200
    return " ".join(unescape(answer.content.decode()).split())


def sentence(code: str, tongue: str = "en") -> str:
    return " ".join(wording.sentence("lane_incidents", code, tongue).split())


def test_each_incident_is_somebodys_affair_and_each_code_is_one_of_the_list() -> None:
    assert set(CODES) == desks.ROLES.keys()
    assert all(desks.ROLES.values())


@pytest.mark.parametrize("code", CODES)
def test_the_right_roles_see_it_and_no_other(code: str, world: World, browsers: dict[str, Client]) -> None:
    happen(code)
    saw = {name for name, page in FIRST_PAGES.items() if sentence(code) in shown(browsers[name], page)}
    right = {name for name in FIRST_PAGES if User.Role(world.officers[name].role) in desks.ROLES[code]}
    assert right
    assert saw == right


@pytest.mark.parametrize("tongue", wording.LANGUAGES)
def test_it_is_said_in_the_readers_language(tongue: str, world: World, browsers: dict[str, Client]) -> None:
    happen("equivocation")
    for name in ("linh", "mara", "hue"):
        assert sentence("equivocation", tongue) in shown(browsers[name], FIRST_PAGES[name], tongue)
    assert sentence("equivocation", tongue) in shown(browsers["linh"], "desk_lists", tongue)


def test_one_that_is_closed_leaves_the_desk(world: World, browsers: dict[str, Client]) -> None:
    happen("equivocation")
    Incident.objects.update(closed_at=timezone.now())
    assert sentence("equivocation") not in shown(browsers["linh"], "desk")


def test_a_thousand_are_three_sentences_and_a_figure(world: World, browsers: dict[str, Client]) -> None:
    happen(*["wrong_parcels"] * 600, *CODES)
    page = shown(browsers["mara"], "users")
    assert sum(sentence(code) in page for code in CODES) == desks.SHOWN
    assert '<span class="count">500+</span>' in page


def test_many_cost_no_more_queries_than_one(world: World, browsers: dict[str, Client]) -> None:
    def asked() -> int:
        with CaptureQueriesContext(connection) as queries:
            desks.on_desk(User.Role.ADMINISTRATOR)
        return len(queries)

    assert asked() == 1
    happen("gap")
    assert asked() == 2
    happen(*CODES * 5)
    assert asked() == 2
    with CaptureQueriesContext(connection) as queries:
        desks.on_desk(User.Role.LEADER)
    assert len(queries) == 0


def test_it_leads_to_where_something_can_be_done(world: World, browsers: dict[str, Client]) -> None:
    happen("equivocation")
    assert f'href="{reverse("partner", args=[THERE])}"' in shown(browsers["hue"], "looks")
    Incident.objects.all().delete()
    happen("review_overdue", node=directory.own_code())
    assert f'href="{reverse("reviews")}"' in shown(browsers["bang"], "desk_lists")
    assert f'href="{reverse("partners")}"' in shown(browsers["mara"], "users")


def test_the_evidence_hangs_on_it_for_who_keeps_or_inspects_the_node(
    world: World, browsers: dict[str, Client]
) -> None:
    one = happen("wrong_parcels", evidence=b"signed bytes")
    url = reverse("incident_evidence", args=[one.pk])
    for name in ("mara", "hue"):
        assert url in browsers[name].get(reverse("partner", args=[THERE])).content.decode()
        answer = browsers[name].get(url)
        assert (answer.status_code, answer.content) == (200, b"signed bytes")
        assert answer["Content-Disposition"] == f'attachment; filename="wrong_parcels-{one.pk}.frames"'
    for name in ("linh", "bang", "lam"):
        assert browsers[name].get(url).status_code == 403
    assert url not in browsers["linh"].get(reverse("partner", args=[THERE])).content.decode()


def test_there_is_no_file_where_there_is_no_evidence(world: World, browsers: dict[str, Client]) -> None:
    bare = happen("leaf_late")
    for key in (bare.pk, bare.pk + 1):
        assert browsers["hue"].get(reverse("incident_evidence", args=[key])).status_code == 404
