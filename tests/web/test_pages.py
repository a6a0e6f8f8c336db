"""Every page in every language: it is there, it is worded, it is closed to whom it must be, and rows cost no queries.

A new address must be named here: the table of pages says who opens it and how. To note new query counts:

    RECORD_QUERIES=1 pytest tests/web/test_pages.py -k queries
"""

from __future__ import annotations

import json
import os
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path

import pytest
from allauth.mfa.models import Authenticator
from django.conf import settings
from django.core.cache import cache
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connection, transaction
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import URLResolver, get_resolver, reverse

from lienlac.api import tokens
from lienlac.apps.accounts.models import ApiToken
from lienlac.apps.reports.health.house import LAST_BACKUP
from lienlac.site import tls
from tests.web import keys
from tests.web.reading import Page
from tests.web.world import HERE, LIST, PASSWORD, PEOPLE, THERE, World

pytestmark = pytest.mark.django_db
LANGUAGES = [code for code, _ in settings.LANGUAGES]
OTHER_SCRIPT = {"lo", "zh-hans", "km", "th", "my"}
COUNTS = Path(__file__).with_name("query_counts.json")


@dataclass(frozen=True, kw_only=True)
class Seen:
    """A page: its address, who of the cast opens it, what stands in the address, and the status that is right."""

    name: str
    who: str = "linh"
    args: Callable[[World], list[object]] = field(default=lambda _world: [])
    query: str = ""
    post: dict[str, str] | None = None
    status: int = 200
    fragment: bool = False
    label: str = ""

    @property
    def id(self) -> str:
        return f"{self.name}-{self.label}" if self.label else self.name

    def url(self, world: World) -> str:
        return reverse(self.name, args=self.args(world)) + self.query


def asked(world: World) -> list[object]:
    return [world.asked[1].pk]


def answered(world: World) -> list[object]:
    return [world.asked[0].pk]


def received(world: World) -> list[object]:
    return [world.received[0].pk]


def account(world: World) -> list[object]:
    return [world.officers["lam"].pk]


def kept(world: World) -> list[object]:
    return [world.records[0].pk]


def begun(world: World) -> list[object]:
    return [world.an_import().pk]


def there(_world: World) -> list[object]:
    return [THERE]


def incident(world: World) -> list[object]:
    return [world.incident().pk]


def root(world: World) -> list[object]:
    return [world.root().pk]


def released(world: World) -> list[object]:
    return [world.waits_for_release().pk]


def on_paper(world: World) -> list[object]:
    return [world.paper().pk]


def returned(world: World) -> list[object]:
    return [world.returned().pk]


def flash(world: World) -> list[object]:
    return [world.flash().pk]


def pair(world: World) -> list[object]:
    return [world.candidate().pk]


def hit(world: World) -> list[object]:
    return [world.hit().pk]


def searched(world: World) -> list[object]:
    return [world.searches[0].pk]


def passkey(world: World) -> list[object]:
    return [Authenticator.objects.get(user=world.officers["bang"], type="webauthn").pk]


def a_token() -> ApiToken:
    return ApiToken.objects.get()


SEARCH = {"text": "Đàm Khánh Viễn", "purpose": "INVESTIGATE", "case_number": "17/2026"}
IMPORT = {"kind": "wanted", "source": "通缉名单", "register": "wanted_list", "legal_basis": "§ 109"}
HALF_FILLED = {"subject": "谭庆远", "why": "drugs", "deadline": "U4", "desk": THERE, "do": "send"}

