"""The whole enquiry in a browser that runs no scripts: asked, answered, closed; every page led to by a plain form."""

import pytest

from lienlac import wording
from lienlac.cli.demo.cast import PASSWORD
from lienlac.cli.demo.desk import until
from lienlac.cli.demo.journey import ANSWER, ASKED, ASKER, ENQUIRY, NAME_THERE, WORDS_THERE
from tests.journeys.browser import NARROW, PATIENCE_MS, WIDE, Window

pytestmark = pytest.mark.browser

NAME = "Lương Thị Hạnh"


@pytest.fixture
def windows(stage, chromium):
    """A narrow window at the asker's node and a wide one at the asked one's; neither runs scripts."""
    opened = []
    for code, officer, size in ((ASKER, "linh", NARROW), (ASKED, "qin", WIDE)):
        window = Window(chromium, stage.node(code).url, size, scripts=False)
        opened.append(window)
        window.sign_in(officer, PASSWORD)
    yield opened
    for window in opened:
        window.close()


def test_an_enquiry_is_asked_answered_and_closed_without_scripts(windows):
    asker, asked = windows
    ask(asker)
    shows(asker, "received")
    answer(asked)
    shows(asker, "answered")
    said = asker.page.locator("#messages").inner_text()
    assert NAME_THERE in said
    assert WORDS_THERE in said
    close(asker)
    outcome = wording.label("outcomes", "identified", asked.language().lower())
    again_until(asked, f"#messages :text('{outcome}')")
    asked.look()


def ask(window):
    """From the desk to sent; a button of its own shows who will read it."""
    window.page.locator("nav a[data-key=n]").click()
    window.goes_to("/enquiries/ask")
    window.page.locator("#id_subject").fill(NAME)
    window.page.locator(f"input[name=why][value={ENQUIRY['why']}]").check(force=True)
    window.page.locator(f"input[name=deadline][value={ENQUIRY['deadline']}]").check(force=True)
    window.page.locator("#id_why_there").select_option("national")
    window.page.locator("button[name=do][value=check]").click()
    window.page.wait_for_selector("#check .notice--green")
    assert window.page.locator("#id_subject_readings .reading").count()
    window.look()
    window.page.locator("button[name=do][value=send]").click()
    window.stands_before_a_thread()
    window.look()


def answer(window):
    """The desk shows it, the thread takes the answer."""
    window.page.goto(f"{window.url}/")
    row = window.page.locator(f"[data-row]:has-text('{NAME}') [data-open]")
    again_until(window, f"[data-row]:has-text('{NAME}')")
    row.click()
    window.stands_before_a_thread()
    window.page.locator("summary:has(+ form [name=answer][value=FULL])").click()
    window.page.locator("#id_FULL_identity_confirmed").select_option(ANSWER["identity_confirmed"])
    for field in ("subject_name", "birth", "text"):
        window.page.locator(f"#id_FULL_{field}").fill(ANSWER[field])
    window.look()
    with window.page.expect_navigation():
        window.page.locator(".answers details[open] button.btn--main").click()
    window.look()


def close(window):
    """She closes with an outcome."""
    window.page.locator("summary:has(+ div [name=outcome])").click()
    window.page.locator("[name=outcome]").select_option("identified")
    with window.page.expect_navigation():
        window.page.locator("form[action$=close] button").click()
    assert window.page.locator(".page-head .tag--green").count() == 1
    window.look()


def shows(window, step):
    """Come back to the page until its ladder shows this step as done."""
    again_until(window, f"#ladder [data-step={step}][data-state=done]")


def again_until(window, css):
    """Load the page anew, as one does without scripts, until it shows this."""

    def there():
        window.page.reload()
        return window.page.locator(css).count()

    until(there, "never_shown", within_s=PATIENCE_MS / 1000)
