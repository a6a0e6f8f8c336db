"""The main journey in a real browser, by keyboard alone: two nodes, two languages, two widths."""

from contextlib import contextmanager

import pytest

from lienlac import wording
from lienlac.cli.demo.cast import PASSWORD
from lienlac.cli.demo.desk import until
from lienlac.cli.demo.journey import ANSWER, ASKED, ASKER, NAME, NAME_THERE, WORDS_THERE
from tests.journeys.browser import MOST_TABS, NARROW, PATIENCE_MS, WIDE, Window

pytestmark = pytest.mark.browser

MOST_TAPS = 12
MOST_BYTES_OF_NEWS = 10_000
MOST_CHARS_OF_A_NAME = 300  # as it is sent; a whole form is more
HALF_A_NOTE = "Gọi lại lúc 8 giờ"
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
    open_from_desk(asked, name)
    shows(asker, "opened")
    begins_a_note(asker)
    with nothing_but_news(asker):
        answer(asked)
        shows(asker, "answered")
        comes_back(asker)
    still_holds_the_note(asker)
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
    window.page.wait_for_selector("#id_subject_readings .reading")
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


BOXES = (  # where the name of a person is typed, and a name
    ("/records/new", "#id_name", "谭庆远"),
    ("/records/new", "#id_aliases", "阿远\n谭庆远"),
    ("/records/", "#id_text", "谭庆远"),
    ("/enquiries/", "#q", "谭庆远"),
    ("/enquiries/ask/other/LOCATE_MISSING", "#id_subject_name", "谭庆远"),
)
SIZES = [pytest.param((WIDE, "vi", "zh-hans"), id="1366-vi"), pytest.param((NARROW, "lo", "en"), id="390-lo")]


@pytest.mark.parametrize("windows", SIZES, indirect=True)
def test_a_name_is_read_as_one_types_wherever_a_person_is_entered_or_sought(windows):
    window, _ = windows
    for path, box, typed in BOXES:
        window.page.goto(f"{window.url}{path}")
        window.tab_to(box)
        with window.page.expect_response("**/names/readings*") as heard:
            window.type(typed)
        window.page.wait_for_selector(f"{box}_readings .reading:has-text('Đàm Khánh Viễn')")
        assert window.has_focus(box)
        assert window.page.locator(box).input_value() == typed
        only_the_name_goes(heard.value)
        window.look()


def only_the_name_goes(response):
    """Neither what else stands in the form nor much of anything: a name is typed on a line of 2G."""
    told = response.request.post_data
    assert "csrf" not in told
    assert len(told) < MOST_CHARS_OF_A_NAME
    assert "谭" not in response.url
    assert response.request.sizes()["responseBodySize"] < MOST_BYTES_OF_NEWS / 10


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
    window.page.wait_for_selector(f"#ladder [data-step={step}][data-state=done]")


def answer(window):
    """One of six buttons by its number; the coded fields; words of one's own."""
    assert window.page.locator(".answers").first.locator("summary").count() == 6  # the rarer ones are folded
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


def begins_a_note(window):
    """She writes a note of her own while she waits."""
    window.tab_to("#id_note_text")
    window.type(HALF_A_NOTE)


def still_holds_the_note(window):
    """What came neither took the focus nor a letter; she keeps it."""
    assert window.has_focus("#id_note_text")
    window.type(".")
    assert window.page.locator("#id_note_text").input_value() == f"{HALF_A_NOTE}."
    window.tab_to("form[action$=note] button")
    with window.page.expect_navigation():
        window.press("Enter")
    assert window.page.locator(f"#part-notes :text('{HALF_A_NOTE}.')").count()


@contextmanager
def nothing_but_news(window):
    """Hold that what comes meanwhile comes by itself, light, and with no page fetched."""
    fetched = []

    def note(response):
        fetched.append(response)

    window.page.on("response", note)
    yield
    window.page.remove_listener("response", note)
    for one in fetched:
        assert one.request.resource_type == "fetch", one.url
        assert one.request.sizes()["responseBodySize"] <= MOST_BYTES_OF_NEWS, one.url


def comes_back(window):
    """The answer stands in her thread in both languages, his words as he wrote them; nobody reloads the page."""
    window.page.wait_for_selector(f"#messages :text('{WORDS_THERE}')")
    said = window.page.locator("main").inner_text()
    assert NAME_THERE in said
    word = wording.label("responses", "FULL", window.language().lower())
    assert word in said
    assert word in window.page.locator("#told[role=status]").inner_text()
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
    """His thread says so too, by itself."""
    word = wording.label("enquiry_states", "outcome_given", window.language().lower())
    window.page.wait_for_selector(f".page-head .tag:has-text('{word}')")
    outcome = wording.label("outcomes", "identified", window.language().lower())
    window.page.wait_for_selector(f"#messages :text('{outcome}')")
    window.look()
