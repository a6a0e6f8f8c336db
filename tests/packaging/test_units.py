"""The units run commands that exist, as nobody but the node's user, with nothing that they do not need."""

from __future__ import annotations

import shlex
from pathlib import Path

import pytest

from lienlac.cli.main import lienlac

UNITS = sorted((Path(__file__).parents[2] / "packaging" / "systemd").glob("*.service"))
CLOSED = {
    "User=lienlac",
    "NoNewPrivileges=yes",
    "CapabilityBoundingSet=",
    "ProtectSystem=strict",
    "ProtectHome=yes",
    "PrivateTmp=yes",
    "PrivateDevices=yes",
    "UMask=0077",
    "SystemCallFilter=@system-service",
}


def test_there_are_units() -> None:
    assert [one.name for one in UNITS] == ["lienlac-backup.service", "lienlac.service"]


@pytest.mark.parametrize("unit", UNITS, ids=lambda one: one.name)
def test_a_unit_is_closed(unit: Path) -> None:
    assert set(unit.read_text(encoding="utf-8").splitlines()) >= CLOSED


@pytest.mark.parametrize("unit", UNITS, ids=lambda one: one.name)
def test_what_a_unit_runs_is_a_command(unit: Path) -> None:
    lines = [line for line in unit.read_text(encoding="utf-8").splitlines() if line.startswith("ExecStart=")]
    words = [word for line in lines for part in shlex.split(line) for word in part.split()]
    at = next(number for number, word in enumerate(words) if word.endswith("/bin/lienlac"))
    assert words[at + 1] == "--home"
    assert words[at + 3] in lienlac.commands
    options = {option for one in lienlac.commands[words[at + 3]].params for option in one.opts}
    assert {word for word in words[at + 4 :] if word.startswith("--")} <= options
