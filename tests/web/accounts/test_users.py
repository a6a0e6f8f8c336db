"""The administrator's pages."""

import re

import pytest
from allauth.mfa.models import Authenticator
from django.test import Client
from django.urls import reverse

from lienlac.apps.accounts.models import User
from lienlac.apps.audit import house, reading
from lienlac.web.accounts.deeds import DEEDS
from tests.apps.accounts.people import officer

pytestmark = pytest.mark.django_db
PASSWORD_SHOWN = re.compile(r"\b(?:[a-z2-9]{4}-){3}[a-z2-9]{4}\b")


def do(client, username, code, **values):
    return client.post(reverse("user_deed", args=[User.objects.get(username=username).pk, code]), values)


def test_the_list_costs_as_many_queries_for_seven_officers_as_for_one(mara, django_assert_num_queries):
    from django.db import connection
    from django.test.utils import CaptureQueriesContext

    with CaptureQueriesContext(
        connection,
    ) as few:
        assert "Mara Quách" in mara.get(reverse("users")).content.decode()
    for username in ("linh", "bang", "an", "lam", "diep", "hue"):
        officer(username)
    with django_assert_num_queries(len(few)):
        assert "Nông Thùy Linh" in mara.get(reverse("users")).content.decode()


def test_an_account_is_opened_with_a_password_that_is_shown_once_and_changed_first(mara):
    fields = {"username": "an", "full_name": "Triệu Hoài An", "role": "analyst", "office": "vn-tra-linh"}
    page = mara.post(reverse("user_add"), fields | {"unit": "", "language": "vi"})
    (password,) = PASSWORD_SHOWN.findall(page.content.decode())
    client = Client()
    client.post(reverse("account_login"), {"login": "an", "password": password})
    assert client.get(reverse("desk"))["Location"] == reverse("account_change_password")
    assert reading.looks_at(house.officer("an"), limit=1)[0].officer == "mara"


def test_a_name_that_is_taken_is_said_beside_its_field(mara):
    fields = {
        "username": "MARA",
        "full_name": "A",
        "role": "analyst",
        "office": "vn-tra-linh",
        "language": "vi",
    }
    page = mara.post(reverse("user_add"), fields)
    assert page.status_code == 422
    assert page.context["form"].errors["username"]


def test_a_role_is_changed_and_the_certificate_ends(mara):
    officer("linh")
    do(mara, "linh", "role", role="supervisor", office="vn-tra-linh", unit="duty")
    linh = User.objects.get(username="linh")
    assert (linh.role, linh.certified_to) == ("supervisor", None)


@pytest.mark.parametrize(("day", "status"), [("2020-01-01", 422), ("2099-01-01", 422), ("soon", 422)])
def test_a_day_that_is_no_certificate_is_refused_in_words(mara, day, status):
    officer("linh")
    page = do(mara, "linh", "certify", certified_to=day)
    assert page.status_code == status
    assert page.context["form"].errors["certified_to"]


def test_an_account_is_closed_and_opened_again(mara):
    officer("linh")
    do(mara, "linh", "close")
    assert not User.objects.get(username="linh").is_active
    assert do(mara, "linh", "close").status_code == 404
    do(mara, "linh", "open-again")
    assert User.objects.get(username="linh").is_active


def test_keys_are_forgotten(mara):
    Authenticator.objects.create(user=officer("linh"), type="webauthn", data={"name": "key"})
    do(mara, "linh", "reset")
    assert not Authenticator.objects.exists()


def test_recovery_codes_are_shown_once(mara):
    Authenticator.objects.create(user=officer("linh"), type="webauthn", data={"name": "key"})
    page = do(mara, "linh", "recovery")
    assert len(re.findall(r"\b\d{8}\b", page.content.decode())) == 10


def test_recovery_codes_without_a_key_are_refused_in_words(mara):
    officer("linh")
    page = do(mara, "linh", "recovery")
    assert page.status_code == 422
    assert page.context["form"].non_field_errors()


@pytest.mark.parametrize("code", sorted(DEEDS.keys() - {"open-again"}))
def test_her_own_account_is_for_another_administrator(mara, code):
    values = {"role": "leader", "office": "vn-tra-linh", "unit": "", "certified_to": "2026-12-01"}
    Authenticator.objects.create(user=User.objects.get(username="mara"), type="recovery_codes", data={})
    page = do(mara, "mara", code, **values)
    assert page.status_code == 422
    assert User.objects.get(username="mara").role == "administrator"


@pytest.mark.parametrize("code", sorted(DEEDS.keys() - {"open-again"}))
def test_each_deed_has_a_page_that_says_what_it_causes(mara, code):
    linh = officer("linh")
    page = mara.get(reverse("user_deed", args=[linh.pk, code]))
    assert page.status_code == 200
    assert str(page.context["causes"]) in page.content.decode().replace("&#x27;", "'")


@pytest.mark.parametrize("path", ["user", "deed", "unknown"])
def test_an_account_or_deed_that_is_not_there_is_not_found(mara, path):
    linh = officer("linh")
    paths = {
        "user": reverse("user", args=[linh.pk + 99]),
        "deed": reverse("user_deed", args=[linh.pk + 99, "close"]),
        "unknown": reverse("user_deed", args=[linh.pk, "promote"]),
    }
    assert mara.get(paths[path]).status_code == 404


def test_the_last_key_stays_where_the_node_asks_for_one(founded, settings, mara):
    settings.NEEDS_SECOND_FACTOR = True
    own = User.objects.get(username="mara")
    keys = [
        Authenticator.objects.create(user=own, type="webauthn", data={"name": name})
        for name in ("one", "two")
    ]
    for key in keys:
        mara.post(reverse("mfa_remove_webauthn", args=[key.pk]))
    assert [str(key.data["name"]) for key in Authenticator.objects.all()] == ["two"]
