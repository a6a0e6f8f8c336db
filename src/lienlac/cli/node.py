"""`lienlac up` and `lienlac work`: the two processes of a node.

`up` serves both doors (browsers, other nodes) from one process and keeps `work` running beside it; `work` is
the background process: the postman. On PostgreSQL `workers` of node.toml may say that several share the post.
"""

from __future__ import annotations

import asyncio
import contextlib
import os
import signal
import socket
import subprocess
import sys
from datetime import UTC, datetime
from pathlib import Path
from types import FrameType

import click

from lienlac.cli import searchers, tables, wizard
from lienlac.cli.moving import switching
from lienlac.core.envelope.resting import RestingKey
from lienlac.core.errors import Malformed, Unavailable, store_unavailable
from lienlac.site import sqlite, start

RESTART_AFTER_S = 1.0
STOP_WITHIN_S = 3.0


@click.command()
@click.pass_obj
def up(path: Path) -> None:
    """Serve the node: the desk for browsers, the peer door for other nodes, and the post.

    In an empty home there is no node yet: then a page founds one first.
    """
    if wizard.is_wanted(path):
        if wizard.run(path):
            wizard.go_on(path)
        return
    switching.check_whole(path)
    start.for_home(path)
    tables.check_fit(path)
    held = _opened_keys()
    check_doors_free()
    check_workers()
    _sweep_keys()
    settle_store()
    _check_not_moved(path)
    check_training(path)
    _look_at_address()
    from lienlac.apps.mailroom import bells

    with bells.listening("up"), contextlib.suppress(KeyboardInterrupt):  # so that others see the node at work
        asyncio.run(_serve(path, held))


def _opened_keys() -> RestingKey | None:
    """Open the lock of the node's keys, and its token, before anything is served; None where there is no lock.

    Raises as `KeyFiles.read` and `Token.session`.
    """
    from django.conf import settings

    from lienlac.apps.directory import keystore

    keystore.check_token()
    held: RestingKey | None = settings.KEY_FILES.opened()
    return held


def _sweep_keys() -> None:
    """Destroy what a process that was broken off left of a key; no other of this node is at work by now."""
    from django.conf import settings

    settings.KEY_FILES.sweep()


def settle_store() -> None:
    """Make sure of what a crash left of the database, before a word of it is shown or sent.

    Raises Unavailable or NoRoom, as `store_unavailable` says.
    """
    from django.db import DatabaseError, connection

    try:
        if connection.vendor == "sqlite":  # PostgreSQL does so itself
            sqlite.settle(connection)
    except DatabaseError as error:
        raise store_unavailable(error) from error
    finally:
        connection.close()


def check_training(path: Path) -> None:
    """Raise Malformed('home_broken') when node.toml says otherwise than the card whether this is a training node.

    Partners know it by its card; an edited file would mark live letters as an exercise, and ask officers for no
    second key.
    """
    from django.conf import settings

    from lienlac.apps.directory import queries

    if settings.NODE.training != (founded := queries.this_node().training):
        said = f"training = {str(founded).lower()} is what this node was founded with"
        raise Malformed("home_broken", path=str(path), detail=said)


def _look_at_address() -> None:
    """Take over from node.toml where others ring this node: what its card says of it, partners ring by."""
    from django.conf import settings
    from django.db import connection

    from lienlac.apps.directory import actions

    endpoint = settings.NODE.endpoint
    if actions.move_door(endpoint, now=datetime.now(UTC)):
        click.echo(
            f"{settings.NODE.node}: partners hear of its new address: {endpoint or 'nobody can ring it'}"
        )
    connection.close()


def _check_not_moved(path: Path) -> None:
    """Raise Unavailable('move_unfinished') when the node was moved to another database since this process began."""
    from django.conf import settings

    switching.check_whole(path, began_in=settings.NODE.database)


def _take_keys() -> None:
    from django.conf import settings

    settings.KEY_FILES.give(RestingKey(sys.stdin.buffer.read()))


def check_doors_free() -> None:
    """Raise Unavailable('port_taken'): the server shares a port silently, and a node must not run twice."""
    from django.conf import settings

    node = settings.NODE
    for host, port in ((node.listen, node.desk.port), (node.peer_listens, node.peer.port)):
        family = socket.AF_INET6 if ":" in host else socket.AF_INET
        with socket.socket(family) as hand:
            hand.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            try:
                hand.bind((host, port))
            except OSError as error:
                raise Unavailable("port_taken", port=port, node=node.node) from error


