"""The live thread: what changed comes by itself, alone and light; what is being written stays."""

import gzip
import re

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone

from lienlac.apps.audit import reading
from lienlac.apps.audit.house import Thing
from lienlac.apps.directory.models import Node
from lienlac.apps.enquiries import actions, queries
from lienlac.apps.enquiries.models import Addressee, Note, Release, Review
from lienlac.apps.mailroom.models import Line, Parcel, Receipt
from tests.apps.enquiries.world import SURE
from tests.web.enquiries.desk import asked, came, text, thread

MOST_BYTES = 10_000


def seen(answer):
    """What the page tells the node that it shows."""
    return re.findall(r'name="seen" value="([^"]+)"', text(answer))


def version(answer):
    """What the page says it is a picture of."""
    return re.findall(r'name="version" value="([0-9a-f]{16})"', text(answer))


def news(client, row, shown, version=()):
    return client.get(
        reverse("thread_news", args=[row.pk]),
        {"seen": shown, "version": version},
        headers={"HX-Request": "true"},
    )


def targets(answer):
    return re.findall(r'<hx-partial hx-target="#([^"]+)"', text(answer))


def steps(answer):
    return dict(re.findall(r'data-step="(\w+)" data-state="(\w+)"', text(answer)))


def looks(row):
    return len(reading.looks_at(Thing(list="enquiry", key=row.enquiry.message_id), limit=50))


def test_nothing_new_costs_an_empty_answer(at_desk, jingxi):
    row = asked(at_desk)
    shown = thread(at_desk, row)
    answer = news(at_desk, row, seen(shown), version(shown))
    assert (answer.status_code, answer.content) == (204, b"")


def test_nothing_new_costs_one_question(at_desk, jingxi):
    """The session and the officer are asked for by every address; a desk has many threads open."""
    row = came(jingxi)
    thread(at_desk, row)
    shown = thread(at_desk, row)
    with CaptureQueriesContext(connection) as asked_for:
        news(at_desk, row, seen(shown), version(shown))
    assert len(asked_for) <= 3


def test_something_new_costs_few_questions(at_desk, jingxi):
    row = asked(at_desk)
    shown = thread(at_desk, row)
    jingxi.answers(row.enquiry, "NOHIT", now=timezone.now(), **SURE)
    with CaptureQueriesContext(connection) as asked_for:
        news(at_desk, row, seen(shown), version(shown))
    read = [one for one in asked_for if one["sql"].startswith("SELECT") and "audit_" not in one["sql"]]
    assert len(read) <= 8


def test_without_what_it_shows_a_page_is_told_everything(at_desk, jingxi):
    row = asked(at_desk)
    came_in = news(at_desk, row, [])
    assert {"version", "part-ladder", "messages"} <= set(targets(came_in))


def test_an_answer_comes_with_what_it_changes_and_nothing_else(at_desk, jingxi):
    row = asked(at_desk)
    shown = seen(thread(at_desk, row))
    jingxi.answers(row.enquiry, "NOHIT", now=timezone.now(), **SURE)
    came_in = news(at_desk, row, shown)
    [given] = row.answers.all()
    assert f'<hx-partial hx-target="#messages" hx-swap="beforeend"><div id="part-m-{given.pk}"' in text(
        came_in
    )
    assert {"part-state", "part-ladder", "part-deeds", "told"} <= set(targets(came_in))
    assert not {"part-m-q", "part-facts", "part-notes"} & set(targets(came_in))
    assert steps(came_in)["answered"] == "done"
    assert 'name="outcome"' in text(came_in)
    assert len(gzip.compress(came_in.content)) <= MOST_BYTES


def test_what_came_is_not_sent_twice(at_desk, jingxi):
    row = asked(at_desk)
    shown = seen(thread(at_desk, row))
    jingxi.answers(row.enquiry, "NOHIT", now=timezone.now(), **SURE)
    names = {one.partition(":")[0] for one in seen(news(at_desk, row, shown))}
    now_shown = [one for one in shown if one.partition(":")[0] not in names] + seen(news(at_desk, row, shown))
    assert targets(news(at_desk, row, now_shown)) == ["version"]


def test_the_asked_desk_sees_the_outcome_come(at_desk, jingxi):
    row = came(jingxi)
    shown = seen(thread(at_desk, row))
    jingxi.say("WITHDRAWAL", {"of": row.enquiry.message_id}, now=timezone.now())
    came_in = news(at_desk, row, shown)
    assert "#messages" in text(came_in)
    assert {"part-state", "part-answers", "told"} <= set(targets(came_in))


