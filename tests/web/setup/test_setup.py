"""The first run: one browser, on this machine, by a link that holds once; and nothing that was typed is lost."""

from __future__ import annotations

import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime, timedelta
from threading import Event
from typing import Any
from unittest.mock import MagicMock

import pytest
from django.conf import settings as node_settings
from django.test import Client

from lienlac.core.errors import Unavailable
from lienlac.site import first_run
from lienlac.web.setup import answers, authenticator, forms, gate, state
from lienlac.web.setup.answers import Answers
from tests.web.pages import OTHER_SCRIPT
from tests.web.reading import Page

LANGUAGES = [code for code, _ in node_settings.LANGUAGES]
PASSWORD = "một câu thật là dài"
GIVEN: dict[str, dict[str, Any]] = {
    "language": {"language": "vi"},
    "office": {"country": "VN", "kind": "liaison_office", "name": "Văn phòng Trà Lĩnh", "place": "Trà Lĩnh"},
    "administrator": {
        "full_name": "Hoàng Thị Mai",
        "username": "mai",
        "password": PASSWORD,
        "again": PASSWORD,
    },
    "key": {"code": ""},
    "purpose": {"purpose": "training"},
    "reach": {"desk_host": "localhost", "desk_port": "8100", "how": "dials", "peer_port": "8200"},
}


@pytest.fixture
def founded() -> list[Answers]:
    return []


@pytest.fixture(autouse=True)
def run(settings: Any, founded: list[Answers]) -> Iterator[state.Setup]:
    """A first run; no test here may touch a database, since there is none."""
    for name in ("ROOT_URLCONF", "MIDDLEWARE", "TEMPLATES", "MESSAGE_STORAGE"):
        setattr(settings, name, getattr(first_run, name))
    settings.ALLOWED_HOSTS = ["*"]
    made = state.Setup(found=founded.append, began_at=datetime.now(UTC), port=8100)
    state.CURRENT[:] = [made]
    yield made
    state.CURRENT.clear()


@pytest.fixture
def browser(run: state.Setup) -> Client:
    made = Client(headers={"Host": "localhost:8100"})
    assert made.get(f"/begin/{run.token}").headers["Location"] == "/language/"
    return made


def walk(browser: Client, *, until: str = "", **changed: dict[str, Any]) -> None:
    for name, given in GIVEN.items():
        if name == until:
            return
        answer = browser.post(f"/{name}/", {**given, **changed.get(name, {})})
        assert answer.status_code == 302, (name, answer.content.decode())


def is_closed(answer: Any, code: str) -> bool:
    said = answer.content.decode()
    return answer.status_code == 403 and "<form" not in said and code in said


# The link


def test_the_link_holds_once(run: state.Setup, browser: Client) -> None:
    again = Client(headers={"Host": "localhost:8100"}).get(f"/begin/{run.token}")
    assert is_closed(again, "has expired, or is not right")
    assert browser.get("/language/").status_code == 200


def test_the_link_holds_for_half_an_hour(run: state.Setup) -> None:
    run.began_at = datetime.now(UTC) - timedelta(minutes=31)
    answer = Client(headers={"Host": "localhost"}).get(f"/begin/{run.token}")
    assert is_closed(answer, "has expired")
    assert run.session == ""


def test_a_browser_that_was_left_for_half_an_hour_sets_nothing_up(
    run: state.Setup, browser: Client, founded: list[Answers]
) -> None:
    walk(browser)
    run.seen_at = datetime.now(UTC) - timedelta(minutes=31)
    assert run.is_over(now=datetime.now(UTC)), "and the command that serves it ends"
    assert browser.post("/found").status_code == 403
    assert browser.get("/").status_code == 403, "trying does not wake it"
    assert founded == []


def test_each_page_gives_time_for_the_next(run: state.Setup, browser: Client) -> None:
    for _ in range(3):
        run.seen_at = datetime.now(UTC) - timedelta(minutes=29)
        assert browser.get("/language/").status_code == 200


