"""The way of the post to a partner is chosen on his page, and the outbox says in words why a cluster fails."""

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from lienlac import wording
from lienlac.apps.directory.models import Node
from lienlac.apps.mailroom import actions as mailroom
from tests.web.world import PASSWORD, THERE, World

pytestmark = pytest.mark.django_db


def browser_of(name: str) -> Client:
    browser = Client()
    browser.post(reverse("account_login"), {"login": name, "password": PASSWORD})
    return browser


def test_an_administrator_chooses_the_way_and_the_page_shows_it(world: World) -> None:
    mara, deed = browser_of("mara"), reverse("partner_deed", args=[THERE, "carry"])
    assert mara.post(deed, {"transport": "pigeon"}).status_code == 422
    assert mara.post(deed, {"transport": "nats"}).status_code == 302
    assert Node.objects.get(code=THERE).transport == "nats"
    page = mara.get(reverse("partner", args=[THERE])).content.decode()
    assert wording.label("transports", "nats", "vi") in page


def test_an_officer_does_not_choose_it(world: World) -> None:
    browser_of("linh").post(reverse("partner_deed", args=[THERE, "carry"]), {"transport": "nats"})
    assert Node.objects.get(code=THERE).transport == "https"


def test_the_outbox_says_that_the_cluster_does_not_accept_our_key(world: World) -> None:
    mailroom.line_failed(Node.objects.get(code=THERE), "cluster_refuses_us", now=timezone.now())
    page = browser_of("mara").get(reverse("outbox")).content.decode()
    assert wording.sentence("errors", "cluster_refuses_us", "vi") in page
    told = {wording.sentence("errors", "cluster_refuses_us", one) for one in wording.LANGUAGES}
    assert len(told) == 7