PAGES: tuple[Seen, ...] = (
    Seen(name="account_login", who="nobody"),
    Seen(name="account_login", who="nobody", post={"login": "linh", "password": "wrong"}, label="wrong"),
    Seen(name="account_inactive", who="nobody"),
    Seen(name="mfa_authenticate", who="halfway"),
    Seen(name="account_logout"),
    Seen(name="account_reauthenticate"),
    Seen(name="account_change_password"),
    Seen(name="account_change_password", post={"oldpassword": "x", "password1": "short"}, label="wrong"),
    Seen(name="second_factor"),
    Seen(name="mfa_index"),
    Seen(name="mfa_index", who="bang", label="with-keys"),
    Seen(name="mfa_activate_totp"),
    Seen(name="mfa_activate_totp", post={"code": "1"}, label="wrong"),
    Seen(name="mfa_deactivate_totp", who="bang"),
    Seen(name="mfa_reauthenticate", who="bang"),
    Seen(name="mfa_view_recovery_codes", who="bang"),
    Seen(name="mfa_generate_recovery_codes", who="bang"),
    Seen(name="mfa_list_webauthn"),
    Seen(name="mfa_list_webauthn", who="bang", label="with-keys"),
    Seen(name="mfa_add_webauthn"),
    Seen(name="mfa_reauthenticate_webauthn", who="bang"),
    Seen(name="mfa_edit_webauthn", who="bang", args=passkey),
    Seen(name="mfa_remove_webauthn", who="bang", args=passkey),
    Seen(name="desk"),
    Seen(name="desk_lists", fragment=True),
    Seen(name="inbox"),
    Seen(name="inbox", query="?view=owed&q=谭", label="search"),
    Seen(name="inbox", query="?view=due", label="erased-soon"),
    Seen(name="inbox", query="?q=nothing-is-called-so", label="nothing"),
    Seen(name="ask"),
    Seen(name="ask", post={"do": "send"}, status=422, label="empty"),
    Seen(name="ask", post=HALF_FILLED, status=422, label="half-filled"),
    Seen(name="ask_readings", post={"subject": "Đàm Khánh Viễn"}, fragment=True),
    Seen(name="ask_check", post=HALF_FILLED, fragment=True),
    Seen(name="countries", fragment=True),
    Seen(name="ask_draft", post={"subject": "谭庆远"}, fragment=True),
    Seen(name="thread", args=asked, label="asker"),
    Seen(name="thread", args=answered, label="answered"),
    Seen(name="thread", args=received, label="answerer"),
    Seen(name="thread_news", args=asked, fragment=True),
    Seen(name="thread_answer", args=received, post={"answer": "STATUS"}, status=422),
    Seen(name="thread_close", args=answered, post={}, status=422),
    Seen(name="thread_correct", args=asked),
    Seen(name="thread_correct", args=asked, post={"birth": "some day"}, status=422, label="wrong"),
    Seen(name="thread_withdraw", args=asked),
    Seen(name="thread_reopen", args=asked),
    Seen(name="thread_clarify", args=asked, post={}, status=422),
    Seen(name="thread_return", args=asked),
    Seen(name="thread_return", args=asked, post={"text": ""}, status=422, label="wrong"),
    Seen(name="thread", args=returned, label="returned"),
    Seen(name="thread", args=lambda world: [world.paper().addressee_id], who="bang", label="in-release"),
    Seen(name="thread_edit", args=returned),
    Seen(name="thread_edit", args=returned, post={"desk": THERE}, status=422, label="wrong"),
    Seen(name="thread_keep", args=received),
    Seen(name="thread_keep", args=received, post={"retention_until": ""}, status=422, label="wrong"),
    Seen(name="flash_review", args=flash),
    Seen(name="flash_review", who="bang", args=flash, label="second"),
    Seen(name="flash_review", who="bang", args=flash, post={"verdict": ""}, status=422, label="wrong"),
    Seen(name="releases", who="tu", args=lambda world: [][: world.waits_for_release().pk]),
    Seen(name="release", who="tu", args=released),
    Seen(name="release_send_back", who="tu", args=released, post={"words": ""}, status=422),
    Seen(name="release_paper", args=released),
    Seen(name="release_paper", args=released, post={"sheet": ""}, status=422, label="wrong"),
    Seen(name="release_compare", args=on_paper),
    Seen(name="release_compare", who="bang", args=on_paper, label="second"),
    Seen(name="release_chains", who="mara"),
    Seen(name="release_chain", who="mara", args=lambda _world: [HERE, "INF", "ask"]),
    Seen(name="ask_fields", post={"why": "missing"}, fragment=True),
    Seen(name="ask_other"),
    *(
        Seen(name="ask_kind", args=lambda _world, kind=kind: [kind], label=kind)
        for kind in ("LOCATE", "LOCATE_MISSING", "VER_VEH", "MEET")
    ),
    Seen(name="ask_kind", args=lambda _world: ["LOCATE"], post={"desk": THERE}, status=422, label="wrong"),
    Seen(name="by_phone"),
    Seen(name="by_phone", post=HALF_FILLED, status=422, label="half-filled"),
    Seen(name="handover_note"),
    Seen(name="handover_note", post={"note": ""}, status=422, label="wrong"),
    Seen(name="awake"),
    Seen(name="outbox"),
    Seen(name="partners"),
    Seen(name="partner", args=there),
    Seen(name="partner", who="mara", args=there, label="administrator"),
    Seen(name="our_card"),
    Seen(name="partner_meet", who="mara"),
    Seen(name="partner_meet", who="mara", post={}, status=422, label="without-file"),
    Seen(name="partner_trust", who="mara", args=there),
    Seen(name="partner_trust", who="mara", args=there, post={"said": "abandon"}, status=422, label="wrong"),
    *(
        Seen(name="partner_deed", who="mara", args=lambda _world, deed=deed: [THERE, deed], label=deed)
        for deed in ("pause", "revoke")
    ),
    Seen(name="incident_close", who="mara", args=incident),
    Seen(name="incident_close", who="mara", args=incident, post={"word": ""}, status=422, label="wrong"),
    Seen(name="state_roots"),
    Seen(name="state_roots", who="mara", label="administrator"),
    Seen(name="root_meet", who="mara"),
    Seen(name="root_trust", who="mara", args=root),
    Seen(name="root_end", who="mara", args=root),
    Seen(name="directory_read", who="mara"),
    Seen(name="offices"),
    Seen(name="offices", query="?q=tinh+tay", label="found"),
    Seen(name="offices", query="?q=nothing-is-called-so", label="nothing"),
    Seen(name="office", args=there),
    Seen(name="office_change", who="mara", args=lambda _world: [HERE]),
    Seen(name="office_change", who="mara", args=lambda _world: [HERE], post={}, status=422, label="wrong"),
    Seen(name="ledger", who="hue"),
    Seen(name="reports", who="bang"),
    Seen(name="verify", args=lambda _world: ["0" * 32, "0" * 16], status=404),
    Seen(name="verify_report", args=lambda _world: ["0" * 64], status=404),
    Seen(name="records"),
    Seen(name="records", post=SEARCH, label="found"),
    Seen(name="records", post={"text": ""}, status=422, label="wrong"),
    Seen(name="record", args=kept),
    Seen(name="record_new"),
    Seen(name="record_new", post={"kind": "wanted"}, status=422, label="wrong"),
    Seen(name="record_edit", args=kept),
    Seen(name="record_withdraw", args=kept),
    Seen(name="record_quota", who="bang"),
    Seen(name="record_import"),
    Seen(name="record_import", post=IMPORT, status=422, label="without-file"),
    Seen(name="record_import_page", args=begun),
    Seen(name="protected", who="diep"),
    Seen(name="protected_new", who="diep"),
    Seen(name="protected_new", who="diep", post={"names": ""}, status=422, label="wrong"),
    Seen(name="candidates"),
    Seen(name="same_person", args=pair),
    Seen(name="same_person_verdict", args=pair, post={"verdict": "same"}, status=422),
    Seen(name="hit", args=hit),
    Seen(
        name="hit_deed", args=lambda world: [*hit(world), "decide"], post={"choice": "keep_back"}, status=422
    ),
    Seen(name="hit_deed", args=lambda world: [*hit(world), "report"], post={}, status=422, label="report"),
    Seen(name="file_searches"),
    Seen(name="file_search_new"),
    Seen(name="file_search_new", post={"purpose": ""}, status=422, label="wrong"),
    Seen(name="file_search", args=searched),
    Seen(name="file_search", who="bang", args=searched, label="approver"),
    Seen(name="blocked", who="hue"),
    Seen(name="records_due"),
    Seen(name="records_due", who="mara", label="figures"),
    Seen(name="record_extend", args=kept),
    Seen(name="record_extend", args=kept, post={"retention_until": ""}, status=422, label="wrong"),
    Seen(name="users", who="mara"),
    Seen(name="user", who="mara", args=account),
    Seen(name="user_add", who="mara"),
    Seen(name="user_add", who="mara", post={"username": ""}, status=422, label="wrong"),
    *(
        Seen(name="user_deed", who="mara", args=lambda world, deed=deed: [*account(world), deed], label=deed)
        for deed in ("role", "certify", "recovery", "password", "reset", "close")
    ),
    Seen(name="health", who="mara"),
    Seen(name="health", who="lam", label="leader"),
    Seen(name="tokens", who="mara"),
    Seen(name="token_revoke", who="mara", args=lambda _world: [a_token().key]),
    Seen(name="bundles"),
    Seen(name="bundles", post={}, status=422, label="without-file"),
    Seen(name="looks", who="hue"),
    Seen(name="looks", who="hue", query="?of=officer&key=linh", label="asked"),
)

