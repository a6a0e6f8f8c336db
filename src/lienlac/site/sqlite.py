"""Put a safe SQLite in the place of Python's own, and refuse one that may corrupt a database.

SQLite 3.7.0 to 3.51.2 has a race between a checkpoint and a writer in WAL mode that corrupts the file
(fixed 13 March 2026 in 3.51.3, and in the backports 3.50.7 and 3.44.6; sqlite.org/wal.html). Two connections
at once is exactly how a node works, so a library in that range is refused, not warned about.
"""

from __future__ import annotations

import sys
from typing import TYPE_CHECKING

from lienlac.core.errors import Unavailable

if TYPE_CHECKING:
    from django.db.backends.base.base import BaseDatabaseWrapper

FIRST_SAFE = (3, 51, 3)
SAFE_BACKPORTS = frozenset({(3, 50, 7), (3, 44, 6)})


def is_safe(version: tuple[int, int, int]) -> bool:
    """Say whether this SQLite keeps a WAL database whole with two connections at work."""
    same_branch = {fixed[:2]: fixed for fixed in SAFE_BACKPORTS}.get(version[:2])
    return version >= FIRST_SAFE or (same_branch is not None and version >= same_branch)


def install() -> None:
    """Make `import sqlite3` mean pysqlite3; Unavailable('sqlite_unsafe') when that is too old as well."""
    import pysqlite3

    sys.modules["sqlite3"] = pysqlite3
    sys.modules["sqlite3.dbapi2"] = pysqlite3.dbapi2
    if not is_safe(pysqlite3.sqlite_version_info[:3]):
        raise Unavailable("sqlite_unsafe", version=pysqlite3.sqlite_version)


def settle(connection: BaseDatabaseWrapper) -> None:
    """Bring the log (WAL) into the database file, synced, and empty it: before `up` serves or sends anything.

    What a crash left in the log is believed as it is read, and may stand in the kernel's memory alone: its sync had not
    come, or had failed, and then no later sync of the log brings those pages to the disk (fsyncgate, 2018). Whatever
    was committed behind such a hole would be gone with the next power cut. Commands do not settle: they write behind
    what they find, and what they wrote is settled by the next `up`.

    Raises OperationalError when the disk fails; Unavailable('database_busy') when somebody read or wrote for as long as
    this connection waits for a lock (a backup, say): SQLite then leaves the log as it is and answers without an error.
    """
    with connection.cursor() as cursor:
        busy, *_ = cursor.execute("PRAGMA wal_checkpoint(TRUNCATE)").fetchone()
    if busy:
        raise Unavailable("database_busy")
