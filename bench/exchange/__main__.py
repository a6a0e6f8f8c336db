"""What the exchange can do beside what this machine can do: two real nodes, and a bare loop, in the same run.

python -m bench.exchange [--count 2000] [--rounds 3] [--enquiries 60] [--slow 60] [--json]

* Throughput: messages of 2 KB, suite 1, one row as effect, posted a hundred in a transaction; then enquiries with all
  they bring. Counted per second of the processor over every process (both nodes and whoever writes), from the first
  post until both outboxes are empty, which they are by signed receipts. `ratio_to_limit` compares it with the bare
  loop of `limit`, which runs before and after each round: the middle of the rounds is given, and all of them.
* A loop alone may have a faster processor than two nodes at once, where cores share units, caches or heat. So a loop
  runs on every core at once too: `ratio_to_limit_on_all_cores`; `cores_busy` says how many the nodes kept busy.
* Urgent: one message in an idle system, from the deed to the acknowledgement; beside one commit and one round trip.
* Slow line (`--slow 0`: none): 300 ms there and back, 128 kbit/s each way;
  what reaches the receiver as envelopes, of what the line carries.
"""

from __future__ import annotations

import argparse
import json
import os
import subprocess
import sys
import tempfile
import time
from contextlib import AbstractContextManager
from itertools import pairwise
from pathlib import Path
from statistics import harmonic_mean, mean, median
from typing import Any

from bench.exchange.pair import TABLE, Pair, Station, running, start
from bench.slow_line import SlowLine

WARM_UP = 100
URGENT_TIMES = 15
LIMIT_COUNT = 1000
BITS_S, ROUND_TRIP_S = 128_000, 0.3
IDLE_S = 0.3


def main() -> None:
    """Measure and print."""
    wished = _arguments()
    with tempfile.TemporaryDirectory(prefix="lienlac-exchange-") as place:
        figures = measured(Path(place), wished)
    print(json.dumps(figures, indent=1) if wished.json else _as_table(figures))


def _some(text: str) -> int:
    """Read a number of at least one: of no messages there is no figure."""
    number = int(text)
    if number < 1:
        raise argparse.ArgumentTypeError("must be at least 1")
    return number


def _arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="bench.exchange")
    parser.add_argument(
        "--count", type=_some, default=2000, help="messages with one row as effect, in a round"
    )
    parser.add_argument("--rounds", type=_some, default=3)
    parser.add_argument("--enquiries", type=_some, default=60)
    parser.add_argument("--slow", type=int, default=60, help="messages over the slow line; 0 leaves it out")
    parser.add_argument("--json", action="store_true")
    return parser.parse_args()


def measured(place: Path, wished: argparse.Namespace) -> dict[str, Any]:
    """Return all figures by name."""
    with running(place / "nodes") as pair:
        pair.tell(deed="row", count=WARM_UP)
        pair.wait_until_quiet()
        rows = beside_the_limit(pair, place, wished)
        figures = effects(pair, WARM_UP + wished.rounds * wished.count)
        pair.tell(deed="enquiry", count=5)
        pair.wait_until_quiet()
        enquiries = throughput(pair, "enquiry", wished.enquiries)
        waits = urgent(pair)
        line = slow(pair, wished.slow) if wished.slow else {}
    return {
        **rows,
        **figures,
        "enquiries_per_cpu_s": round(enquiries["per_cpu_s"], 1),
        "enquiries_ratio_to_limit": round(enquiries["per_cpu_s"] / rows["limit_per_cpu_s"], 3),
        **waits,
        **line,
    }


def beside_the_limit(pair: Pair, place: Path, wished: argparse.Namespace) -> dict[str, Any]:
    """Measure messages with one row as effect round by round, the bare loop before and after each."""
    limits, rounds = [limits_now(place)], list[dict[str, Any]]()
    for _ in range(wished.rounds):
        rounds.append(throughput(pair, "row", wished.count))
        limits.append(limits_now(place))
    alone, on_all = (
        [mean(both) for both in pairwise(each)] for each in zip(*limits, strict=True)
    )  # of each round, the mean of before and after
    ratios = [one["per_cpu_s"] / most for one, most in zip(rounds, alone, strict=True)]
    shared = [one["per_cpu_s"] / most for one, most in zip(rounds, on_all, strict=True)]
    return {
        "limit_per_cpu_s": round(median(alone)),
        "limit_on_all_cores_per_cpu_s": round(median(on_all)),
        "messages_per_cpu_s": round(median(one["per_cpu_s"] for one in rounds), 1),
        "ratio_to_limit": round(median(ratios), 3),
        "ratios_to_limit": [round(one, 3) for one in ratios],
        "ratio_to_limit_on_all_cores": round(median(shared), 3),
        "ratios_to_limit_on_all_cores": [round(one, 3) for one in shared],
        "cpu_ms_a_message": rounds[-1]["cpu_ms"],
        "cores_busy": round(median(one["cores_busy"] for one in rounds), 2),
        "messages_per_s": round(median(one["per_s"] for one in rounds), 1),
    }


