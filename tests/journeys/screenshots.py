"""Draw the pictures of docs/screenshots anew: five screens in four languages, from nodes with invented data.

python -m tests.journeys.screenshots [SCREEN…]
"""

from __future__ import annotations

import sys
import tempfile
from functools import partial
from pathlib import Path

from playwright.sync_api import Browser

from lienlac.cli.demo import stage as stages
from lienlac.cli.demo.cast import PASSWORD
from lienlac.cli.demo.journey import ANSWER, ASKED, ASKER, ENQUIRY, NAME
from lienlac.cli.demo.stage import Stage
from tests.compiled import compile_changed
from tests.journeys.browser import NARROW, WIDE, Window, chromium, compress_changed

PLACE = Path(__file__).parents[2] / "docs" / "screenshots"
LANGUAGES = ("vi", "lo", "zh-hans", "en")
MORE = {"desk": ("km", "th", "my")}
OTHERS = ("Lục Kiến Quốc", "Nông Tú Anh", "Vi Minh Châu")
BACK = ("李金花", "黄德昌", "Triệu Văn Bảo")


def main(wanted: list[str]) -> None:
    """Set the stage, let officers work, take the pictures."""
    compile_changed()
    compress_changed()
    PLACE.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory(prefix="lienlac-pictures-") as directory, chromium() as browser:
        stage = stages.set_up(Path(directory), print)
        try:
            draw(stage, browser, wanted)
        finally:
            stage.stop()


def draw(stage: Stage, browser: Browser, wanted: list[str]) -> None:
    """Let officers of both nodes work, and take each screen when it shows the same person: asked, waiting, answered."""
    here, there = (Window(browser, stage.node(code).url) for code in (ASKER, ASKED))
    here.sign_in("linh", PASSWORD)
    there.sign_in("qin", PASSWORD)
    take_shift(here)
    take_shift(there)
    shown = partial(_shown, here, there, wanted)
    shown("ask", "/enquiries/ask", "/enquiries/ask")
    question(here, there)
    shown("desk", "/", "/")
    shown("awake", "/awake/", "/awake/")
    answer(here, there)
    shown("thread", here.thread.removeprefix(here.url), there.thread.removeprefix(there.url))
    judged = same_person(there).removeprefix(there.url)
    _shown(there, there, wanted, "same-person", judged, judged)


def _shown(here: Window, there: Window, wanted: list[str], name: str, ours: str, theirs: str) -> None:
    """Take one screen in each language: the Chinese one at the node in China."""
    if wanted and name not in wanted:
        return
    for language in (*LANGUAGES, *MORE.get(name, ())):
        window, path = (there, theirs) if language == "zh-hans" else (here, ours)
        take(window, name, f"{window.url}{path}", language)


def take(window: Window, name: str, address: str, language: str) -> None:
    """Take one screen in one language: wide, and narrow in the language of the office."""
    window.page.goto(address)
    window.speak(language)
    if name == "ask":
        fill(window, NAME)
    for size, suffix in ((WIDE, ""), (NARROW, "-390")):
        if suffix and language not in ("vi", "lo"):
            continue
        width, height = size
        window.page.set_viewport_size({"width": width, "height": height})
        window.page.evaluate("scrollTo(0, 0)")
        window.page.evaluate("document.fonts.ready.then(() => true)")
        window.page.screenshot(path=PLACE / f"{name}-{language}{suffix}.png", animations="disabled")
    window.page.set_viewport_size({"width": WIDE[0], "height": WIDE[1]})


def question(here: Window, there: Window) -> None:
    """Ask about persons on both sides; the one whom every picture shows is asked about first."""
    ask(here, NAME)
    thread = here.thread
    for name in OTHERS:
        ask(here, name)
    for name in BACK:
        ask(there, name)
    here.thread = thread
    there.page.goto(f"{there.url}/")
    there.page.wait_for_selector(f"[data-row]:has-text('{NAME}')")


def answer(here: Window, there: Window) -> None:
    """Answer the enquiry that every picture shows; both windows remember its thread."""
    there.page.goto(f"{there.url}/")
    there.page.locator(f"[data-row]:has-text('{NAME}') [data-open]").click()
    there.stands_before_a_thread()
    there.thread = there.page.url
    there.page.locator("summary:has(+ form [name=answer][value=FULL])").click()
    there.page.locator("#id_FULL_identity_confirmed").select_option(ANSWER["identity_confirmed"])
    for field in ("subject_name", "birth", "text"):
        there.page.locator(f"#id_FULL_{field}").fill(ANSWER[field])
    with there.page.expect_navigation():
        there.page.locator("details[open] button.btn--main").click()
    here.page.goto(here.thread)
    here.page.wait_for_selector("#ladder [data-step=answered][data-state=done]")


def ask(window: Window, name: str) -> None:
    """Ask about a person; the window remembers the thread."""
    window.page.goto(f"{window.url}/enquiries/ask")
    fill(window, name)
    with window.page.expect_navigation():
        window.page.locator("button[name=do][value=send]").click()
    window.stands_before_a_thread()
    window.thread = window.page.url


def fill(window: Window, name: str) -> None:
    """Fill in the form as the demo does."""
    page = window.page
    page.locator("#id_subject").fill(name)
    page.wait_for_selector("#id_subject_readings .reading")
    page.locator(f"input[name=why][value={ENQUIRY['why']}]").check(force=True)
    window.settles()
    page.locator("input[name=deadline][value=U1]").check(force=True)
    page.locator("#id_why_there").select_option("national")
    page.locator("summary:has(+ div #id_birth)").click()
    page.locator("#id_birth").fill(ENQUIRY["birth"])
    page.wait_for_selector("#check .notice--green")
    page.locator("h1").click()


def take_shift(window: Window) -> None:
    """Take the shift, if there is one to take."""
    window.page.goto(f"{window.url}/")
    button = window.page.locator(".status form button")
    if button.count():
        with window.page.expect_navigation():
            button.click()


def same_person(window: Window) -> str:
    """Return where the candidates of an enquiry are judged."""
    window.page.goto(window.thread)
    return f"{window.url}{window.page.locator('aside .notice a[data-key=s]').get_attribute('href')}"


if __name__ == "__main__":
    main(sys.argv[1:])