NOT_PAGES = {
    "thread_file": "a file, see its own tests",
    "thread_files": "the list of a message's files, see their own tests",
    "tray": "the box for files, see its own tests",
    "our_card_file": "a file for another node",
    "our_card_paper": "a PDF, see its own tests",
    "lane_thaw": "a lane that froze, see its own tests",
    "desk_live": "a stream",
    "thread_live": "a stream",
    "thread_print": "a PDF, see its own tests",
    "report_pdf": "a PDF, see its own tests",
    "mfa_download_recovery_codes": "a file of codes without words",
    "mfa_login_webauthn": "JSON for the browser's own window",
    "ledger_check": "leads back",
    "protected_release": "leads back",
    "record_import_cancel": "leads back",
    "record_import_columns": "leads back",
    "record_import_start": "leads back",
    "record_import_step": "leads back",
    "file_search_deed": "leads back",
    "file_search_export": "a file without words",
    "still_here": "no words",
    "set_language": "leads back",
    "test_call": "leads back",
    "ring": "leads back",
    "call_result": "leads back",
    "take_shift": "leads back",
    "thread_take": "leads back",
    "thread_remind": "leads back",
    "thread_approve": "leads back",
    "thread_start": "leads back",
    "thread_put_away": "leads back",
    "release_let_go": "leads back",
    "release_confirm": "leads back",
    "release_reject": "leads back",
    "release_sheet": "a PDF, see its own tests",
    "release_scan": "a file that an officer scanned",
    "thread_drop_answer": "leads back",
    "thread_release": "leads back",
    "thread_note": "leads back",
    "thread_desk": "leads back",
    "keep_view": "leads back",
    "drop_view": "leads back",
    "inbox_several": "leads back",
    "desk_paper": "a PDF, see its own tests",
    "health_codes": "codes for monitors, see its own tests",
    "bundle_write": "a file, see its own tests",
}


