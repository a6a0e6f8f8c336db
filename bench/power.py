"""The power is cut under two nodes at work, at any moment: whatever they had promised is there.

python -m bench.power [--cuts 500] [--resumed 5] [--count 150] [--seed N] [--unsafe] [--json]

Two nodes run on a disk that is watched (`storage.watching`): each write, sync and promise goes on one tape in its
order, while one of them writes letters and enquiries and their processes are killed now and then. Then the tape is
played once, and at each of so many moments the power is cut: what was not synced by then may be there, or not, or in
parts (`storage.image` says how). Both databases must open, be whole, and hold all that was promised until that moment:
what its writer was told is kept, what the partner was told has arrived, what was sent stands at its place in the lane
(or another would take the place), what a page has shown as delivered.

Some cuts are lived through to the end: the nodes start on what is left and go on; when they are quiet, each message is
at the other node with its effect, once. Some of these strike one node only, and the other one remembers.

`--unsafe` records with `synchronous=NORMAL` instead of FULL, to show that what is lost then is found. Why no machine is
switched off here: a machine that is shows one of the disks that it could have left; this tries the unlikely ones too.
"""

from __future__ import annotations

import argparse
import random
import subprocess
import sys
import tempfile
import time
from pathlib import Path
from typing import Any

from bench.exchange import pair as pairs
from bench.exchange.pair import Station
from bench.figures import told
from bench.storage import tape
from bench.storage.looking import Looked, untouched
from lienlac.cli.demo.nodes import end_with_parent

KILLS = 4
PARTS = ("door", "work")  # in the order in which they are started


def main() -> int:
    """Record, cut, look, print."""
    parser = argparse.ArgumentParser(prog="bench.power")
    parser.add_argument("--cuts", type=int, default=500)
    parser.add_argument("--resumed", type=int, default=5, help="cuts after which the nodes go on")
    parser.add_argument("--count", type=int, default=150, help="posts while it is recorded")
    parser.add_argument("--seed", type=int, default=random.SystemRandom().randrange(1 << 32))
    parser.add_argument("--unsafe", action="store_true")
    parser.add_argument("--json", action="store_true")
    wished = parser.parse_args()
    print(f"seed {wished.seed}", file=sys.stderr, flush=True)
    with tempfile.TemporaryDirectory(prefix="lienlac-power-") as place:
        facts = cut_and_look(Path(place), wished)
    print(told(facts, as_json=wished.json))
    return 1 if facts["failures"] else 0


def cut_and_look(place: Path, wished: argparse.Namespace) -> dict[str, Any]:
    """Return what was done and what came of it; `failures` is empty when all holds."""
    chance = random.Random(wished.seed)
    both = pairs.stations(place / "nodes")
    recorded = place / "tape"
    for one in both:
        one.program = ("bench.storage.node", str(recorded), *(["--unsafe"] if wished.unsafe else []))
    disk = untouched(both)
    began = time.monotonic()
    try:
        record(both, wished.count, chance)
    finally:
        for one in both:
            one.stop()
    seconds = time.monotonic() - began
    whole = sum(1 for _ in tape.read(recorded))
    cuts = sorted(chance.sample(range(whole), min(wished.cuts, whole)))
    going_on = set(chance.sample(cuts, min(wished.resumed, len(cuts))))
    looked = Looked(both=both, after=place / "after", chance=chance)
    for number, record_ in enumerate(tape.read(recorded)):
        looked.play(disk, record_)
        if cuts and number == cuts[0]:
            cuts.pop(0)
            looked.cut(disk, number, keep=number in going_on)
    for number in sorted(going_on):
        looked.go_on(number)
    return {
        "seed": wished.seed,
        "recorded": dict(looked.counted),
        "recording_seconds": round(seconds),
        "cuts": looked.cuts,
        "gone_on": len(going_on),
        "lost_promises": looked.lost,
        "damaged": looked.damaged,
        "promised": {" ".join(name): len(found) for name, found in looked.promised.items()},
        "failures": looked.failures[:20],
    }


def record(both: tuple[Station, Station], count: int, chance: random.Random) -> None:
    """Let the nodes work while their disks are watched; kill their processes now and then."""
    sender, _ = both
    pairs.begin(*both)
    module, *more = sender.program
    words = [sys.executable, "-m", module, "write", str(sender.path), *more, "--count", str(count)]
    with (sender.path / "bench.log").open("ab") as log:
        writer = subprocess.Popen(words, stdout=log, stderr=log, preexec_fn=end_with_parent)
    kills = 0
    while writer.poll() is None:
        time.sleep(chance.uniform(1, 6))
        if kills < KILLS:
            _kill_and_start(chance.choice(both), chance.choice(PARTS))
            kills += 1
    if writer.returncode:
        raise SystemExit((sender.path / "bench.log").read_text()[-2000:])
    pairs.wait_until_quiet(*both)


def _kill_and_start(station: Station, part: str) -> None:
    place = PARTS.index(part)
    old = station.processes.pop(place)
    old.kill()
    old.wait()
    station.start(part)
    station.processes.insert(place, station.processes.pop())


if __name__ == "__main__":
    sys.exit(main())