def limits_now(place: Path) -> tuple[float, float]:
    """Run the bare loop alone, then one on each core at once; return messages per second of the processor of both."""
    return limit(place, 1), limit(place, os.cpu_count() or 1)


def limit(place: Path, at_once: int) -> float:
    """Run so many bare loops at once; return messages per second of the processor."""
    loops = list[subprocess.Popen[str]]()
    for number in range(at_once):
        own = place / f"limit-{number}"
        own.mkdir(exist_ok=True)
        words = [sys.executable, "-m", "bench.exchange.limit", str(own), str(LIMIT_COUNT)]
        loops.append(subprocess.Popen(words, stdout=subprocess.PIPE, text=True))
    said = [loop.communicate()[0] for loop in loops]
    return harmonic_mean(map(float, said))  # as many messages each: so many by all their seconds


def throughput(pair: Pair, deed: str, count: int) -> dict[str, Any]:
    """Post so many; return how many a second, of the processor and of the clock, and where the time went."""
    began = time.perf_counter()
    stations = {"sender": pair.sender, "receiver": pair.receiver}
    cpu = {name: one.cpu_s() for name, one in stations.items()}
    took = pair.tell(deed=deed, count=count)
    pair.wait_until_quiet()
    spent = {name: one.cpu_s() - cpu[name] for name, one in stations.items()} | {"writer": took["cpu_s"]}
    seconds = time.perf_counter() - began
    return {
        "per_cpu_s": count / sum(spent.values()),
        "per_s": count / seconds,
        "cores_busy": sum(spent.values()) / seconds,
        "cpu_ms": {name: round(1000 * one / count, 2) for name, one in spent.items()},
    }


def effects(pair: Pair, posted: int) -> dict[str, int]:
    """Count what never took effect, and what did so more than once."""
    ((all_, different),) = pair.receiver.ask(f"SELECT count(*), count(DISTINCT message_id) FROM {TABLE}")
    return {"lost": posted - different, "applied_twice": all_ - different}


def urgent(pair: Pair) -> dict[str, float]:
    """Post one urgent message again and again into an idle system."""
    waits, commits = list[float](), list[float]()
    for _ in range(URGENT_TIMES):
        time.sleep(IDLE_S)
        waits.append(pair.tell(deed="urgent")["wall_s"])
        pair.wait_until_quiet()
        time.sleep(IDLE_S)
        commits.append(pair.tell(deed="commit")["wall_s"])
    round_trip = median(pair.tell(deed="round_trip", count=20)["wall_s"] / 20 for _ in range(3))
    least = 2 * median(commits) + round_trip
    return {
        "urgent_ms": round(1000 * median(waits), 1),
        "commit_ms": round(1000 * median(commits), 1),
        "round_trip_ms": round(1000 * round_trip, 1),
        "urgent_to_two_commits_and_a_round_trip": round(median(waits) / least, 2),
    }


def slow(pair: Pair, count: int) -> dict[str, Any]:
    """Put a slow line between them; return which part of what it can carry were envelopes that arrived."""
    both = (pair.sender, pair.receiver)
    for one in both:
        one.stop()
    with (
        _slow_line(pair.receiver) as there,
        _slow_line(pair.sender) as back,
    ):
        for station, line in ((pair.sender, there), (pair.receiver, back)):
            words = [sys.executable, "-m", "bench.exchange.prepare", str(station.path), str(line.own_port)]
            subprocess.run(words, check=True)
        start(pair)
        mark = int(pair.sender.ask("SELECT max(id) FROM mailroom_parcel")[0][0])
        arrived = _arrived(pair.receiver)
        began = time.perf_counter()
        pair.tell(deed="row", count=count)
        while _arrived(pair.receiver) < arrived + count:
            time.sleep(0.05)
        seconds = time.perf_counter() - began
        ((size,),) = pair.sender.ask(
            f"SELECT sum(size + length(position)) FROM mailroom_parcel WHERE id > {mark}"
        )
        pair.wait_until_quiet()
    return {"slow_line_use": round(size / (seconds * BITS_S / 8), 3), "slow_line_s": round(seconds, 1)}


def _slow_line(to: Station) -> AbstractContextManager[SlowLine]:
    return SlowLine(port=to.peer_port, bits_s=BITS_S, round_trip_s=ROUND_TRIP_S).open()


def _arrived(station: Station) -> int:
    return int(station.ask(f"SELECT count(*) FROM {TABLE}")[0][0])


def _as_table(figures: dict[str, Any]) -> str:
    width = max(map(len, figures))
    return "\n".join(f"{name:{width}}  {value}" for name, value in figures.items())


if __name__ == "__main__":
    main()
