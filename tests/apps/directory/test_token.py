"""Signing keys in a token sign there, and the token is not talked into giving them away."""

from __future__ import annotations

import os
import subprocess
import sys
import threading
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from django.conf import settings as django_settings

from lienlac.apps.directory import actions, keystore, queries
from lienlac.apps.directory.keyfiles import KeyFiles
from lienlac.apps.directory.keystore import FileStore
from lienlac.apps.directory.token import Token, TokenAt, TokenKey, TokenStore
from lienlac.apps.reports.health import trust
from lienlac.apps.reports.health.finding import Patient
from lienlac.core.envelope.keys import SealingKey, SigningKey, VerifyKey
from lienlac.core.errors import Unavailable
from lienlac.core.trust import cards
from tests import softhsm
from tests.apps.mailroom.partner import NOW, found_us

USES = ("node", "author")


@pytest.fixture(scope="session")
def driver(tmp_path_factory: pytest.TempPathFactory) -> str:
    """The driver reads its settings once a process: one token serves all tests."""
    found = softhsm.driver()
    os.environ["SOFTHSM2_CONF"] = str(softhsm.make(tmp_path_factory.mktemp("token")))
    return found


@pytest.fixture(scope="session")
def token(driver: str) -> Token:
    return Token(TokenAt(module=driver, label=softhsm.LABEL, pin=lambda: softhsm.PIN))


@pytest.fixture
def files(tmp_path: Path) -> FileStore:
    return FileStore(KeyFiles(tmp_path))


@pytest.fixture
def store(token: Token, files: FileStore) -> TokenStore:
    return TokenStore(token, files)


@pytest.mark.parametrize("use", USES)
def test_a_key_signs_in_the_token_and_no_file_holds_it(store: TokenStore, tmp_path: Path, use: str) -> None:
    public = store.make(use)
    assert isinstance(public, VerifyKey)
    key = store.signer(use, public.kid)
    assert isinstance(key, TokenKey)
    assert (key.public, key.kid, key.suite) == (public, public.kid, 1)
    assert store.signer(use, public.kid) is key
    public.verify(key.sign(b"said"), b"said")
    assert store.rests_in(use, public.kid) == "token"
    assert list(tmp_path.iterdir()) == []


def test_the_private_half_cannot_be_read_out(store: TokenStore, token: Token) -> None:
    import pkcs11

    public = store.make("node")
    with token.session() as session:
        (private,) = [
            one
            for one in session.get_objects({pkcs11.Attribute.CLASS: pkcs11.ObjectClass.PRIVATE_KEY})
            if one.label == "lienlac-node"
        ][-1:]
        assert private[pkcs11.Attribute.NEVER_EXTRACTABLE] is True
        assert private[pkcs11.Attribute.ALWAYS_SENSITIVE] is True
        with pytest.raises(pkcs11.exceptions.AttributeSensitive):
            private[pkcs11.Attribute.VALUE]
        with pytest.raises(pkcs11.exceptions.PKCS11Error):
            private[pkcs11.Attribute.EXTRACTABLE] = True
    assert "seed" not in repr(store.signer("node", public.kid))


def test_a_key_of_another_use_is_none(store: TokenStore) -> None:
    public = store.make("author")
    with pytest.raises(Unavailable, match="key_missing"):
        store.signer("node", public.kid)


def test_what_lay_in_a_file_before_the_token_came_signs_on(store: TokenStore, files: FileStore) -> None:
    before = files.make("node")
    assert isinstance(store.signer("node", before.kid), SigningKey)
    assert store.rests_in("node", before.kid) == "file"


def test_sealing_keys_rest_as_files(store: TokenStore) -> None:
    public = store.make("seal")
    assert isinstance(store.unwrapper(public.kid), SealingKey)
    assert store.rests_in("seal", public.kid) == "file"


def test_a_destroyed_key_signs_nothing_and_can_be_destroyed_again(store: TokenStore) -> None:
    public, other = store.make("node"), store.make("node")
    key = store.signer("node", public.kid)
    key.sign(b"said")
    for _ in range(2):
        store.destroy("node", public.kid)
    with pytest.raises(Unavailable, match="key_missing"):
        key.sign(b"said")
    with pytest.raises(Unavailable, match="key_missing"):
        store.signer("node", public.kid)
    store.signer("node", other.kid).sign(b"said")


def test_many_threads_sign_at_once(store: TokenStore) -> None:
    public = store.make("node")
    assert isinstance(public, VerifyKey)
    key, made = store.signer("node", public.kid), dict[bytes, bytes]()

    def sign(number: int) -> None:
        for turn in range(20):
            said = b"%d %d" % (number, turn)
            made[said] = key.sign(said)

    threads = [threading.Thread(target=sign, args=(number,)) for number in range(4)]
    for one in threads:
        one.start()
    for one in threads:
        one.join()
    assert len(made) == 80
    for said, signature in made.items():
        public.verify(signature, said)


