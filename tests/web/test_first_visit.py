"""A browser that comes for the first time gets style and script in the page, the next time their addresses alone."""

import base64
import hashlib
import re
from pathlib import Path

import pytest
from django.conf import settings
from django.contrib.staticfiles import finders
from django.test import Client
from django.urls import reverse

from lienlac.web import first_visit

DOOR = reverse("account_login")
INLINE = re.compile(r"<(style|script)>(.*?)</\1>", re.DOTALL)

pytestmark = pytest.mark.django_db


def source(text: str) -> str:
    return f"'sha256-{base64.b64encode(hashlib.sha256(text.encode()).digest()).decode()}'"


def test_the_first_page_waits_for_no_file():
    page = Client().get(DOOR).content.decode()
    assert [tag for tag, _text in INLINE.findall(page)] == ["style", "script"]
    assert 'rel="stylesheet"' not in page
    assert "desk.js" not in page.replace(
        f'<link rel="prefetch" as="script" href="{named(first_visit.SCRIPT)}">', ""
    )


def named(file: str) -> str:
    return f"{settings.STATIC_URL}{file}"


def test_the_policy_names_what_the_page_carries_and_nothing_else_inline():
    answer = Client().get(DOOR)
    carried = dict(INLINE.findall(answer.content.decode()))
    policy = dict(part.split(" ", 1) for part in answer.headers["Content-Security-Policy"].split("; "))
    assert policy["style-src"] == f"'self' {source(carried['style'])}"
    assert policy["script-src"] == f"'self' {source(carried['script'])}"
    assert "unsafe" not in answer.headers["Content-Security-Policy"]


def test_the_first_page_has_what_the_next_one_names_fetched_beside_the_reading():
    browser = Client()
    first, following = (browser.get(DOOR).content.decode() for _ in range(2))
    fetched = set(re.findall(r'<link rel="prefetch" as="\w+" href="([^"]+)">', first))
    assert fetched == {named(first_visit.STYLE), named(first_visit.SCRIPT)}
    assert all(f'href="{file}"' in following or f'src="{file}"' in following for file in fetched)


def test_the_next_page_names_its_files_and_its_policy_allows_nothing_inline():
    browser = Client()
    browser.get(DOOR)
    answer = browser.get(DOOR)
    page = answer.content.decode()
    assert INLINE.findall(page) == []
    assert f'<link rel="stylesheet" href="{named(first_visit.STYLE)}">' in page
    assert "style-src" not in answer.headers["Content-Security-Policy"]
    assert settings.STYLE_COOKIE_NAME not in answer.cookies


def test_a_browser_that_was_here_before_the_files_changed_is_a_new_one():
    browser = Client()
    browser.cookies[settings.STYLE_COOKIE_NAME] = "of-another-day"
    answer = browser.get(DOOR)
    assert INLINE.search(answer.content.decode())
    assert answer.cookies[settings.STYLE_COOKIE_NAME].value in settings.STATIC_URL


def test_the_mark_is_kept_as_long_as_the_files_and_shown_to_no_script():
    mark = Client().get(DOOR).cookies[settings.STYLE_COOKIE_NAME]
    assert mark["max-age"] == settings.SERVESTATIC_MAX_AGE
    assert (mark["httponly"], mark["samesite"]) == (True, "Lax")


def test_what_is_no_page_marks_nobody():
    answer = Client().get(reverse("health_codes"))
    assert answer.headers["Content-Type"] == "application/json"
    assert not answer.cookies


def test_every_address_in_the_carried_style_holds_wherever_the_page_lies():
    addresses = re.findall(r"url\(([^)]+)\)", first_visit.carried().style)
    assert addresses
    for one in addresses:
        assert one.startswith(settings.STATIC_URL)
        assert Path(finders.find(one.removeprefix(settings.STATIC_URL))).exists()


def test_nothing_in_the_two_files_ends_their_tags():
    held = first_visit.carried()
    assert "</" not in held.style
    assert not re.search(r"</script|<!--|<script", held.script, re.IGNORECASE)