def test_a_link_that_nobody_followed_ends_the_run(run: state.Setup) -> None:
    assert not run.is_over(now=run.began_at + timedelta(minutes=30))
    assert run.is_over(now=run.began_at + timedelta(minutes=31))


def test_another_link_opens_nothing(run: state.Setup) -> None:
    assert is_closed(Client(headers={"Host": "localhost"}).get("/begin/x"), "not right")
    assert run.session == "", "and a guess does not use up the link"


@pytest.mark.parametrize("path", ["/", "/language/", "/office/", "/found"])
def test_whoever_did_not_follow_it_sees_nothing(browser: Client, path: str) -> None:
    stranger = Client(headers={"Host": "localhost:8100"})
    assert is_closed(stranger.get(path), "not right")
    stranger.cookies[gate.COOKIE] = "guessed"
    assert is_closed(stranger.post(path, GIVEN["language"]), "not right")


ELSEWHERE = (
    {"REMOTE_ADDR": "10.0.0.7"},
    {"REMOTE_ADDR": ""},
    {"HTTP_HOST": "node.example.vn"},
    {"HTTP_HOST": "localhost.example.vn"},
    {"HTTP_X_FORWARDED_FOR": "10.0.0.7"},
)


@pytest.mark.parametrize("where", ELSEWHERE)
def test_nobody_from_elsewhere_comes_in_even_with_the_link(run: state.Setup, where: dict[str, str]) -> None:
    told = {"HTTP_HOST": "localhost:8100", "REMOTE_ADDR": "127.0.0.1", **where}
    assert is_closed(Client().get(f"/begin/{run.token}", **told), "on this very machine")
    assert run.session == ""


@pytest.mark.parametrize("host", ["localhost", "127.0.0.1:8100", "[::1]:8100", "tra-linh.localhost:8100"])
def test_this_machine_is_known_by_each_of_its_names(run: state.Setup, host: str) -> None:
    assert Client(headers={"Host": host}).get(f"/begin/{run.token}").status_code == 302


def test_the_link_is_told_to_nobody_and_kept_by_nothing(browser: Client) -> None:
    answer = browser.get("/language/")
    assert answer.headers["Referrer-Policy"] == "no-referrer"
    assert answer.headers["Cache-Control"] == "no-store"
    assert browser.cookies[gate.COOKIE]["httponly"]


# The steps

WRONG: tuple[tuple[str, dict[str, Any], str], ...] = (
    ("language", {"language": "fr"}, "language"),
    ("office", {"name": ""}, "name"),
    ("office", {"country": "FR"}, "country"),
    ("office", {"name": "Trà Lĩnh\u202e"}, "name"),
    ("office", {"place_en": "Tra\u200bLinh"}, "place_en"),
    ("administrator", {"full_name": "Mai\u2066"}, "full_name"),
    ("office", {"code": "Trà Lĩnh"}, "code"),
    ("office", {"code": "vn--tra"}, "code"),
    ("administrator", {"username": "bad name!"}, "username"),
    ("administrator", {"password": "short", "again": "short"}, "password"),
    ("administrator", {"again": "another"}, "again"),
    ("administrator", {"password": ""}, "password"),
    ("key", {"code": "000000"}, "code"),
    ("purpose", {"purpose": "both"}, "purpose"),
    ("reach", {"desk_host": "a b"}, "desk_host"),
    ("reach", {"desk_port": "70000"}, "desk_port"),
    ("reach", {"how": "rings"}, "peer_host"),
    ("reach", {"how": "rings", "peer_host": "http://x"}, "peer_host"),
    ("reach", {"peer_port": "8100"}, "peer_port"),
)


@pytest.mark.parametrize(("name", "changed", "field"), WRONG)
def test_each_step_names_what_is_wrong_and_keeps_the_rest(
    run: state.Setup, browser: Client, name: str, changed: dict[str, Any], field: str, monkeypatch: Any
) -> None:
    monkeypatch.setattr(authenticator, "digits", lambda _secret, _at: b"123456")
    walk(browser, until=name)
    answer = browser.post(f"/{name}/", {**GIVEN[name], **changed})
    assert answer.status_code == 422
    form = answer.context["form"]
    assert list(form.errors) == [field]
    assert form.errors[field][0]
    assert name not in run.given


