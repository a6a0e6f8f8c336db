"""The switch: name the server in `node.toml`, end the node's processes, set the SQLite file aside."""

from __future__ import annotations

import os
import re
import signal
import time
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path

from lienlac.apps.reports.health import running
from lienlac.cli.sqlite_copy import BESIDE
from lienlac.core.errors import Unavailable
from lienlac.site import home as homes

KEPT = "before-postgresql.sqlite3"
ENDS_WITHIN_S = 30.0  # longer than a writer of SQLite waits for the lock
KILL_AFTER_S = 8.0
LOOK_EVERY_S = 0.05


def name_database(home: homes.Home, url: str) -> None:
    """Write the server into `node.toml`, the rest as it was; for its user alone: it may hold a password."""
    file = home.path / homes.NODE_TOML
    kept = re.sub(r"(?m)^database\s*=.*\n", "", file.read_text(encoding="utf-8"))
    fresh = file.with_suffix(".fresh")
    fresh.touch(mode=0o600)
    with fresh.open("w", encoding="utf-8") as target:
        target.write(f"database = {homes.quoted(url)}\n{kept}")
        target.flush()
        os.fsync(target.fileno())
    os.chown(fresh, file.stat().st_uid, file.stat().st_gid)  # root may move a node that is not his
    fresh.replace(file)
    _sync(home.path)


def _sync(directory: Path) -> None:
    """Let names that changed in a directory be on the disk."""
    descriptor = os.open(directory, os.O_RDONLY | os.O_DIRECTORY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)


def check_nobody_else(home: homes.Home) -> None:
    """Raise Unavailable('database_in_use') when a process that is not the node's own has the file open."""
    if others := _holders(home) - set(running.processes(home)):
        raise Unavailable("database_in_use", processes=", ".join(map(str, sorted(others))))


def stop(home: homes.Home) -> None:
    """End the node's processes; return when none of them has the file open, nor anybody else who waited for it.

    The caller holds the write lock: what they had in hand was not kept, and nobody was told that it was. A process
    that is killed loses nothing more. Raises Unavailable('moved_but_file_in_use') when somebody keeps it open.
    """
    ours, began = set(running.processes(home)), time.monotonic()
    _tell(ours, signal.SIGTERM)
    while _holders(home) or any(map(_lives, ours)):
        waited = time.monotonic() - began
        if waited > KILL_AFTER_S:
            _tell(ours, signal.SIGKILL)
        if waited > ENDS_WITHIN_S:
            raise Unavailable("moved_but_file_in_use", file=str(home.sqlite))
        time.sleep(LOOK_EVERY_S)


def _tell(processes: set[int], number: int) -> None:
    for process in processes:
        with suppress(ProcessLookupError):
            os.kill(process, number)


def _lives(process: int) -> bool:
    """Say whether a process runs; one that has ended and waits for its parent to notice does not."""
    try:
        state = Path(f"/proc/{process}/stat").read_text(encoding="ascii", errors="replace").rpartition(")")[2]
    except (FileNotFoundError, ProcessLookupError):
        return False
    return state.split()[0] != "Z"


def _holders(home: homes.Home) -> set[int]:
    """Return the ids of the processes that have the SQLite file open, this one not."""
    file = str(home.sqlite.resolve())
    return {process for process, opened in _open_files() if opened == file} - {os.getpid()}


def _open_files() -> Iterator[tuple[int, str]]:
    for directory in Path("/proc").glob("[0-9]*/fd"):
        with suppress(OSError):  # of another user, or gone meanwhile
            for descriptor in directory.iterdir():
                with suppress(OSError):
                    yield int(directory.parent.name), str(descriptor.readlink())


def set_aside(home: homes.Home) -> Path:
    """Give the SQLite file another name, so that nobody writes into the past; return where it is."""
    kept = home.path / KEPT
    for suffix in ("", *BESIDE):
        with suppress(FileNotFoundError):
            home.sqlite.with_name(home.sqlite.name + suffix).rename(kept.with_name(kept.name + suffix))
    _sync(home.path)
    return kept