@pytest.fixture(autouse=True)
def nobody_has_tried() -> None:
    """Forget how often the door was tried: the tests of all languages come from one address."""
    cache.clear()


@pytest.fixture(autouse=True, scope="module")
def a_home_that_is_well() -> None:
    """Give the home what a node's has: the page of health shows paths of this machine only where something is wrong."""
    if not settings.NODE.door_files[1].exists():
        tls.make_certificate(settings.NODE.door_files, "localhost")
    noted = {"at": datetime.now(UTC).isoformat()}
    (settings.NODE.path / LAST_BACKUP).write_text(json.dumps(noted), encoding="utf-8")


each_language = pytest.mark.parametrize("language", LANGUAGES)


def dealt() -> list[object]:
    """Return every page in every language; on PostgreSQL, where words are the same, one language a page in turn."""
    turns = [LANGUAGES] if connection.vendor == "sqlite" else [[one] for one in LANGUAGES]
    return [
        pytest.param(page, language, id=f"{page.id}-{language}")
        for place, page in enumerate(PAGES)
        for language in turns[place % len(turns)]
    ]


each_page_in_each_language = pytest.mark.parametrize(("page", "language"), dealt())


@pytest.fixture(scope="module")
def browsers(world: World) -> dict[str, Client]:
    """A browser for each of the cast, signed in at the door; Bằng has an authenticator and a passkey."""
    keys.give(world.officers["bang"])
    tokens.issue(world.officers["linh"], label="case system")
    made = {name: _signed_in(name) for name in PEOPLE}
    file = SimpleUploadedFile("名单.csv", LIST, content_type="text/csv")
    made["linh"].post(reverse("record_import"), {**IMPORT, "file": file})
    return made | {"nobody": Client(), "halfway": _with_password("bang")}


def _with_password(name: str) -> Client:
    browser = Client()
    browser.post(reverse("account_login"), {"login": name, "password": PASSWORD})
    return browser


