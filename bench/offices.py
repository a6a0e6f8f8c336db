"""A hundred offices on one node: does what they send arrive in time, for ten minutes, and does its memory stay flat?

python -m bench.offices [--offices 100] [--seconds 600] [--rate 60] [--json]

The offices are light peers that speak the protocol without Django and without code of ours (`tests.second_node`): each
has keys and lanes of its own, can only dial out, pushes a message of 2 KB when its time has come and has a fetch open
for its receipts. The times are drawn from a Poisson process for each, all together `rate` a second. One of them is
*late* when the machine cannot keep up: its wait counts, from the moment at which it was due.

`stored` is the answer to the push (committed at the node), `receipt` the node's signed R1 in the office's hands. The
node is real (door and background process); its effect is one row. Memory is what it shares with nobody plus its part of
what it shares (PSS), of both processes, from a fifth of the time on.
"""

from __future__ import annotations

import argparse
import multiprocessing
import os
import random
import subprocess
import sys
import tempfile
import threading
import time
from dataclasses import dataclass, field
from pathlib import Path
from statistics import mean, quantiles
from typing import Any

from tests.ports import free_port
from tests.second_node import card, host, receipts, wire
from tests.second_node.lane import Receiver
from tests.second_node.line import Answered, Line
from tests.second_node.node import Node, moment, now
from tests.second_node.positions import CLASSES

from bench.exchange.pair import TABLE, TICKS_S, Station
from bench.figures import told
from lienlac.site import sqlite

SINCE, SEED = "2026-01-01T00:00:00.000Z", 2026
TEXT = "x" * 1600  # 2 KB with the frame of a message
CREWS = 2
FETCH_S, GREET_EVERY_S, AFTER_S = 20, 480.0, 30.0
WARM = 0.2
Json = dict[str, Any]


@dataclass(kw_only=True)
class Office:
    """An office: when each envelope was due, when it was stored and when its R1 came."""

    node: Node
    due: list[float]
    lock: threading.Lock = field(default_factory=threading.Lock)
    over: threading.Event = field(default_factory=threading.Event)
    dues: dict[str, float] = field(default_factory=dict)
    stored: dict[str, float] = field(default_factory=dict)
    receipted: dict[str, float] = field(default_factory=dict)
    troubles: list[str] = field(default_factory=list)

    def push(self, begins: float) -> None:
        """Push each message when its time has come; what is late goes together."""
        line, greeted = self._line(), 0.0
        waiting = list(self.due)
        while waiting and not self.over.is_set():
            time.sleep(max(0.0, begins + waiting[0] - time.monotonic()))
            try:
                if time.monotonic() > greeted + GREET_EVERY_S:
                    with self.lock:
                        claims = self.node.claims()
                    standings = line.hello(
                        self.node.code, host.CODE, self.node.node_key, moment(now()), claims
                    )
                    self._hear(standings)
                    greeted = time.monotonic()
                ready = [one for one in waiting if begins + one <= time.monotonic()][:100]
                self._push(line, [begins + one for one in ready])
                waiting = waiting[len(ready) :]
            except (Answered, OSError, Exception) as error:  # noqa: BLE001 - a line fails in many ways: greet again
                self.troubles.append(repr(error)[:100])
                line, greeted = self._line(), 0.0
                time.sleep(1)

    def _push(self, line: Line, dues: list[float]) -> None:
        with self.lock:
            for due in dues:
                self.node.say("BENCH", {"text": TEXT})
                self.dues[self.node.senders["normal"].sent_digest] = due
            sender = self.node.senders["normal"]
            rows = sender.waiting()[:100]
            parcels = [self.node.parcel("normal", row) for row in rows]
        standings = line.parcels(parcels)
        at = time.monotonic()
        for row in rows:
            self.stored.setdefault(row.digest, at)
        self._hear(standings)

    def _hear(self, standings: list[Json]) -> None:
        with self.lock:
            self.node.hear(standings)

    def fetch(self) -> None:
        """Keep a fetch open; note when each R1 came."""
        line, greeted = self._line(), 0.0
        while not self.over.is_set():
            try:
                if time.monotonic() > greeted + GREET_EVERY_S:
                    line.hello(self.node.code, host.CODE, self.node.node_key, moment(now()), [])
                    greeted = time.monotonic()
                self._fetch(line)
            except (Answered, OSError, Exception) as error:  # noqa: BLE001 - as above
                self.troubles.append(repr(error)[:100])
                line, greeted = self._line(), 0.0
                time.sleep(1)

    def _fetch(self, line: Line) -> None:
        with self.lock:
            lanes = {lane: self.node.receivers.setdefault(lane, Receiver()) for lane in CLASSES}
            standings = {lane: one.standing() for lane, one in lanes.items()} | self.node.answers
        said = [{"class": lane, "standing": standing} for lane, standing in standings.items()]
        claims, raw, asks = line.fetch(said, FETCH_S)
        at = time.monotonic()
        with self.lock:
            before = len(self.node.receipts)
            self.node.take(raw)
            for body in self.node.receipts[before:]:
                for digest, _ in receipts.named(body):
                    self.receipted.setdefault(digest, at)
            told = [{"asked": one, "answer": self.node.prove(one["ask"], one["of"])} for one in asks]
            self.node.answers = (
                {} if raw else {one["class"]: lanes[one["class"]].greeted(one["claim"]) for one in claims}
            )
        if told:
            line.answers(told)

    def _line(self) -> Line:
        return Line(self.node.partner.endpoint, self.node.partner.pins)


