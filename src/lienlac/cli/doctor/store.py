"""The database: a safe library, a whole file, the options that keep promises, the tables of this version."""

from __future__ import annotations

from contextlib import closing
from typing import Any

from lienlac.cli import sqlite_copy
from lienlac.cli.doctor.finding import Finding, Patient, bad, ok
from lienlac.core.errors import Malformed
from lienlac.site import sqlite


def sqlite_library(patient: Patient) -> Finding:
    """Is the SQLite in use free of the faults that damage databases?"""
    import pysqlite3

    version = pysqlite3.sqlite_version
    if patient.home.database:
        return ok("sqlite", "The database is PostgreSQL.")
    if sqlite.is_safe(pysqlite3.sqlite_version_info[:3]):
        return ok("sqlite", f"SQLite {version} keeps the database whole.", version=version)
    do = "Install the node again as the guide says; it brings a safe one."
    return bad("sqlite", f"SQLite {version} can damage the database.", do, version=version)


def whole(patient: Patient) -> Finding:
    """Is the file whole?"""
    if patient.home.database:
        return ok("database", "PostgreSQL checks its own files.")
    do = "Stop the node, copy the home away, and restore the last backup: lienlac restore FILE HOME."
    if not patient.home.sqlite.exists():
        return bad("database", f"There is no database at {patient.home.sqlite}.", do)
    try:
        sqlite_copy.check(patient.home.sqlite, thorough=patient.thorough)
    except Malformed as problem:
        return bad("database", f"The database is damaged: {problem.facts['detail']}.", do)
    size = patient.home.sqlite.stat().st_size
    return ok("database", f"The database is whole ({size / 2**20:.1f} MiB).", bytes=size)


def options(patient: Patient) -> Finding:
    """Does an acknowledged commit survive a power cut? (The node's own connection is asked.)"""
    wanted = _POSTGRESQL if patient.home.database else _SQLITE
    found = {name: _asked(question) for name, (question, _) in wanted.items()}
    wrong = {name: found[name] for name, (_, good) in wanted.items() if found[name] not in good}
    if not wrong:
        return ok("options", "What is confirmed survives a power cut, if the disk keeps its word.", **found)
    says = "These options let a power cut lose what was confirmed: " + _named(wrong)
    do = "Set them back" + (
        " in postgresql.conf." if patient.home.database else ": nothing but the node may set them."
    )
    return bad("options", says + ".", do, **found)


_SQLITE: dict[str, tuple[str, frozenset[str]]] = {
    "journal_mode": ("PRAGMA journal_mode", frozenset({"wal"})),
    "synchronous": ("PRAGMA synchronous", frozenset({"2", "3"})),  # FULL, EXTRA
    "foreign_keys": ("PRAGMA foreign_keys", frozenset({"1"})),
    "secure_delete": ("PRAGMA secure_delete", frozenset({"1"})),
}
_POSTGRESQL: dict[str, tuple[str, frozenset[str]]] = {
    "fsync": ("SHOW fsync", frozenset({"on"})),
    "synchronous_commit": (
        "SHOW synchronous_commit",
        frozenset({"on", "remote_apply", "remote_write", "local"}),
    ),
    "full_page_writes": ("SHOW full_page_writes", frozenset({"on"})),
}


def _asked(question: str) -> str:
    from django.db import connection

    with closing(connection.cursor()) as cursor:
        cursor.execute(question)
        row = cursor.fetchone()
    return str(row[0]) if row else ""


def _named(values: dict[str, Any]) -> str:
    return ", ".join(f"{name} = {value}" for name, value in values.items())


def tables(patient: Patient) -> Finding:
    """Are the tables those of this version?"""
    from django.db import connection
    from django.db.migrations.executor import MigrationExecutor

    executor = MigrationExecutor(connection)
    waiting = executor.migration_plan(executor.loader.graph.leaf_nodes())
    unknown = set(executor.loader.applied_migrations) - set(executor.loader.disk_migrations)
    if unknown:
        names = ", ".join(sorted(f"{app}.{name}" for app, name in unknown))
        do = "Install the version that made them, or a newer one."
        return bad("tables", f"The database was made by a newer version: {names}.", do)
    if waiting:
        names = ", ".join(str(migration) for migration, _ in waiting)
        do = f"Stop the node and run: lienlac --home {patient.home.path} upgrade"
        return bad("tables", f"The database is older than this version; missing: {names}.", do)
    return ok("tables", "The tables are those of this version.")