def said_to_be_optional(browser: Client, step: str) -> set[str]:
    """The boxes of a step of which the page says that they may stay empty."""
    form = browser.get(f"/{step}/").context["form"]
    return {field.name for field in form if not field.field.required}


def test_no_box_that_must_be_filled_is_said_to_be_optional(browser: Client) -> None:
    walk(browser, until="administrator")
    assert said_to_be_optional(browser, "administrator") == set()
    walk(browser, until="reach")
    assert said_to_be_optional(browser, "administrator") == {"password", "again"}, "one is kept"
    assert said_to_be_optional(browser, "reach") == set()
    assert browser.post("/reach/", {**GIVEN["reach"], "how": "rings"}).status_code == 422
    assert browser.post("/reach/", GIVEN["reach"]).status_code == 302


def test_nobody_leaps_ahead(browser: Client) -> None:
    walk(browser, until="administrator")
    for path in ("/reach/", "/", "/key/"):
        assert browser.get(path).headers["Location"] == "/administrator/"
    assert browser.post("/found").headers["Location"] == "/administrator/"


def test_back_keeps_what_was_typed_but_shows_no_password(run: state.Setup, browser: Client) -> None:
    walk(browser)
    shown = browser.get("/administrator/").content.decode()
    assert 'value="mai"' in shown
    assert PASSWORD not in shown
    assert browser.post("/administrator/", {"full_name": "Hoàng Mai", "username": "mai"}).status_code == 302
    assert run.given["administrator"]["password"] == PASSWORD
    assert run.given["administrator"]["full_name"] == "Hoàng Mai"


def test_the_summary_shows_everything_but_the_password(browser: Client) -> None:
    walk(browser)
    shown = browser.get("/").content.decode()
    for text in ("Văn phòng Trà Lĩnh", "vn-tra-linh", "Asia/Ho_Chi_Minh", "mai", "localhost"):
        assert text in shown
    assert PASSWORD not in shown


def test_the_authenticator_is_taken_over_by_its_digits(run: state.Setup, browser: Client) -> None:
    walk(browser, until="key")
    page = browser.get("/key/").content.decode()
    assert "data:image/svg+xml" in page
    assert run.secret in page.replace(" ", "")
    now = authenticator.digits(run.secret, time.time()).decode()
    assert browser.post("/key/", {"code": f"{now[:3]} {now[3:]}"}).status_code == 302
    assert run.given["key"]["code"]


# The node


def test_what_was_given_is_what_is_founded(run: state.Setup, browser: Client, founded: list[Answers]) -> None:
    reach = {"how": "rings", "peer_host": "tra-linh.example.vn"}
    walk(browser, office={"place_en": "Tra Linh", "name_en": "Tra Linh office"}, reach=reach)
    assert browser.post("/found").status_code == 200
    [made] = founded
    assert (made.code, made.country, made.time_zone) == ("vn-tra-linh", "VN", "Asia/Ho_Chi_Minh")
    assert made.names == {"vi": "Văn phòng Trà Lĩnh", "en": "Tra Linh office"}
    assert made.places == {"vi": "Trà Lĩnh", "en": "Tra Linh"}
    assert (made.desk, made.peer, made.training) == ("localhost:8100", "tra-linh.example.vn:8200", True)
    assert made.administrator.password == PASSWORD
    assert answers.from_json(made.as_json()) == made
    assert PASSWORD not in repr(made)


def test_a_node_that_only_dials_out_has_no_address(browser: Client, founded: list[Answers]) -> None:
    walk(browser, reach={"peer_host": "left-over.example"})
    browser.post("/found")
    assert founded[0].peer == ":8200"


def test_one_node_is_founded_however_often_the_button_is_pressed(
    browser: Client, founded: list[Answers]
) -> None:
    walk(browser)
    assert browser.post("/found").status_code == browser.post("/found").status_code == 200
    assert len(founded) == 1
    for path in ("/", "/language/"):
        assert "http://localhost:8100/account/login/" in browser.get(path).content.decode()


