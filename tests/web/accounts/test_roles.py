"""Who may open what: role by page, as one table."""

import pytest
from django.test import Client
from django.urls import reverse

from lienlac.web.accounts.homes import home_of
from tests.apps.accounts.people import CAST, officer

pytestmark = pytest.mark.django_db
HANDLERS = {"linh", "bang", "an", "diep"}
KEEPERS = {"mara", "hue"}
EVERYBODY = set(CAST)
PAGES = {
    "desk": HANDLERS,
    "ask": HANDLERS,
    "inbox": HANDLERS,
    "candidates": HANDLERS,
    "records": HANDLERS,
    "reports": {"lam", "bang", "an"},
    "partners": HANDLERS | KEEPERS,
    "outbox": HANDLERS | KEEPERS,
    "our_card": HANDLERS | KEEPERS,
    "state_roots": HANDLERS | KEEPERS,
    "offices": HANDLERS | KEEPERS,
    "partner_meet": {"mara"},
    "directory_read": {"mara"},
    "ledger": KEEPERS,
    "users": {"mara"},
    "user_add": {"mara"},
    "looks": {"hue"},
    "release_chains": {"mara"},
    "releases": {"tu"},
    "mfa_index": EVERYBODY,
    "account_change_password": EVERYBODY,
}
GRAVE = {"user_add", "partner_meet", "directory_read"}
CASES = {"desk", "ask", "inbox", "candidates", "records"}


def test_no_administrator_and_no_inspector_opens_a_case():
    assert all(PAGES[page].isdisjoint(KEEPERS) for page in CASES)


@pytest.mark.parametrize("page", PAGES)
@pytest.mark.parametrize("who", CAST)
def test_each_role_opens_its_pages_and_no_other(page, who, founded):
    client, user = Client(), officer(who)
    client.force_login(user)
    answer = client.get(reverse(page))
    if who not in PAGES[page]:
        assert (answer.status_code, answer.get("Location")) in [(403, None), (302, home_of(user))]
    elif page in GRAVE:
        assert "reauthenticate" in answer["Location"], "a grave page asks for a proof first"
    else:
        assert answer.status_code == 200


@pytest.mark.parametrize("page", PAGES)
def test_a_stranger_is_led_to_the_door(page, founded):
    assert Client().get(reverse(page))["Location"].startswith(reverse("account_login"))


@pytest.mark.parametrize("who", CAST)
def test_everybody_begins_on_a_page_that_is_open_to_him(who, founded):
    user = officer(who)
    client = Client()
    client.force_login(user)
    assert client.get(home_of(user)).status_code == 200


@pytest.mark.parametrize(
    ("who", "entry"), [("mara", "users"), ("hue", "looks"), ("tu", "releases"), ("linh", "desk")]
)
def test_the_ways_on_begin_with_the_work_of_the_role_and_all_are_open(who, entry, founded):
    user = officer(who)
    client = Client()
    client.force_login(user)
    urls = [str(one["url"]) for one in client.get(reverse("mfa_index")).context["nav"]]
    assert urls[:1] == [reverse(entry)]
    assert [client.get(url).status_code for url in urls] == [200] * len(urls)


def test_an_administrator_sees_all_his_work_in_the_frame(founded):
    client = Client()
    client.force_login(officer("mara"))
    page = client.get(reverse("users"))
    urls = {str(one["url"]) for one in page.context["nav"]}
    work = (
        "users",
        "health",
        "offices",
        "partners",
        "outbox",
        "ledger",
        "release_chains",
        "tokens",
        "records_due",
    )
    assert urls == {reverse(name) for name in work}
    for url in urls:
        assert f'<li><a href="{url}"' in page.content.decode()
