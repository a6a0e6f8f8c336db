"""Set the demo's stage: make the nodes side by side, introduce each to each, start them, wait until they answer."""

from __future__ import annotations

import contextlib
import os
import shutil
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path
from typing import IO

import urllib3

from lienlac.cli.demo.cast import PLAYERS, Player
from lienlac.cli.demo.make import CARD
from lienlac.core.errors import Unavailable
from lienlac.site import home as homes

READY_WITHIN_S = 60.0
STOP_WITHIN_S = 5.0

Say = Callable[[str], None]


@dataclass(kw_only=True)
class RunningNode:
    """A node of the demo and its process."""

    player: Player
    path: Path
    desk_port: int
    peer_port: int
    process: subprocess.Popen[bytes] | None = None
    log: IO[bytes] | None = None

    @property
    def url(self) -> str:
        """The address of its desk."""
        return f"http://{self.player.subdomain}.localhost:{self.desk_port}"

    def start(self) -> None:
        """Start the node's processes; what they print goes to `node.log` in its home."""
        self.log = (self.path / "node.log").open("ab")
        self.process = subprocess.Popen(
            [sys.executable, "-m", "lienlac.cli", "--home", str(self.path), "up"],
            stdout=self.log,
            stderr=self.log,
            stdin=subprocess.DEVNULL,
            start_new_session=True,
        )

    def answers(self) -> bool:
        """Say whether the desk shows its sign-in page."""
        try:
            answer = urllib3.request(
                "GET", f"http://127.0.0.1:{self.desk_port}/account/login/", timeout=5.0, retries=False
            )
        except urllib3.exceptions.HTTPError:
            return False
        return answer.status == 200

    def stop(self) -> None:
        """Stop both processes; what does not stop in time is killed."""
        if self.process is None:
            return
        _signal_group(self.process, signal.SIGTERM)
        with contextlib.suppress(subprocess.TimeoutExpired):
            self.process.wait(STOP_WITHIN_S)
        _signal_group(self.process, signal.SIGKILL)
        self.process.wait(STOP_WITHIN_S)
        self.process = None
        if self.log:
            self.log.close()


def _signal_group(process: subprocess.Popen[bytes], number: int) -> None:
    try:
        os.killpg(process.pid, number)
    except ProcessLookupError:
        return


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
    """Make the nodes that are not there yet, and start them all; return when every desk answers."""
    stage = Stage(directory=directory)
    for number, player in enumerate(PLAYERS):
        stage.nodes.append(_placed(directory / player.code, player, number, first_port))
    new = [node for node in stage.nodes if not (node.path / CARD).exists()]
    if new:
        _make(stage, say)
    say("Starting the nodes …")
    for node in stage.nodes:
        node.start()
    _wait(stage)
    return stage


def _placed(path: Path, player: Player, number: int, first_port: int | None) -> RunningNode:
    """Return a node with the ports of its home, or new ones: free ones unless a first port is wished."""
    if (path / "node.toml").exists():
        home = homes.read(path)
        return RunningNode(player=player, path=path, desk_port=home.desk.port, peer_port=home.peer.port)
    desk, peer = (
        (first_port + number, first_port + 100 + number) if first_port else (free_port(), free_port())
    )
    return RunningNode(player=player, path=path, desk_port=desk, peer_port=peer)


def free_port() -> int:
    """Return a port of the loopback that nobody listens on now."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def _make(stage: Stage, say: Say) -> None:
    say("Making the nodes: keys, databases, officers …")
    for node in stage.nodes:
        shutil.rmtree(node.path, ignore_errors=True)
    _side_by_side(
        [
            ["node", str(node.path), node.player.code, str(node.desk_port), str(node.peer_port)]
            for node in stage.nodes
        ]
    )
    say("Introducing them to each other: cards, fingerprints, the agreement …")
    _side_by_side(
        [
            [
                "introduce",
                str(node.path),
                *(str(other.path / CARD) for other in stage.nodes if other is not node),
            ]
            for node in stage.nodes
        ]
    )


def _side_by_side(jobs: list[list[str]]) -> None:
    running = [
        subprocess.Popen([sys.executable, "-m", "lienlac.cli.demo.make", *job], stderr=subprocess.PIPE)
        for job in jobs
    ]
    for process in running:
        _, complaint = process.communicate()
        if process.returncode:
            raise Unavailable("demo_not_made", detail=complaint.decode(errors="replace")[-2000:])


def _wait(stage: Stage) -> None:
    ends = time.monotonic() + READY_WITHIN_S
    for node in stage.nodes:
        while not node.answers():
            ended = node.process is not None and node.process.poll() is not None
            if ended or time.monotonic() > ends:
                raise Unavailable(
                    "node_does_not_answer", node=node.player.code, log=str(node.path / "node.log")
                )
            time.sleep(0.1)