def check_workers() -> None:
    """Raise Malformed('workers_need_postgresql'): on SQLite every writer waits for the others, and none would win."""
    from django.conf import settings

    node = settings.NODE
    if node.workers > 1 and not node.database:
        raise Malformed("workers_need_postgresql", workers=node.workers)


async def _serve(path: Path, held: RestingKey | None) -> None:
    from django.conf import settings
    from granian.constants import Interfaces
    from granian.log import LogLevels
    from granian.server.embed import Server

    from lienlac.site import tls
    from lienlac.site.asgi import desk, peer

    node = settings.NODE
    common = {
        "interface": Interfaces.ASGINL,
        "websockets": False,
        "log_level": LogLevels.error,  # it warns at every start that it is young: we know (docs/adr)
    }
    doors = (
        Server(desk, address=node.listen, port=node.desk.port, backpressure=128, **common),
        Server(
            peer,
            address=node.peer_listens,
            port=node.peer.port,
            backpressure=512,
            ssl_cert=node.door_files[0],
            ssl_key=tls.door_key(settings.KEY_FILES),
            **common,
        ),
    )
    start.settled()
    stop = asyncio.Event()
    loop = asyncio.get_running_loop()
    serving = [asyncio.create_task(door.serve()) for door in doors]
    working = [asyncio.create_task(_keep_working(path, held)) for _ in range(node.workers)]
    serving += working
    # After the doors: the embedded server sets its own handlers when it starts.
    await asyncio.sleep(0)
    for number in (signal.SIGINT, signal.SIGTERM):
        loop.add_signal_handler(number, stop.set)
    click.echo(f"{node.node}: {node.address}")
    await asyncio.wait([asyncio.create_task(stop.wait()), *serving], return_when=asyncio.FIRST_COMPLETED)
    for door in doors:
        door.stop()
    for one in working:
        one.cancel()
    await asyncio.wait(serving, timeout=STOP_WITHIN_S)
    os._exit(0)  # a browser that holds a stream open must not hold the node


async def _keep_working(path: Path, held: RestingKey | None) -> None:
    """Run `lienlac work` and start it again when it ends; stop it when this task is cancelled.

    What opens the node's keys goes to it through a pipe: an environment or an argument could be read by others.
    """
    words = [sys.executable, "-m", "lienlac.cli", "--home", str(path), "work", "--beside", str(os.getpid())]
    while True:
        child = await asyncio.create_subprocess_exec(
            *words, *(["--keys-on-stdin"] if held else []), stdin=asyncio.subprocess.PIPE if held else None
        )
        try:
            await child.communicate(held.secret_bytes() if held else None)
        except asyncio.CancelledError:
            with contextlib.suppress(ProcessLookupError):
                child.send_signal(signal.SIGTERM)
            await asyncio.wait_for(child.wait(), STOP_WITHIN_S)
            raise
        click.echo(f"work ended with {child.returncode}; starting it again", err=True)
        await asyncio.sleep(RESTART_AFTER_S)


@click.command()
@click.option("--beside", type=int, hidden=True, help="End with this process, which started it.")
@click.option("--keys-on-stdin", is_flag=True, hidden=True, help="`up` hands over what opens the keys.")
@click.pass_obj
def work(path: Path, beside: int | None, keys_on_stdin: bool) -> None:
    """Carry the post (started by `up`)."""
    switching.check_whole(path)
    start.for_home(path)
    tables.check_fit(path)
    if keys_on_stdin:
        _take_keys()
    else:
        _opened_keys()
    from lienlac.peer.postman import Postman
    from lienlac.site.wiring import RECEIVERS, chores, rung

    searching = searchers.Beside(lambda: _search_beside(path))

    def on_ring() -> None:
        rung()
        searching.look()

    def every_minute(now: datetime) -> None:
        chores(now)
        searching.look()

    postman = Postman(
        RECEIVERS, chores=every_minute, rung=on_ring, wanted=lambda: beside is None or os.getppid() == beside
    )  # an `up` that was killed leaves no second `work` beside that of the next one

    def stop(_number: int, _frame: FrameType | None) -> None:
        postman.stop()

    signal.signal(signal.SIGTERM, stop)
    signal.signal(signal.SIGINT, stop)
    start.settled()
    try:
        postman.run()
    finally:
        searching.stop()


def _search_beside(path: Path) -> subprocess.Popen[bytes]:
    """Begin the process that searches with files; what opens the node's keys does not go to it."""
    words = ["records", "search-files", "--beside", str(os.getpid())]
    return subprocess.Popen(
        [sys.executable, "-m", "lienlac.cli", "--home", str(path), *words], stdin=subprocess.DEVNULL
    )
