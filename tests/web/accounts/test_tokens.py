"""The administrator sees every token and takes one away; nobody else does."""

from datetime import timedelta

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from lienlac.api import tokens
from lienlac.apps.accounts.models import ApiToken
from lienlac.web.accounts import proofs

pytestmark = pytest.mark.django_db


@pytest.fixture
def mara(world, monkeypatch):
    monkeypatch.setattr(proofs, "is_fresh", lambda *_args, **_how: True)
    browser = Client()
    browser.force_login(world.officers["mara"])
    return browser


def states(browser):
    return [row["cells"][-1]["text"] for row in browser.get(reverse("tokens"), headers={}).context["rows"]]


def test_each_token_is_listed_with_how_it_stands(world, mara):
    mara.cookies["vn-tra-linh-language"] = "en"
    now = timezone.now()
    for days, age in ((3, 0), (1, 2)):  # beside the one of the world, which holds
        tokens.issue(world.officers["linh"], good_for=timedelta(days=days), now=now - timedelta(days=age))
    assert sorted(states(mara)) == ["ends soon", "holds", "over"]


def test_one_is_taken_away_after_a_question(mara):
    row = ApiToken.objects.get()
    address = reverse("token_revoke", args=[row.key])
    assert "case system" in mara.get(address).content.decode()
    assert ApiToken.objects.get().revoked_at is None
    assert mara.post(address).headers["Location"] == reverse("tokens")
    assert ApiToken.objects.get().revoked_at is not None


def test_a_token_that_is_none_is_not_there(mara):
    assert mara.get(reverse("token_revoke", args=["nothing"])).status_code == 404


@pytest.mark.parametrize("name", ["linh", "bang", "hue", "lam"])
def test_they_are_closed_to_officers(world, name):
    browser = Client()
    browser.force_login(world.officers[name])
    assert browser.get(reverse("tokens")).status_code == 403
    assert browser.post(reverse("token_revoke", args=["x"])).status_code == 403
