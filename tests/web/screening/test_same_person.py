"""Same person?, as the officers of Trà Lĩnh meet it: for and against, the verdict, the blind second look."""

from __future__ import annotations

import re
from typing import Any

import pytest
from django.conf import settings
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from lienlac import wording
from lienlac.apps.accounts.models import User
from lienlac.apps.mailroom import actions as mailroom
from lienlac.apps.screening import actions
from lienlac.apps.screening.models import Candidate, Verdict
from tests.apps.records.people import NOW, linh, officer, record
from tests.apps.screening import world

pytestmark = pytest.mark.django_db
SAME = {"verdict": "same", "attributes": ["name", "birth"], "reason": "I know his brother"}


def browser(who: User, language: str = "en") -> Client:
    client = Client()
    client.force_login(who)
    client.cookies[settings.LANGUAGE_COOKIE_NAME] = language
    return client


def pair(by: User, **more: Any) -> Candidate:
    record(by, **{"birth": "1987-03-12", "sex": "male", **more})
    message_id = world.arrives(world.build(), birth="1987~")
    actions.compare_waiting(now=NOW)
    return world.candidates(message_id)[0]


def url(candidate: Candidate) -> str:
    return reverse("same_person", args=[candidate.pk])


def test_two_pairs_of_one_name_are_told_apart_by_their_numbers() -> None:
    on_duty = linh()
    first = pair(on_duty)
    second = record(on_duty, birth="1986-01-02", sex="male")
    actions.compare_waiting(now=NOW)
    rows = browser(on_duty).get(reverse("candidates")).context["rows"]
    shown = [row["cells"][1]["small"] for row in rows]
    assert len(shown) == len(set(shown))
    assert any(first.record.number in each for each in shown)
    assert any(second.number in each for each in shown)


@pytest.mark.parametrize("language", ["vi", "lo", "zh-hans", "km", "th", "my", "en"])
def test_the_pair_is_shown_field_by_field_in_every_language(language: str) -> None:
    on_duty = linh()
    page = browser(on_duty, language).get(url(pair(on_duty)))
    text = page.content.decode()
    assert page.status_code == 200
    assert f'<html lang="{language}"' in text
    births = [wording.partial_date(birth, language) for birth in ("1987~", "1987-03-12")]
    for shown in ("Đàm Khánh Viễn", "谭庆远", *births):
        assert shown in text
    assert page.context["person"] == "moderate"
    assert [(one["asked"], one["ours"]) for one in page.context["names"]["syllables"]] == [
        ("Đàm", "谭"), ("Khánh", "庆"), ("Viễn", "远"),
    ]  # fmt: skip
    assert [one["says"] for one in page.context["rows"]] == ["agree", "agree"]
    assert page.context["speaks_for"]
    assert page.context["namesakes"]


def test_nothing_is_confirmed_beforehand() -> None:
    on_duty = linh()
    text = browser(on_duty).get(url(pair(on_duty))).content.decode()
    assert 'value="birth"' in text
    assert re.search('<input[^>]*name="attributes"[^>]* checked', text) is None


def test_what_argues_against_is_said() -> None:
    on_duty = linh()
    page = browser(on_duty).get(url(pair(on_duty, birth="1962", sex="female")))
    assert page.context["person"] == "contradicted"
    assert len(page.context["speaks_against"]) == 2


def test_a_verdict_on_a_name_alone_is_refused_and_the_page_says_why() -> None:
    on_duty = linh()
    candidate = pair(on_duty)
    post = reverse("same_person_verdict", args=[candidate.pk])
    page = browser(on_duty).post(post, {"verdict": "same", "attributes": ["name"]})
    assert page.status_code == 422
    assert page.context["form"].errors
    assert not Verdict.objects.exists()


def test_the_second_officer_judges_without_seeing_the_first() -> None:
    on_duty, bang = linh(), officer("bang", "supervisor")
    candidate = pair(on_duty)
    post = reverse("same_person_verdict", args=[candidate.pk])
    assert browser(on_duty).post(post, SAME).status_code == 302
    seen = browser(bang).get(url(candidate))
    text = seen.content.decode()
    assert seen.context["second"]
    assert seen.context["decided"] is None
    for trace in ("I know his brother", "Judged by", "Linh</"):
        assert trace not in text
    assert browser(on_duty).get(url(candidate)).context["decided"]["code"] == "same"
    browser(bang).post(post, SAME)
    candidate.refresh_from_db()
    assert candidate.state == "confirmed"


