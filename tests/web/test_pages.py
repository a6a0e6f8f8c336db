"""Every page of the table in every language: it is there, it is worded, it is closed to whom it must be."""

from __future__ import annotations

import errno
from dataclasses import replace
from unittest.mock import Mock

import pytest
from django.conf import settings
from django.core.cache import cache
from django.db import OperationalError, connection
from django.test import Client
from django.urls import URLResolver, get_resolver, reverse

from lienlac import wording
from lienlac.core.errors import Unavailable
from tests.web.addresses import asked
from tests.web.pages import LANGUAGES, NOT_PAGES, OTHER_SCRIPT, PAGES, Seen, opened
from tests.web.reading import Page
from tests.web.world import HERE, World

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def nobody_has_tried() -> None:
    """Forget how often the door was tried: the tests of all languages come from one address."""
    cache.clear()


each_language = pytest.mark.parametrize("language", LANGUAGES)


def dealt() -> list[object]:
    """Return every page in every language; on PostgreSQL, where words are the same, one language a page in turn."""
    turns = [LANGUAGES] if connection.vendor == "sqlite" else [[one] for one in LANGUAGES]
    return [
        pytest.param(page, language, id=f"{page.id}-{language}")
        for place, page in enumerate(PAGES)
        for language in turns[place % len(turns)]
    ]


each_page_in_each_language = pytest.mark.parametrize(("page", "language"), dealt())


def check_worded(page: Page, language: str) -> None:
    """Hold that nothing on the page is left in English or in codes."""
    assert page.raw_codes() == set()
    if language != "en":
        assert page.untranslated(language.replace("zh-hans", "zh_Hans")) == []
    if language in OTHER_SCRIPT:
        assert page.english() == []


@each_page_in_each_language
def test_is_there_and_worded(page: Seen, language: str, world: World, browsers: dict[str, Client]) -> None:
    answer = opened(browsers[page.who], page, world, language)
    assert answer.status_code == page.status
    assert answer.headers["Content-Language"] == language
    shown = Page(answer.content.decode())
    if not page.fragment:
        assert shown.language == language
    shown.language = language
    check_worded(shown, language)


def _names(resolver: URLResolver) -> set[str]:
    return {
        name
        for one in resolver.url_patterns
        if getattr(one, "namespace", None) != "api-v1"  # no pages: tests/api
        for name in (_names(one) if isinstance(one, URLResolver) else {one.name})
    }


def test_every_address_is_tried_or_said_to_be_no_page() -> None:
    known = {page.name for page in PAGES} | NOT_PAGES.keys()
    assert _names(get_resolver()) - known == set()
    assert known - _names(get_resolver()) == set()


CASE_ROOMS = (
    "desk",
    "inbox",
    "ask",
    "thread",
    "awake",
    "by_phone",
    "record",
    "candidates",
    "same_person",
    "protected",
    "hit",
    "file_search",
    "name_readings",
)
DEEDS_ON_THE_DIRECTORY = {
    "partner_meet",
    "partner_trust",
    "partner_deed",
    "own_keys_renew",
    "partner_key_revoke",
    "incident_close",
    "root_meet",
    "root_trust",
    "root_end",
    "directory_read",
    "office_change",
}
OFFICERS_PAGES = [page for page in PAGES if page.who not in ("nobody", "halfway")]
CASES = [
    page
    for page in OFFICERS_PAGES
    if page.name.startswith(CASE_ROOMS) and page.name not in ("desk", "records_due")
]
ADMINISTRATORS = [
    page for page in PAGES if page.name.startswith("user") or page.name in DEEDS_ON_THE_DIRECTORY
]


@pytest.mark.parametrize("page", OFFICERS_PAGES, ids=lambda page: page.id)
def test_leads_a_stranger_to_the_door(page: Seen, world: World) -> None:
    answer = opened(Client(), replace(page, follow=False), world)
    assert answer.status_code == 302
    assert answer.headers["Location"].startswith(reverse("account_login"))


@pytest.mark.parametrize("name", ["mara", "hue", "lam"])
@pytest.mark.parametrize("page", CASES, ids=lambda page: page.id)
def test_cases_are_closed_to_who_keeps_the_machine(
    page: Seen, name: str, world: World, browsers: dict[str, Client]
) -> None:
    assert opened(browsers[name], page, world).status_code == 403


