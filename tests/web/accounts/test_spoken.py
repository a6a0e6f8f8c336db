"""The language of the pages follows who signs in, and stays switchable."""

import pytest
from django.conf import settings
from django.test import Client
from django.urls import reverse

from tests.apps.accounts.people import PASSWORD, officer

pytestmark = pytest.mark.django_db


@pytest.fixture
def linh(founded):
    made = officer("linh")
    made.language = "lo"
    made.save()
    return made


def sign_in(browser):
    answer = browser.post(reverse("account_login"), {"login": "linh", "password": PASSWORD})
    assert answer.status_code == 302, answer.content.decode()


def spoken(browser):
    return browser.get(reverse("mfa_index")).headers["Content-Language"]


def test_a_fresh_browser_speaks_the_language_of_the_account(linh):
    browser = Client()
    assert browser.get(reverse("account_login")).headers["Content-Language"] == settings.LANGUAGE_CODE
    sign_in(browser)
    assert spoken(browser) == "lo"


def test_what_the_shift_before_left_in_the_browser_does_not_count(linh):
    browser = Client()
    browser.cookies[settings.LANGUAGE_COOKIE_NAME] = "th"
    sign_in(browser)
    assert spoken(browser) == "lo"


def test_a_language_chosen_at_the_door_stays_and_the_next_sign_in_asks_the_account_again(linh):
    browser = Client()
    browser.post(reverse("set_language"), {"language": "en", "next": reverse("account_login")})
    sign_in(browser)
    assert spoken(browser) == "en"
    browser.post(reverse("account_logout"))
    sign_in(browser)
    assert spoken(browser) == "lo"


def test_it_stays_switchable_and_the_account_remembers(linh):
    browser = Client()
    sign_in(browser)
    browser.post(reverse("set_language"), {"language": "zh-hans", "next": "/"})
    assert spoken(browser) == "zh-hans"
    browser.post(reverse("account_logout"))
    sign_in(browser)
    assert spoken(browser) == "zh-hans"
