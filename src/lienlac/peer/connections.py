"""The database connections of a process's threads: kept or given up between two steps, one writer at a time."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

from django.conf import settings
from django.db import connection

from lienlac.peer import turns


def rest() -> None:
    """After a step that went well: keep the connection where another thread loses nothing by it.

    To open SQLite's file and read its schema costs more of the processor than most steps, and waiting it takes some
    hundred kilobytes and no lock. On a server each one takes a place out of few.
    """
    if connection.vendor != "sqlite":
        connection.close()


PATIENCE_S = 5.0
_WRITER = threading.Lock()


@contextmanager
def writing() -> Iterator[None]:
    """Hold off the other threads of this node that write to SQLite's file meanwhile; on a server do nothing.

    They would wait for each other anyway, but asleep: SQLite looks again after 1 ms, then 2, 5, 10 and up to 100, and
    who comes later may find the file free first. Six at the door, 3 ms each, took 240 to 500 ms at the 99th percentile;
    in line they take 40. Threads of one process stand in its line, the first of each line takes turns with the other
    processes (`turns`). Where somebody holds the file for long, each waits in SQLite as before.
    """
    held = connection.vendor == "sqlite" and _WRITER.acquire(timeout=PATIENCE_S)
    turn = _turn() if held else None
    try:
        yield
    finally:
        if turn:
            turn.give()
        if held:
            _WRITER.release()


def _turn() -> turns.Turns | None:
    """Return the turns when ours has come; None where it does not come, or no file can be opened for it."""
    with suppress(OSError):
        ours = turns.of(Path(settings.NODE.bells))
        return ours if ours.take(within_s=PATIENCE_S) else None
    return None
