"""The database: the options that keep promises, the tables of this version."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import closing
from importlib import import_module
from pathlib import Path

from lienlac.apps.reports.health.finding import Finding, Patient, bad, ok


def options(patient: Patient) -> Finding:
    """Does an acknowledged commit survive a power cut? (The node's own connection is asked.)"""
    postgresql = bool(patient.home.database)
    wanted = _POSTGRESQL if postgresql else _SQLITE
    found = {name: _asked(question) for name, (question, _) in wanted.items()}
    wrong = {name: found[name] for name, (_, good) in wanted.items() if found[name] not in good}
    if not wrong:
        return ok("options", "options_safe", **found)
    names = ", ".join(f"{name} = {value}" for name, value in wrong.items())
    return bad(
        "options",
        "options_weak",
        "options_postgresql" if postgresql else "options_sqlite",
        names=names,
        **found,
    )


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


def tables(patient: Patient) -> Finding:
    """Are the tables those of this version?"""
    missing, unknown = steps()
    if unknown:
        return bad("tables", "tables_newer", "install_newer", names=", ".join(unknown))
    if missing:
        facts = {"names": ", ".join(missing), "home": str(patient.home.path)}
        return bad("tables", "tables_older", "upgrade_it", **facts)
    return ok("tables", "tables_fit")


def steps() -> tuple[list[str], list[str]]:
    """Return the steps that the database lacks, and those it has that this version does not know.

    Names alone are compared: to load every step, as Django does, costs each start a quarter of a second and memory.
    """
    from django.db import connection
    from django.db.migrations.recorder import MigrationRecorder

    applied = {f"{app}.{name}" for app, name in MigrationRecorder(connection).applied_migrations()}
    here = set(_on_disk())
    return sorted(here - applied), sorted(applied - here)


def _on_disk() -> Iterator[str]:
    from django.apps import apps

    for app in apps.get_app_configs():
        if not (Path(app.path) / "migrations").is_dir():
            continue
        for place in import_module(f"{app.name}.migrations").__path__:
            for file in Path(place).glob("[!_]*.py"):
                yield f"{app.label}.{file.stem}"
