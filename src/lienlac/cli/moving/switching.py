"""The switch: end the node's processes, name the server in `node.toml`, set the SQLite file aside.

Two rules make a half switch harmless: while `node.toml` names a server and the SQLite file still lies in its place,
no process of the node starts (`check_whole`); and a file that was set aside is never overwritten (`check_free`).
"""

from __future__ import annotations

import os
import re
import signal
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

from lienlac.apps.reports.health import running
from lienlac.cli.sqlite_copy import BESIDE
from lienlac.core.errors import Malformed, Unavailable
from lienlac.site import home as homes

KEPT = "before-postgresql.sqlite3"
ENDS_WITHIN_S = 30.0  # longer than a writer of SQLite waits for the lock
KILL_AFTER_S = 8.0
LOOK_EVERY_S = 0.05
BREAKS_OFF = (signal.SIGINT, signal.SIGHUP, signal.SIGTERM)


def check_whole(path: Path, *, began_in: str | None = None) -> None:
    """Raise Unavailable('move_unfinished') while what the node is to write to could be one of two databases.

    Ask before a process of the node starts and, with the database that it `began_in`, once more when it has that open:
    a move may have waited for it to let go, or it for the move.
    """
    home = homes.read(path)
    half = bool(home.database) and home.sqlite.exists()
    if half or (began_in is not None and home.database != began_in):
        raise Unavailable("move_unfinished", file=str(home.sqlite))


def check_free(home: homes.Home) -> None:
    """Raise Malformed('kept_file_exists') when a file of an earlier move lies where the SQLite file is to go."""
    kept = home.path / KEPT
    if found := [one for suffix in ("", *BESIDE) if (one := kept.with_name(kept.name + suffix)).exists()]:
        raise Malformed("kept_file_exists", file=str(found[0]))


@contextmanager
def not_broken_off() -> Iterator[None]:
    """Let nobody end this process by Ctrl-C, by a terminal that is gone, or by asking it to."""
    before = {number: signal.signal(number, signal.SIG_IGN) for number in BREAKS_OFF}
    try:
        yield
    finally:
        for number, handler in before.items():
            signal.signal(number, handler)


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


def end_processes(home: homes.Home) -> None:
    """End the node's processes, by force in the end. Raises Unavailable('database_in_use') when one does not go.

    The caller holds the write lock: what they had in hand was not kept, and nobody was told that it was. A process
    that is killed loses nothing more.
    """
    if left := _ended(home, others=False):
        raise Unavailable("database_in_use", processes=", ".join(map(str, sorted(left))))


def await_others(home: homes.Home) -> None:
    """Return when nobody has the file open: who waited for its lock gives up, who came since is ended.

    The caller holds the write lock. Raises Unavailable('moved_but_file_in_use') when somebody keeps it open.
    """
    if _ended(home, others=True):
        raise Unavailable("moved_but_file_in_use", file=str(home.sqlite))


def _ended(home: homes.Home, *, others: bool) -> set[int]:
    """Return the processes that are left after all patience: the node's own, `others` that have the file open too."""
    began, told = time.monotonic(), set[int]()
    while True:
        ours = set(running.processes(home))
        _tell(ours - told, signal.SIGTERM)
        told |= ours
        left = {one for one in told if _lives(one)} | (_holders(home) if others else set())
        waited = time.monotonic() - began
        if not left or waited > ENDS_WITHIN_S:
            return left
        if waited > KILL_AFTER_S:
            _tell(told, signal.SIGKILL)
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
    """Give the SQLite file another name, so that nobody writes into the past; return where it is.

    Raises as `check_free`. The file itself goes first: by then whoever closed it last has emptied what lies beside it.
    """
    check_free(home)
    kept = home.path / KEPT
    for suffix in ("", *BESIDE):
        with suppress(FileNotFoundError):
            home.sqlite.with_name(home.sqlite.name + suffix).rename(kept.with_name(kept.name + suffix))
    _sync(home.path)
    return kept