def crew(offices: list[Office], begins: float, ends: float, out: Any) -> None:
    """Walk some of the offices in a process of its own; tell what came of it."""
    threads = [threading.Thread(target=one.fetch, daemon=True) for one in offices]
    pushers = [threading.Thread(target=one.push, args=(begins,), daemon=True) for one in offices]
    for thread in (*threads, *pushers):
        thread.start()
    while time.monotonic() < ends + AFTER_S and not (
        time.monotonic() > ends and all(len(one.receipted) == len(one.due) for one in offices)
    ):
        time.sleep(0.2)
    times = os.times()
    out.put(
        {
            "stored": [
                one.stored[key] - due for one in offices for key, due in one.dues.items() if key in one.stored
            ],
            "receipt": [
                one.receipted[key] - due
                for one in offices
                for key, due in one.dues.items()
                if key in one.receipted
            ],
            "posted": sum(len(one.dues) for one in offices),
            "troubles": [text for one in offices for text in one.troubles],
            "cpu_s": times.user + times.system,
        }
    )
    out.close()
    out.join_thread()
    os._exit(0)  # fetches are open


def main() -> None:
    """Measure and print."""
    parser = argparse.ArgumentParser(prog="bench.offices")
    parser.add_argument("--offices", type=int, default=100)
    parser.add_argument("--seconds", type=int, default=600)
    parser.add_argument("--rate", type=float, default=60.0, help="messages a second, of all offices together")
    parser.add_argument("--json", action="store_true")
    wished = parser.parse_args()
    with tempfile.TemporaryDirectory(prefix="lienlac-offices-") as place:
        figures = measured(Path(place), wished)
    print(told(figures, as_json=wished.json))


def measured(place: Path, wished: argparse.Namespace) -> Json:
    """Return all figures by name."""
    sqlite.install()
    there = host.Host(home=place / "node", desk=free_port(), peer=free_port())
    partner = there.make()
    offices = [made(number, partner, wished) for number in range(wished.offices)]
    introduce(there, [one.node for one in offices])
    subprocess.run([sys.executable, "-m", "bench.exchange.prepare", str(there.home)], check=True)
    station = Station(code=host.CODE, path=there.home, peer_port=there.peer)
    try:
        for part in ("door", "work"):
            station.start(part)
        return weighed(station, offices, wished)
    finally:
        station.stop()


def made(number: int, partner: card.Partner, wished: argparse.Namespace) -> Office:
    """Make an office with the times at which it has something to say."""
    chance = random.Random(SEED + number)
    at, due = 0.0, []
    while (at := at + chance.expovariate(wished.rate / wished.offices)) < wished.seconds:
        due.append(at)
    code = f"vn-office-{number}"
    return Office(node=Node(code=code, office=code, partner=partner), due=due)


def introduce(there: host.Host, nodes: list[Node]) -> None:
    """Let the node meet and trust all of them."""
    files = []
    for node in nodes:
        publics = {
            "node": node.node_key.public,
            "author": node.author_key.public,
            "seal": node.sealing.public,
        }
        said = host.say_who(node.code, [card.key(use, public, SINCE) for use, public in publics.items()])
        files.append(there.home.with_name(f"{node.code}.card"))
        files[-1].write_bytes(card.write(said, node.node_key))
    there._run("lienlac.cli.demo", "introduce", there.home, *files)


