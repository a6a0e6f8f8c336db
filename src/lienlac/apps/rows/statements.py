"""Put statements that are worded already to the database, past what Django's cursor does around each of them.

SQLite answers most questions of a letter in 10 µs, and the cursor around each costs 40: it words the places anew, asks
for the settings, makes and wraps three objects. Here the connection's own driver is asked. What the cursor is for
stays: a thread uses its own connection, nothing is asked in a transaction that broke, errors are Django's own. Where
somebody listens to what is asked (tests that count questions), or the database is a server, Django's cursor does it.
"""

from __future__ import annotations

from collections.abc import Sequence
from functools import lru_cache
from typing import Any

from django.db import DEFAULT_DB_ALIAS, connections
from django.db.backends.base.base import BaseDatabaseWrapper

Values = Sequence[Any]


def asked(statement: str, values: Values = ()) -> list[tuple[Any, ...]]:
    """Return the rows that answer a statement; `%s` stands for each value, which is as the driver takes it."""
    here = connections[DEFAULT_DB_ALIAS]
    if _is_listened_to(here):
        with here.cursor() as cursor:
            cursor.execute(statement, values)
            return list(cursor.fetchall())
    with _checked(here).wrap_database_errors:
        rows: list[tuple[Any, ...]] = here.connection.execute(_in_sqlite(statement), values).fetchall()
        return rows


def done(statement: str, values: Values = ()) -> int:
    """Carry out a statement that answers nothing; return how many rows it changed."""
    return _changed("execute", statement, values)


def done_each(statement: str, lines: Sequence[Values]) -> int:
    """Carry out a statement with each of these lines of values; return how many rows were changed."""
    return _changed("executemany", statement, lines)


def _changed(how: str, statement: str, values: Sequence[Any]) -> int:
    here = connections[DEFAULT_DB_ALIAS]
    if _is_listened_to(here):
        with here.cursor() as cursor:
            getattr(cursor, how)(statement, values)
            return int(cursor.rowcount)
    with _checked(here).wrap_database_errors:
        return int(getattr(here.connection, how)(_in_sqlite(statement), values).rowcount)


def _is_listened_to(here: BaseDatabaseWrapper) -> bool:
    return here.vendor != "sqlite" or here.queries_logged or bool(here.execute_wrappers)


def _checked(here: BaseDatabaseWrapper) -> BaseDatabaseWrapper:
    """Connect if need be; raise what Django's cursor would raise before it asks."""
    here.ensure_connection()
    here.validate_thread_sharing()
    here.validate_no_broken_transaction()
    return here


@lru_cache(maxsize=512)
def _in_sqlite(statement: str) -> str:
    """Word the places as SQLite's driver has them; a sign of per cent stands doubled in what Django words."""
    return statement.replace("%%", "\0").replace("%s", "?").replace("\0", "%")
