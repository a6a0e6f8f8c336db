"""A node of the demo as processes: start, ask whether it answers, let it rest, stop it and all it started."""

from __future__ import annotations

import contextlib
import ctypes
import errno
import os
import signal
import socket
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path
from typing import IO

import urllib3

from lienlac.cli.demo.cast import Player
from lienlac.core.errors import Unavailable

STOP_WITHIN_S = 5.0
LOG = "node.log"
PR_SET_PDEATHSIG = 1  # linux/prctl.h


@dataclass(kw_only=True)
class RunningNode:
    """A node of the demo and its processes, which are one group of their own: a Ctrl-C does not reach them."""

    player: Player
    path: Path
    desk_port: int
    peer_port: int
    process: subprocess.Popen[bytes] | None = None
    log: IO[bytes] | None = None

    @property
    def host(self) -> str:
        """The name of its desk."""
        return f"{self.player.subdomain}.localhost"

    @property
    def url(self) -> str:
        """The address of its desk."""
        return f"http://{self.host}:{self.desk_port}"

    def start(self) -> None:
        """Start it; what it prints goes to `node.log`. Unavailable('port_taken') when somebody listens there."""
        for port in (self.desk_port, self.peer_port):
            check_free(port, node=self.player.code)
        self.log = (self.path / LOG).open("ab")
        self.process = subprocess.Popen(
            [sys.executable, "-m", "lienlac.cli", "--home", str(self.path), "up"],
            stdout=self.log,
            stderr=self.log,
            stdin=subprocess.DEVNULL,
            start_new_session=True,
            preexec_fn=end_with_parent,
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

    def ended(self) -> bool:
        """Say whether its first process has gone."""
        return self.process is not None and self.process.poll() is not None

    def processes(self) -> list[int]:
        """Return the ids of its processes, the first one first; none when it is stopped."""
        return [] if self.process is None else [self.process.pid, *children_of(self.process.pid)]

    def workers(self) -> list[int]:
        """Return the ids of the processes that carry its post."""
        return [
            one
            for one in self.processes()
            if b"work" in Path(f"/proc/{one}/cmdline").read_bytes().split(b"\0")
        ]

    def command_lines(self) -> dict[str, bytes]:
        """Return what `ps` shows of its processes: process -> command line and environment."""
        found = {}
        for one in self.processes():
            for name in ("cmdline", "environ"):
                found[f"{self.player.code} process {one} {name}"] = Path(f"/proc/{one}/{name}").read_bytes()
        return found

    def rest(self) -> None:
        """Let everything of it stand still: to its partners the line is silent."""
        self._tell(signal.SIGSTOP)

    def go_on(self) -> None:
        """Let it go on after a rest."""
        self._tell(signal.SIGCONT)

    def stop(self) -> None:
        """Stop all its processes; what does not stop in time is killed."""
        if self.process is None:
            return
        self._tell(signal.SIGTERM)
        self.go_on()  # a process that rests does not hear that it should end
        with contextlib.suppress(subprocess.TimeoutExpired):
            self.process.wait(STOP_WITHIN_S)
        self._tell(signal.SIGKILL)
        self.process.wait(STOP_WITHIN_S)
        self.process = None
        if self.log:
            self.log.close()

    def _tell(self, number: int) -> None:
        if self.process is not None:
            with contextlib.suppress(ProcessLookupError):
                os.killpg(self.process.pid, number)


def end_with_parent() -> None:
    """Ask Linux to send SIGTERM to this new process when the one that started it dies, however it dies."""
    ctypes.CDLL(None).prctl(PR_SET_PDEATHSIG, signal.SIGTERM)


def children_of(process: int) -> list[int]:
    """Return the ids of a process's children and theirs, as Linux tells; none when it has gone."""
    try:
        tasks = list(Path(f"/proc/{process}/task").iterdir())
        found = [int(one) for task in tasks for one in (task / "children").read_text().split()]
    except (FileNotFoundError, ProcessLookupError):
        return []
    return [*found, *(deeper for one in found for deeper in children_of(one))]


def free_port() -> int:
    """Return a port of the loopback that nobody listens on now."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def check_free(port: int, *, node: str) -> None:
    """Raise Unavailable('port_taken') when somebody listens on that port of the loopback."""
    with socket.socket() as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind(("127.0.0.1", port))
        except OSError as error:
            if error.errno != errno.EADDRINUSE:
                raise
            raise Unavailable("port_taken", port=port, node=node) from error
