"""The pages of the desk as officers find them: where one begins, in which language, and who sees none."""

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from tests.apps.accounts.people import officer
from tests.web.enquiries.conftest import browser, proven
from tests.web.enquiries.desk import LANGUAGES, asked, came, text


@pytest.mark.parametrize(("who", "page"), [("lam", "reports"), ("mara", "users"), ("hue", "looks")])
def test_nobody_is_turned_away_right_after_signing_in(who, page, jingxi):
    answer = browser(officer(who)).get("/")
    assert (answer.status_code, answer.url) == (302, reverse(page))


@pytest.mark.parametrize("name", ["ask", "inbox", "by_phone", "ask_other", "handover_note", "desk_paper"])
def test_the_administrator_and_the_leader_see_no_case(name, jingxi):
    for who in ("mara", "lam"):
        assert browser(officer(who)).get(reverse(name)).status_code == 403


@pytest.mark.parametrize("language", LANGUAGES)
def test_the_pages_are_drawn_in_every_language(language, linh, jingxi):
    linh.language = language
    linh.save()
    client = browser(linh)
    client.cookies["vn-tra-linh-language"] = language
    rows = [asked(client), came(jingxi)]
    addresses = [
        reverse(name) for name in ("desk", "ask", "inbox", "awake", "by_phone", "ask_other", "handover_note")
    ]
    addresses += [reverse("thread", args=[row.pk]) for row in rows]
    addresses += [reverse("thread_withdraw", args=[rows[0].pk]), reverse("ask_kind", args=["LOCATE"])]
    for address in addresses:
        answer = client.get(address)
        assert answer.status_code == 200, address
        assert f'lang="{language}"' in text(answer).lower(), address


def test_another_offices_enquiry_is_nobody_elses(at_desk, jingxi):
    row = asked(at_desk)
    stranger = officer("an")
    stranger.office = "vn-elsewhere"
    stranger.save()
    client = proven(browser(stranger))
    for name in ("thread", "thread_print", "thread_news"):
        assert client.get(reverse(name, args=[row.pk])).status_code == 404
    for name in ("thread_remind", "thread_approve", "thread_note", "thread_release", "thread_drop_answer"):
        assert client.post(reverse(name, args=[row.pk])).status_code == 404


def test_the_lists_cost_no_more_queries_with_more_rows(at_desk, jingxi):
    def cost(name):
        with CaptureQueriesContext(connection) as asked_of_it:
            at_desk.get(reverse(name))
        return len(asked_of_it)

    came(jingxi)
    asked(at_desk)
    before = {name: cost(name) for name in ("desk", "inbox")}
    for _ in range(6):
        came(jingxi)
        asked(at_desk)
    assert {name: cost(name) for name in before} == before
