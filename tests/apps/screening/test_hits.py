"""A confirmed pair: decided here, told to its owner within 12 hours, acted on, reviewed; nothing leaves before."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest

from lienlac.apps.accounts.models import User
from lienlac.apps.audit.models import Leaf
from lienlac.apps.enquiries import actions as enquiries
from lienlac.apps.enquiries.models import Answer
from lienlac.apps.mailroom import actions as mailroom
from lienlac.apps.records.models import Record
from lienlac.apps.screening import actions, queries
from lienlac.apps.screening.models import Blocked, Candidate, Hit, Refuted
from lienlac.core.errors import Malformed, Refused
from lienlac.core.ledger import leaves
from lienlac.core.messages.message import Message
from tests.apps.records.people import NOW, linh, officer, record
from tests.apps.screening import world

pytestmark = pytest.mark.django_db

LATER = NOW + timedelta(hours=2)
FORM_G = {
    "hit_at": "2026-11-20T08:00:00Z",
    "circumstances": "Gặp khi kiểm tra giấy tờ.",
    "action_taken": "Đang theo dõi.",
    "danger": "armed",
    "safety_warning": "Có thể mang dao.",
    "evaluation_source": "A",
    "evaluation_information": "1",
}


@pytest.fixture
def posted(monkeypatch: pytest.MonkeyPatch) -> list[Message]:
    sent: list[Message] = []
    monkeypatch.setattr(mailroom, "post", lambda message, **_: sent.append(message))
    monkeypatch.setattr(mailroom, "post_receipt", lambda *_about, **_rest: None)
    return sent


def confirmed(kind: str = "missing") -> tuple[User, Candidate]:
    """Let an enquiry come and its pair be confirmed by whoever must."""
    on_duty, bang = linh(), officer("bang", "supervisor")
    record(on_duty, kind=kind, birth="1987-03-12", sex="male")
    message_id = world.arrives(world.build())
    actions.compare_waiting(now=NOW)
    (row,) = world.candidates(message_id)
    for reviewer in (on_duty, bang) if kind == "wanted" else (on_duty,):
        judged(reviewer, row, "same")
    row.refresh_from_db()
    assert row.state == "confirmed"
    return on_duty, row


def judged(reviewer: User, row: Candidate, verdict: str) -> None:
    seen = queries.one(reviewer, row.pk)
    assert seen is not None
    actions.judge(reviewer, seen, verdict, attributes=("name", "birth"), now=NOW)


def told(by: User, row: Candidate, response: str = "HIT_CONFIRMED", **more: Any) -> Answer:
    body = {**FORM_G, **more}
    return enquiries.answer(by, world.addressee(row.subject.message_id), response, body, now=LATER)


def reported(row: Candidate, by: User) -> Candidate:
    actions.decide(by, row, "report", now=LATER)
    told(by, row)
    row.refresh_from_db()
    return row


def test_the_clock_of_twelve_hours_runs_from_the_confirmation() -> None:
    _, row = confirmed()
    assert row.hit.report_by == NOW + timedelta(hours=12)


def test_nothing_of_a_hit_leaves_before_the_own_side_decided(posted: list[Message]) -> None:
    on_duty, row = confirmed()
    with pytest.raises(Refused, match="own_side_not_decided"):
        told(on_duty, row)
    with pytest.raises(Refused, match="own_side_not_decided"):
        told(on_duty, row, "FULL", identity_confirmed=True)
    assert posted == []


def test_the_owner_is_told_with_the_facts_of_form_g(posted: list[Message]) -> None:
    on_duty, row = confirmed()
    row = reported(row, on_duty)
    assert (row.state, row.hit.reported_at) == ("reported", LATER)
    (message,) = posted
    assert (message.kind, message.body["response"]) == ("ANSWER", "HIT_CONFIRMED")
    assert {name: message.body[name] for name in FORM_G} == FORM_G
    assert world.addressee(row.subject.message_id).state == "partial"


@pytest.mark.parametrize("field", ["danger", "hit_at", "circumstances", "action_taken"])
def test_no_fact_of_form_g_is_left_out(posted: list[Message], field: str) -> None:
    on_duty, row = confirmed()
    actions.decide(on_duty, row, "report", now=LATER)
    with pytest.raises(Malformed) as caught:
        told(on_duty, row, **{field: ""})
    assert caught.value.facts["field"] == field
    assert posted == []


def test_nobody_was_found_at_an_hour_that_has_not_come(posted: list[Message]) -> None:
    on_duty, row = confirmed()
    actions.decide(on_duty, row, "report", now=LATER)
    with pytest.raises(Malformed, match="moment_in_the_future") as caught:
        told(on_duty, row, hit_at="2030-01-01T02:00:00.000Z")
    assert caught.value.facts["field"] == "hit_at"
    assert posted == []


def test_the_safety_line_travels_with_whichever_answer_confirms(posted: list[Message]) -> None:
    on_duty, row = confirmed()
    actions.decide(on_duty, row, "report", now=LATER)
    with pytest.raises(Malformed) as caught:
        told(on_duty, row, "FULL", identity_confirmed=True, danger="")
    assert caught.value.facts["field"] == "danger"
    told(on_duty, row, "FULL", identity_confirmed=True)
    row.refresh_from_db()
    assert row.state == "reported"


def test_the_place_leaves_under_a_decision_alone(posted: list[Message]) -> None:
    on_duty, row = confirmed()
    actions.decide(on_duty, row, "report", now=LATER)
    with pytest.raises(Refused, match="whereabouts_without_decision"):
        told(on_duty, row, hit_place="Trà Lĩnh")
    told(on_duty, row, hit_place="Trà Lĩnh", whereabouts_decision="QĐ 12/2026")
    assert posted[0].body["hit_place"] == "Trà Lĩnh"


def test_who_says_a_hit_that_nobody_confirmed_is_refused(posted: list[Message]) -> None:
    on_duty = linh()
    message_id = world.arrives(world.build())
    with pytest.raises(Refused, match="match_not_confirmed"):
        enquiries.answer(on_duty, world.addressee(message_id), "HIT_CONFIRMED", FORM_G, now=LATER)
    assert posted == []


def test_a_hit_on_somebody_wanted_waits_for_a_second_person(posted: list[Message]) -> None:
    on_duty, row = confirmed("wanted")
    actions.decide(on_duty, row, "report", now=LATER)
    given = told(on_duty, row)
    row.refresh_from_db()
    assert (posted, row.state, given.sent) == ([], "confirmed", False)
    enquiries.approve_answer(User.objects.get(username="bang"), given, now=LATER)
    row.refresh_from_db()
    assert (len(posted), row.state) == (1, "reported")


def test_what_is_kept_back_has_a_reason_and_presses_nobody(posted: list[Message]) -> None:
    on_duty, row = confirmed()
    with pytest.raises(Malformed):
        actions.decide(on_duty, row, "keep_back", now=LATER)
    actions.decide(on_duty, row, "keep_back", reason="Our own case comes first.", now=LATER)
    assert list(queries.hits_to_report(on_duty)) == []
    with pytest.raises(Refused, match="own_side_not_decided"):
        told(on_duty, row)
    actions.decide(on_duty, row, "report", now=LATER)
    assert list(queries.hits_to_report(on_duty)) == [row.hit]


def test_the_action_is_done_and_the_record_reviewed(posted: list[Message]) -> None:
    on_duty, row = confirmed()
    row = reported(row, on_duty)
    told(on_duty, row, "ACTION_DONE")
    row.refresh_from_db()
    assert (row.state, world.addressee(row.subject.message_id).state) == ("action_done", "answered")
    actions.review_record(on_duty, row, "withdraw", reason="Found.", now=LATER)
    row.refresh_from_db()
    assert row.state == "reviewed"
    assert Record.objects.get(pk=row.record_id).withdrawn_at == LATER


def test_an_action_that_is_impossible_says_what_hinders_it(posted: list[Message]) -> None:
    on_duty, row = confirmed()
    row = reported(row, on_duty)
    with pytest.raises(Malformed) as caught:
        told(on_duty, row, "ACTION_IMPOSSIBLE")
    assert caught.value.facts["field"] == "action_hindrance"
    told(on_duty, row, "ACTION_IMPOSSIBLE", action_hindrance="Left the country.")
    row.refresh_from_db()
    assert row.state == "action_impossible"


def test_a_confirmation_is_taken_back_while_nobody_knows(posted: list[Message]) -> None:
    on_duty, row = confirmed()
    actions.reconsider(on_duty, row, reason="Another man.", now=LATER)
    row.refresh_from_db()
    assert (row.state, Hit.objects.exists(), posted) == ("undecided", False, [])


def test_what_was_told_wrongly_is_told_to_be_wrong_and_blocked(posted: list[Message]) -> None:
    on_duty, row = confirmed()
    row = reported(row, on_duty)
    with pytest.raises(Refused, match="not_now"):
        actions.reconsider(on_duty, row, reason="Another man.", now=LATER)
    told(on_duty, row, "PARTIAL", identity_confirmed=False, text="Not the same.", text_language="en")
    row.refresh_from_db()
    assert row.state == "refuted"
    assert posted[-1].body["identity_confirmed"] is False
    assert Refuted.objects.filter(record=row.record).exists()
    actions.erase_due(now=LATER + timedelta(days=31))
    kept = Blocked.objects.get()
    assert (Candidate.objects.exists(), kept.told["ours"]["birth"]) == (False, "1987-03-12")
    assert [one["code"] for one in kept.verdicts] == ["same"]


def test_what_is_blocked_is_shown_to_the_inspector_alone(posted: list[Message]) -> None:
    on_duty, row = confirmed()
    told(on_duty, reported(row, on_duty), "PARTIAL", identity_confirmed=False, text="No.", text_language="en")
    assert list(queries.blocked(on_duty)) == []
    assert queries.blocked(officer("hue", "inspector")).count() == 1


def test_an_answer_that_was_dropped_told_nobody(posted: list[Message]) -> None:
    on_duty, row = confirmed("wanted")
    actions.decide(on_duty, row, "report", now=LATER)
    enquiries.drop_answer(on_duty, told(on_duty, row), now=LATER)
    row.refresh_from_db()
    assert (row.state, row.hit.report_id) == ("confirmed", "")


def test_each_deed_leaves_its_leaf(posted: list[Message]) -> None:
    on_duty, row = confirmed()
    row = reported(row, on_duty)
    told(on_duty, row, "ACTION_DONE")
    actions.review_record(on_duty, row, "keep", reason="Still missing papers.", now=LATER)
    looked = [one.facts.get("code") for one in leaves_of("record_changed")]
    assert [code for code in ("report", "reported", "action_done", "reviewed") if code not in looked] == []


def leaves_of(kind: str) -> list[leaves.Leaf]:
    every = [leaves.decode(bytes(row.body)) for row in Leaf.objects.all()]
    return [leaf for leaf in every if leaf.kind == kind]
