"""The letters that a partner lost: their kinds for who sees the post, the way to each for the officers whose it is."""

from __future__ import annotations

from dataclasses import asdict
from html import unescape

import pytest
from django.conf import settings
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone, translation

from lienlac import wording
from lienlac.apps.mailroom import lost
from lienlac.apps.mailroom.models import Incident, Lane, Parcel
from lienlac.core.lane import Span
from tests.web.world import THERE, World

pytestmark = pytest.mark.django_db


def happened(*, receipts: int) -> Incident:
    """Let Jingxi lose the whole lane, after the receipts of so many letters were here."""
    lane, now = Lane.objects.get(partner__code=THERE, direction="out", lane_class="normal"), timezone.now()
    keys = list(Parcel.objects.filter(lane=lane, until="receipt").order_by("pk").values("pk")[:receipts])
    delivered = Parcel.objects.filter(pk__in=[one["pk"] for one in keys])
    delivered.update(in_outbox=False, settled=True, state="received", envelope=b"")
    everything = Span(epoch=lane.state["epoch"], first=1, last=lane.state["sent"])
    facts = {"lost": [asdict(everything)], **lost.noted(lane, [everything])}
    return Incident.objects.create(partner=lane.partner, code=lost.CODE, facts=facts, at=now, last_at=now)


def shown(browser: Client, incident: Incident, tongue: str = "en") -> str:
    browser.cookies[settings.LANGUAGE_COOKIE_NAME] = tongue
    answer = browser.get(reverse("lost_letters", args=[incident.pk]))
    assert answer.status_code == 200
    return " ".join(unescape(answer.content.decode()).split())


def thread_of(world: World, at: int) -> str:
    return reverse("thread", args=[world.asked[at].pk])


def test_their_officer_finds_the_way_to_each_and_what_to_do(
    world: World, browsers: dict[str, Client]
) -> None:
    page = shown(browsers["linh"], happened(receipts=1))
    for at in (0, 1):
        assert f'href="{thread_of(world, at)}"' in page
        assert world.asked[at].enquiry.number in page
    assert "To be sent anew: 1." in page
    assert page.index("Send anew</span>") < page.index("Gone again by itself</span>")


@pytest.mark.parametrize("name", ["mara", "hue"])
def test_who_may_not_read_enquiries_sees_their_kinds_and_places_alone(
    name: str, world: World, browsers: dict[str, Client]
) -> None:
    page = shown(browsers[name], one := happened(receipts=1))
    assert page.count(wording.label("kinds", "VER_ID", "en")) == 2
    assert f"({one.facts['lost'][0]['epoch'][:8]})" in page
    for row in world.asked:
        hidden = (row.enquiry.number, reverse("thread", args=[row.pk]), row.enquiry.body["subject_name"])
        assert [told for told in hidden if told in page] == []


def test_who_does_not_see_the_post_does_not_see_them(world: World, browsers: dict[str, Client]) -> None:
    url = reverse("lost_letters", args=[happened(receipts=1).pk])
    assert {name: browsers[name].get(url).status_code for name in ("lam", "tu")} == {"lam": 403, "tu": 403}


def test_an_officer_of_another_office_has_no_way_to_them(world: World, browsers: dict[str, Client]) -> None:
    world.officers["linh"].__class__.objects.filter(username="linh").update(office="vn-elsewhere")
    page = shown(browsers["linh"], happened(receipts=1))
    assert thread_of(world, 0) not in page
    assert wording.label("kinds", "VER_ID", "en") in page


def test_the_partners_page_and_the_desk_lead_there(world: World, browsers: dict[str, Client]) -> None:
    one = happened(receipts=1)
    link = f'href="{reverse("lost_letters", args=[one.pk])}"'
    for name, page in (("mara", "users"), ("linh", "desk_lists")):
        assert link in browsers[name].get(reverse(page)).content.decode()
        assert link in browsers[name].get(reverse("partner", args=[THERE])).content.decode()
    Incident.objects.update(closed_at=timezone.now())
    assert link in browsers["mara"].get(reverse("partner", args=[THERE])).content.decode(), (
        "closed, still listed"
    )


def test_another_incident_names_no_letters(world: World, browsers: dict[str, Client]) -> None:
    one = happened(receipts=1)
    Incident.objects.filter(pk=one.pk).update(code="gap")
    for key in (one.pk, one.pk + 1):
        assert browsers["mara"].get(reverse("lost_letters", args=[key])).status_code == 404
    assert (
        reverse("lost_letters", args=[one.pk])
        not in browsers["mara"].get(reverse("partner", args=[THERE])).content.decode()
    )


@pytest.mark.parametrize("tongue", wording.LANGUAGES)
def test_it_is_said_in_the_readers_language(tongue: str, world: World, browsers: dict[str, Client]) -> None:
    page = shown(browsers["linh"], happened(receipts=1), tongue)
    with translation.override(tongue):
        for said in ("Send anew", "Gone again by itself", "Letters that the partner lost"):
            assert translation.gettext(said) in page


def test_many_cost_no_more_queries_than_few(world: World, browsers: dict[str, Client]) -> None:
    def asked(receipts: int) -> int:
        url = reverse("lost_letters", args=[happened(receipts=receipts).pk])
        with CaptureQueriesContext(connection) as queries:
            browsers["linh"].get(url)
        return len(queries)

    asked(1)
    few = asked(1)
    world.copy().fill(8)
    assert asked(5) == few