def weighed(station: Station, offices: list[Office], wished: argparse.Namespace) -> Json:
    """Let the offices work; weigh the node meanwhile."""
    context = multiprocessing.get_context("fork")
    out = context.Queue()
    begins = time.monotonic() + 2 + wished.offices * 0.05  # greetings first
    ends, idle = begins + wished.seconds, machine_idle_s()
    for number in range(CREWS):
        context.Process(target=crew, args=(offices[number::CREWS], begins, ends, out), daemon=True).start()
    time.sleep(max(0.0, begins - time.monotonic()))
    cpu, sizes = station.cpu_s(), list[tuple[float, float]]()
    while time.monotonic() < ends:
        time.sleep(min(5.0, max(0.0, ends - time.monotonic())))
        sizes.append((time.monotonic() - begins, sum(pss_mb(one.pid) for one in station.processes)))
    cpu = station.cpu_s() - cpu
    spent, load = time.monotonic() - begins, os.getloadavg()[0]
    idle = machine_idle_s() - idle
    told = [out.get(timeout=AFTER_S + 60) for _ in range(CREWS)]
    effects = [row for (row,) in station.ask(f"SELECT message_id FROM {TABLE}")]
    return figures_of(told, effects, wished) | {
        "node_cpu_ms_a_message": round(1000 * cpu / max(1, sum(one["posted"] for one in told)), 1),
        "node_cpu_of_a_core": round(cpu / spent, 2),
        "offices_cpu_of_a_core": round(sum(one["cpu_s"] for one in told) / spent, 2),
        "machine_idle_of_a_core": round(idle / spent, 2),
        "load": round(load, 1),
        **memory(sizes, wished.seconds),
    }


def figures_of(told: list[Json], effects: list[str], wished: argparse.Namespace) -> Json:
    """Return what the offices saw."""
    stored = [one for each in told for one in each["stored"]]
    receipt = [one for each in told for one in each["receipt"]]
    posted = sum(one["posted"] for one in told)
    troubles = [text for one in told for text in one["troubles"]]
    return {
        "offices": wished.offices,
        "seconds": wished.seconds,
        "posted": posted,
        "messages_s": round(posted / wished.seconds, 1),
        **{f"stored_{name}_s": value for name, value in percentiles(stored).items()},
        **{f"receipt_{name}_s": value for name, value in percentiles(receipt).items()},
        "lost": posted - len(set(effects)),
        "applied_twice": len(effects) - len(set(effects)),
        "without_receipt": posted - len(receipt),
        "broken_calls": len(troubles),
        "trouble": troubles[0] if troubles else "",
    }


def percentiles(spans: list[float]) -> dict[str, float]:
    """Return the middle, the 99th and the largest; nothing when hardly any came."""
    if len(spans) < 2:
        return {}
    cut = quantiles(spans, n=100)
    return {"p50": round(cut[49], 3), "p99": round(cut[98], 3), "max": round(max(spans), 3)}


def memory(sizes: list[tuple[float, float]], seconds: int) -> Json:
    """Return how large the node was, and how much it grew between the second fifth and the last."""
    warm = [(at, size) for at, size in sizes if at > WARM * seconds] or sizes
    third = max(1, len(warm) // 3)
    first, last = mean(size for _, size in warm[:third]), mean(size for _, size in warm[-third:])
    return {
        "memory_mb_first": round(first, 1),
        "memory_mb_last": round(last, 1),
        "memory_grew": round(last / first - 1, 3),
    }


def pss_mb(process: int) -> float:
    """Return the memory of a process in MB, what it shares counted by its part."""
    rollup = Path(f"/proc/{process}/smaps_rollup").read_text()
    return int(next(line.split()[1] for line in rollup.splitlines() if line.startswith("Pss:"))) / 1024


def machine_idle_s() -> float:
    """Return the seconds that all processors of this machine had nothing to do."""
    return int(Path("/proc/stat").read_text().split()[4]) / TICKS_S


if __name__ == "__main__":
    wire.check(sys.platform == "linux", wire.malformed("needs_proc"))
    main()