def test_a_session_that_was_lost_is_opened_anew(store: TokenStore, token: Token) -> None:
    public = store.make("node")
    key = store.signer("node", public.kid)
    key.sign(b"said")
    with token.session() as session:
        session.close()
    with pytest.raises(Unavailable, match="token_unreachable"):
        key.sign(b"said")
    key.sign(b"said")


def test_what_the_token_refuses_ends_the_session_and_the_next_one_opens(
    store: TokenStore, token: Token
) -> None:
    import pkcs11

    public = store.make("node")
    key = store.signer("node", public.kid)
    key.sign(b"said")
    with pytest.raises(Unavailable, match="token_unreachable"), token.session():
        raise pkcs11.exceptions.DeviceError
    key.sign(b"said")


ALONE = """
import sys
from lienlac.apps.directory.token import Token, TokenAt
from lienlac.core.errors import LienlacError
module, label, *pins = sys.argv[1:]
def first():
    print("asked")
    return pins.pop(0)
token = Token(TokenAt(module=module, label=label, pin=first))
for _ in range(3):
    try:
        with token.session():
            print("open")
    except LienlacError as error:
        print(error.code, dict(error.facts))
"""


def alone(*words: str) -> list[str]:
    """Return what a process of its own says: whether somebody is logged in is a matter of the process."""
    done = subprocess.run(
        [sys.executable, "-c", ALONE, *words], capture_output=True, text=True, check=True, timeout=60
    )
    assert done.stderr == ""
    return done.stdout.splitlines()


def test_a_wrong_pin_is_tried_once_and_shown_nowhere(driver: str) -> None:
    said = alone(driver, softhsm.LABEL, "wrong-pin", softhsm.PIN)
    assert said.count("asked") == 1
    assert [line.split()[0] for line in said[1:]] == ["token_pin_wrong"] * 3
    assert "wrong-pin" not in "".join(said)
    # Nor by the next process, until somebody has logged in: a service that starts again and again would lock the token.
    assert "asked" not in alone(driver, softhsm.LABEL, softhsm.PIN)
    log_in = "import pkcs11, sys; pkcs11.lib(sys.argv[1]).get_token(token_label=sys.argv[2]).open(user_pin=sys.argv[3])"
    subprocess.run([sys.executable, "-c", log_in, driver, softhsm.LABEL, softhsm.PIN], check=True, timeout=60)
    assert alone(driver, softhsm.LABEL, softhsm.PIN) == ["asked", "open", "open", "open"]


@pytest.mark.parametrize(("module", "label"), [("", "no such token"), ("/nonexistent.so", softhsm.LABEL)])
def test_a_token_that_is_not_there_is_said_to_be_so(driver: str, module: str, label: str) -> None:
    said = alone(module or driver, label, "1", "2", "3")
    assert [line.split()[0] for line in said] == ["token_unreachable"] * 3


def test_without_the_driver_it_says_so(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "pkcs11", None)
    with pytest.raises(Unavailable, match="token_driver_missing"), _anywhere().session():
        pass


def _anywhere() -> Token:
    return Token(TokenAt(module="", label="", pin=str))


@pytest.fixture
def with_token(driver: str, token: Token, settings: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    """Give this node the token, with the session that this process has."""
    settings.KEY_TOKEN = TokenAt(module=driver, label=softhsm.LABEL, pin=lambda: softhsm.PIN)
    monkeypatch.setattr(keystore, "_token_of", lambda _at: token)


@pytest.mark.django_db
def test_a_node_renews_its_keys_into_the_token_and_signs_with_them(with_token: None, settings: Any) -> None:
    token_at, settings.KEY_TOKEN = settings.KEY_TOKEN, None
    found_us()
    before = queries.own_signing_key("node", NOW)
    settings.KEY_TOKEN = token_at
    assert queries.own_signing_key("node", NOW).kid == before.kid
    made = actions.renew_signing(now=NOW)
    assert {keystore.store().rests_in(row.use, row.kid) for row in made} == {"token"}
    actions.take_up(now=NOW)
    key = queries.own_signing_key("node", NOW)
    assert isinstance(key, TokenKey)
    signed = actions.issue_card(NOW + timedelta(days=1))
    assert cards.read(signed).keys[0].kid == key.kid
    actions.renew_sealing(now=NOW)
    assert queries.own_sealing_keys()


@pytest.mark.django_db
def test_the_look_at_the_node_finds_a_token_that_is_gone(
    with_token: None, monkeypatch: pytest.MonkeyPatch
) -> None:
    def gone() -> None:
        raise Unavailable("token_unreachable", token=softhsm.LABEL, detail="TokenNotPresent")

    found_us()
    patient = Patient(home=django_settings.NODE, now=NOW)
    assert trust.own_keys(patient).says == "keys_fit"
    monkeypatch.setattr(keystore, "check_token", gone)
    assert trust.own_keys(patient).says == "token_silent"
