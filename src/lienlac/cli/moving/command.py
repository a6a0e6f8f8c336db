"""`lienlac move-to postgres`: copy, verify, switch; until the switch the node lives in its SQLite file.

1. Tables are made and filled in ONE transaction of PostgreSQL: whatever fails leaves the target as it was.
2. Before the first row is copied, writers of the SQLite file begin to wait (a transaction holds its lock).
3. Every table is read back: counts and digests must agree, every ledger must lead to its signed head, and `doctor`
   must not find anything worse than before.
4. `node.toml` names the server; the node's processes are stopped while writers still wait: what they would have
   written, nobody was told was kept.
5. The SQLite file is set aside, untouched.

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
    home = homes.read(path)
    if home.database:
        raise Malformed("already_on_postgresql")
    url = sys.stdin.readline().strip() if url == "-" else url
    sqlite_copy.check(home.sqlite)
    start.for_home(path)
    tables.check_fit(path)
    logging.getLogger("django").setLevel(logging.CRITICAL)  # a wrong password is told once, by its code
    target.connect(url)
    with ExitStack() as still:
        began = _copy(home, url, still, keep=not rehearse)
        took = time.monotonic() - began
        if not rehearse:
            switching.name_database(home, url)
            switching.stop(home)
    if rehearse:
        click.echo(f"It fits. Writers of the node would wait {took:.1f} s and then for its processes to end.")
        return
    _set_aside(home)
    click.echo(f"{home.node} lives in PostgreSQL from now on; writers waited {took:.1f} s for the copy.")
    click.echo(
        f"Next: lienlac --home {path} up (systemd does it by itself), then lienlac --home {path} doctor."
    )
    click.echo("Backups: pg_dump and lienlac keys export, from tonight.")


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


def _copy(home: homes.Home, url: str, still: ExitStack, *, keep: bool) -> float:
    """Fill the target, or find in it what an earlier run left complete; the source stands still from then on.

    Return since when, of the monotonic clock. Raises what is wrong; the target is then as it was.
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
            raise Malformed("target_not_empty", tables=len(copied))
        verifying.verify(copied, replace(home, database=url), before=before)
        if not keep:
            transaction.set_rollback(True, using=target.ALIAS)
    rows = sum(one.rows for one in copied.values())
    click.echo(f"{len(copied)} tables, {rows} rows: the same on both sides; every ledger leads to its head.")
    return began


def _set_aside(home: homes.Home) -> None:
    from django.db import connections

    connections.close_all()
    kept = switching.set_aside(home)
    click.echo(f"What was is at {kept}: the way back, as docs/operators/outgrowing.md says.")
