"""A whole copy of a SQLite database, taken while others read and write it, and the check that it is whole."""

from __future__ import annotations

from contextlib import closing
from pathlib import Path

from lienlac.cli import durable
from lienlac.core.errors import Malformed

BESIDE = ("-wal", "-shm", "-journal")
TIMEOUT_S = 20.0


def copy(source: Path, target: Path) -> None:
    """Write a copy to `target`, which must not exist: one moment of `source`, compact, mode 0600.

    `VACUUM INTO` reads in one transaction and, in WAL mode, holds up no writer (sqlite.org/lang_vacuum.html).
    Raises Malformed('database_damaged') when the copy is not whole.
    """
    import pysqlite3

    target.touch(mode=0o600, exist_ok=False)  # an empty file counts as absent for VACUUM INTO
    with closing(pysqlite3.connect(f"file:{source}?mode=ro", uri=True, timeout=TIMEOUT_S)) as connection:
        connection.execute("VACUUM INTO ?", (str(target),))
    check(target)


def check(file: Path, *, thorough: bool = False) -> None:
    """Raise Malformed('database_damaged') unless SQLite finds the file whole."""
    import pysqlite3

    how = "integrity_check" if thorough else "quick_check"
    try:
        with closing(pysqlite3.connect(f"file:{file}?mode=ro", uri=True, timeout=TIMEOUT_S)) as connection:
            found = [row[0] for row in connection.execute(f"PRAGMA {how}(5)")]
    except pysqlite3.DatabaseError as error:
        raise Malformed("database_damaged", file=str(file), detail=str(error)) from error
    if found != ["ok"]:
        raise Malformed("database_damaged", file=str(file), detail="; ".join(map(str, found)))


def put_back(copied: Path, file: Path) -> None:
    """Put a copy in the place of the database; nobody may have it open."""
    for suffix in BESIDE:
        file.with_name(file.name + suffix).unlink(missing_ok=True)
    durable.put(copied, file)
