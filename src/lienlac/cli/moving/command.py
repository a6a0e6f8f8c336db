"""`lienlac move-to postgres`: copy, verify, switch; until the switch the node lives in its SQLite file.

1. Tables are made and filled in ONE transaction of PostgreSQL: whatever fails leaves the target as it was.
2. Before the first row is copied, writers of the SQLite file begin to wait (a transaction holds its lock).
3. Every table is read back: counts and digests must agree, every ledger must lead to its signed head, and `doctor`
   must not find anything worse than before.
4. The node's processes are ended while writers still wait: what they would have written, nobody was told was kept.
5. `node.toml` names the server. From here to the end neither Ctrl-C nor a lost terminal breaks the command off, and no
   process of the node starts.
6. Whoever still waits for the SQLite file gives up, and it is set aside, untouched.

Killed at any step, the same command finds what is done and does the rest; if the two sides went on apart, it says so.

Lanes and ledgers go on under their epochs: no partner notices.
"""

from __future__ import annotations

import logging
import sys
import time
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import replace
from pathlib import Path

import click

from lienlac.cli import sqlite_copy, tables
from lienlac.cli.moving import copying, switching, target, verifying
from lienlac.core.errors import Malformed
from lienlac.site import home as homes
from lienlac.site import start


@click.group("move-to")
def move_to() -> None:
    """Move the node to another database."""


@move_to.command()
@click.argument("url")
@click.option("--rehearse", is_flag=True, help="Copy and verify while the node works on; keep nothing.")
@click.pass_obj
def postgres(path: Path, url: str, rehearse: bool) -> None:
    """Move a node from SQLite to an empty PostgreSQL database (postgresql://user@host/name; -: read from stdin).

    The node may be at work: from the copy on its writers wait, then its processes are ended.
    """
    home, url = homes.read(path), sys.stdin.readline().strip() if url == "-" else url
    _check_may_move(home, url)
    sqlite_copy.check(home.sqlite)
    start.for_home(path)
    again, home = bool(home.database), replace(home, database="")
    target.read_from(home)
    tables.check_fit(path)
    logging.getLogger("django").setLevel(logging.CRITICAL)  # a wrong password is told once, by its code
    target.connect(url)
    with ExitStack() as still:
        began = _copy(home, url, still, keep=not rehearse, again=again)
        took = time.monotonic() - began
        if not rehearse:
            switch(home, url, still)
    if rehearse:
        click.echo(f"It fits. Writers of the node would wait {took:.1f} s and then for its processes to end.")
        return
    click.echo(
        f"What was is at {home.path / switching.KEPT}: the way back, as docs/operators/outgrowing.md says."
    )
    click.echo(f"{home.node} lives in PostgreSQL from now on; writers waited {took:.1f} s for the copy.")
    click.echo(
        f"Next: lienlac --home {path} up (systemd does it by itself), then lienlac --home {path} doctor."
    )
    click.echo("Backups: pg_dump and lienlac keys export, from tonight.")


def _check_may_move(home: homes.Home, url: str) -> None:
    """Raise Malformed: `already_on_postgresql`, unless an earlier run was killed on its way to this very server."""
    if home.database and not (home.database == url and home.sqlite.exists()):
        raise Malformed("already_on_postgresql")
    switching.check_free(home)


@contextmanager
def _standing_still(home: homes.Home, *, rehearse: bool) -> Iterator[None]:
    """Hold the write lock of the SQLite file; for a rehearsal only see it as it is at this moment.

    Raises Unavailable('database_in_use') when somebody besides the node's own processes has it open.
    """
    from django.db import connection, transaction

    if rehearse:
        connection.ensure_connection()
        connection.transaction_mode = "DEFERRED"  # type: ignore[attr-defined]  # of SQLite's wrapper
    with transaction.atomic():
        if not rehearse:
            switching.check_nobody_else(home)
        yield


def _copy(home: homes.Home, url: str, still: ExitStack, *, keep: bool, again: bool) -> float:
    """Fill the target, or find in it what an earlier run left complete; the source stands still from then on.

    `again`: `node.toml` names the target already. Return since when, of the monotonic clock. Raises what is wrong; the
    target is then as it was.
    """
    from django.db import transaction

    with transaction.atomic(using=target.ALIAS):
        empty = target.look(home.node) is target.Found.EMPTY
        if empty:
            copying.make_tables()
        before = verifying.unwell(home)
        still.enter_context(_standing_still(home, rehearse=not keep))
        began = time.monotonic()
        copied = copying.copy_all(say=click.echo) if empty else copying.counted(target.SOURCE)
        if not empty and verifying.differing_tables(copied):
            raise Malformed("moved_and_differs" if again else "target_not_empty", tables=len(copied))
        verifying.verify(copied, replace(home, database=url), before=before)
        if not keep:
            transaction.set_rollback(True, using=target.ALIAS)
    rows = sum(one.rows for one in copied.values())
    click.echo(f"{len(copied)} tables, {rows} rows: the same on both sides; every ledger leads to its head.")
    return began


def switch(home: homes.Home, url: str, still: ExitStack) -> None:
    """Let the node live in the target; `still` holds the write lock of the SQLite file, and gives it back here."""
    from django.db import connections

    switching.end_processes(home)
    with switching.not_broken_off():
        switching.name_database(home, url)
        switching.await_others(home)
        still.close()
        connections.close_all()
        switching.set_aside(home)
