"""Tables that are made at once are those that the steps lead to, to the last index and row, on either database."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest
from django.core.management import call_command
from django.db import connection, connections
from django.db.migrations.recorder import MigrationRecorder
from django.test.utils import CaptureQueriesContext

from lienlac.site import tables

APART = "apart"
OF_SQLITE = "SELECT type, name, tbl_name, sql FROM sqlite_master WHERE name NOT LIKE 'sqlite_%'"
OF_POSTGRESQL = (
    "SELECT table_name, column_name, data_type, udt_name, character_maximum_length, numeric_precision, is_nullable,"
    " column_default, is_identity, collation_name FROM information_schema.columns WHERE table_schema = 'public'",
    "SELECT tablename, indexname, indexdef FROM pg_indexes WHERE schemaname = 'public'",
    "SELECT conrelid::regclass::text, conname, pg_get_constraintdef(oid), condeferrable, condeferred FROM pg_constraint"
    " WHERE connamespace = 'public'::regnamespace",
    "SELECT tgrelid::regclass::text, tgname, pg_get_triggerdef(oid) FROM pg_trigger WHERE NOT tgisinternal",
)
PARTS = re.compile(
    r",\s*(?![^()]*\))"
)  # a table's clauses: Django puts no comma between brackets within brackets
OF_DJANGO = ("auth_group_permissions", "id")  # used by nobody here: 32 bits by the steps, 64 by the model
WHEN = {"django_migrations": {"applied"}}  # each time another


@pytest.fixture(autouse=True)
def unblocked(django_db_setup: None, django_db_blocker: Any) -> Iterator[None]:
    """Let the tests reach databases of their own: that of the other tests is not touched."""
    with django_db_blocker.unblock():
        yield


@contextmanager
def empty_database(place: Path) -> Iterator[None]:
    """Let the alias name a database without a table; on PostgreSQL one of the same server."""
    name = str(place) if connection.vendor == "sqlite" else f"apart_{place.name}"
    if connection.vendor != "sqlite":
        _on_the_server(f'CREATE DATABASE "{name}"')
    connections.databases[APART] = connection.settings_dict | {"NAME": name}
    try:
        yield
    finally:
        connections[APART].close()
        del connections[APART], connections.databases[APART]
        if connection.vendor != "sqlite":
            _on_the_server(f'DROP DATABASE "{name}"')


def _on_the_server(statement: str) -> None:
    with connection._nodb_cursor() as cursor:
        cursor.execute(statement)


def _rows(query: str) -> list[tuple[Any, ...]]:
    with connections[APART].cursor() as cursor:
        cursor.execute(query)
        return sorted(cursor.fetchall(), key=repr)


def structure() -> set[Any]:
    """Return all that the database says of its tables, but for the order of a table's columns."""
    if connection.vendor != "sqlite":
        return {row for query in OF_POSTGRESQL for row in _rows(query) if row[:2] != OF_DJANGO}
    return {
        (sort, name, table, part)
        for sort, name, table, sql in _rows(OF_SQLITE)
        for part in (PARTS.split(sql.partition("(")[2][:-1]) if sort == "table" else (sql,))
    }


def content() -> dict[str, list[tuple[Any, ...]]]:
    """Return what each table holds, without the numbers that rows were given."""
    found = {}
    for table in connections[APART].introspection.table_names():
        with connections[APART].cursor() as cursor:
            described = connections[APART].introspection.get_table_description(cursor, table)
        said = {one.name for one in described if one.name != "id" and not one.name.endswith("_id")}
        columns = ", ".join(f'"{one}"' for one in sorted(said - WHEN.get(table, set())))
        found[table] = _rows(f"SELECT {columns} FROM {table}") if columns else []
    return found


def _by_steps() -> None:
    call_command("migrate", database=APART, verbosity=0, interactive=False)


def _at_once() -> None:
    with CaptureQueriesContext(connections[APART]) as queries:
        tables.make(APART)
    assert not any("ALTER TABLE" in one["sql"] and "ADD COLUMN" in one["sql"] for one in queries)


def made_by(way: Callable[[], None], place: Path) -> tuple[set[Any], dict[str, list[tuple[Any, ...]]]]:
    with empty_database(place):
        way()
        return structure(), content()


def test_both_ways_lead_to_the_same_tables_and_rows(tmp_path: Path) -> None:
    structure_by_steps, content_by_steps = made_by(_by_steps, tmp_path / "steps")
    structure_at_once, content_at_once = made_by(_at_once, tmp_path / "once")
    assert structure_at_once ^ structure_by_steps == set()
    assert content_at_once == content_by_steps
    assert content_at_once["django_migrations"]


def test_half_made_is_not_made(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def fails(_connection: object) -> None:
        raise RuntimeError("planted")

    monkeypatch.setattr(tables, "note_steps", fails)
    with empty_database(tmp_path / "half"):
        with pytest.raises(RuntimeError, match="planted"):
            tables.make(APART)
        assert connections[APART].introspection.table_names() == []


def test_a_database_with_tables_is_brought_up_step_by_step(tmp_path: Path) -> None:
    with empty_database(tmp_path / "older"):
        tables.make(APART)
        with connections[APART].cursor() as cursor:
            cursor.execute("DROP TABLE django_session")
        MigrationRecorder(connections[APART]).record_unapplied("sessions", "0001_initial")
        tables.make(APART)
        assert "django_session" in connections[APART].introspection.table_names()
