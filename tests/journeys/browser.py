"""A real browser, worked as an officer works it: by keys alone, with every page looked at on the way.

`Window` presses keys, counts those that are not typing, and keeps what the browser complained of. `look` holds what
every page promises: no serious finding of axe, nothing wider than the window, no complaint in the console.
"""

from __future__ import annotations

import gzip
import re
import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from axe_playwright_python.base import AXE_SCRIPT
from playwright.sync_api import Browser, ConsoleMessage, Page, expect, sync_playwright

import lienlac

NAMES = ("chromium", "chromium-browser", "google-chrome")
QUIET = (
    "--no-sandbox",
    "--disable-gpu",
    "--disable-background-networking",
    "--no-first-run",
    "--disable-quic",
)
PATIENCE_MS = 45_000  # a shared machine; nothing is measured with it
AXE = "axe.run({resultTypes: ['violations']}).then(results => results.violations)"
GRAVE = frozenset({"serious", "critical"})
MOST_TABS = 120
THREAD = re.compile(r"/enquiries/\d+$")
NO_ICON = "/favicon.ico"  # a browser asks for it beside a paper, which cannot name another icon
COMPRESSIBLE = frozenset({".css", ".js", ".svg"})

WIDE, NARROW = (1366, 768), (390, 844)


class NoBrowser(Exception):
    """There is no Chromium here."""


@contextmanager
def chromium() -> Iterator[Browser]:
    """Give Debian's Chromium, without a window; NoBrowser when it is not installed."""
    path = next(filter(None, map(shutil.which, NAMES)), None)
    if path is None:
        raise NoBrowser("apt-get install chromium, or say BROWSER=no")
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=path, args=QUIET)
        try:
            yield browser
        finally:
            browser.close()


def compress_changed() -> None:
    """Compress anew each static file that changed since the package was built: a browser is given those."""
    static = Path(lienlac.__file__).parent / "web" / "static"
    for source in (one for one in static.rglob("*") if one.suffix in COMPRESSIBLE):
        target = source.with_name(source.name + ".gz")
        made = gzip.compress(source.read_bytes(), compresslevel=9, mtime=0)
        if not target.exists() or target.read_bytes() != made:
            target.write_bytes(made)


class Window:
    """One officer's browser window with cookies of its own."""

    def __init__(
        self, browser: Browser, url: str, size: tuple[int, int] = WIDE, *, scripts: bool = True
    ) -> None:
        self.url, self.taps, self.thread, self.scripts = url, 0, "", scripts
        self.complaints: list[str] = []
        width, height = size
        self.context = browser.new_context(
            viewport={"width": width, "height": height}, java_script_enabled=scripts
        )
        if scripts:
            self.context.add_init_script(AXE_SCRIPT)  # half a megabyte, handed over once and not at each page
        self.page: Page = self.context.new_page()
        self.page.set_default_timeout(PATIENCE_MS)
        self.page.on("console", self._note)
        self.page.on("pageerror", lambda error: self.complaints.append(str(error)))

    def _note(self, message: ConsoleMessage) -> None:
        if message.type == "error" and not message.location["url"].endswith(NO_ICON):
            self.complaints.append(f"{self.page.url}: {message.text}")

    def close(self) -> None:
        """Close the window and forget its cookies."""
        self.context.close()

    # --- keys ---------------------------------------------------------------------------------------------

    def press(self, *keys: str) -> None:
        """Press keys one after another; each counts as a tap."""
        for key in keys:
            self.page.keyboard.press(key)
            self.taps += 1

    def type(self, text: str) -> None:
        """Type words; they do not count."""
        self.page.keyboard.type(text)

    def tab_to(self, css: str, key: str = "Tab") -> None:
        """Press Tab until the focus stands on such an element; AssertionError when a keyboard cannot get there."""
        for _ in range(MOST_TABS):
            if self.has_focus(css):
                return
            self.press(key)
        raise AssertionError(f"no Tab leads to {css} at {self.page.url}")

    def has_focus(self, css: str) -> bool:
        """Say whether the focus stands on such an element."""
        return bool(self.page.evaluate("css => document.activeElement.matches(css)", css))

    def choose(self, css: str, value: str) -> None:
        """Go to a list of choices and press the down key until that value is chosen."""
        self.tab_to(css)
        for _ in range(MOST_TABS):
            if self.page.locator(css).input_value() == value:
                return
            self.press("ArrowDown")
        raise AssertionError(f"{value} is not among the choices of {css}")

    # --- ways ---------------------------------------------------------------------------------------------

    def goes_to(self, path: str) -> None:
        """Wait until the window stands at such an address and has loaded it."""
        self.page.wait_for_url(f"{self.url}{path}")
        self.page.wait_for_load_state("load")

    def settles(self) -> None:
        """Wait until nothing that the page asked for is still on its way."""
        expect(self.page.locator(".htmx-request")).to_have_count(0, timeout=PATIENCE_MS)

    def stands_before_a_thread(self) -> None:
        """Wait until the window shows one enquiry."""
        self.page.wait_for_url(THREAD)
        self.page.wait_for_load_state("load")

    def sign_in(self, username: str, password: str) -> None:
        """Sign in by keyboard; the focus stands in the first box when the page opens."""
        self.page.goto(f"{self.url}/")
        self.type(username)
        self.press("Tab")
        self.type(password)
        self.press("Enter")
        self.goes_to("/")

    def speak(self, language: str) -> None:
        """Change the language of the pages by the menu in the header."""
        self.tab_to("summary:has(.langs)")
        self.press("Enter")
        self.tab_to(f'button[name=language][value="{language}"]')
        with self.page.expect_navigation():
            self.press("Enter")
        assert self.language() == language

    def language(self) -> str:
        """Return the language that the page says it is in."""
        return self.page.locator("html").get_attribute("lang") or ""

    # --- what every page promises -------------------------------------------------------------------------

    def look(self) -> None:
        """Hold what every page promises: axe finds nothing grave, nothing is too wide, nothing was complained of.

        Axe is itself a script: where none may run, the other promises are held.
        """
        here = f"{self.page.url} in {self.language()}"
        if self.scripts:
            found = self.page.evaluate(AXE)
            grave = [
                (one["id"], [node["target"] for node in one["nodes"]])
                for one in found
                if one["impact"] in GRAVE
            ]
            assert not grave, f"{here}: {grave}"
        wide = self.page.evaluate(
            "[document.documentElement.scrollWidth, document.documentElement.clientWidth]"
        )
        assert wide[0] <= wide[1], f"{here} is {wide[0]} wide in a window of {wide[1]}"
        assert not self.complaints, self.complaints
