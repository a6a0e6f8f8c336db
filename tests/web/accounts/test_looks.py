"""The inspector asks who looked at whom."""

from datetime import UTC, datetime

import pytest
from django.urls import reverse

from lienlac.apps.audit import reading
from lienlac.apps.audit.models import Opening
from lienlac.apps.enquiries.models import Enquiry
from tests.apps.accounts.people import officer

pytestmark = pytest.mark.django_db
NOW = datetime(2026, 11, 21, 9, 0, tzinfo=UTC)
MESSAGE_ID = "0f" * 16


@pytest.fixture
def enquiry():
    """An enquiry that Linh wrote and read, and Bằng read."""
    made = Enquiry.objects.create(
        message_id=MESSAGE_ID, side="asked", number="TL-2026-0007", kind="VER_ID", version=1, urgency="U4",
        from_office="vn-tra-linh", body={}, created_at=NOW,
    )  # fmt: skip
    for who in ("linh", "bang"):
        reading.read(officer(who), "enquiry", [MESSAGE_ID], "INVESTIGATE", now=NOW)
    return made


def ask(client, of, key, **more):
    return client.get(reverse("looks"), {"of": of, "key": key, **more})


def whom(page):
    return [row["who"] for row in page.context["rows"]]


def test_who_looked_at_an_enquiry_is_answered_by_its_number(hue, enquiry):
    page = ask(hue, "enquiry", "TL-2026-0007")
    assert whom(page) == ["Hoàng Hải Bằng", "Nông Thùy Linh"]
    assert "TL-2026-0007" in page.content.decode()
    assert MESSAGE_ID not in page.content.decode()


def test_what_an_officer_looked_at_is_answered_by_his_user_name(hue, enquiry):
    page = ask(hue, "officer", "linh")
    assert [row["subjects"] for row in page.context["rows"]] == [["TL-2026-0007"]]


def test_what_was_done_to_an_account_is_answered(hue, enquiry):
    page = ask(hue, "account", "linh")
    assert [row["who"] for row in page.context["rows"]] != ["linh"]
    assert len(page.context["rows"]) == 1


def test_the_question_is_a_leaf_too(hue, enquiry):
    ask(hue, "enquiry", "TL-2026-0007")
    (look,) = [one for one in reading.looks_of("hue", limit=10) if one.kind == "searched"]
    assert look.facts == {"list": "looks", "count": 2}
    assert look.subjects[0].key == MESSAGE_ID


def test_a_row_that_does_not_match_the_ledger_says_so(hue, enquiry):
    Opening.objects.filter(as_actor=True, key="linh", leaf__openings__key=MESSAGE_ID).update(key="bang")
    page = ask(hue, "enquiry", "TL-2026-0007")
    assert [row["holds"] for row in page.context["rows"]] == [True, False]
    assert "tag--red" in page.content.decode()


def test_a_number_that_nobody_has_is_answered_with_nothing(hue):
    page = ask(hue, "enquiry", "no such number")
    assert page.context["asked"]
    assert page.context["rows"] == []


@pytest.mark.parametrize(("of", "key"), [("soul", "linh"), ("officer", "")])
def test_a_broken_question_is_said_and_no_leaf(hue, of, key):
    page = ask(hue, of, key)
    assert page.context["form"].errors
    assert not [one for one in reading.looks_of("hue", limit=10) if one.kind == "searched"]


def test_many_looks_come_page_by_page(hue, enquiry, monkeypatch):
    monkeypatch.setattr("lienlac.web.accounts.looks.A_PAGE", 1)
    first = ask(hue, "enquiry", "TL-2026-0007")
    assert whom(first) == ["Hoàng Hải Bằng"]
    second = hue.get(first.context["older_url"])
    assert whom(second) == ["Nông Thùy Linh"]
    assert second.context["older_url"] == ""


def test_the_page_costs_as_many_queries_for_many_looks_as_for_one(hue, enquiry, django_assert_num_queries):
    from django.db import connection
    from django.test.utils import CaptureQueriesContext

    with CaptureQueriesContext(connection) as few:
        ask(hue, "officer", "linh")
    for _ in range(10):
        reading.read(enquiry_reader(), "enquiry", [MESSAGE_ID], now=NOW)
    with django_assert_num_queries(len(few)):
        ask(hue, "officer", "linh")


def enquiry_reader():
    from lienlac.apps.accounts import queries

    found = queries.find("linh")
    assert found is not None
    return found
