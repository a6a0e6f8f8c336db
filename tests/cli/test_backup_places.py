"""A backup overwrites nothing, and a node is put back where the operator said."""

from __future__ import annotations

import signal
from datetime import UTC, datetime
from pathlib import Path
from types import SimpleNamespace

import pytest
from click.testing import CliRunner

from lienlac.apps.reports.health import house
from lienlac.cli import archive, backup
from lienlac.cli.main import lienlac
from lienlac.core.envelope import resting
from lienlac.core.errors import LienlacError

WORDS = "seven dry bamboo rafts"


@pytest.fixture(autouse=True)
def quick(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(resting, "SCRYPT_N", 2**4)
    monkeypatch.delenv("LIENLAC_HOME", raising=False)
    monkeypatch.setattr(backup.sqlite_copy, "check", lambda *_, **__: None)
    monkeypatch.setattr(backup, "_tell_restored", lambda _path: 3)


@pytest.fixture
def saved(tmp_path: Path) -> Path:
    """Give a backup of a node that has settings and nothing else."""
    inside = tmp_path / "inside"
    inside.mkdir()
    (inside / "node.toml").write_text("node = 1\n")
    (inside / "archive.json").write_text('{"node": "vn-a", "made_at": "2026-11-22", "whole": true}')
    with archive.writing(tmp_path / "saved", WORDS) as target:
        for found, name in archive.files_below(inside, ()):
            archive.add(target, found, name)
    return tmp_path / "saved"


def restore(*words: object, env: dict[str, str] | None = None) -> str:
    said = CliRunner().invoke(lienlac, [str(one) for one in words], input=WORDS + "\n", env=env)
    if isinstance(said.exception, LienlacError):
        raise said.exception
    assert said.exit_code == 0, said.output
    return said.output


def test_what_stands_there_is_not_overwritten(saved: Path) -> None:
    before = saved.read_bytes()
    with pytest.raises(LienlacError, match="file_stands_there"), archive.writing(saved, WORDS):
        pytest.fail("it was opened for writing")
    assert saved.read_bytes() == before


def test_what_appears_meanwhile_is_not_overwritten_either(saved: Path, tmp_path: Path) -> None:
    file = tmp_path / "tonight"
    with pytest.raises(LienlacError, match="file_stands_there"), archive.writing(file, WORDS):
        file.write_text("of somebody else")
    assert file.read_text() == "of somebody else"
    assert not list(tmp_path.glob("*.unfinished"))


def test_not_even_a_link_into_the_empty_is_replaced(saved: Path, tmp_path: Path) -> None:
    (tmp_path / "link").symlink_to(tmp_path / "nowhere")
    with pytest.raises(LienlacError, match="file_stands_there"), archive.writing(tmp_path / "link", WORDS):
        pytest.fail("it was opened for writing")


def test_a_node_is_put_back_where_home_says(saved: Path, tmp_path: Path) -> None:
    restore("--home", tmp_path / "said", "restore", saved)
    assert (tmp_path / "said" / "node.toml").exists()


def test_a_node_that_was_put_back_knows_since_when_and_from_which_backup(saved: Path, tmp_path: Path) -> None:
    home = tmp_path / "there"
    before = datetime.now(UTC).replace(microsecond=0)
    restore("restore", saved, home)
    noted = house.noted_restore(SimpleNamespace(path=home))
    assert noted is not None
    assert before <= noted[0] <= datetime.now(UTC)
    assert f"{noted[1]:%Y-%m-%d}" == "2026-11-22"
    assert house.noted_backup(SimpleNamespace(path=home)) is None


def test_a_place_named_behind_the_file_counts_before_the_environment(saved: Path, tmp_path: Path) -> None:
    restore("restore", saved, tmp_path / "named", env={"LIENLAC_HOME": str(tmp_path / "elsewhere")})
    assert (tmp_path / "named" / "node.toml").exists()
    assert not (tmp_path / "elsewhere").exists()


def test_two_different_places_are_refused(saved: Path, tmp_path: Path) -> None:
    with pytest.raises(LienlacError, match="two_homes"):
        restore("--home", tmp_path / "one", "restore", saved, tmp_path / "other")
    assert not (tmp_path / "one").exists()
    assert not (tmp_path / "other").exists()


def test_the_same_place_twice_is_one_place(saved: Path, tmp_path: Path) -> None:
    restore("--home", tmp_path / "one", "restore", saved, tmp_path / "one")
    assert (tmp_path / "one" / "node.toml").exists()


def test_a_trial_leaves_the_node_that_lives_there_and_nothing_of_itself(saved: Path, tmp_path: Path) -> None:
    home = tmp_path / "at-work"
    home.mkdir()
    (home / "node.toml").write_text("its own")
    before = sorted(tmp_path.iterdir())
    restore("--home", home, "restore", "--try", saved)
    assert sorted(tmp_path.iterdir()) == before
    assert (home / "node.toml").read_text() == "its own"


def test_a_trial_says_what_is_wrong(saved: Path, tmp_path: Path) -> None:
    saved.write_bytes(saved.read_bytes()[:-1])
    with pytest.raises(LienlacError, match="archive_"):
        restore("--home", tmp_path / "there", "restore", "--try", saved)


def test_a_trial_needs_no_place_beside_the_home(
    saved: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    used = list[Path]()
    monkeypatch.setattr(backup, "_tell_restored", lambda path: used.append(path) or 3)
    home = tmp_path / "at-work"
    home.mkdir()
    said = restore("--home", home, "restore", "--try", saved)
    assert [one.parent for one in used] == [home]
    assert "Nothing was kept" in said
    assert not list(home.iterdir())


def test_nothing_was_kept_is_not_said_of_what_could_not_be_cleared_away(
    saved: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(backup.shutil, "rmtree", lambda *_, **__: None)
    with pytest.raises(LienlacError, match="staging_left"):
        restore("--home", tmp_path / "there", "restore", "--try", saved)


@pytest.mark.parametrize("number", backup.ENDINGS)
def test_a_restore_that_is_told_to_stop_clears_away(
    number: int, saved: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def told_to_stop(_path: Path) -> int:
        assert signal.getsignal(number) is backup._leave, "it would end this process"
        signal.raise_signal(number)
        return 3

    monkeypatch.setattr(backup, "_tell_restored", told_to_stop)
    before = signal.signal(number, signal.SIG_DFL)
    words = ["restore", str(saved), str(tmp_path / "there")]
    said = CliRunner().invoke(lienlac, words, input=WORDS + "\n")
    assert said.exit_code == 128 + number
    assert sorted(one.name for one in tmp_path.iterdir()) == ["inside", "saved"]
    assert signal.signal(number, before) == signal.SIG_DFL


def test_what_a_killed_restore_left_is_named_by_the_next(saved: Path, tmp_path: Path) -> None:
    left = tmp_path / ".restoring-killed"
    left.mkdir()
    assert str(left) in restore("restore", saved, tmp_path / "there")
    assert left.exists(), "it may be at work"
