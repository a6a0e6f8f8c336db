"""Search in all scripts, with its gates (SG27)."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from lienlac.apps.accounts.models import User
from lienlac.apps.audit import reading
from lienlac.apps.audit.models import Leaf
from lienlac.apps.records import actions, looks
from lienlac.apps.records.actions import Question, searching
from lienlac.apps.records.models import Look
from lienlac.core.errors import Malformed, Refused
from lienlac.core.ledger import leaves
from tests.apps.records.people import NOW, linh, officer, record
from tests.apps.two_at_once import Middle, two_at_once

pytestmark = pytest.mark.django_db


def ask(text: str, **more: str) -> Question:
    return Question(text=text, purpose=more.pop("purpose", "INVESTIGATE"), case_number="17/2026", **more)


@pytest.mark.parametrize(
    "text", ["谭庆远", "譚慶遠", "Đàm Khánh Viễn", "Dam Khanh Vien", "TAN Qingyuan", "Qingyuan Tan"]
)
def test_one_person_is_found_in_every_script(text: str) -> None:
    on_duty = linh()
    wanted = record(on_duty)
    record(on_duty, "韦明霞")
    found = actions.search(on_duty, ask(text), now=NOW)
    assert [one.record for one in found] == [wanted]


@pytest.mark.parametrize("text", ["E12345678", "e 1234-5678", "Ｅ１２３４５６７８", "e12345678"])
def test_a_number_is_found_however_it_is_written(text: str) -> None:
    on_duty = linh()
    record(on_duty, numbers=[("passport_ordinary", "E12345678")])
    (found,) = actions.search(on_duty, ask(text), now=NOW)
    assert found.number is not None


def test_a_phone_is_found_with_and_without_its_country() -> None:
    on_duty = linh()
    record(on_duty, name="", kind="phone", numbers=[("phone", "+84 912 345 678")])
    assert actions.search(on_duty, ask("0912345678"), now=NOW)


def test_the_closest_comes_first() -> None:
    on_duty = linh()
    close = record(on_duty, "谭庆元")
    same = record(on_duty, "谭庆远")
    found = [one.record for one in actions.search(on_duty, ask("谭庆远"), now=NOW)]
    assert found[0] == same
    assert close in found


@pytest.mark.parametrize(
    ("purpose", "case"), [("", "17/2026"), ("CURIOSITY", "17/2026"), ("INVESTIGATE", " ")]
)
def test_nobody_searches_without_case_and_purpose(purpose: str, case: str) -> None:
    on_duty = linh()
    record(on_duty)
    with pytest.raises(Refused) as caught:
        actions.search(on_duty, Question(text="谭庆远", purpose=purpose, case_number=case), now=NOW)
    assert caught.value.code == "search_without_reason"
    last = Leaf.objects.order_by("pk").last()
    assert last is not None
    assert leaves.decode(bytes(last.body)).kind == "policy_refused"


def test_an_empty_box_is_no_search() -> None:
    with pytest.raises(Malformed):
        actions.search(linh(), ask("   "), now=NOW)


def test_a_search_is_in_the_ledger_without_a_name() -> None:
    on_duty = linh()
    wanted = record(on_duty)
    actions.search(on_duty, ask("Đàm Khánh Viễn"), now=NOW)
    bodies = b" ".join(bytes(leaf.body) for leaf in Leaf.objects.all())
    assert "Khánh".encode() not in bytes(bodies)
    assert "谭".encode() not in bytes(bodies)
    assert b"linh" not in bodies
    seen = reading.looks_at(looks.thing(wanted), limit=10)
    assert [(one.officer, one.kind, one.holds) for one in seen] == [
        ("linh", "searched", True),
        ("linh", "record_changed", True),
    ]
    assert Look.objects.get(deed="searched").asked == "Đàm Khánh Viễn"


def searched(who: User, times: int) -> None:
    for _ in range(times):
        looks.keep(who, "searched", {"list": "records", "count": 0}, now=NOW)


@pytest.mark.parametrize(
    ("asked", "marked"),
    [
        ("Nông Thùy Linh", True),
        ("nong thuy linh", True),
        ("Hoàng Hải Bằng", True),
        ("Nông Thùy Lan", False),
        ("谭庆远", False),
        ("N1234567", False),
    ],
)
def test_a_search_about_oneself_or_a_colleague_is_marked_for_the_inspector_and_not_denied(
    asked: str, marked: bool
) -> None:
    on_duty, bang = linh(), officer("bang", "supervisor")
    for one, name in ((on_duty, "Nông Thùy Linh"), (bang, "Hoàng Hải Bằng")):
        one.full_name = name
        one.save()
    actions.search(on_duty, ask(asked), now=NOW)
    [look] = reading.looks_of("linh", limit=10)
    assert (look.kind, look.facts.get("code")) == ("searched", "own_circle" if marked else None)


def test_more_than_sixty_persons_an_hour_ask_a_supervisor() -> None:
    on_duty, supervisor = linh(), officer("bang", "supervisor")
    searched(on_duty, 59)
    actions.search(on_duty, ask("谭庆远"), now=NOW)
    with pytest.raises(Refused) as caught:
        actions.search(on_duty, ask("韦明霞"), now=NOW)
    assert caught.value.code == "search_quota_reached"
    actions.lift_quota(supervisor, on_duty, reason="bus with 80 passengers", now=NOW)
    actions.search(on_duty, ask("韦明霞"), now=NOW)
    with pytest.raises(Refused):  # the lift lasts an hour, and so does the count
        searched_later(on_duty)


def searched_later(who: User) -> None:
    later = NOW + timedelta(hours=1, minutes=1)
    for _ in range(61):
        actions.search(who, ask("谭庆远"), now=later)


def test_after_an_hour_the_count_begins_anew() -> None:
    on_duty = linh()
    searched(on_duty, 60)
    actions.search(on_duty, ask("谭庆远"), now=NOW + timedelta(minutes=61))


@pytest.mark.parametrize("role", ["duty_officer", "analyst", "administrator"])
def test_only_a_supervisor_lifts_the_quota(role: str) -> None:
    with pytest.raises(Refused):
        actions.lift_quota(officer("x", role), linh(), reason="please", now=NOW)


def test_nobody_lifts_his_own_quota() -> None:
    bang = officer("bang", "supervisor")
    with pytest.raises(Refused, match="approver_is_author"):
        actions.lift_quota(bang, bang, reason="please", now=NOW)


def test_queries_do_not_grow_with_rows() -> None:
    on_duty = linh()

    def queries() -> int:
        with CaptureQueriesContext(connection) as seen:
            actions.search(on_duty, ask("谭庆远"), now=NOW)
        return len(seen)

    record(on_duty)
    few = queries()
    for number in range(20):
        record(on_duty, numbers=[("national_id", f"45100000{number:04}")])
    assert queries() == few


@pytest.mark.django_db(transaction=True)
def test_of_two_searches_at_the_same_moment_one_is_the_sixtieth(monkeypatch: pytest.MonkeyPatch) -> None:
    on_duty = linh()
    searched(on_duty, 59)
    middle = Middle(searching._near)
    monkeypatch.setattr(searching, "_near", middle)

    def search() -> None:
        actions.search(on_duty, ask("谭庆远"), now=NOW)

    assert two_at_once(search, search, middle) == ["search_quota_reached"]
    assert Look.objects.filter(deed="searched").count() == 60
