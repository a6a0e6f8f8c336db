"""The live thread: what changed comes by itself, alone and light; what is being written stays."""

import gzip
import re

import pytest
from django.urls import reverse
from django.utils import timezone

from lienlac.apps.audit import reading
from lienlac.apps.audit.house import Thing
from lienlac.apps.enquiries import actions
from tests.apps.enquiries.world import SURE
from tests.web.enquiries.test_pages import asked, came, text, thread

MOST_BYTES = 10_000


def seen(answer):
    """What the page tells the node that it shows."""
    return re.findall(r'name="seen" value="([^"]+)"', text(answer))


def news(client, row, shown):
    return client.get(reverse("thread_news", args=[row.pk]), {"seen": shown}, headers={"HX-Request": "true"})


def targets(answer):
    return re.findall(r'<hx-partial hx-target="#([^"]+)"', text(answer))


def steps(answer):
    return dict(re.findall(r'data-step="(\w+)" data-state="(\w+)"', text(answer)))


def looks(row):
    return len(reading.looks_at(Thing(list="enquiry", key=row.enquiry.message_id), limit=50))


def test_nothing_new_costs_an_empty_answer(at_desk, jingxi):
    row = asked(at_desk)
    answer = news(at_desk, row, seen(thread(at_desk, row)))
    assert (answer.status_code, answer.content) == (204, b"")


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
    assert news(at_desk, row, now_shown).status_code == 204


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
