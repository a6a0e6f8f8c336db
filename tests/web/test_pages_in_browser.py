"""Every page of the table in a real browser, wide or narrow, the languages dealt round: axe, width, console.

The pages are drawn first, by Django in this thread; the browser lives in a thread of its own, since its driver keeps an
event loop running in the thread it was started in. What a page asks for is answered from what was drawn and from the
static files: no node runs.
"""

from __future__ import annotations

import mimetypes
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import TypeVar

import pytest
from django.conf import settings
from django.contrib.staticfiles import finders
from django.http import HttpResponseBase
from playwright.sync_api import Route

from tests.journeys.browser import NARROW, WIDE, Window, chromium
from tests.web.pages import LANGUAGES, PAGES, Seen, opened

pytestmark = [pytest.mark.django_db, pytest.mark.browser]


WHOLE = [page for page in PAGES if not page.fragment]
DUTY = {"desk", "ask", "thread", "awake", "same_person"}
SIZES = {"wide": WIDE, "narrow": NARROW}
HERE = "http://pages.localhost"
Made = TypeVar("Made")


def dealt() -> list[object]:
    """Return the five duty screens at both widths and every other page at one, in turn: browsers take minutes."""
    return [
        pytest.param(page, size, id=f"{page.id}-{size}")
        for number, page in enumerate(WHOLE)
        for turn, size in enumerate(SIZES)
        if page.name in DUTY or number % len(SIZES) == turn
    ]


def language_of(number: int, size: str) -> str:
    """Deal the languages round: a page is seen in two of them, each width of neighbours in others."""
    return LANGUAGES[(number + (3 if size == "narrow" else 0)) % len(LANGUAGES)]


@pytest.fixture(scope="module")
def drawn(world, browsers) -> dict[tuple[str, str], HttpResponseBase]:
    """Each page as it is answered, by its name and the width it is for."""
    return {
        (page.id, size): opened(browsers[page.who], page, world, language_of(number, size))
        for number, page in enumerate(WHOLE)
        for size in SIZES
    }


class Beside:
    """A browser in a thread of its own, with a window of each size."""

    def __init__(self, drawn: dict[tuple[str, str], HttpResponseBase]) -> None:
        self.drawn, self.shown = drawn, ("", "")
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

    def look(self, page: str, size: str) -> None:
        """Show a page and hold what every page promises."""
        self.shown = (page, size)
        window = self.windows[size]
        window.complaints.clear()
        window.page.goto(f"{HERE}/{page}")
        window.look()

    def _answer(self, route: Route) -> None:
        address = route.request.url
        if route.request.is_navigation_request():
            answer = self.drawn[self.shown]
            route.fulfill(body=answer.content, headers=dict(answer.headers))
        elif settings.STATIC_URL in address:
            path = Path(str(finders.find(address.partition(settings.STATIC_URL)[2])))
            route.fulfill(body=path.read_bytes(), content_type=mimetypes.guess_type(path.name)[0])
        else:
            route.fulfill(status=204)


@pytest.fixture(scope="module")
def beside(drawn) -> Iterator[Beside]:
    """The browser."""
    made = Beside(drawn)
    made.call(made.open)
    yield made
    made.call(made.close)
    made.thread.shutdown()


@pytest.mark.parametrize(("page", "size"), dealt())
def test_is_without_barriers(page: Seen, size: str, beside: Beside) -> None:
    beside.call(lambda: beside.look(page.id, size))
