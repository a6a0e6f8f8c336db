"""The units run commands that exist, as nobody but the node's user, with nothing that they do not need."""

from __future__ import annotations

import os
import shlex
import subprocess
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


def test_a_night_deletes_old_backups_of_its_own_and_nothing_else(tmp_path: Path) -> None:
    kept = {"lienlac-keys-2026-01-01", "lienlac-2026-01-01.dump", "lienlac-2026-01-01", "lost+found"}
    own = {"lienlac-2026-01-01-0230", "lienlac-2026-01-02-0230.unfinished"}
    for name in kept | own:
        (tmp_path / name).touch()
    (tmp_path / "lost+found").unlink()
    (tmp_path / "lost+found").mkdir()
    (tmp_path / "lost+found" / "lienlac-2026-01-01-0230").touch()
    for one in [*tmp_path.rglob("*")]:
        os.utime(one, (0, 0))
    (tmp_path / "lienlac-2026-11-22-0230").touch()
    line = next(
        line for line in lines_of("lienlac-backup.service") if line.startswith("ExecStart=/usr/bin/find")
    )
    words = [word.replace("/mnt/backup", str(tmp_path)) for word in shlex.split(line.partition("=")[2])]
    subprocess.run(words, check=True)
    assert {one.name for one in tmp_path.iterdir()} == kept | {"lienlac-2026-11-22-0230"}
    assert (tmp_path / "lost+found" / "lienlac-2026-01-01-0230").exists()


def test_a_night_without_its_disk_is_a_failure() -> None:
    assert {"RequiresMountsFor=/mnt/backup", "AssertPathIsMountPoint=/mnt/backup"} <= set(
        lines_of("lienlac-backup.service")
    )


def lines_of(name: str) -> list[str]:
    unit = next(one for one in UNITS if one.name == name)
    return unit.read_text(encoding="utf-8").splitlines()
