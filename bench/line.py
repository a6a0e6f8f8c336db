"""How long an officer on a slow line and an old machine waits until he can work: the five duty pages.

python -m bench.line [--rounds 3] [--language my] [--json]

Two demo nodes run; Chromium opens each page at one of them over a line of 400 kbit/s with 400 ms there and back
(`bench.slow_line`: opening a connection costs its 400 ms too), its processor slowed four times (Chrome's own
emulation). *Interactive* is the latest of three moments, counted from the start of the navigation: the first content
is painted; the page's own script has run; the last long task (50 ms or more) of those that began until half a second
after that has ended, so that a key is answered at once. Text is drawn at the first paint: in a font of the machine
until ours is there. What makes a page follow events is fetched after that, and the page can be used without it.

The first visit has an empty cache and no open connection; the next one what the first left. The language is the one
whose first visit weighs most. What is compared is the middle of several rounds; the note tells what does not depend
on what else the machine does: requests and connections until the page could be used, bytes of all that was fetched.
"""

from __future__ import annotations

import argparse
import tempfile
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from statistics import median
from typing import Any

from playwright.sync_api import Browser, Page
from tests.compiled import compile_changed
from tests.journeys.browser import WIDE, Window, chromium, compress_changed
from tests.journeys.screenshots import ask

from bench.figures import Figure, shown
from bench.slow_line import SlowLine
from lienlac.cli.demo import stage as stages
from lienlac.cli.demo.cast import PASSWORD
from lienlac.cli.demo.journey import ASKER, NAME
from lienlac.cli.demo.nodes import RunningNode
from lienlac.cli.demo.stage import Stage

KBIT_S, ROUND_TRIP_MS, SLOWER = 400, 400, 4
INTERACTIVE_S = 2.0
QUIET_MS = 1_000
OFFICERS = ("-session", "-csrf", "-language")
"""Cookies of an officer, by their ends: a browser that comes for the first time has no others."""
READY = """() => {
    const paint = performance.getEntriesByName("first-contentful-paint")[0];
    const page = performance.getEntriesByType("navigation")[0];
    const long = window.longTasks.filter(one => one.startTime < page.domContentLoadedEventEnd + 500);
    const last = long.length ? long.at(-1).startTime + long.at(-1).duration : 0;
    const drawn = Math.max(paint ? paint.startTime : 0, page.domContentLoadedEventEnd);
    const fetched = performance.getEntriesByType("resource").filter(
        one => one.transferSize && one.responseEnd <= drawn);
    return { first_byte: page.responseStart / 1000, painted: paint ? paint.startTime / 1000 : 0,
             scripts: page.domContentLoadedEventEnd / 1000, busy_until: last / 1000, requests: 1 + fetched.length };
}"""
WATCH = """window.longTasks = [];
new PerformanceObserver(list => window.longTasks.push(...list.getEntries())).observe({ type: "longtask" });"""


@dataclass(frozen=True, kw_only=True)
class Wait:
    """Seconds from the start of a navigation; how many requests until the page was drawn; what came over the line."""

    first_byte: float
    painted: float
    scripts: float
    busy_until: float
    requests: int
    connections: int
    kilobytes: float

    @property
    def interactive(self) -> float:
        """When the page is drawn and answers."""
        return max(self.painted, self.scripts, self.busy_until)


def main() -> None:
    """Measure every duty page and print the figures."""
    parser = argparse.ArgumentParser(prog="bench.line")
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument("--language", default="my")
    parser.add_argument("--json", action="store_true")
    wished = parser.parse_args()
    compile_changed()
    compress_changed()
    with tempfile.TemporaryDirectory(prefix="lienlac-line-") as place, chromium() as browser:
        stage = stages.set_up(Path(place), lambda _text: None)
        try:
            figures = list(measured(stage, browser, wished.rounds, wished.language))
        finally:
            stage.stop()
    print(shown(figures, as_json=wished.json))


def measured(stage: Stage, browser: Browser, rounds: int, language: str) -> Iterator[Figure]:
    """Give two figures a page: the first visit of a new browser, and the next; the middle of several."""
    node = stage.node(ASKER)
    addresses, cookies = _addresses(browser, node.url, language)
    for name, path in addresses.items():
        waits = [_visits(browser, node, cookies, path) for _ in range(rounds)]
        for number, visit in enumerate(("first visit", "next visit")):
            found = sorted((one[number] for one in waits), key=lambda wait: wait.interactive)
            middle = found[len(found) // 2]
            yield Figure(
                name=f"{name}: {visit}, interactive",
                value=median(one.interactive for one in found),
                unit="s",
                at_most=INTERACTIVE_S,
                note=f"first byte {middle.first_byte:.2f}, painted {middle.painted:.2f}, script {middle.scripts:.2f}; "
                f"{middle.requests} requests, {middle.connections} connections, {middle.kilobytes:.1f} KB",
            )


def _addresses(browser: Browser, url: str, language: str) -> tuple[dict[str, str], Any]:
    """Return the duty pages and an officer's cookies; one enquiry is asked, so that there is a thread."""
    window = Window(browser, url, WIDE)
    window.sign_in("linh", PASSWORD)
    ask(window, NAME)
    thread = window.thread.removeprefix(url)
    window.speak(language)
    cookies = [one for one in window.context.cookies() if one["name"].endswith(OFFICERS)]
    window.close()
    pages = {
        "desk": "/",
        "inbox": "/enquiries/",
        "thread": thread,
        "ask": "/enquiries/ask",
        "awake": "/awake/",
    }
    return pages, cookies


def _visits(browser: Browser, node: RunningNode, cookies: Any, path: str) -> tuple[Wait, Wait]:
    """Return the first and the next visit of a browser that has the officer's cookies and nothing else."""
    line = SlowLine(port=node.desk_port, bits_s=KBIT_S * 1000, round_trip_s=ROUND_TRIP_MS / 1000)
    with line.open():
        fresh = browser.new_context(viewport={"width": WIDE[0], "height": WIDE[1]})
        try:
            fresh.add_cookies(cookies)
            fresh.add_init_script(WATCH)
            page = fresh.new_page()
            session = fresh.new_cdp_session(page)
            session.send("Emulation.setCPUThrottlingRate", {"rate": SLOWER})
            address = f"http://{node.host}:{line.own_port}{path}"
            return _visit(page, line, address), _visit(page, line, address)
        finally:
            fresh.close()


def _visit(page: Page, line: SlowLine, address: str) -> Wait:
    """Return how a visit went, once all came that the page fetches in its own time: the next visit needs it."""
    page.goto("about:blank")
    line.carried = line.opened = 0
    page.goto(address, wait_until="load")
    carried = 0
    while carried != line.carried:
        carried = line.carried
        page.wait_for_timeout(QUIET_MS)
    times: dict[str, Any] = page.evaluate(READY)
    return Wait(**times, connections=line.opened, kilobytes=line.carried / 1000)


if __name__ == "__main__":
    main()
