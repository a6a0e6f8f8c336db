"""A disk that is full, fails or cannot be written to, under two nodes at work: nothing acknowledged is lost.

python -m bench.disk [--places 10] [--cuts 100] [--seed N] [--json]

The calls of SQLite are refused with the kernel's own errors (`storage.watching`), at the receiver, then at the
sender: one single call somewhere in the course of a message, at so many places; then every call for some seconds,
while messages are posted. After each kind of trouble every process of the node is killed and started again. What is
looked at: what people and the partner are told; that all goes on by itself once the disk is well again; that each
message that was kept is at the other node with its effect, once. Last the tape is played and the power cut at so many
moments (`bench.power`): after a sync that failed, too, what was promised is there.
"""

from __future__ import annotations

import argparse
import errno
import random
import subprocess
import sys
import tempfile
import time
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from bench.exchange import pair as pairs
from bench.exchange.pair import Station
from bench.figures import told
from bench.storage import tape
from bench.storage.faults import Faults
from bench.storage.looking import Looked, compared, untouched
from lienlac.cli.demo.nodes import end_with_parent

TROUBLES = {
    "full": (errno.ENOSPC, ("write",)),
    "failing": (errno.EIO, ("write",)),
    "not synced": (errno.EIO, ("sync",)),
    "read-only": (errno.EROFS, ("open", "write")),
}
CALLS_OF_A_MESSAGE = 90  # writes and syncs at one node, about
OUTAGE_S = 3.0
POSTS_IN_AN_OUTAGE = 5


def main() -> int:
    """Make trouble, heal, compare, print."""
    parser = argparse.ArgumentParser(prog="bench.disk")
    parser.add_argument("--places", type=int, default=10)
    parser.add_argument("--cuts", type=int, default=100)
    parser.add_argument("--seed", type=int, default=random.SystemRandom().randrange(1 << 32))
    parser.add_argument("--json", action="store_true")
    wished = parser.parse_args()
    print(f"seed {wished.seed}", file=sys.stderr, flush=True)
    with tempfile.TemporaryDirectory(prefix="lienlac-disk-") as place:
        facts = in_trouble(Path(place), wished)
    print(told(facts, as_json=wished.json))
    return 1 if facts["failures"] else 0


def in_trouble(place: Path, wished: argparse.Namespace) -> dict[str, Any]:
    """Return what was done and what came of it; `failures` is empty when all holds."""
    chance, recorded = random.Random(wished.seed), place / "tape"
    both = pairs.stations(place / "nodes")
    disk = untouched(both)
    for one in both:
        one.program = ("bench.storage.node", str(recorded), "--faults", str(place / f"{one.code}.faults"))
    faults = {one.code: Faults.at(place / f"{one.code}.faults") for one in both}
    told, failures = dict[str, Counter[str]](), list[str]()
    with _running(both) as pair:
        for victim in reversed(both):
            for name in TROUBLES:
                trouble = _Trouble(pair=pair, faults=faults[victim.code], kind=name)
                trouble.strike_places(chance, wished.places)
                trouble.outage()
                _restart(victim)
                pairs.wait_until_quiet(*both)
                told[f"{name}, {'receiver' if victim is both[1] else 'sender'}"] = trouble.told
        failures += compared(*both)
    looked = Looked(both=both, after=place / "after", chance=chance)
    _cut(looked, disk, recorded, wished.cuts)
    return {
        "seed": wished.seed,
        "refused_calls": looked.counted["refused"],
        "failed_syncs": looked.counted["sync_failed"],
        "kept": len(looked.promised[both[0].code, "kept"]),
        **{name: dict(codes) for name, codes in told.items()},
        "cuts": looked.cuts,
        "lost_promises": looked.lost,
        "damaged": looked.damaged,
        "failures": [*failures, *looked.failures][:20],
    }


def _cut(looked: Looked, disk: Any, recorded: Path, cuts: int) -> None:
    whole = sum(1 for _ in tape.read(recorded))
    places = {*looked.chance.sample(range(whole), min(cuts, whole)), whole - 1}
    for number, one in enumerate(tape.read(recorded)):
        looked.play(disk, one)
        if number in places:
            looked.cut(disk, number, keep=False)


@dataclass(kw_only=True)
class _Pair:
    """Both nodes, and whoever posts at the sender."""

    both: tuple[Station, Station]
    poster: subprocess.Popen[str]

    def post(self) -> str:
        """Post a letter; return "kept", or the code of what its author is told."""
        assert self.poster.stdin is not None
        assert self.poster.stdout is not None
        self.poster.stdin.write("\n")
        self.poster.stdin.flush()
        told = self.poster.stdout.readline().strip()
        if not told:
            raise SystemExit("the poster ended")
        return told

    def line(self) -> list[str]:
        """Return what the sender's outbox page says of the line, as codes."""
        return [code for (code,) in self.both[0].ask("SELECT error FROM mailroom_line WHERE error != ''")]


@contextmanager
def _running(both: tuple[Station, Station]) -> Iterator[_Pair]:
    sender, _ = both
    module, *more = sender.program
    words = [sys.executable, "-m", module, "post", str(sender.path), *more]
    pipe = subprocess.PIPE
    with (sender.path / "bench.log").open("ab") as log:
        poster = subprocess.Popen(
            words, stdin=pipe, stdout=pipe, stderr=log, text=True, preexec_fn=end_with_parent
        )
    try:
        pairs.begin(*both)
        yield _Pair(both=both, poster=poster)
    finally:
        for one in both:
            one.stop()
        poster.kill()
        poster.wait()


def _restart(station: Station) -> None:
    """Kill every process of a node; start them again."""
    for one in station.processes:
        one.kill()
        one.wait()
    station.processes.clear()
    for part in ("door", "work"):
        station.start(part)


@dataclass(kw_only=True)
class _Trouble:
    """One kind of trouble at one node, and what was told meanwhile."""

    pair: _Pair
    faults: Faults
    kind: str
    told: Counter[str] = field(default_factory=Counter)

    def strike_places(self, chance: random.Random, places: int) -> None:
        """Refuse one call somewhere in the course of a message, and see that it comes through nevertheless."""
        number, calls = TROUBLES[self.kind]
        for after in chance.sample(range(CALLS_OF_A_MESSAGE), places):
            self.faults.set(number, *calls, after=after, times=1)
            self.told[self.pair.post()] += 1
            pairs.wait_until_quiet(*self.pair.both)
        self.faults.clear()

    def outage(self) -> None:
        """Refuse every call for some seconds, while letters are posted."""
        number, calls = TROUBLES[self.kind]
        self.faults.set(number, *calls)
        for _ in range(POSTS_IN_AN_OUTAGE):
            self.told[self.pair.post()] += 1
            time.sleep(OUTAGE_S / POSTS_IN_AN_OUTAGE)
        self.told.update({f"line: {code}" for code in self.pair.line()})
        self.faults.clear()
        self.told[self.pair.post()] += 1
        pairs.wait_until_quiet(*self.pair.both)


if __name__ == "__main__":
    sys.exit(main())
