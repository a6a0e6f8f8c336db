"""A node that starts brings the log into the file, or says that it could not."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import closing
from pathlib import Path
from typing import Any

import pysqlite3
import pytest
from django.db.backends.sqlite3.base import DatabaseWrapper

from lienlac.core.errors import Unavailable
from lienlac.site import databases, sqlite


@pytest.fixture
def connection(tmp_path: Path, db: None) -> Iterator[Any]:
    entry = {
        "NAME": str(tmp_path / "db.sqlite3"),
        "OPTIONS": {"timeout": 0.05, "init_command": databases.SQLITE_PRAGMAS},
        "TIME_ZONE": None,
        "AUTOCOMMIT": True,
        "CONN_HEALTH_CHECKS": False,
        "CONN_MAX_AGE": 0,
        "ATOMIC_REQUESTS": False,
    }
    made = DatabaseWrapper(entry, "settling")
    with made.cursor() as cursor:
        cursor.execute("CREATE TABLE kept (x)")
    yield made
    made.close()


def test_the_log_is_not_believed_settled_while_somebody_reads(connection: Any, tmp_path: Path) -> None:
    log = tmp_path / "db.sqlite3-wal"
    with closing(pysqlite3.connect(tmp_path / "db.sqlite3", isolation_level=None)) as reader:
        reader.execute("BEGIN")
        reader.execute("SELECT * FROM kept").fetchall()
        with connection.cursor() as cursor:
            cursor.execute("INSERT INTO kept VALUES (1)")
        with pytest.raises(Unavailable) as refusal:
            sqlite.settle(connection)
        assert refusal.value.code == "database_busy"
        assert log.stat().st_size > 0
    sqlite.settle(connection)
    assert log.stat().st_size == 0
