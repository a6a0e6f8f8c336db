"""A system asks how a name is read and how two agree; no record is touched and nothing of the names is kept."""

import json

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from lienlac.api import tokens
from tests.apps.records.people import linh

pytestmark = pytest.mark.django_db


@pytest.fixture(scope="module")
def world():
    """These tests need nothing but an officer."""


@pytest.fixture
def ask():
    headers = {"Authorization": f"Bearer {tokens.issue(linh())}", "Accept-Language": "en"}

    def asked(call, status=200, **body):
        answer = Client().post(f"/api/v1/names/{call}", json.dumps(body), "application/json", headers=headers)
        assert answer.status_code == status, answer.content
        return json.loads(answer.content)

    return asked


def test_a_name_is_read_with_the_source_of_each_reading(ask):
    [first] = [one for one in ask("readings", name="谭庆远") if one["view"] == "vietnamese"]
    assert first["text"] == "đàm khánh viễn"
    assert first["how"] == "Vietnamese, Hán-Việt"
    assert first["syllables"][0]["written"] == "谭"
    assert first["syllables"][0]["spellings"][0]["table"]


def test_two_names_agree_with_reasons_in_words_and_no_word_on_the_person(ask):
    found = ask("compare", one="Đàm Khánh Viễn", other="谭庆远")
    assert found["tier"] == "likely"
    assert found["names_agree"][0] == {"code": "reading", "says": "“谭” is read “Đàm” (Hán-Việt)."}
    assert "strength" not in found


def test_nothing_of_the_names_is_kept(ask):
    with CaptureQueriesContext(connection) as asked:
        ask("readings", name="Đàm Khánh Viễn")
        ask("compare", one="Đàm Khánh Viễn", other="谭庆远")
    assert asked.captured_queries
    assert not [one for one in asked.captured_queries if "Khánh" in one["sql"] or "谭" in one["sql"]]


@pytest.mark.parametrize(
    ("name", "code"),
    [
        ("", "name_empty"),
        ("0123", "name_without_letters"),
        ("a" * 10_000, "name_too_long"),
        ("FNU LNU", "name_is_placeholder"),
    ],
)
def test_what_is_no_name_is_refused_by_name(ask, name, code):
    assert ask("readings", 422, name=name)["code"] == code
    assert ask("compare", 422, one=name, other="谭庆远")["code"] == code


@pytest.mark.parametrize(
    "name", ["T\u200dr\u200da\u200dn", "བསྟན་འཛིན", "चित्रा", "T̴̢r̷an", "กรุงเทพ ฯ", "𖬌𖬣𖬵", "\u202eTran"]
)
def test_a_script_not_ours_and_signs_that_show_nothing_break_no_answer(ask, name):
    assert ask("readings", name=name)
    assert ask("compare", one=name, other=name)["tier"] == "same"
    assert ask("compare", one=name, other="Trần Văn")["tier"]


def test_a_stranger_is_asked_who_he_is():
    answer = Client().post("/api/v1/names/readings", '{"name": "谭庆远"}', "application/json")
    assert answer.status_code == 401
