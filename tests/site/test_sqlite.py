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


def test_a_new_file_has_pages_on_which_a_parcel_fits_and_an_old_one_keeps_its_own(tmp_path: Path) -> None:
    for name, before, pages in (
        ("new", "", 8192),
        ("old", "PRAGMA page_size=4096; CREATE TABLE kept (x);", 4096),
    ):
        with closing(pysqlite3.connect(tmp_path / name)) as made:
            made.executescript(before + databases.SQLITE_PRAGMAS + "CREATE TABLE parcel (x);")
            assert made.execute("PRAGMA page_size").fetchone() == (pages,)
            assert made.execute("PRAGMA journal_mode").fetchone() == ("wal",)
            assert made.execute("PRAGMA secure_delete").fetchone() == (1,)
