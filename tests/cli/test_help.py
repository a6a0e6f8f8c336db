"""Every command explains itself where there is no node yet; one that needs the node says so before it asks anything."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import click
import pytest
from click.testing import CliRunner

from lienlac.cli.main import lienlac
from lienlac.core.errors import Malformed
from lienlac.site import start


def walk(command: click.Command, words: tuple[str, ...] = ()) -> Iterator[tuple[str, ...]]:
    """Yield the words of a command and of every one below it."""
    yield words
    if isinstance(command, click.Group):
        for name, below in command.commands.items():
            yield from walk(below, (*words, name))


COMMANDS = sorted(walk(lienlac))


@pytest.fixture(autouse=True)
def empty_directory(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    monkeypatch.delenv("LIENLAC_HOME", raising=False)


@pytest.mark.parametrize("words", COMMANDS, ids=" ".join)
def test_help_needs_no_node(words: tuple[str, ...], monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setattr(start, "_start", lambda *_: pytest.fail("Django was started"))
    said = CliRunner().invoke(lienlac, [*words, "--help"])
    assert said.exit_code == 0, said.output
    assert "Usage: " in said.output
    assert "--start" not in said.output
    assert not list(tmp_path.iterdir())


def test_the_walk_finds_the_commands() -> None:
    assert {("users", "add"), ("audit", "verify"), ("up",)} <= set(COMMANDS)


def test_nobody_types_a_password_for_a_node_that_is_not_there(monkeypatch: pytest.MonkeyPatch) -> None:
    def missing(home: Path) -> None:
        raise Malformed("home_missing", path=str(home))

    monkeypatch.setattr(start, "for_home", missing)
    said = CliRunner().invoke(lienlac, ["users", "add", "mara"])
    assert isinstance(said.exception, Malformed)
    assert said.output == ""
