"""A file that takes the place of another is found under its name after a power cut: its directory is synced, after."""

from __future__ import annotations

import errno
import os
import stat
from pathlib import Path

import pytest

from lienlac.cli import archive, durable


@pytest.fixture
def synced(monkeypatch: pytest.MonkeyPatch) -> list[set[str]]:
    """What stood in the directory at each moment when a directory was synced."""
    found, fsync = list[set[str]](), os.fsync

    def noted(descriptor: int) -> None:
        if stat.S_ISDIR(os.fstat(descriptor).st_mode):
            found.append(set(os.listdir(descriptor)))
        fsync(descriptor)

    monkeypatch.setattr(os, "fsync", noted)
    return found


def test_a_backup_that_is_told_is_named_on_the_disk(tmp_path: Path, synced: list[set[str]]) -> None:
    with archive.writing(tmp_path / "backup", "correct horse battery staple"):
        assert synced == []
    assert synced == [{"backup"}]


def test_a_share_that_syncs_no_directory_takes_a_file(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def refused(_descriptor: int) -> None:
        raise OSError(errno.EINVAL, "Invalid argument")

    monkeypatch.setattr(os, "fsync", refused)
    (tmp_path / "fresh").write_text("new")
    durable.put(tmp_path / "fresh", tmp_path / "file")
    assert (tmp_path / "file").read_text() == "new"


def test_a_disk_that_fails_is_told(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def failing(_descriptor: int) -> None:
        raise OSError(errno.EIO, "Input/output error")

    monkeypatch.setattr(os, "fsync", failing)
    (tmp_path / "fresh").write_text("new")
    with pytest.raises(OSError, match="Input/output"):
        durable.put(tmp_path / "fresh", tmp_path / "file")
