"""Two nodes on this machine, made and introduced as the demo makes them, run as processes that can be weighed."""

from __future__ import annotations

import json
import os
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from lienlac.cli.demo import stage as stages
from lienlac.cli.demo.cast import PLAYERS
from lienlac.cli.demo.nodes import end_with_parent
from lienlac.site import sqlite

SENDER, RECEIVER = "vn-tra-linh", "cn-jingxi"
TICKS_S = os.sysconf("SC_CLK_TCK")
QUIET_WITHIN_S = 300.0
LOOK_EVERY_S = 0.2
UP_WITHIN_S = 180.0  # on a machine with other work
TABLE = "bench_effect"  # `effect` writes it; here Django is not there


@dataclass(kw_only=True)
class Station:
    """One of the two nodes."""

    code: str
    path: Path
    peer_port: int
    program: tuple[str, ...] = ("bench.exchange.node",)  # and what it is told beside its part and its home
    processes: list[subprocess.Popen[bytes]] = field(default_factory=list)

    def start(self, part: str) -> None:
        """Start its door (return when it is open) or its background process."""
        module, *more = self.program
        words = [sys.executable, "-m", module, part, str(self.path), *more]
        with (self.path / "bench.log").open("ab") as log:
            self.processes.append(subprocess.Popen(words, stdout=log, stderr=log, preexec_fn=end_with_parent))
        if part == "door":
            _wait(lambda: _is_open(self.peer_port), "a door does not open", UP_WITHIN_S)

    def stop(self) -> None:
        """Stop them."""
        for process in self.processes:
            process.send_signal(signal.SIGTERM)
        for process in self.processes:
            try:
                process.wait(5)
            except subprocess.TimeoutExpired:
                process.kill()
                process.wait()
        self.processes.clear()

    def cpu_s(self) -> float:
        """Return the seconds of the processor that its processes have used."""
        return sum(_cpu_s(one.pid) for one in self.processes)

    def ask(self, query: str) -> list[tuple[Any, ...]]:
        """Ask its database from outside."""
        import sqlite3

        with sqlite3.connect(f"file:{self.path / 'db.sqlite3'}?mode=ro", uri=True, timeout=20) as database:
            return database.execute(query).fetchall()

    def unsettled(self) -> int:
        """Return how many parcels wait in its outbox."""
        return int(self.ask("SELECT count(*) FROM mailroom_parcel WHERE in_outbox")[0][0])


def _cpu_s(process: int) -> float:
    fields = Path(f"/proc/{process}/stat").read_text().rpartition(")")[2].split()
    return (int(fields[11]) + int(fields[12])) / TICKS_S  # utime, stime


@dataclass(kw_only=True)
class Pair:
    """Both of them, and whoever writes at the sender."""

    sender: Station
    receiver: Station
    poster: subprocess.Popen[str]

    def tell(self, **said: Any) -> dict[str, float]:
        """Let the poster do something; return the seconds it took."""
        assert self.poster.stdin is not None
        assert self.poster.stdout is not None
        self.poster.stdin.write(json.dumps(said) + "\n")
        self.poster.stdin.flush()
        answer = self.poster.stdout.readline()
        if not answer:
            raise SystemExit(f"the poster could not do {said}")
        took: dict[str, float] = json.loads(answer)
        return took

    def cpu_s(self) -> float:
        """Return the seconds of the processor that both nodes have used."""
        return self.sender.cpu_s() + self.receiver.cpu_s()

    def wait_until_quiet(self) -> None:
        """Wait until each has the other's word for everything."""
        wait_until_quiet(self.sender, self.receiver)


def wait_until_quiet(*both: Station) -> None:
    """Wait until each of them has the other's word for everything."""
    _wait(lambda: not any(one.unsettled() for one in both), "outboxes do not empty", QUIET_WITHIN_S)


def _wait(until: Callable[[], bool], complaint: str, within_s: float) -> None:
    ends = time.monotonic() + within_s
    while not until():
        if time.monotonic() > ends:
            raise SystemExit(complaint)
        time.sleep(LOOK_EVERY_S)


def _is_open(port: int) -> bool:
    with socket.socket() as probe:
        return probe.connect_ex(("127.0.0.1", port)) == 0


@contextmanager
def running(directory: Path) -> Iterator[Pair]:
    """Give a pair that has greeted each other."""
    sender, receiver = stations(directory)
    words = [sys.executable, "-m", "bench.exchange.poster", str(sender.path)]
    pipe = subprocess.PIPE
    poster = subprocess.Popen(words, stdin=pipe, stdout=pipe, text=True, preexec_fn=end_with_parent)
    pair = Pair(sender=sender, receiver=receiver, poster=poster)
    try:
        start(pair)
        yield pair
    finally:
        for one in (sender, receiver):
            one.stop()
        poster.kill()
        poster.wait()


def stations(directory: Path) -> tuple[Station, Station]:
    """Make sender and receiver, introduced to each other; nothing runs yet."""
    sqlite.install()
    players = tuple(one for one in PLAYERS if one.code in (SENDER, RECEIVER))
    stage = stages.placed(directory, players=players)
    stages.make(stage, lambda _text: None)
    stages.introduce(stage, lambda _text: None)
    return _station(stage, SENDER), _station(stage, RECEIVER)


def start(pair: Pair) -> None:
    """Start both nodes, the doors first; return when each has spoken with the other."""
    begin(pair.sender, pair.receiver)


def begin(*both: Station) -> None:
    """Start these nodes, the doors first; return when each has spoken with another."""
    since = {one.code: _last_through(one) for one in both}
    for part in ("door", "work"):
        for one in both:
            one.start(part)
    _wait(
        lambda: all(_last_through(one) != since[one.code] for one in both),
        "the nodes do not greet each other",
        UP_WITHIN_S,
    )


def _last_through(station: Station) -> list[tuple[Any, ...]]:
    return station.ask("SELECT last_through_at FROM mailroom_line WHERE last_through_at IS NOT NULL")


def _station(stage: stages.Stage, code: str) -> Station:
    node = stage.node(code)
    prepare = [sys.executable, "-m", "bench.exchange.prepare", str(node.path)]
    subprocess.run(prepare, check=True)
    return Station(code=code, path=node.path, peer_port=node.peer_port)
