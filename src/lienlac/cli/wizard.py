"""The first run in the browser: a page that founds the node, for whoever reads the one-time link on this terminal.

It listens on this machine alone. The node is made by `lienlac init --answers` in a process of its own, below the home;
it gets its place when it is whole, its `node.toml` last, so that a run that was broken off is no node.
"""

from __future__ import annotations

import asyncio
import contextlib
import os
import shutil
import signal
import socket
import subprocess
import sys
import tempfile
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING

import click

from lienlac.core.errors import Malformed, Unavailable
from lienlac.site import start
from lienlac.site.home import NODE_TOML

if TYPE_CHECKING:
    from lienlac.web.setup.answers import Answers
    from lienlac.web.setup.state import Setup

HERE = "127.0.0.1"
FIRST_CHOICE = 8100
BEGUN = ".begun"
LOOK_EVERY_S, LAST_PAGE_S = 0.2, 1.5


def is_wanted(path: Path) -> bool:
    """Say whether a home is empty: there is no node, and nothing that belongs to anything else."""
    return not path.exists() or (path.is_dir() and all(one.name == BEGUN for one in path.iterdir()))


def run(path: Path) -> bool:
    """Serve the pages until there is a node (True) or somebody stops it (False); the home must be empty."""
    if not is_wanted(path):
        raise Malformed("home_exists", path=str(path))
    path.mkdir(parents=True, exist_ok=True, mode=0o700)
    with tempfile.TemporaryDirectory(prefix="lienlac-setup-") as passing:
        start.for_first_run(Path(passing) / "home")
        from lienlac.web.setup import gate, state

        setup = state.Setup(
            found=lambda answers: found(path, answers), began_at=datetime.now(UTC), port=_free_port()
        )
        state.CURRENT[:] = [setup]
        link = f"http://localhost:{setup.port}/{gate.BEGIN}/{setup.token}"
        click.echo(
            "There is no node here yet. Open this in a browser on this machine, once, within 30 minutes:"
        )
        click.echo(f"  {link}")
        click.echo(f"From another machine, first: ssh -L {setup.port}:localhost:{setup.port} THIS-MACHINE")
        with contextlib.suppress(KeyboardInterrupt):
            asyncio.run(_serve(setup))
        if setup.is_over(now=datetime.now(UTC)) and not setup.done:
            click.echo("Nobody went on for 30 minutes: the link is over, and nothing was kept. Run it again.")
        return setup.done


def go_on(path: Path) -> None:
    """Become the node that was just founded."""
    words = [sys.executable, "-m", "lienlac.cli", "--home", str(path), "up"]
    sys.stdout.flush()
    os.execv(sys.executable, words)  # noqa: S606  (this very program, with words of our own)


async def _serve(setup: Setup) -> None:
    from django.core.asgi import get_asgi_application
    from granian.constants import Interfaces
    from granian.log import LogLevels
    from granian.server.embed import Server

    from lienlac.web.bodies import Bounded

    door = Server(
        Bounded(get_asgi_application()),
        address=HERE,
        port=setup.port,
        interface=Interfaces.ASGINL,
        websockets=False,
        log_level=LogLevels.error,
    )
    serving = asyncio.create_task(door.serve())
    await asyncio.sleep(0)
    stop = asyncio.Event()
    for number in (signal.SIGINT, signal.SIGTERM):
        asyncio.get_running_loop().add_signal_handler(number, stop.set)
    while not (setup.done or setup.is_over(now=datetime.now(UTC)) or stop.is_set() or serving.done()):
        await asyncio.sleep(LOOK_EVERY_S)
    await asyncio.sleep(LAST_PAGE_S if setup.done else 0)
    door.stop()
    await asyncio.wait([serving], timeout=LAST_PAGE_S)


def _free_port() -> int:
    """Return the usual port of a desk, or another one when that is taken."""
    for port in (FIRST_CHOICE, 0):
        with socket.socket() as hand, contextlib.suppress(OSError):
            hand.bind((HERE, port))
            return int(hand.getsockname()[1])
    raise Unavailable("port_taken", port=FIRST_CHOICE, node="lienlac")


def found(path: Path, answers: Answers) -> None:
    """Make the node that was asked for; Unavailable('setup_failed') says why not, and then nothing is left."""
    begun = path / BEGUN
    shutil.rmtree(begun, ignore_errors=True)
    words = [sys.executable, "-m", "lienlac.cli", "--home", str(begun), "init", "--answers", "-"]
    ended = subprocess.run(
        words, input=answers.as_json(), env=start.surroundings(), capture_output=True, text=True, check=False
    )
    if ended.returncode:
        shutil.rmtree(begun, ignore_errors=True)
        said = (ended.stderr or ended.stdout).strip().splitlines()
        raise Unavailable("setup_failed", detail=said[-1] if said else str(ended.returncode))
    for one in sorted(begun.iterdir(), key=lambda one: one.name == NODE_TOML):
        one.rename(path / one.name)
    begun.rmdir()