def _signed_in(name: str) -> Client:
    browser = _with_password(name)
    if name == "bang":
        browser.post(reverse("mfa_authenticate"), {"code": keys.code_now()})
    return browser


def opened(browser: Client, page: Seen, world: World, language: str = "vi"):
    """Open a page in a language."""
    browser.cookies[settings.LANGUAGE_COOKIE_NAME] = language
    headers = {"HX-Request": "true"} if page.fragment else {}
    if page.post is None:
        return browser.get(page.url(world), headers=headers)
    return browser.post(page.url(world), page.post, headers=headers)


def check_worded(page: Page, language: str) -> None:
    """Hold that nothing on the page is left in English or in codes."""
    assert page.raw_codes() == set()
    if language != "en":
        assert page.untranslated(language.replace("zh-hans", "zh_Hans")) == []
    if language in OTHER_SCRIPT:
        assert page.english() == []


@each_page_in_each_language
def test_is_there_and_worded(page: Seen, language: str, world: World, browsers: dict[str, Client]) -> None:
    answer = opened(browsers[page.who], page, world, language)
    assert answer.status_code == page.status
    assert answer.headers["Content-Language"] == language
    shown = Page(answer.content.decode())
    if not page.fragment:
        assert shown.language == language
    shown.language = language
    check_worded(shown, language)


def _names(resolver: URLResolver) -> set[str]:
    return {
        name
        for one in resolver.url_patterns
        if getattr(one, "namespace", None) != "api-v1"  # no pages: tests/api
        for name in (_names(one) if isinstance(one, URLResolver) else {one.name})
    }


def test_every_address_is_tried_or_said_to_be_no_page() -> None:
    known = {page.name for page in PAGES} | NOT_PAGES.keys()
    assert _names(get_resolver()) - known == set()
    assert known - _names(get_resolver()) == set()


CASE_ROOMS = (
    "desk",
    "inbox",
    "ask",
    "thread",
    "awake",
    "by_phone",
    "record",
    "candidates",
    "same_person",
    "protected",
    "hit",
    "file_search",
)
DEEDS_ON_THE_DIRECTORY = {
    "partner_meet",
    "partner_trust",
    "partner_deed",
    "incident_close",
    "root_meet",
    "root_trust",
    "root_end",
    "directory_read",
    "office_change",
}
OFFICERS_PAGES = [page for page in PAGES if page.who not in ("nobody", "halfway")]
CASES = [
    page
    for page in OFFICERS_PAGES
    if page.name.startswith(CASE_ROOMS) and page.name not in ("desk", "records_due")
]
ADMINISTRATORS = [
    page for page in PAGES if page.name.startswith("user") or page.name in DEEDS_ON_THE_DIRECTORY
]


@pytest.mark.parametrize("page", OFFICERS_PAGES, ids=lambda page: page.id)
def test_leads_a_stranger_to_the_door(page: Seen, world: World) -> None:
    answer = opened(Client(), page, world)
    assert answer.status_code == 302
    assert answer.headers["Location"].startswith(reverse("account_login"))


@pytest.mark.parametrize("name", ["mara", "hue", "lam"])
@pytest.mark.parametrize("page", CASES, ids=lambda page: page.id)
def test_cases_are_closed_to_who_keeps_the_machine(
    page: Seen, name: str, world: World, browsers: dict[str, Client]
) -> None:
    assert opened(browsers[name], page, world).status_code == 403


def test_who_keeps_the_node_sees_figures_of_what_falls_due_and_no_person(
    world: World, browsers: dict[str, Client]
) -> None:
    assert "韦明" in browsers["linh"].get(reverse("records_due")).content.decode()
    figures = browsers["mara"].get(reverse("records_due")).content.decode()
    assert "韦明" not in figures
    assert "谭庆" not in figures
    for name in ("hue", "lam"):
        assert browsers[name].get(reverse("records_due")).status_code == 403


@pytest.mark.parametrize("name", ["linh", "bang", "hue", "lam"])
@pytest.mark.parametrize("page", ADMINISTRATORS, ids=lambda page: page.id)
def test_accounts_are_closed_to_officers(
    page: Seen, name: str, world: World, browsers: dict[str, Client]
) -> None:
    assert opened(browsers[name], page, world).status_code == 403