def test_who_keeps_the_node_sees_figures_of_what_falls_due_and_no_person(
    world: World, browsers: dict[str, Client]
) -> None:
    assert "韦明" in browsers["linh"].get(reverse("records_due")).content.decode()
    figures = browsers["mara"].get(reverse("records_due")).content.decode()
    assert "韦明" not in figures
    assert "谭庆" not in figures
    for name in ("hue", "lam"):
        assert browsers[name].get(reverse("records_due")).status_code == 403


@pytest.mark.parametrize("name", ["linh", "bang", "hue", "lam"])
@pytest.mark.parametrize("page", ADMINISTRATORS, ids=lambda page: page.id)
def test_accounts_are_closed_to_officers(
    page: Seen, name: str, world: World, browsers: dict[str, Client]
) -> None:
    assert opened(browsers[name], page, world).status_code == 403


@pytest.mark.parametrize("name", ["mara", "hue", "lam"])
def test_the_desk_leads_those_without_one_elsewhere(
    name: str, world: World, browsers: dict[str, Client]
) -> None:
    answer = browsers[name].get(reverse("desk"))
    assert answer.status_code == 302
    assert answer.headers["Location"] != reverse("account_login")


def test_looks_are_closed_to_all_but_the_inspector(world: World, browsers: dict[str, Client]) -> None:
    for name in ("linh", "bang", "lam", "mara"):
        assert browsers[name].get(reverse("looks")).status_code == 403


@pytest.mark.parametrize("name", ["desk_live", "thread_live"])
def test_a_stream_says_nothing_to_a_stranger(name: str, world: World) -> None:
    args = asked(world) if name == "thread_live" else []
    assert Client().get(reverse(name, args=args)).status_code == 204


@each_language
def test_each_error_has_its_page(
    language: str, world: World, browsers: dict[str, Client], monkeypatch: pytest.MonkeyPatch
) -> None:
    def broken(*_args: object) -> None:
        raise RuntimeError("planted")

    linh, mara, strict = browsers["linh"], browsers["mara"], Client(enforce_csrf_checks=True)
    for browser in (linh, mara, strict):
        browser.cookies[settings.LANGUAGE_COOKIE_NAME] = language
    answers = {
        404: linh.get("/no-such-page"),
        403: mara.get(reverse("inbox")),
        400: linh.get(reverse("desk"), headers={"Host": "elsewhere.example"}),
        "csrf": strict.post(reverse("account_login"), {"login": "linh"}),
    }
    linh.raise_request_exception = False
    monkeypatch.setattr("lienlac.web.desk.views._lists", broken)
    answers[500] = linh.get(reverse("desk"))
    linh.raise_request_exception = True
    for code, answer in answers.items():
        assert answer.status_code == (403 if code == "csrf" else code)
        shown = Page(answer.content.decode())
        assert shown.language == language, code
        check_worded(shown, language)


@each_language
@pytest.mark.parametrize(
    ("error", "status", "code"),
    [
        (OperationalError("database or disk is full"), 507, "disk_full"),
        (OSError(errno.ENOSPC, "No space left on device"), 507, "disk_full"),
        (OperationalError("database is locked"), 503, "database_busy"),
        (OperationalError("disk I/O error"), 503, "disk_fails"),
    ],
    ids=["full database", "full disk", "busy", "failing disk"],
)
def test_a_store_that_takes_nothing_is_said_in_words(
    error: Exception,
    status: int,
    code: str,
    language: str,
    browsers: dict[str, Client],
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    linh = browsers["linh"]
    linh.cookies[settings.LANGUAGE_COOKIE_NAME] = language
    monkeypatch.setattr("lienlac.web.desk.views._lists", Mock(side_effect=error))
    monkeypatch.setattr(linh, "raise_request_exception", False)
    answer = linh.get(reverse("desk"))
    assert answer.status_code == status
    shown = Page(answer.content.decode())
    assert wording.error(Unavailable(code), language) in answer.content.decode()
    assert shown.language == language
    check_worded(shown, language)


def test_the_far_side_is_named_in_the_readers_language(world: World, browsers: dict[str, Client]) -> None:
    linh = browsers["linh"]
    linh.cookies[settings.LANGUAGE_COOKIE_NAME] = "zh-hans"
    assert "靖西边境联络官办公室" in linh.get(reverse("desk")).content.decode()
    assert world.officers["linh"].office == HERE
