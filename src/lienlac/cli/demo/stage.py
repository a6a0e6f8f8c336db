"""Set the demo's stage: make the nodes side by side, introduce each to each, start them, wait until they answer."""

from __future__ import annotations

import hashlib
import os
import shutil
import signal
import subprocess
import sys
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path

import lienlac
from lienlac.cli.demo.cast import PLAYERS, Player
from lienlac.cli.demo.make import CARD
from lienlac.cli.demo.nodes import RunningNode, check_free, end_with_parent, free_port
from lienlac.core.errors import Unavailable
from lienlac.site import home as homes

READY_WITHIN_S = 60.0
LOOK_EVERY_S = 0.05
PEER_PORTS_AFTER = 100  # the door of the desk at 8101 is 8201
STAMP = "made-by"

Say = Callable[[str], None]


@dataclass(kw_only=True)
class Stage:
    """The nodes of one demo below one directory."""

    directory: Path
    nodes: list[RunningNode] = field(default_factory=list)

    def node(self, code: str) -> RunningNode:
        """Return the node of that code."""
        return next(one for one in self.nodes if one.player.code == code)

    def stop(self) -> None:
        """Stop every node."""
        for node in self.nodes:
            node.stop()


def set_up(directory: Path, say: Say, *, first_port: int | None = None) -> Stage:
    """Return the stage with every node made, introduced and running (`run`)."""
    stage = placed(directory, first_port=first_port)
    run(stage, say)
    return stage


def run(stage: Stage, say: Say) -> None:
    """Make the nodes unless they are there, and start them all; return when every desk answers.

    Raises Unavailable: `port_taken`, `demo_not_made`, `node_does_not_answer`. Nothing runs on then.
    """
    if not is_made(stage):
        _clear(stage, say)
        make(stage, say)
        introduce(stage, say)
    start(stage, say)


def placed(directory: Path, *, first_port: int | None = None, players: tuple[Player, ...] = PLAYERS) -> Stage:
    """Return the stage, each node with the ports of its home, else counted from `first_port`, else free ones."""
    nodes = [_placed(directory / one.code, one, number, first_port) for number, one in enumerate(players)]
    return Stage(directory=directory, nodes=nodes)


def _placed(path: Path, player: Player, number: int, first_port: int | None) -> RunningNode:
    if (path / "node.toml").exists():
        home = homes.read(path)
        return RunningNode(player=player, path=path, desk_port=home.desk.port, peer_port=home.peer.port)
    desk = first_port + number if first_port else free_port()
    peer = desk + PEER_PORTS_AFTER if first_port else free_port()
    return RunningNode(player=player, path=path, desk_port=desk, peer_port=peer)


def is_made(stage: Stage) -> bool:
    """Say whether these nodes were made and introduced to the end, by this very version and cast."""
    file = stage.directory / STAMP
    return file.exists() and file.read_text(encoding="ascii") == _stamp()


def _stamp() -> str:
    """Return a digest of what a made demo depends on: the tables of the rooms, and who plays."""
    apps = Path(lienlac.__file__).parent / "apps"
    tables = [file.read_bytes() for file in sorted(apps.glob("*/migrations/0*.py"))]
    return hashlib.sha256(repr((tables, PLAYERS)).encode()).hexdigest()


def _clear(stage: Stage, say: Say) -> None:
    if (stage.directory / STAMP).exists():
        say("This demo was made by another version: making it anew …")
    for node in stage.nodes:
        for port in (node.desk_port, node.peer_port):  # before work that would be for nothing
            check_free(port, node=node.player.code)
        shutil.rmtree(node.path, ignore_errors=True)


def make(stage: Stage, say: Say) -> None:
    """Make the nodes, each with its card."""
    say("Making the nodes: keys, databases, officers …")
    jobs = {
        node.player.code: ["node", node.path, node.player.code, node.desk_port, node.peer_port]
        for node in stage.nodes
    }
    _side_by_side(jobs, say)


def introduce(stage: Stage, say: Say) -> None:
    """Let each node meet and trust the others by their cards, and enter the agreement."""
    say("Introducing them to each other: cards, fingerprints, the agreement …")
    jobs = {
        node.player.code: [
            "introduce", node.path, *(other.path / CARD for other in stage.nodes if other is not node)
        ]
        for node in stage.nodes
    }  # fmt: skip
    _side_by_side(jobs, say)
    (stage.directory / STAMP).write_text(_stamp(), encoding="ascii")


def _side_by_side(jobs: dict[str, list[object]], say: Say) -> None:
    began = time.monotonic()
    running = {
        code: subprocess.Popen(
            [sys.executable, "-m", "lienlac.cli.demo", *map(str, job)],
            stderr=subprocess.PIPE,
            start_new_session=True,
            preexec_fn=end_with_parent,
        )
        for code, job in jobs.items()
    }
    try:
        for code, process in running.items():
            _, complaint = process.communicate()
            if process.returncode:
                raise Unavailable("demo_not_made", node=code, detail=_last_line(complaint))
            say(f"  {code} ({time.monotonic() - began:.1f} s)")
    finally:
        for process in running.values():
            if process.poll() is None:
                os.killpg(process.pid, signal.SIGKILL)
                process.wait()


def _last_line(complaint: bytes) -> str:
    """Return what Python says at the end of a traceback: the error itself."""
    return complaint.decode(errors="replace").strip().rpartition("\n")[2]


def start(stage: Stage, say: Say) -> None:
    """Start every node and return when every desk answers; on any error, or Ctrl-C, nothing runs on."""
    say("Starting the nodes …")
    try:
        for node in stage.nodes:
            node.start()
        _wait(stage, say)
    except BaseException:
        stage.stop()
        raise


def _wait(stage: Stage, say: Say) -> None:
    began = time.monotonic()
    waiting = list(stage.nodes)
    while waiting:
        for node in list(waiting):
            if node.answers():
                waiting.remove(node)
                say(f"  {node.player.code} ({time.monotonic() - began:.1f} s)")
            elif node.ended() or time.monotonic() - began > READY_WITHIN_S:
                raise Unavailable(
                    "node_does_not_answer", node=node.player.code, log=str(node.path / "node.log")
                )
        time.sleep(LOOK_EVERY_S)
