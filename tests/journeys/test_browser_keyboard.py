"""The main journey in a real browser, by keyboard alone: two nodes, two languages, two widths."""

import pytest

from lienlac import wording
from lienlac.cli.demo.cast import PASSWORD
from lienlac.cli.demo.desk import until
from lienlac.cli.demo.journey import ANSWER, ASKED, ASKER, NAME, NAME_THERE, WORDS_THERE
from tests.journeys.browser import MOST_TABS, NARROW, PATIENCE_MS, WIDE, Window

pytestmark = pytest.mark.browser

MOST_TAPS = 12
READ = """async address => { const answer = await fetch(address), text = await answer.text();
    return [answer.status, answer.headers.get("content-type"), text.slice(0, 5)]; }"""
WALKS = [
    pytest.param((WIDE, "vi", "zh-hans"), NAME, id="1366-vi-zh"),
    pytest.param((NARROW, "lo", "en"), "Lục Kiến Quốc", id="390-lo-en"),
]


@pytest.fixture
def windows(stage, chromium, request):
    """A window at the asker's node and one at the asked one's, signed in, each in its language."""
    size, mine, theirs = request.param
    opened = []
    for code, officer, language in ((ASKER, "linh", mine), (ASKED, "qin", theirs)):
        window = Window(chromium, stage.node(code).url, size)
        opened.append(window)
        window.sign_in(officer, PASSWORD)
        window.speak(language)
    yield opened
    for window in opened:
        window.close()


@pytest.mark.parametrize(("windows", "name"), WALKS, indirect=["windows"])
def test_an_enquiry_is_asked_answered_and_closed_without_a_mouse(windows, name, capsys):
    asker, asked = windows
    asker.look()
    taps = ask(asker, name)
    with capsys.disabled():
        print(f"\n  {taps} taps from the desk to sent, every Tab counted", end=" ")
    assert taps <= MOST_TAPS
    thread = asker.page.url
    open_from_desk(asked, name)
    shows(asker, "opened")
    answer(asked)
    shows(asker, "answered")
    assert asker.page.url == thread
    comes_back(asker)
    prints(asker)
    close(asker)
    shows_closed(asked)


def ask(window, name):
    """Ask from the desk; return the taps it took. The lists and the line are live all the while."""
    window.taps = 0
    window.press("n")
    window.goes_to("/enquiries/ask")
    assert window.has_focus("#id_subject")
    window.type(name)
    window.page.wait_for_selector("#readings .reading")
    window.press("Tab", "Space")
    assert window.page.locator("input[name=why]:checked").input_value() == "drugs"
    window.settles()
    window.press("Tab", "ArrowLeft")
    assert window.page.locator("input[name=deadline]:checked").input_value() == "U1"
    window.choose("#id_why_there", "national")
    told_who_reads(window)
    window.press("Control+Enter")
    window.stands_before_a_thread()
    return window.taps


@pytest.mark.parametrize("windows", [pytest.param((WIDE, "en", "vi"), id="en")], indirect=True)
def test_what_was_filled_in_stays_when_a_slow_answer_draws_the_boxes_anew(windows):
    asker, _ = windows
    held = []
    asker.press("n")
    asker.goes_to("/enquiries/ask")
    asker.page.route("**/ask/fields", lambda route: held.append(route))
    asker.press("Tab", "Space")
    asker.choose("#id_why_there", "national")
    with asker.page.expect_response("**/ask/fields"):
        held[0].continue_()
    asker.settles()
    assert asker.page.locator("#id_why_there").input_value() == "national"
    assert asker.has_focus("#id_why_there")
    assert not asker.page.locator("#fields .bad").count()


def told_who_reads(window):
    """One sentence names the office that will read it, and the safeguards have said yes."""
    window.page.wait_for_selector("#check .notice--green")
    window.look()


def open_from_desk(window, name):
    """The enquiry comes onto the desk by itself; j chooses its line, o opens it."""
    window.page.wait_for_selector(f"[data-row]:has-text('{name}')")
    window.look()
    window.taps = 0
    while not window.page.locator(f"[data-row][data-now]:has-text('{name}')").count():
        assert window.taps < MOST_TABS, "j does not come to the line"
        window.press("j")
    window.press("o")
    window.stands_before_a_thread()
    assert window.page.locator("h1").inner_text() == name
    window.look()


def shows(window, step):
    """Wait until the ladder shows this step as done; nobody reloads the page."""
    number = ("queued", "sent", "received", "opened", "answered").index(step) + 1
    window.page.wait_for_selector(f"#ladder li:nth-child({number})[data-state=done]")


def answer(window):
    """One of six buttons by its number; the coded fields; words of one's own."""
    assert window.page.locator(".answers summary").count() == 6
    number = window.page.locator("summary:has(+ form [name=answer][value=FULL])").get_attribute("data-key")
    window.press(number)
    window.choose("#id_FULL_identity_confirmed", ANSWER["identity_confirmed"])
    for name in ("subject_name", "birth", "text"):
        window.tab_to(f"#id_FULL_{name}")
        window.type(ANSWER[name])
    window.look()
    window.tab_to("details[open] button.btn--main")
    with window.page.expect_navigation():
        window.press("Enter")
    window.look()


def comes_back(window):
    """The answer stands in her thread in both languages, his words as he wrote them."""
    window.page.reload()
    said = window.page.locator("main").inner_text()
    assert NAME_THERE in said
    assert WORDS_THERE in said
    assert wording.label("responses", "FULL", window.language().lower()) in said
    window.look()


def prints(window):
    """The key p leads to a paper in both languages."""
    asked_for = []

    def stay(route):
        asked_for.append(route.request.url)
        route.fulfill(status=204)  # leaving a paper that a window shows can take for ever

    window.page.route("**/print", stay, times=1)
    with window.page.expect_request("**/print"):
        window.press("p")
    until(lambda: asked_for or window.page.wait_for_timeout(50), "no_paper", within_s=PATIENCE_MS / 1000)
    assert window.page.evaluate(READ, asked_for[0]) == [200, "application/pdf", "%PDF-"]


def close(window):
    """She closes with an outcome."""
    window.tab_to("summary:has(+ div [name=outcome])")
    window.press("Enter")
    window.choose("[name=outcome]", "identified")
    window.look()
    window.tab_to("form[action$=close] button")
    with window.page.expect_navigation():
        window.press("Enter")
    assert window.page.locator(".page-head .tag--green").count() == 1
    window.look()


def shows_closed(window):
    """His thread says so too."""
    word = wording.label("enquiry_states", "outcome_given", window.language().lower())

    def says_so():
        window.page.reload()
        return window.page.locator(f".page-head .tag:has-text('{word}')").count()

    until(says_so, "outcome_not_shown", within_s=PATIENCE_MS / 1000)
