"""The table of pages: who of the cast opens each and how. A new address must be named here.

`test_pages` opens each in every language, `test_pages_in_browser` in a browser, `test_query_counts` counts its queries.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field

from django.conf import settings
from django.test import Client
from django.urls import reverse

from lienlac.apps.accounts.models import ApiToken
from tests.web import addresses
from tests.web.world import HERE, THERE, World

LANGUAGES = [code for code, _ in settings.LANGUAGES]
OTHER_SCRIPT = {"lo", "zh-hans", "km", "th", "my"}


@dataclass(frozen=True, kw_only=True)
class Seen:
    """A page: its address, who of the cast opens it, what stands in the address, and the status that is right."""

    name: str
    who: str = "linh"
    args: Callable[[World], list[object]] = field(default=lambda _world: [])
    query: str = ""
    post: dict[str, str] | None = None
    follow: bool = False
    status: int = 200
    fragment: bool = False
    label: str = ""

    @property
    def id(self) -> str:
        return f"{self.name}-{self.label}" if self.label else self.name

    def url(self, world: World) -> str:
        return reverse(self.name, args=self.args(world)) + self.query


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
    Seen(name="mfa_edit_webauthn", who="bang", args=addresses.passkey),
    Seen(name="mfa_remove_webauthn", who="bang", args=addresses.passkey),
    Seen(name="desk"),
    Seen(name="desk_lists", fragment=True),
    Seen(name="inbox"),
    Seen(name="inbox", post={"q": "谭"}, follow=True, label="search"),
    Seen(name="inbox", query="?search=over", label="search-over"),
    Seen(name="inbox", query="?view=due", label="erased-soon"),
    Seen(name="inbox", post={"q": "nothing-is-called-so"}, follow=True, label="nothing"),
    Seen(name="ask"),
    Seen(name="ask", post={"do": "send"}, status=422, label="empty"),
    Seen(name="ask", post=HALF_FILLED, status=422, label="half-filled"),
    Seen(name="name_readings", query="?of=name", post={"name": "Đàm Khánh Viễn"}, fragment=True),
    Seen(
        name="name_readings",
        query="?of=subject&year=1",
        post={"subject": "谭庆远 1987"},
        fragment=True,
        label="year",
    ),
    Seen(
        name="name_readings",
        query="?each=aliases",
        post={"aliases": "阿远\nสมชาย ใจดี"},
        fragment=True,
        label="several",
    ),
    Seen(name="ask_check", post=HALF_FILLED, fragment=True),
    Seen(name="countries", fragment=True),
    Seen(name="ask_draft", post={"subject": "谭庆远"}, fragment=True),
    Seen(name="thread", args=addresses.asked, label="asker"),
    Seen(name="thread", args=addresses.answered, label="answered"),
    Seen(name="thread", args=addresses.received, label="answerer"),
    Seen(name="thread_news", args=addresses.asked, fragment=True),
    Seen(name="thread_answer", args=addresses.received, post={"answer": "STATUS"}, status=422),
    Seen(name="thread_close", args=addresses.answered, post={}, status=422),
    Seen(name="thread_correct", args=addresses.asked),
    Seen(name="thread_correct", args=addresses.asked, post={"birth": "some day"}, status=422, label="wrong"),
    Seen(name="thread_withdraw", args=addresses.asked),
    Seen(name="thread_reopen", args=addresses.asked),
    Seen(name="thread_clarify", args=addresses.asked, post={}, status=422),
    Seen(name="thread_return", args=addresses.asked),
    Seen(name="thread_return", args=addresses.asked, post={"text": ""}, status=422, label="wrong"),
    Seen(name="thread", args=addresses.returned, label="returned"),
    Seen(name="thread", args=lambda world: [world.paper().addressee_id], who="bang", label="in-release"),
    Seen(name="thread_edit", args=addresses.returned),
    Seen(name="thread_edit", args=addresses.returned, post={"desk": THERE}, status=422, label="wrong"),
    Seen(name="thread_keep", args=addresses.received),
    Seen(
        name="thread_keep", args=addresses.received, post={"retention_until": ""}, status=422, label="wrong"
    ),
    Seen(name="reviews", args=lambda world: [][: world.flash().pk]),
    Seen(name="review", args=addresses.flash),
    Seen(name="review", who="bang", args=addresses.flash, label="second"),
    Seen(name="review", who="bang", args=addresses.flash, post={"verdict": ""}, status=422, label="wrong"),
    Seen(name="releases", who="tu", args=lambda world: [][: world.waits_for_release().pk]),
    Seen(name="release", who="tu", args=addresses.released),
    Seen(name="release_send_back", who="tu", args=addresses.released, post={"words": ""}, status=422),
    Seen(name="release_paper", args=addresses.released),
    Seen(name="release_paper", args=addresses.released, post={"sheet": ""}, status=422, label="wrong"),
    Seen(name="release_compare", args=addresses.on_paper),
    Seen(name="release_compare", who="bang", args=addresses.on_paper, label="second"),
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
    Seen(name="lost_letters", args=addresses.lost),
    Seen(name="lost_letters", who="mara", args=addresses.lost, label="administrator"),
    Seen(name="unread"),
    Seen(name="unread", who="mara", label="administrator"),
    Seen(name="unread_one", args=addresses.new),
    Seen(name="unread_one", who="mara", args=addresses.new, label="administrator"),
    Seen(name="unread_one", args=addresses.sealed_anew, label="sealed"),
    Seen(name="partners"),
    Seen(name="partner", args=addresses.there),
    Seen(name="partner", who="mara", args=addresses.there, label="administrator"),
    Seen(name="our_card"),
    Seen(name="partner_meet", who="mara"),
    Seen(name="partner_meet", who="mara", post={}, status=422, label="without-file"),
    Seen(name="partner_trust", who="mara", args=addresses.there),
    Seen(
        name="partner_trust",
        who="mara",
        args=addresses.there,
        post={"said": "abandon"},
        status=422,
        label="wrong",
    ),
    *(
        Seen(name="partner_deed", who="mara", args=lambda _world, deed=deed: [THERE, deed], label=deed)
        for deed in ("pause", "revoke", "carry")
    ),
    Seen(name="own_keys", who="mara"),
    *(
        Seen(name="own_keys_renew", who="mara", args=lambda _world, what=what: [what], label=what)
        for what in ("seal", "sign", "now")
    ),
    Seen(name="partner_keys", args=addresses.there),
    Seen(name="partner_keys", who="mara", args=addresses.there, label="administrator"),
    Seen(name="partner_key_revoke", who="mara", args=addresses.their_key),
    Seen(
        name="partner_key_revoke",
        who="mara",
        args=addresses.their_key,
        post={"reason": "key_stolen", "size": "1", "last_trusted_on": "2026-11-01"},
        status=422,
        label="both",
    ),
    Seen(name="partner_key_doubted", args=addresses.their_key),
    Seen(name="incident_close", who="mara", args=addresses.incident),
    Seen(
        name="incident_close",
        who="mara",
        args=addresses.incident,
        post={"word": ""},
        status=422,
        label="wrong",
    ),
    Seen(name="state_roots"),
    Seen(name="state_roots", who="mara", label="administrator"),
    Seen(name="root_meet", who="mara"),
    Seen(name="root_trust", who="mara", args=addresses.root),
    Seen(name="root_end", who="mara", args=addresses.root),
    Seen(name="directory_read", who="mara"),
    Seen(name="offices"),
    Seen(name="offices", query="?q=tinh+tay", label="found"),
    Seen(name="offices", query="?q=nothing-is-called-so", label="nothing"),
    Seen(name="office", args=addresses.there),
    Seen(name="office_change", who="mara", args=lambda _world: [HERE]),
    Seen(name="office_change", who="mara", args=lambda _world: [HERE], post={}, status=422, label="wrong"),
    Seen(name="ledger", who="hue"),
    Seen(name="reports", who="bang"),
    Seen(name="verify", args=lambda _world: ["0" * 32, "0" * 16], status=404),
    Seen(name="verify_report", args=lambda _world: ["0" * 64], status=404),
    Seen(name="records"),
    Seen(name="records", post=SEARCH, label="found"),
    Seen(name="records", post={"text": ""}, status=422, label="wrong"),
    Seen(name="record", args=addresses.kept),
    Seen(name="record_new"),
    Seen(name="record_new", post={"kind": "wanted"}, status=422, label="wrong"),
    Seen(name="record_edit", args=addresses.kept),
    Seen(name="record_withdraw", args=addresses.kept),
    Seen(name="record_quota", who="bang"),
    Seen(name="record_import"),
    Seen(name="record_import", post=IMPORT, status=422, label="without-file"),
    Seen(name="record_import_page", args=addresses.begun),
    Seen(name="protected", who="diep"),
    Seen(name="protected_new", who="diep"),
    Seen(name="protected_new", who="diep", post={"names": ""}, status=422, label="wrong"),
    Seen(name="candidates"),
    Seen(name="same_person", args=addresses.pair),
    Seen(name="same_person_verdict", args=addresses.pair, post={"verdict": "same"}, status=422),
    Seen(name="hit", args=addresses.hit),
    Seen(
        name="hit_deed",
        args=lambda world: [*addresses.hit(world), "decide"],
        post={"choice": "keep_back"},
        status=422,
    ),
    Seen(
        name="hit_deed",
        args=lambda world: [*addresses.hit(world), "report"],
        post={},
        status=422,
        label="report",
    ),
    Seen(name="file_searches"),
    Seen(name="file_search_new"),
    Seen(name="file_search_new", post={"purpose": ""}, status=422, label="wrong"),
    Seen(name="file_search", args=addresses.searched),
    Seen(name="file_search_progress", args=addresses.searched, fragment=True),
    Seen(name="file_search", who="bang", args=addresses.searched, label="approver"),
    Seen(name="blocked", who="hue"),
    Seen(name="records_due"),
    Seen(name="records_due", who="mara", label="figures"),
    Seen(name="record_extend", args=addresses.kept),
    Seen(name="record_extend", args=addresses.kept, post={"retention_until": ""}, status=422, label="wrong"),
    Seen(name="users", who="mara"),
    Seen(name="user", who="mara", args=addresses.account),
    Seen(name="user_add", who="mara"),
    Seen(name="user_add", who="mara", post={"username": ""}, status=422, label="wrong"),
    *(
        Seen(
            name="user_deed",
            who="mara",
            args=lambda world, deed=deed: [*addresses.account(world), deed],
            label=deed,
        )
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
    "thread_preview": "the small picture of a file, see its own tests",
    "thread_files": "the list of a message's files, see their own tests",
    "tray": "the box for files, see its own tests",
    "our_card_file": "a file for another node",
    "our_card_paper": "a PDF, see its own tests",
    "incident_evidence": "a file, see mailroom/test_incidents_on_desk.py",
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
    "release_file": "a file of the text that is released, see its own test",
    "release_scan": "a file that an officer scanned",
    "thread_drop_answer": "leads back",
    "thread_release": "leads back",
    "thread_note": "leads back",
    "thread_desk": "leads back",
    "keep_view": "leads back",
    "drop_view": "leads back",
    "ask_draft_drop": "leads back",
    "inbox_several": "leads back",
    "desk_paper": "a PDF, see its own tests",
    "health_codes": "codes for monitors, see its own tests",
    "bundle_write": "a file, see its own tests",
}


def opened(browser: Client, page: Seen, world: World, language: str = "vi"):
    """Open a page in a language."""
    browser.cookies[settings.LANGUAGE_COOKIE_NAME] = language
    headers = {"HX-Request": "true"} if page.fragment else {}
    if page.post is None:
        return browser.get(page.url(world), headers=headers)
    return browser.post(page.url(world), page.post, headers=headers, follow=page.follow)
