"""Passkeys and codes in a real browser, at a live node: enrol before anything else, sign out, come back."""

import re
import shutil

import pytest
from allauth.mfa.totp.internal.auth import format_hotp_value, hotp_value, yield_hotp_counters_from_time
from playwright.sync_api import Page, expect, sync_playwright

from tests.web.accounts.node import PASSWORD, live_node

pytestmark = [pytest.mark.browser, pytest.mark.processes, pytest.mark.xdist_group("keys")]  # one node for all
CHROMIUM = next((found for name in ("chromium", "chromium-browser") if (found := shutil.which(name))), None)


@pytest.fixture(scope="module")
def node(tmp_path_factory):
    with live_node(tmp_path_factory.mktemp("keys") / "node") as running:
        running.add(
            ("linh", "Nông Thùy Linh", "duty_officer"),
            ("qin", "Tần Viễn Xuyên", "duty_officer"),
            ("bang", "Hoàng Hải Bằng", "supervisor"),
            ("mara", "Mara Quách", "administrator"),
            ("leaving", "Người Sắp Đi", "analyst"),
        )
        yield running


@pytest.fixture(scope="module")
def chromium():
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=CHROMIUM, args=["--no-sandbox"])
        yield browser
        browser.close()


@pytest.fixture
def page(chromium):
    context = chromium.new_context(locale="en")
    fresh = context.new_page()
    fresh.set_default_timeout(10_000)
    broken: list[str] = []
    fresh.on("console", lambda line: broken.append(line.text) if line.type == "error" else None)
    yield fresh
    context.close()
    assert [line for line in broken if "Content Security Policy" in line] == []


def virtual_key(page: Page) -> None:
    """Put a security key into the browser: it holds passkeys and its owner always touches it."""
    session = page.context.new_cdp_session(page)
    session.send("WebAuthn.enable")
    session.send(
        "WebAuthn.addVirtualAuthenticator",
        {
            "options": {
                "protocol": "ctap2",
                "transport": "internal",
                "hasResidentKey": True,
                "hasUserVerification": True,
                "isUserVerified": True,
                "automaticPresenceSimulation": True,
            }
        },
    )


def by_password(page: Page, url: str, username: str) -> None:
    page.goto(url)
    page.get_by_label("User name").fill(username)
    page.get_by_label("Password").fill(PASSWORD)
    page.get_by_role("button", name="Sign in", exact=True).click()


def sign_out(page: Page) -> None:
    page.locator("details.menu").last.locator("summary").click()
    page.get_by_role("button", name="Sign out").click()
    expect(page).to_have_url(re.compile("/account/login/"))


def code_now(secret: str) -> str:
    counter = next(iter(yield_hotp_counters_from_time()))
    return format_hotp_value(hotp_value(secret, counter))


def test_an_officer_enrols_a_passkey_and_comes_back_with_one_touch(node, page):
    virtual_key(page)
    by_password(page, node.url, "linh")
    expect(page.get_by_role("heading", name="One more key")).to_be_visible()
    page.goto(f"{node.url}/enquiries/ask")
    expect(page).to_have_url(re.compile("/account/second-factor/"))
    page.get_by_role("link", name="Add a passkey").click()
    page.get_by_role("button", name="Add a passkey").click()
    expect(page.locator("#recovery_codes li")).to_have_count(10)
    page.get_by_role("link", name="I have kept them, go on").click()
    expect(page).to_have_url(f"{node.url}/")
    sign_out(page)
    page.get_by_role("button", name="Sign in with a passkey").click()
    expect(page).to_have_url(f"{node.url}/")
    sign_out(page)
    by_password(page, node.url, "linh")
    page.get_by_role("button", name="Use a passkey").click()
    expect(page).to_have_url(f"{node.url}/")


def test_an_officer_enrols_an_authenticator_and_comes_back_with_its_code(node, page):
    by_password(page, node.url, "qin")
    page.get_by_role("link", name="Use codes from a phone").click()
    expect(page.locator("img.qr")).to_be_visible()
    secret = page.locator("#authenticator_secret").input_value()
    page.locator("input[name=code]").fill(code_now(secret))
    page.get_by_role("button", name="Activate").click()
    codes = page.locator("#recovery_codes li").all_inner_texts()
    page.get_by_role("link", name="I have kept them, go on").click()
    expect(page).to_have_url(f"{node.url}/")
    sign_out(page)
    by_password(page, node.url, "qin")
    page.locator("input[name=code]").fill("000000")
    page.get_by_role("button", name="Sign in", exact=True).click()
    expect(page.get_by_text("This code is not right").first).to_be_visible()
    page.locator("input[name=code]").fill(codes[0])
    page.get_by_role("button", name="Sign in", exact=True).click()
    expect(page).to_have_url(f"{node.url}/")


def test_an_administrator_closes_an_account_with_a_fresh_touch(node, page):
    virtual_key(page)
    by_password(page, node.url, "mara")
    page.get_by_role("link", name="Add a passkey").click()
    page.get_by_role("button", name="Add a passkey").click()
    page.get_by_role("link", name="I have kept them, go on").click()
    expect(page).to_have_url(f"{node.url}/users/")
    page.get_by_role("link", name="leaving").click()
    page.get_by_role("link", name="Close the account").click()
    touch = page.locator("#mfa_webauthn_reauthenticate")
    expect(touch).to_be_visible()  # the key was added, but not yet touched for a proof
    touch.click()
    page.get_by_role("button", name="Close the account").click()
    expect(page.get_by_text("The account is closed").first).to_be_visible()


def test_a_desk_that_nobody_touches_is_covered_and_keeps_what_was_typed(node, page):
    virtual_key(page)
    page.clock.install()
    by_password(page, node.url, "bang")
    page.get_by_role("link", name="Add a passkey").click()
    page.get_by_role("button", name="Add a passkey").click()
    expect(page.locator("#recovery_codes li")).to_have_count(10)
    page.goto(f"{node.url}/enquiries/ask")
    page.locator("[name=subject]").fill("Đàm Khánh Viễn")
    cover = page.locator("#locked")
    page.clock.fast_forward("29:00")
    expect(cover).to_be_hidden()
    page.route(
        "**/account/here/", lambda route: route.fulfill(status=204)
    )  # as the node answers a locked desk
    page.clock.fast_forward("02:00")
    expect(cover).to_be_visible()
    page.keyboard.press("Escape")
    expect(cover).to_be_visible()
    page.unroute("**/account/here/")
    page.clock.fast_forward("01:00")
    expect(cover).to_be_hidden()
    expect(page.locator("[name=subject]")).to_have_value("Đàm Khánh Viễn")