def test_once_there_is_a_node_nothing_more_is_set_up(
    run: state.Setup, browser: Client, founded: list[Answers]
) -> None:
    walk(browser)
    browser.post("/found")
    again = Client(headers={"Host": "localhost:8100"})
    assert again.get(f"/begin/{run.token}").status_code == 403
    for name, given in GIVEN.items():
        assert "/account/login/" in browser.post(f"/{name}/", given).content.decode()
    assert browser.post("/found").status_code == 200
    assert len(founded) == 1
    assert run.secret == ""
    assert PASSWORD not in repr(run), "what was typed is forgotten"


def test_one_node_is_founded_though_the_button_is_pressed_twice_at_once() -> None:
    inside, go_on, made = Event(), Event(), list[str]()

    def found(_answers: Answers) -> None:
        made.append("node")
        inside.set()
        go_on.wait(5)

    run = state.Setup(found=found, began_at=datetime.now(UTC), port=8100)
    answers = MagicMock(spec=Answers)
    with ThreadPoolExecutor(2) as both:
        first = both.submit(run.found_once, answers)
        inside.wait(5)
        second = both.submit(run.found_once, answers)
        assert not second.done()
        go_on.set()
        first.result(5), second.result(5)
    assert (made, run.done) == (["node"], True)


def test_what_fails_is_said_and_nothing_typed_is_lost(run: state.Setup, browser: Client) -> None:
    def fails(_answers: Answers) -> None:
        raise Unavailable("setup_failed", detail="disk is full.")

    run.found = fails
    walk(browser)
    answer = browser.post("/found")
    assert answer.status_code == 422
    assert "disk is full." in answer.content.decode()
    assert not run.done
    assert set(run.given) == set(GIVEN)


SUGGESTED = {
    ("VN", "Trà Lĩnh"): "vn-tra-linh",
    ("VN", "Đồng Đăng"): "vn-dong-dang",
    ("LA", "Boten International"): "la-boten-international",
    ("CN", "靖西"): "cn-office",
    ("TH", ""): "th-office",
}


@pytest.mark.parametrize(("told", "code"), SUGGESTED.items())
def test_a_code_is_suggested_from_the_name(told: tuple[str, str], code: str) -> None:
    assert forms.suggested(*told) == code
    assert forms.CODE.fullmatch(code)


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_page_is_worded_in_every_language(run: state.Setup, browser: Client, language: str) -> None:
    pages = []
    for name, given in GIVEN.items():
        given = {**given, **({"language": language} if name == "language" else {})}
        browser.post("/language/", {"language": language})
        pages += [browser.get(f"/{name}/"), browser.post(f"/{name}/", {})]
        browser.post(f"/{name}/", given)
    pages += [browser.get("/"), browser.post("/found"), Client(headers={"Host": "localhost"}).get("/")]
    for answer in pages:
        if answer.status_code == 302:
            continue
        shown = Page(answer.content.decode())
        assert shown.language == language
        if language != "en":
            assert shown.untranslated(language.replace("zh-hans", "zh_Hans")) == []
        if language in OTHER_SCRIPT:
            own_words = [text for text in shown.english() if "Văn phòng" not in text]
            assert own_words == []


def test_the_digits_are_those_of_every_authenticator() -> None:
    secret = "GEZDGNBVGY3TQOJQGEZDGNBVGY3TQOJQ"  # RFC 6238, appendix B: the last six of its eight digits
    assert authenticator.digits(secret, 59) == b"287082"
    assert authenticator.digits(secret, 1111111109) == b"081804"
    assert authenticator.fits(secret, "287 082", at_s=59 + 30)
    assert not authenticator.fits(secret, "287082", at_s=59 + 90)
    assert not authenticator.fits("no secret", "287082", at_s=59)


@pytest.mark.parametrize("text", ["", "{}", "[]", "null", '{"administrator": {"username": "x"}}'])
def test_answers_that_are_none_are_refused_by_name(text: str) -> None:
    with pytest.raises(Exception, match="answers_broken"):
        answers.from_json(text)