def test_pairs_that_wait_are_listed_for_those_who_may_judge_them() -> None:
    on_duty, bang = linh(), officer("bang", "supervisor")
    candidate = pair(on_duty)
    browser(on_duty).post(reverse("same_person_verdict", args=[candidate.pk]), SAME)
    assert [row["url"] for row in browser(bang).get(reverse("candidates")).context["rows"]] == [
        url(candidate)
    ]
    assert browser(on_duty).get(reverse("candidates")).context["rows"] == []


@pytest.mark.parametrize("role", ["administrator", "inspector", "leader"])
def test_who_handles_no_enquiries_sees_no_pair(role: str) -> None:
    candidate = pair(linh())
    mara = browser(officer("mara", role))
    for address in (url(candidate), reverse("candidates")):
        assert mara.get(address).status_code == 403


def test_another_office_finds_no_such_page() -> None:
    candidate = pair(linh())
    assert browser(officer("sok", office="kh-bavet")).get(url(candidate)).status_code == 404


def test_strangers_are_sent_to_the_sign_in() -> None:
    answer = Client().get(url(pair(linh())))
    assert answer.status_code == 302
    assert "login" in answer["Location"]


def test_the_thread_says_that_somebody_may_be_meant(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(
        mailroom, "post_receipt", lambda *_about, **_when: None
    )  # R2: the post is not played here
    on_duty = linh()
    candidate = pair(on_duty)
    row = world.addressee(candidate.subject.message_id)
    page = browser(on_duty).get(reverse("thread", args=[row.pk]))
    assert page.context["candidates"] == {
        "count": 1,
        "waiting": 1,
        "new": 0,
        "url": url(candidate),
        "rows": [{"number": candidate.record.number, "state": "candidate", "url": url(candidate)}],
    }


def test_the_thread_words_the_state_of_each_pair(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(mailroom, "post_receipt", lambda *_about, **_when: None)
    on_duty = linh()
    candidate = pair(on_duty)
    post = reverse("same_person_verdict", args=[candidate.pk])
    thread = reverse("thread", args=[world.addressee(candidate.subject.message_id).pk])
    browser(on_duty).post(post, SAME)
    half = browser(on_duty).get(thread).content.decode()
    assert wording.label("candidate_states", "second_review", "en") in half
    browser(officer("bang", "supervisor")).post(post, SAME)
    whole = browser(on_duty).get(thread).content.decode()
    assert wording.label("candidate_states", "confirmed", "en") in whole
    assert "Every record that was found has been judged" in whole
    assert "may be this person" not in whole


def test_of_a_pair_that_two_judged_both_are_named() -> None:
    on_duty, bang = linh(), officer("bang", "supervisor")
    candidate = pair(on_duty)
    for judge in (on_duty, bang):
        browser(judge).post(reverse("same_person_verdict", args=[candidate.pk]), SAME)
    decided = browser(on_duty).get(url(candidate)).context["decided"]
    assert [one["who"] for one in decided["by"]] == [on_duty.full_name, bang.full_name]


def test_a_verdict_leads_to_the_thread_and_a_second_click_judges_no_other_pair(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(mailroom, "post_receipt", lambda *_about, **_when: None)
    on_duty = linh()
    record(on_duty, birth="1987-04-30", sex="male")
    first, second = world.candidates(pair(on_duty).subject.message_id)
    post = reverse("same_person_verdict", args=[first.pk])
    answer = browser(on_duty).post(post, {"verdict": "not_same"}, follow=True)
    assert answer.redirect_chain[-1][0] == reverse(
        "thread", args=[world.addressee(first.subject.message_id).pk]
    )
    assert f"record {first.record.number} is" in answer.content.decode()
    assert browser(on_duty).post(post, {"verdict": "not_same"}).status_code == 422
    assert [one.candidate_id for one in Verdict.objects.all()] == [first.pk]
    second.refresh_from_db()
    assert second.state == "candidate"


def test_queries_do_not_grow_with_pairs() -> None:
    on_duty = linh()
    candidate = pair(on_duty)
    client = browser(on_duty)

    def counted() -> list[int]:
        found = []
        for address in (url(candidate), reverse("candidates")):
            with CaptureQueriesContext(connection) as seen:
                client.get(address)
            found.append(len(seen))
        return found

    counted()
    few = counted()
    for _ in range(15):
        record(on_duty, birth="1987")
    actions.compare_waiting(now=NOW)
    assert counted() == few
