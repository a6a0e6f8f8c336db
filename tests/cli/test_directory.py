"""A state signs offline, and a passphrase, a number or a country that is wrong is named."""

from __future__ import annotations

from pathlib import Path

import pytest
from click.testing import CliRunner
from tests.core.trust.test_state import card

from lienlac.cli.directory import directory
from lienlac.core.envelope.keys import SigningKey
from lienlac.core.errors import LienlacError, Malformed, Unauthentic
from lienlac.core.trust import roots, state, words

PASSPHRASE = "seven bells at the gate"


def run(*arguments: object, ok: bool = True) -> str:
    said = CliRunner().invoke(directory, [str(one) for one in arguments])
    if isinstance(said.exception, LienlacError):
        raise said.exception
    assert (said.exit_code == 0) == ok, said.output
    return said.output


@pytest.fixture
def root(tmp_path: Path) -> Path:
    file = tmp_path / "china"
    run("root", file, "--country", "CN", "--passphrase", PASSPHRASE)
    (tmp_path / "jingxi.card").write_bytes(card())
    (tmp_path / "hekou.card").write_bytes(card("cn-hekou", SigningKey.generate()))
    return file


def signed(root: Path, *more: object) -> Path:
    out = root.with_name("out")
    run("sign", "--root", root, "--out", out, "--passphrase", PASSPHRASE, *more)
    return out


def test_a_root_is_kept_secret_and_shows_its_words(root: Path) -> None:
    public = roots.read(root.with_name("china.root").read_bytes())
    assert public.country == "CN"
    assert root.stat().st_mode & 0o777 == 0o600
    assert b"ENCRYPTED" in root.read_bytes()
    assert words.words(public.key.fingerprint)[0]


def test_signs_the_next_number_and_keeps_who_was_switched_off(root: Path, tmp_path: Path) -> None:
    first = signed(root, tmp_path / "jingxi.card", "--revoke", "cn-hekou=key_stolen").rename(tmp_path / "one")
    second = signed(root, tmp_path / "jingxi.card", "--after", first)
    public = roots.read(root.with_name("china.root").read_bytes())
    found = state.read(second.read_bytes(), root=public.key)
    assert (found.number, [one.node for one in found.revoked]) == (2, ["cn-hekou"])
    third = signed(root, tmp_path / "jingxi.card", tmp_path / "hekou.card", "--after", first)
    assert state.read(third.read_bytes(), root=public.key).revoked == ()
    assert "cn-hekou" in run("show", third, "--root", root.with_name("china.root"))


def test_a_wrong_passphrase_opens_nothing(root: Path, tmp_path: Path) -> None:
    with pytest.raises(Unauthentic, match="root_key_does_not_open"):
        run("sign", "--root", root, "--out", tmp_path / "x", "--passphrase", "another passphrase")
    assert not (tmp_path / "x").exists()


def test_a_root_key_without_its_second_half_signs_nothing(root: Path, tmp_path: Path) -> None:
    first = root.read_bytes().split(b"-----BEGIN ")[1]
    root.write_bytes(b"-----BEGIN " + first)
    with pytest.raises(Malformed, match="root_broken"):
        run("sign", "--root", root, "--out", tmp_path / "x", "--passphrase", PASSPHRASE)
    assert not (tmp_path / "x").exists()


def test_a_short_passphrase_and_an_existing_file_are_refused(root: Path, tmp_path: Path) -> None:
    with pytest.raises(Malformed, match="passphrase_short"):
        run("root", tmp_path / "new", "--country", "CN", "--passphrase", "short")
    before = root.read_bytes()
    run("root", root, "--country", "CN", "--passphrase", PASSPHRASE, ok=False)
    assert root.read_bytes() == before


def test_a_root_does_not_sign_for_another_country(root: Path, tmp_path: Path) -> None:
    other = tmp_path / "vietnam"
    run("root", other, "--country", "VN", "--passphrase", PASSPHRASE)
    with pytest.raises(Unauthentic, match="directory_of_other_country"):
        signed(other, tmp_path / "jingxi.card")