@pytest.mark.parametrize("name", ["mara", "hue", "lam"])
def test_the_desk_leads_those_without_one_elsewhere(
    name: str, world: World, browsers: dict[str, Client]
) -> None:
    answer = browsers[name].get(reverse("desk"))
    assert answer.status_code == 302
    assert answer.headers["Location"] != reverse("account_login")


def test_looks_are_closed_to_all_but_the_inspector(world: World, browsers: dict[str, Client]) -> None:
    for name in ("linh", "bang", "lam", "mara"):
        assert browsers[name].get(reverse("looks")).status_code == 403


@pytest.mark.parametrize("name", ["desk_live", "thread_live"])
def test_a_stream_says_nothing_to_a_stranger(name: str, world: World) -> None:
    args = asked(world) if name == "thread_live" else []
    assert Client().get(reverse(name, args=args)).status_code == 204


@each_language
def test_each_error_has_its_page(
    language: str, world: World, browsers: dict[str, Client], monkeypatch: pytest.MonkeyPatch
) -> None:
    def broken(*_args: object) -> None:
        raise RuntimeError("planted")

    linh, mara, strict = browsers["linh"], browsers["mara"], Client(enforce_csrf_checks=True)
    for browser in (linh, mara, strict):
        browser.cookies[settings.LANGUAGE_COOKIE_NAME] = language
    answers = {
        404: linh.get("/no-such-page"),
        403: mara.get(reverse("inbox")),
        400: linh.get(reverse("desk"), headers={"Host": "elsewhere.example"}),
        "csrf": strict.post(reverse("account_login"), {"login": "linh"}),
    }
    linh.raise_request_exception = False
    monkeypatch.setattr("lienlac.web.desk.views._lists", broken)
    answers[500] = linh.get(reverse("desk"))
    linh.raise_request_exception = True
    for code, answer in answers.items():
        assert answer.status_code == (403 if code == "csrf" else code)
        shown = Page(answer.content.decode())
        assert shown.language == language, code
        check_worded(shown, language)


ASKED_OF_SQLITE_ALONE = {"health": 1}  # how its file is kept
COUNTED = [page for page in PAGES if page.post is None and page.status == 200 and page.who != "halfway"]


@pytest.fixture(scope="module")
def counts(world: World, browsers: dict[str, Client]) -> tuple[dict[str, int], dict[str, int]]:
    """How many queries each page costs with 2 rows of each sort, and with 20; the world stays small."""
    cache.clear()
    with transaction.atomic():
        few = _counts(world, browsers)
        grown = world.copy()
        grown.fill(20)
        many = _counts(grown, browsers)
        transaction.set_rollback(True)
    if os.environ.get("RECORD_QUERIES"):
        COUNTS.write_text(json.dumps(few, indent=1, sort_keys=True) + "\n", encoding="utf-8")
    return few, many


def _counts(world: World, browsers: dict[str, Client]) -> dict[str, int]:
    found = {}
    for page in COUNTED:
        opened(browsers[page.who], page, world)  # the first look writes: who opened it, when he was last here
        with CaptureQueriesContext(connection) as queries:
            opened(browsers[page.who], page, world)
        found[page.id] = len(queries)
    return found


@pytest.mark.parametrize("page", COUNTED, ids=lambda page: page.id)
def test_costs_the_queries_that_are_recorded(
    page: Seen, counts: tuple[dict[str, int], dict[str, int]]
) -> None:
    recorded = json.loads(COUNTS.read_text(encoding="utf-8"))[page.id]
    if connection.vendor != "sqlite":
        recorded -= ASKED_OF_SQLITE_ALONE.get(page.name, 0)
    assert counts[0][page.id] == recorded, "if this is meant: RECORD_QUERIES=1 pytest tests/web/test_pages.py"


@pytest.mark.parametrize("page", COUNTED, ids=lambda page: page.id)
def test_costs_no_more_queries_with_more_rows(
    page: Seen, counts: tuple[dict[str, int], dict[str, int]]
) -> None:
    few, many = counts
    assert many[page.id] == few[page.id]


def test_the_far_side_is_named_in_the_readers_language(world: World, browsers: dict[str, Client]) -> None:
    linh = browsers["linh"]
    linh.cookies[settings.LANGUAGE_COOKIE_NAME] = "zh-hans"
    assert "靖西边境联络官办公室" in linh.get(reverse("desk")).content.decode()
    assert world.officers["linh"].office == HERE
