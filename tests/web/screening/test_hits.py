"""A confirmed pair on the pages: on the desk with its clock, decided, told, acted on, reviewed; and what is refused."""

from __future__ import annotations

from typing import Any

import pytest
from django.test import Client
from django.urls import reverse

from lienlac.apps.accounts.models import User
from lienlac.apps.enquiries.models import Addressee
from lienlac.apps.mailroom import actions as mailroom
from lienlac.apps.screening import actions
from lienlac.apps.screening.models import Candidate, Hit
from tests.apps.records.people import NOW, linh, officer
from tests.web.screening.test_same_person import SAME, browser, pair

pytestmark = pytest.mark.django_db
FORM_G = {
    "hit_at": "2026-11-20T08:00",
    "circumstances": "Gặp khi kiểm tra giấy tờ.",
    "action_taken": "Đang theo dõi.",
    "danger": "none_known",
}


@pytest.fixture(autouse=True)
def sent(monkeypatch: pytest.MonkeyPatch) -> list[Any]:
    messages: list[Any] = []
    monkeypatch.setattr(mailroom, "post", lambda message, **_: messages.append(message))
    monkeypatch.setattr(mailroom, "post_receipt", lambda *_about, **_rest: None)
    return messages


def confirmed(by: User) -> tuple[Client, Candidate]:
    row, client = pair(by, kind="missing"), browser(by)
    answer = client.post(reverse("same_person_verdict", args=[row.pk]), SAME)
    assert answer.headers["Location"] == reverse("hit", args=[row.pk])
    return client, row


def do(client: Client, row: Candidate, name: str, status: int = 302, **given: str) -> Any:
    answer = client.post(reverse("hit_deed", args=[row.pk, name]), given)
    assert answer.status_code == status, answer.content.decode()
    return answer


def test_the_whole_way_of_a_hit(sent: list[Any]) -> None:
    client, row = confirmed(linh())
    desk = client.get(reverse("desk"))
    assert desk.context["lists"]["today"]["rows"][0]["url"] == reverse("hit", args=[row.pk])
    names = [deed["name"] for deed in client.get(reverse("hit", args=[row.pk])).context["deeds"]]
    assert names == ["decide", "reconsider"]
    do(client, row, "decide", choice="report")
    do(client, row, "report", **FORM_G)
    assert [message.body["response"] for message in sent] == ["HIT_CONFIRMED"]
    assert (sent[0].body["evaluation_source"], sent[0].body["evaluation_information"]) == ("X", "4")
    do(client, row, "act", action_taken="Đã bàn giao.", danger="none_known")
    do(client, row, "review", choice="withdraw", reason="Đã tìm thấy.")
    row.refresh_from_db()
    assert (row.state, row.record.withdrawn_at is not None) == ("reviewed", True)


def test_a_missing_safety_line_is_said_beside_its_field(sent: list[Any]) -> None:
    client, row = confirmed(linh())
    do(client, row, "decide", choice="report")
    page = do(client, row, "report", 422, **{**FORM_G, "danger": ""})
    bad = next(deed["form"] for deed in page.context["deeds"] if deed["name"] == "report")
    assert list(bad.errors) == ["danger"]
    assert sent == []


def test_several_dangers_are_said_in_words(sent: list[Any]) -> None:
    client, row = confirmed(linh())
    do(client, row, "decide", choice="report")
    page = do(client, row, "report", 422, **{**FORM_G, "danger": "several"})
    bad = next(deed["form"] for deed in page.context["deeds"] if deed["name"] == "report")
    assert list(bad.errors) == ["safety_warning"]
    do(client, row, "report", **{**FORM_G, "danger": "several", "safety_warning": "Có dao, đang sốt."})
    assert sent[0].body["safety_warning"] == "Có dao, đang sốt."


@pytest.mark.parametrize("response", ["FULL", "PARTIAL"])
def test_the_enquiry_itself_can_be_answered_with_its_safety_line(sent: list[Any], response: str) -> None:
    client, row = confirmed(linh())
    do(client, row, "decide", choice="report")
    asked = Addressee.objects.get(enquiry__message_id=row.subject.message_id)
    page = client.get(reverse("thread", args=[asked.pk]))
    form = next(
        one["form"] for one in page.context["answers"] + page.context["rare"] if one["code"] == response
    )
    given = dict.fromkeys(form.fields, "") | {"answer": response, "identity_confirmed": "true"}
    bad = client.post(reverse("thread_answer", args=[asked.pk]), given)
    shown = bad.context["answers"] + bad.context["rare"]
    assert list(next(one["form"] for one in shown if one["code"] == response).errors) == ["danger"]
    warned = {"danger": "armed", "safety_warning": "Có dao."}
    answered = client.post(reverse("thread_answer", args=[asked.pk]), given | warned)
    assert answered.status_code == 302
    body = sent[0].body
    assert (body["response"], body["danger"], body["safety_warning"]) == (response, "armed", "Có dao.")


def test_how_sure_it_is_stands_in_the_form_and_is_signed_as_chosen(sent: list[Any]) -> None:
    client, row = confirmed(linh())
    do(client, row, "decide", choice="report")
    page = client.get(reverse("hit", args=[row.pk]))
    form = next(deed["form"] for deed in page.context["deeds"] if deed["name"] == "report")
    assert (form["evaluation_source"].value(), form["evaluation_information"].value()) == ("X", "4")
    do(client, row, "report", **FORM_G, evaluation_source="A", evaluation_information="1")
    assert (sent[0].body["evaluation_source"], sent[0].body["evaluation_information"]) == ("A", "1")


def test_where_nobody_was_confirmed_no_answer_asks_for_a_safety_line() -> None:
    on_duty = linh()
    row = pair(on_duty)
    asked = Addressee.objects.get(enquiry__message_id=row.subject.message_id)
    page = browser(on_duty).get(reverse("thread", args=[asked.pk]))
    shown = page.context["answers"] + page.context["rare"]
    assert all("danger" not in one["form"].fields for one in shown)


def test_what_is_kept_back_leaves_the_desk(sent: list[Any]) -> None:
    client, row = confirmed(linh())
    do(client, row, "decide", 422, choice="keep_back")
    do(client, row, "decide", choice="keep_back", reason="Vụ án của ta trước.")
    assert Hit.objects.get().decision == "keep_back"
    rows = client.get(reverse("desk")).context["lists"]["today"]["rows"]
    assert reverse("hit", args=[row.pk]) not in [one["url"] for one in rows]


def test_it_was_another_man_after_all(sent: list[Any]) -> None:
    client, row = confirmed(linh())
    do(client, row, "decide", choice="report")
    do(client, row, "report", **FORM_G)
    do(client, row, "wrong", text="Không phải cùng một người.")
    assert sent[-1].body["identity_confirmed"] is False
    page = browser(officer("hue", "inspector")).get(reverse("blocked"))
    assert "谭庆远" in page.content.decode()


def test_a_pair_that_is_not_confirmed_has_no_such_page() -> None:
    on_duty = linh()
    row = pair(on_duty)
    assert browser(on_duty).get(reverse("hit", args=[row.pk])).status_code == 404
    assert actions.compare_waiting(now=NOW) == 0
