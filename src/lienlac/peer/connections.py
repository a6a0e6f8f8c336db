"""The database connections of a process's threads: kept or given up between two steps, one writer at a time."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from contextlib import contextmanager

from django.db import connection


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
    """Hold off the other threads of this process that write to SQLite's file meanwhile; on a server do nothing.

    They would wait for each other anyway, but asleep: SQLite looks again after 1 ms, then 2, 5, 10 and up to 100, and
    who comes later may find the file free first. Six at the door, 3 ms each, took 240 to 500 ms at the 99th percentile;
    in line they take 40. When another process holds the file for long, each waits in SQLite as before.
    """
    held = connection.vendor == "sqlite" and _WRITER.acquire(timeout=PATIENCE_S)
    try:
        yield
    finally:
        if held:
            _WRITER.release()
