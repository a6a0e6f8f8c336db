"""States sign the list of their roots each on its own machine, and a node takes it with the words of people."""

from __future__ import annotations

from pathlib import Path

import pytest
from tests.cli.test_directory import PASSPHRASE, run

from lienlac.core.errors import Malformed, Unauthentic
from lienlac.core.trust import quorum, shared


@pytest.fixture
def states(tmp_path: Path) -> Path:
    """The directory with the roots of three states, and a draft that names them."""
    for country in ("CN", "LA", "VN"):
        run("root", tmp_path / country, "--country", country, "--passphrase", PASSPHRASE)
    publics = [tmp_path / f"{country}.root" for country in ("CN", "LA", "VN")]
    run("roots", "draft", *publics, "--threshold", 2, "--out", tmp_path / "draft")
    return tmp_path


def signed(at: Path, country: str, draft: str = "draft", *more: object) -> Path:
    out = at / f"{draft}.{country}"
    given = ("--root", at / country, "--out", out, "--passphrase", PASSPHRASE)
    run("roots", "sign", at / draft, *given, *more)
    return out


def test_two_states_sign_apart_and_the_list_is_whole(states: Path) -> None:
    said = run("roots", "show", states / "draft")
    assert "0 of 3 signed, 2 needed" in said
    words = said.splitlines()[-5:]
    files = signed(states, "LA"), signed(states, "VN")
    joined = run("roots", "join", *files, "--out", states / "first")
    assert "2 of 3 signed, 2 needed" in joined
    assert joined.splitlines()[-5:] == words
    found = quorum.read((states / "first").read_bytes())
    assert found.lists == shared.ours()
    assert len(quorum.signers_of((states / "first").read_bytes())) == 2


def test_the_next_list_asks_the_roots_of_the_one_before(states: Path) -> None:
    run("root", states / "new", "--country", "CN", "--passphrase", PASSPHRASE)
    after = ("--after", states / "draft")
    publics = [states / f"{name}.root" for name in ("new", "LA", "VN")]
    run("roots", "draft", *publics, "--threshold", 2, "--out", states / "next", *after)
    with pytest.raises(Unauthentic, match="roots_signer_unknown"):
        signed(states, "CN", "next")
    files = signed(states, "CN", "next", *after), signed(states, "LA", "next")
    said = run("roots", "join", *files, *after, "--out", states / "second")
    assert "1 of 3 signed, 2 needed\nof the list before: 2 of 3 signed, 2 needed" in said


def test_files_of_two_lists_are_not_joined(states: Path) -> None:
    other = states / "other"
    run("roots", "draft", states / "CN.root", "--threshold", 1, "--out", other)
    with pytest.raises(Malformed, match="roots_differ"):
        run("roots", "join", states / "draft", other, "--out", states / "x")
    assert not (states / "x").exists()
