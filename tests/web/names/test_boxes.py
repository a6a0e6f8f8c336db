"""Wherever a person is entered or looked for, the box shows how the name is read; nothing of what is typed is kept."""

from __future__ import annotations

import logging
import re

import pytest
from django.conf import settings
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from lienlac import wording
from lienlac.core.messages.fields import Type
from lienlac.core.messages.kinds import KINDS
from lienlac.web.coded import form_field
from lienlac.web.names.boxes import NameField
from lienlac.web.names.readings import MOST_NAMES
from tests.web.pages import LANGUAGES, PAGES, Seen, opened
from tests.web.world import World

pytestmark = pytest.mark.django_db
NAME = "谭庆远"
READ_AS = "Đàm Khánh Viễn"
BOXES = {
    "ask": ["subject"],
    "by_phone": ["subject"],
    "ask_kind-LOCATE": ["subject_name"],
    "ask_kind-LOCATE_MISSING": ["subject_name"],
    "thread-answerer": ["FULL_subject_name", "PARTIAL_subject_name"],
    "thread_correct": ["CORRECTION_subject_name"],
    "records": ["text"],
    "record_new": ["name", "aliases"],
    "record_edit": ["name", "aliases"],
    "protected_new": ["names"],
    "inbox": ["q"],
}
"""Pages, by their row in the table of pages, and the boxes of theirs that hold the names of persons."""
BOX = re.compile(
    r'hx-post="(/names/readings[^"]*)" hx-trigger="input changed delay:350ms" hx-target="#([^"]*)"'
)
PAGE = {page.id: page for page in PAGES}


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("page", BOXES)
def test_a_box_of_a_name_is_read_in_the_language_of_its_page(
    page: str, language: str, world: World, browsers: dict[str, Client]
) -> None:
    browser, seen = browsers[PAGE[page].who], PAGE[page]
    drawn = opened(browser, seen, world, language).content.decode()
    boxes = BOX.findall(drawn)
    assert [target for _url, target in boxes] == [
        f"id_{box}_readings" if box != "q" else "q_readings" for box in BOXES[page]
    ]
    for url, target in boxes:
        assert f'<div id="{target}" aria-live="polite">' in drawn
        box = re.search(r"[?](?:of|each)=(\w+)", url)
        assert box is not None
        assert f'name="{box[1]}"' in drawn
        answer = browser.post(url.replace("&amp;", "&"), {box[1]: NAME})
        assert READ_AS in answer.content.decode()
        assert wording.label("name_views", "vietnamese", language) in answer.content.decode()


def test_no_other_page_has_a_box_of_a_name(world: World, browsers: dict[str, Client]) -> None:
    """A page that is new must stand in the table above, so that it is tried."""
    again = {"ask", "by_phone", "inbox", "records", "record_new", "ask_kind", "thread", "protected_new"}
    for page in PAGES:
        if page.post is None and page.who in browsers and page.name not in again and page.id not in BOXES:
            assert not BOX.search(opened(browsers[page.who], page, world).content.decode()), page.id


@pytest.mark.parametrize("kind", KINDS.values(), ids=lambda kind: kind.code)
def test_the_name_of_the_person_has_such_a_box_in_every_kind_and_who_signs_has_none(kind) -> None:
    for field in kind.fields:
        if field.type is Type.NAME and field.many == 1:
            assert isinstance(form_field(field), NameField) == (field.name != "signatory")


def test_what_a_box_holds_already_is_read_without_a_script(world: World, browsers: dict[str, Client]) -> None:
    assert "<b lang=" in opened(browsers["linh"], PAGE["record_edit"], world).content.decode()
    found = browsers["linh"].post(reverse("records"), {"text": NAME}).content.decode()
    assert READ_AS in found
    assert READ_AS in browsers["linh"].get(reverse("inbox"), {"q": NAME}).content.decode()


def read(browser: Client, way: str, typed: str) -> str:
    answer = browser.post(f"{reverse('name_readings')}?{way}=box", {"box": typed})
    assert answer.status_code == 200
    return answer.content.decode()


def test_names_on_lines_are_read_each_behind_the_name_it_reads(browsers: dict[str, Client]) -> None:
    linh = browsers["linh"]
    linh.cookies[settings.LANGUAGE_COOKIE_NAME] = "en"
    shown = read(linh, "each", f"  {NAME}\n\nSomchai Jaidee\nສົມພອນ\n" + "x" * 5_000)
    assert [line.partition("<")[0] for line in shown.split('<bdi class="readings__of">')[1:]] == [
        NAME,
        "ສົມພອນ",
    ]
    assert READ_AS in shown
    assert shown.count('class="bad"') == 1  # and says of which line


def test_a_box_of_a_thousand_lines_costs_no_more_than_ten(browsers: dict[str, Client]) -> None:
    shown = read(browsers["linh"], "each", f"{NAME}\n" * 1_000)
    assert shown.count('class="readings"') == MOST_NAMES


@pytest.mark.parametrize(
    "typed", ["", " ", "\x00", "?", "谭" * 20_000, "\u200d", "12345", "谭A庆Б", "<b>x</b>"]
)
@pytest.mark.parametrize("way", ["of", "each"])
def test_whatever_is_typed_is_answered(typed: str, way: str, browsers: dict[str, Client]) -> None:
    assert "<b>x" not in read(browsers["linh"], way, typed)


def test_an_address_that_names_no_box_reads_nothing(browsers: dict[str, Client]) -> None:
    answer = browsers["linh"].post(reverse("name_readings"), {"name": NAME})
    assert answer.status_code == 200
    assert not answer.content.strip()


def test_a_name_never_goes_in_an_address(browsers: dict[str, Client]) -> None:
    answer = browsers["linh"].get(reverse("name_readings"), {"of": "name", "name": NAME})
    assert answer.status_code == 302
    assert NAME not in answer.headers["Location"]


@pytest.mark.parametrize(
    "page", [one for one in PAGES if one.name == "name_readings"], ids=lambda page: page.id
)
def test_nothing_of_what_is_typed_is_kept_or_logged(
    page: Seen, world: World, browsers: dict[str, Client], caplog: pytest.LogCaptureFixture
) -> None:
    assert page.post is not None
    [typed] = page.post.values()
    with caplog.at_level(logging.DEBUG), CaptureQueriesContext(connection) as queries:
        answer = opened(browsers["linh"], page, world)
    said = [one["sql"] for one in queries]
    assert all(sql.startswith("SELECT") for sql in said)
    for part in typed.split():
        assert not any(part in sql for sql in said)
        assert not any(part in one.getMessage() for one in caplog.records if one.name != "django.db.backends")
    assert "Set-Cookie" not in answer.headers
