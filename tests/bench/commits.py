"""A process that commits rows into a database whose disk is watched; a failing sync and a crash can be asked for.

python -m tests.bench.commits HOME FULL|NORMAL FIRST COUNT [crash] [settle] [trouble]

`settle` begins as a node that is started does. `crash` ends with a commit whose sync fails, and dies of it. `trouble`
has one call fail in the course of each commit, a later one each time, with what disks say: full, failing, not synced.
"""

from __future__ import annotations

import errno
import os
import sys
from pathlib import Path
from types import SimpleNamespace
from typing import Any

from bench.storage.faults import Faults
from bench.storage.tape import Tape
from bench.storage.watching import Watching

from lienlac.site import databases, sqlite

TROUBLES = ((errno.ENOSPC, "write"), (errno.EIO, "write"), (errno.EIO, "sync"))


def main(home: Path, synchronous: str, first: int, count: int, *more: str) -> None:
    faults, tape = Faults.at(home / "faults"), Tape(home / "tape")
    faults.clear()  # what the one before it may have left
    Watching(home=home, tape=tape, refusing=faults).begin()
    base = opened(home, synchronous)
    if "settle" in more:
        sqlite.settle(SimpleNamespace(cursor=lambda: Cursor(base)))  # type: ignore[arg-type]
    for number in range(first, first + count):
        if "trouble" in more:
            faults.set(*TROUBLES[number % len(TROUBLES)], after=number // len(TROUBLES) % 4, times=1)
        if keep(base, number):
            tape.promise("node", kept=number)
    if "crash" in more:
        faults.set(errno.EIO, "sync")
        os._exit(0 if keep(base, first + count) else 3)
    os._exit(0)  # without closing: the log stays


def keep(base: Any, number: int) -> bool:
    """Commit a row; say whether it was kept."""
    try:
        base.execute("INSERT INTO kept VALUES (?, ?)", (number, os.urandom(200 + 4000 * (number % 3))))
    except sys.modules["sqlite3"].OperationalError:
        return False
    return True


class Cursor:
    """A cursor in the manner of Django's."""

    def __init__(self, base: Any) -> None:
        self._base = base

    def __enter__(self) -> Any:
        return self._base

    def __exit__(self, *_: object) -> None:
        pass


def opened(home: Path, synchronous: str) -> Any:
    """Open as a node does; checkpoints come often."""
    sqlite.install()
    base = sys.modules["sqlite3"].connect(home / "db.sqlite3", isolation_level=None)
    base.executescript(databases.SQLITE_PRAGMAS.replace("FULL", synchronous))
    base.executescript("PRAGMA wal_autocheckpoint=30;")
    return base


if __name__ == "__main__":
    main(Path(sys.argv[1]), sys.argv[2], int(sys.argv[3]), int(sys.argv[4]), *sys.argv[5:])