def test_a_message_shown_by_itself_is_a_look_too(at_desk, jingxi):
    row = asked(at_desk)
    shown = seen(thread(at_desk, row))
    before = looks(row)
    news(at_desk, row, shown)
    assert looks(row) == before
    jingxi.answers(row.enquiry, "NOHIT", now=timezone.now(), **SURE)
    news(at_desk, row, shown)
    assert looks(row) == before + 1


def test_the_asked_desk_is_told_who_opened_and_what_came_home(at_desk, linh, jingxi):
    row = came(jingxi)
    shown = thread(at_desk, row)
    assert list(steps(shown)) == ["received", "opened", "answered", "delivered"]
    assert steps(shown)["delivered"] == "todo"
    assert linh.full_name in text(shown)
    row.refresh_from_db()
    actions.answer(linh, row, "NOHIT", SURE, now=timezone.now())
    assert steps(thread(at_desk, row))["delivered"] == "now"


@pytest.mark.parametrize("token", ["a" * 64, "b" * 64])
def test_the_guard_of_forms_is_no_news(token, at_desk, jingxi):
    """Each answer carries another token against forged forms: it must not look like a change."""
    row = came(jingxi)
    thread(at_desk, row)
    first, second = seen(thread(at_desk, row)), seen(thread(at_desk, row))
    assert first == second


TABLE = re.compile(r'(?:FROM|JOIN) "(\w+)"')
READ_WHEN_OPENED = {
    "accounts_user",
    "agreements_agreement",
    "directory_office",
    "directory_node",
    "django_session",
}
"""Names of people, places and instruments: whoever has a page open need not be told that they were changed."""


def tables(asked_for):
    return {
        table for one in asked_for for table in TABLE.findall(one["sql"]) if not table.startswith("audit_")
    }


@pytest.mark.parametrize("side", ["asked", "came"])
def test_all_that_a_thread_shows_is_marked(side, at_desk, jingxi, linh):
    """Whoever lets the page show something of another table marks it too (`apps.enquiries.marks`)."""
    row = asked(at_desk) if side == "asked" else came(jingxi)
    thread(at_desk, row)
    with CaptureQueriesContext(connection) as at_a_glance:
        queries.at_a_glance(linh, row.pk)
    with CaptureQueriesContext(connection) as whole:
        thread(at_desk, row)
    in_frame = {"mailroom_line", "mailroom_lane", "mailroom_parcel", "mailroom_arrival"}
    assert tables(whole) - tables(at_a_glance) <= READ_WHEN_OPENED | in_frame


def note(row, officer):
    Note.objects.create(enquiry=row.enquiry, by=officer, text="looked", at=timezone.now())


def receive(row, _officer):
    parcel = Parcel.objects.get(message__message_id=row.enquiry.message_id)
    Receipt.objects.create(
        message=parcel.message, partner=parcel.lane.partner, stage="R2", status="opened",
        at=timezone.now(), came_at=timezone.now(), word=parcel.message,
    )  # fmt: skip


def revoke(row, _officer):
    Node.objects.filter(offices__code=row.office).update(standing=Node.Standing.REVOKED)


def fail(row, _officer):
    parcel = Parcel.objects.get(message__message_id=row.enquiry.message_id)
    Parcel.objects.update(state=Parcel.State.WAITING)
    Line.objects.update_or_create(partner=parcel.lane.partner, defaults={"error": "no_answer"})


def review(row, officer):
    now = timezone.now()
    Review.objects.create(message_id="f" * 32, addressee=row, sent_by=officer, sent_at=now, due_at=now)


def release(row, _officer):
    Release.objects.create(
        addressee=row, message_id=row.enquiry.message_id, round=1, place=1, unit="B4", digest=""
    )


def ask_another(row, _officer):
    Addressee.objects.create(enquiry=row.enquiry, office="cn-longbang", state="sent")


def take(row, officer):
    Addressee.objects.filter(pk=row.pk).update(taken_by=officer)


def run_out(row, _officer):
    Addressee.objects.filter(pk=row.pk).update(final_answer_by=timezone.now())


@pytest.mark.parametrize(
    "happens", [note, receive, revoke, fail, review, release, ask_another, take, run_out], ids=lambda one: one.__name__
)  # fmt: skip
def test_whatever_happens_makes_another_version(happens, at_desk, linh, jingxi):
    row = asked(at_desk)
    shown = thread(at_desk, row)
    happens(row, linh)
    assert news(at_desk, row, seen(shown), version(shown)).status_code == 200


def test_another_language_is_another_version(at_desk, jingxi, settings):
    row = asked(at_desk)
    shown = thread(at_desk, row)
    at_desk.cookies[settings.LANGUAGE_COOKIE_NAME] = "my"
    assert news(at_desk, row, seen(shown), version(shown)).status_code == 200
