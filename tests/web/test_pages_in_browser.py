"""Every page of the table in a real browser, wide and narrow, the languages dealt round: axe, width, console.

A page is drawn by Django in this thread; the browser lives in a thread of its own, since its driver keeps an event
loop running in the thread it was started in. What a page asks for is answered from what was drawn and from the static
files: no node runs, and nobody signs in twice.
"""

from __future__ import annotations

import mimetypes
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from functools import cache, partial
from pathlib import Path
from typing import TypeVar
from urllib.parse import parse_qs

import pytest
from django.conf import settings
from django.contrib.staticfiles import finders
from django.http import HttpResponse
from django.test import Client
from django.urls import reverse
from django.utils import timezone
from playwright.sync_api import Route

from lienlac.apps.enquiries import actions as enquiries
from lienlac.core.tokens import fold
from tests.journeys.browser import NARROW, WIDE, Window, chromium
from tests.web.pages import LANGUAGES, PAGES, opened
from tests.web.world import World

pytestmark = [pytest.mark.django_db, pytest.mark.browser]


WHOLE = [page for page in PAGES if not page.fragment]
SIZES = {"wide": WIDE, "narrow": NARROW}
HERE = "http://pages.localhost"
Made = TypeVar("Made")
ENDLESS = "W" * 10_000


def language_of(number: int, size: str) -> str:
    """Deal the languages round: a page is seen in two of them, each width of neighbours in others."""
    return LANGUAGES[(number + (3 if size == "narrow" else 0)) % len(LANGUAGES)]


class Beside:
    """A browser in a thread of its own, with a window of each size."""

    def __init__(self) -> None:
        self.shown = HttpResponse()
        self.sent = ""  # the body of the last page that was asked for
        self.thread = ThreadPoolExecutor(1)
        self.windows: dict[str, Window] = {}

    def call(self, work: Callable[[], Made]) -> Made:
        """Do this in the browser's thread; what it raises is raised here."""
        return self.thread.submit(work).result()

    def open(self) -> None:
        """Start the browser."""
        self._held = chromium()
        browser = self._held.__enter__()
        for size, pixels in SIZES.items():
            window = Window(browser, HERE, pixels)
            window.page.route("**/*", self._answer)
            self.windows[size] = window

    def close(self) -> None:
        """End the browser."""
        self._held.__exit__(None, None, None)

    def look(self, drawn: HttpResponse, name: str, size: str) -> None:
        """Show a page as it was drawn and hold what every page promises."""
        self.shown = drawn
        window = self.windows[size]
        window.complaints.clear()
        window.page.goto(f"{HERE}/{name}")
        window.look()

    def by_palette(self, drawn: HttpResponse, size: str, words: str) -> Window:
        """Show a page, type into its palette and press Enter; return the window."""
        self.look(drawn, "here", size)
        window = self.windows[size]
        opened = window.page.locator("#palette[open]")
        while not opened.count():  # its script comes when the page can be used already
            window.press("Control+k")
            window.page.wait_for_timeout(50)
        window.look()
        window.type(words)
        window.press("Enter")
        return window

    def _answer(self, route: Route) -> None:
        address = route.request.url
        if route.request.is_navigation_request():
            self.sent = route.request.post_data or ""
            route.fulfill(body=self.shown.content, headers=dict(self.shown.headers))
        elif settings.STATIC_URL in address:
            content, kind = static(address.partition(settings.STATIC_URL)[2])
            route.fulfill(body=content, content_type=kind)
        else:
            route.fulfill(status=204)


@cache
def static(name: str) -> tuple[bytes, str | None]:
    """Return a static file and its kind."""
    path = Path(str(finders.find(name)))
    return path.read_bytes(), mimetypes.guess_type(path.name)[0]


@pytest.fixture(scope="module")
def beside() -> Iterator[Beside]:
    """The browser."""
    made = Beside()
    made.call(made.open)
    yield made
    made.call(made.close)
    made.thread.shutdown()


@pytest.mark.parametrize("size", SIZES)
@pytest.mark.parametrize("number", range(len(WHOLE)), ids=lambda number: WHOLE[number].id)
def test_is_without_barriers(
    number: int, size: str, world: World, browsers: dict[str, Client], beside: Beside
) -> None:
    page = WHOLE[number]
    drawn = opened(browsers[page.who], page, world, language_of(number, size))
    beside.call(lambda: beside.look(drawn, page.id, size))


@pytest.mark.parametrize("size", SIZES)
def test_a_word_without_end_makes_no_page_wider(
    size: str, world: World, browsers: dict[str, Client], beside: Beside
) -> None:
    row = world.received[0]
    row.enquiry.body = row.enquiry.body | {"subject_name": ENDLESS[:400]}
    row.enquiry.save()
    officer = world.officers["linh"]
    enquiries.add_note(officer, row.enquiry, ENDLESS, now=timezone.now())
    enquiries.keep_view(officer, ENDLESS[:60], "view=all")
    enquiries.keep_draft(officer, "", {"subject": ENDLESS[:400]}, now=timezone.now())
    for name, args in (("thread", [row.pk]), ("inbox", []), ("desk", []), ("ask", [])):
        drawn = browsers["linh"].get(reverse(name, args=args))
        assert ENDLESS[:60] in drawn.content.decode(), name
        beside.call(partial(beside.look, drawn, name, size))


@pytest.mark.parametrize("size", SIZES)
def test_the_palette_opens_a_line_by_its_name_typed_without_marks(
    size: str, world: World, browsers: dict[str, Client], beside: Beside
) -> None:
    row = world.asked[1]
    name = fold(row.enquiry.body["subject_name"])
    drawn = browsers["linh"].get(reverse("desk"))
    beside.call(lambda: beside.by_palette(drawn, size, name).goes_to(reverse("thread", args=[row.pk])))


@pytest.mark.parametrize("size", SIZES)
def test_what_the_palette_does_not_find_is_searched_for_in_all_enquiries(
    size: str, browsers: dict[str, Client], beside: Beside
) -> None:
    drawn = browsers["linh"].get(reverse("desk"))
    beside.call(lambda: beside.by_palette(drawn, size, "nobody").goes_to(reverse("inbox")))
    assert parse_qs(beside.sent)["q"] == ["nobody"]  # and so in no address


def test_the_palette_leads_to_a_deed_and_does_not_do_it(
    world: World, browsers: dict[str, Client], beside: Beside
) -> None:
    same_person = next(page for page in PAGES if page.name == "same_person")
    drawn = opened(browsers[same_person.who], same_person, world, "en")
    window = beside.call(lambda: beside.by_palette(drawn, "wide", "not the same"))
    assert beside.call(lambda: window.has_focus("button[value=not_same]"))
    assert beside.call(lambda: window.page.url) == f"{HERE}/here", "a verdict was sent"
