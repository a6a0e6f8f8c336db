"""How long an officer on a slow line and an old machine waits until he can work: the five duty pages.

python -m bench.line [--rounds 3] [--json]

Two demo nodes run; Chromium opens each page at one of them over 400 kbit/s with 400 ms there and back, its processor
slowed four times (Chrome's own emulation). *Interactive* is the later of two moments, counted from the start of
the navigation: the first content is painted, and the page's scripts have run and nothing keeps the main thread from
answering a key (no task of 50 ms or more goes on). The first visit has an empty cache; the next one what the
first left. The language is the one whose first visit weighs most.
"""

from __future__ import annotations

import argparse
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from statistics import median
from typing import Any

from playwright.sync_api import Browser, Page
from tests.compiled import compile_changed
from tests.journeys.browser import WIDE, Window, chromium, compress_changed
from tests.journeys.screenshots import ask

from bench.figures import Figure, shown
from lienlac.cli.demo import stage as stages
from lienlac.cli.demo.cast import PASSWORD
from lienlac.cli.demo.journey import ASKER, NAME
from lienlac.cli.demo.stage import Stage

KBIT_S, ROUND_TRIP_MS, SLOWER = 400, 400, 4
INTERACTIVE_S = 2.0
SETTLE_MS = 2_500
LANGUAGE = "my"
READY = """() => {
    const paint = performance.getEntriesByName("first-contentful-paint")[0];
    const page = performance.getEntriesByType("navigation")[0];
    const long = window.longTasks.filter(one => one.startTime < page.domContentLoadedEventEnd + 500);
    const last = long.length ? long.at(-1).startTime + long.at(-1).duration : 0;
    return { first_byte: page.responseStart, painted: paint ? paint.startTime : 0,
             scripts: page.domContentLoadedEventEnd, busy_until: last, loaded: page.loadEventEnd };
}"""
WATCH = """window.longTasks = [];
new PerformanceObserver(list => window.longTasks.push(...list.getEntries())).observe({ type: "longtask" });"""


@dataclass(frozen=True, kw_only=True)
class Wait:
    """Seconds from the start of a navigation."""

    first_byte: float
    painted: float
    scripts: float
    busy_until: float
    loaded: float

    @property
    def interactive(self) -> float:
        """When the page is drawn and answers."""
        return max(self.painted, self.scripts, self.busy_until)


def main() -> None:
    """Measure every duty page and print the figures."""
    parser = argparse.ArgumentParser(prog="bench.line")
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument("--json", action="store_true")
    wished = parser.parse_args()
    compile_changed()
    compress_changed()
    with tempfile.TemporaryDirectory(prefix="lienlac-line-") as place, chromium() as browser:
        stage = stages.set_up(Path(place), lambda _text: None)
        try:
            figures = list(measured(stage, browser, wished.rounds))
        finally:
            stage.stop()
    print(shown(figures, as_json=wished.json))


def measured(stage: Stage, browser: Browser, rounds: int) -> Iterator[Figure]:
    """Give two figures a page: the first visit of a new browser, and the next; the middle of several."""
    url = stage.node(ASKER).url
    for name, path in _addresses(browser, url).items():
        waits = [_visits(browser, url, path) for _ in range(rounds)]
        for number, visit in enumerate(("first visit", "next visit")):
            found = sorted((one[number] for one in waits), key=lambda wait: wait.interactive)
            middle = found[len(found) // 2]
            yield Figure(
                name=f"{name}: {visit}, interactive",
                value=median(one.interactive for one in found),
                unit="s",
                at_most=INTERACTIVE_S,
                note=f"first byte {middle.first_byte:.2f}, painted {middle.painted:.2f}, "
                f"scripts {middle.scripts:.2f}, loaded {middle.loaded:.2f}",
            )


def _addresses(browser: Browser, url: str) -> dict[str, str]:
    """Return the duty pages; one enquiry is asked, so that there is a thread."""
    window = _signed_in(browser, url)
    ask(window, NAME)
    thread = window.thread.removeprefix(url)
    window.close()
    return {
        "desk": "/",
        "inbox": "/enquiries/",
        "thread": thread,
        "ask": "/enquiries/ask",
        "awake": "/awake/",
    }


def _signed_in(browser: Browser, url: str) -> Window:
    window = Window(browser, url, WIDE)
    window.sign_in("linh", PASSWORD)
    return window


def _visits(browser: Browser, url: str, path: str) -> tuple[Wait, Wait]:
    """Return the first and the next visit of a browser that has the officer's cookies and nothing else."""
    window = _signed_in(browser, url)
    window.speak(LANGUAGE)
    cookies = window.context.cookies()
    window.close()
    fresh = Window(browser, url, WIDE)
    try:
        fresh.context.add_cookies(cookies)  # type: ignore[arg-type]
        fresh.page.add_init_script(WATCH)
        with _slow(fresh.page):
            return _visit(fresh.page, url + path), _visit(fresh.page, url + path)
    finally:
        fresh.close()


@contextmanager
def _slow(page: Page) -> Iterator[None]:
    """Let the page have a slow line and a slow processor."""
    session = page.context.new_cdp_session(page)
    session.send("Network.enable")
    bytes_s = KBIT_S * 1000 / 8
    session.send("Network.emulateNetworkConditions", {
        "offline": False, "latency": ROUND_TRIP_MS, "downloadThroughput": bytes_s, "uploadThroughput": bytes_s,
    })  # fmt: skip
    session.send("Emulation.setCPUThrottlingRate", {"rate": SLOWER})
    yield
    session.detach()


def _visit(page: Page, address: str) -> Wait:
    page.goto("about:blank")
    page.goto(address, wait_until="load")
    page.wait_for_timeout(SETTLE_MS)
    times: dict[str, Any] = page.evaluate(READY)
    return Wait(**{name: value / 1000 for name, value in times.items()})


if __name__ == "__main__":
    main()
