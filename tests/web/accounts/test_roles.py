"""Who may open what: role by page, as one table."""

import pytest
from django.test import Client
from django.urls import reverse

from tests.apps.accounts.people import CAST, officer

pytestmark = pytest.mark.django_db
HANDLERS = {"linh", "bang", "an", "diep"}
EVERYBODY = set(CAST)
PAGES = {
    "desk": HANDLERS,
    "ask": HANDLERS,
    "users": {"mara"},
    "user_add": {"mara"},
    "looks": {"hue"},
    "mfa_index": EVERYBODY,
    "account_change_password": EVERYBODY,
}


def sign_in(username, **changes):
    client = Client()
    client.force_login(officer(username, **changes))
    return client


@pytest.mark.parametrize("page", PAGES)
@pytest.mark.parametrize("who", CAST)
def test_each_role_opens_its_pages_and_no_other(page, who, founded):
    answer = sign_in(who).get(reverse(page))
    allowed = who in PAGES[page]
    if allowed and page == "user_add":
        assert answer.status_code == 302, "a grave page asks for a proof first"
        assert "reauthenticate" in answer["Location"]
    else:
        assert answer.status_code == (200 if allowed else 403)
