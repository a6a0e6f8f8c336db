"""`lienlac upgrade`: bring a stopped node's database up to the version that is installed, with a way back.

1. The node must be stopped: the old program must not write into new tables.
2. A whole copy of the database is set aside in the home, where it is as safe as the database itself.
3. The tables are changed and the result is checked. When anything fails the copy is put back at once.
4. `--back` puts the copy back later: install the old version first. What came in since is told by the partners,
   since a node that goes back in time is a restored node.
"""

from __future__ import annotations

from contextlib import suppress
from datetime import UTC, datetime
from pathlib import Path

import click

from lienlac.apps.reports.health import running
from lienlac.cli import sqlite_copy
from lienlac.cli.backup import begin_again
from lienlac.core.errors import Malformed, Unavailable
from lienlac.site import home as homes
from lienlac.site import start

KEPT = "before-upgrade.sqlite3"
FRESH = "before-upgrade.put-back"
BEGUN = "before-upgrade.begun"
NOTHING = "Nothing to do: the tables are those of this version."


@click.command()
@click.option("--back", is_flag=True, help="Put back the database as it was before the last upgrade.")
@click.option("--backed-up", is_flag=True, help="PostgreSQL: you have made a backup with its own tools.")
@click.pass_obj
def upgrade(path: Path, back: bool, backed_up: bool) -> None:
    """Bring the database of a stopped node up to this version."""
    home = homes.read(path)
    running.check_stopped(home)
    if home.database:
        _with_own_backup(path, backed_up=backed_up)
    elif back:
        _go_back(home)
    else:
        _with_copy(home)


def _with_own_backup(path: Path, *, backed_up: bool) -> None:
    if not backed_up:
        raise Malformed("backup_of_postgresql")
    start.for_home(path)
    waiting = _waiting()
    click.echo(_changed(waiting) if waiting else NOTHING)


def _with_copy(home: homes.Home) -> None:
    if (home.path / BEGUN).exists():
        click.echo("The last upgrade was interrupted: beginning again from the copy.")
        _undo(home)
    start.for_home(home.path)
    waiting = _waiting()
    if not waiting:
        click.echo(NOTHING)
        return
    _set_aside(home)
    try:
        said = _changed(waiting)
        _close()
        sqlite_copy.check(home.sqlite, thorough=True)
    except Exception as error:
        # Whatever went wrong, half-changed tables must not stay; the error itself is told by the new one.
        _close()
        _undo(home)
        raise Unavailable("upgrade_failed", detail=f"{type(error).__name__}: {error}") from error
    (home.path / BEGUN).unlink()
    click.echo(said)
    click.echo(f"A copy of what was is at {home.path / KEPT}. To go back: install the old version again,")
    click.echo(f"then lienlac --home {home.path} upgrade --back.")


def _set_aside(home: homes.Home) -> None:
    """Copy the database, then note that an upgrade has begun: from now on an interruption leads back here."""
    _copied(home.sqlite, home.path / KEPT)
    (home.path / BEGUN).touch(mode=0o600)


def _undo(home: homes.Home) -> None:
    """Put the copy of an upgrade that did not end in the place of the database."""
    sqlite_copy.put_back(_copied(home.path / KEPT, home.path / FRESH), home.sqlite)
    (home.path / BEGUN).unlink()


def _copied(source: Path, target: Path) -> Path:
    """Copy a database; `target` is replaced when the copy is whole."""
    unfinished = target.with_suffix(".unfinished")
    unfinished.unlink(missing_ok=True)
    sqlite_copy.copy(source, unfinished)
    return unfinished.replace(target)


def _go_back(home: homes.Home) -> None:
    """Put the copy back, as a restored node; it learns that it is one before it gets its place."""
    kept = home.path / KEPT
    if not kept.exists():
        raise Malformed("no_copy_to_go_back_to", file=str(kept))
    fresh = _copied(kept, home.path / FRESH)
    start.for_home(home.path)
    from django.db import connection

    connection.settings_dict["NAME"] = str(fresh)
    if _waiting():
        raise Unavailable("old_version_not_installed", file=str(kept))
    lanes = begin_again()
    _close()
    aside = home.path / f"before-going-back-{datetime.now(UTC):%Y%m%dT%H%M%S}.sqlite3"
    _copied(home.sqlite, aside)
    sqlite_copy.put_back(fresh, home.sqlite)
    (home.path / BEGUN).unlink(missing_ok=True)
    click.echo(f"{lanes} lanes begin anew. What the node was until now is at {aside}.")


def _waiting() -> list[str]:
    """Return the steps that the database lacks."""
    from django.db import connection
    from django.db.migrations.executor import MigrationExecutor

    executor = MigrationExecutor(connection)
    return [str(step) for step, _ in executor.migration_plan(executor.loader.graph.leaf_nodes())]


def _changed(waiting: list[str]) -> str:
    from django.core.management import call_command
    from django.db import connection

    call_command("migrate", verbosity=0, interactive=False)
    connection.check_constraints()
    return f"{len(waiting)} steps: {', '.join(waiting)}."


def _close() -> None:
    from django.db import DatabaseError, connections

    with suppress(DatabaseError):  # a connection that is broken is closed all the same
        connections.close_all()
