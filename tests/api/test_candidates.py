"""A system reads why two names agree as an officer reads it on the page, in the language that it asks for."""

import json

import pytest
from django.test import Client

from lienlac.api import tokens
from tests.apps.records.people import linh
from tests.web.screening.test_same_person import pair

pytestmark = pytest.mark.django_db


@pytest.fixture(scope="module")
def world():
    """These tests make their own pair."""


@pytest.mark.parametrize(
    ("language", "says"),
    [("en", "“谭” is read “Đàm” (Hán-Việt)."), ("vi", "«谭» đọc là «Đàm» (âm Hán-Việt).")],
)
def test_why_the_names_agree_is_said_in_the_language_of_the_call(language, says):
    officer = linh()
    headers = {"Authorization": f"Bearer {tokens.issue(officer)}", "Accept-Language": language}
    answer = Client().get(f"/api/v1/candidates/{pair(officer).pk}", headers=headers)
    told = json.loads(answer.content)
    assert told["names_agree"][0] == {"code": "reading", "says": says}
    assert told["names_differ"] == []
