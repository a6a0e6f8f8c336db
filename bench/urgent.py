"""One urgent message in an idle system: how long until the other node has it for good, and where that time goes.

python -m bench.urgent [--count 60] [--json]

Two real nodes on this machine. The clock runs from the officer's deed until her own database says that the other node
acknowledged it: signed, sealed and committed here; fetched by the postman and handed over; checked, opened and
committed there; the answer heard here. Between two messages the machine's own legs are measured in the same way, out of
the same rest: the commit of one row, and a question to the other door over a kept connection. `ratio` is the middle of
the messages over two commits and a round trip; 2 is promised.

The table shows each step of each process: when it began and ended after the deed (ms, the middle of all messages), and
how long its thread had the processor.
"""

from __future__ import annotations

import argparse
import os
import tempfile
import time
from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path
from statistics import median, quantiles
from typing import Any

from bench.exchange import legs
from bench.exchange.pair import RECEIVER, SENDER, Pair, running
from bench.figures import told

IDLE_S = 0.3
WARM_UP = 5
TRIPS = 20
SLACK_S = 0.0005


@dataclass(kw_only=True)
class Measured:
    """Seconds, one for each message."""

    deeds: list[tuple[float, float]] = field(default_factory=list)  # began, ended
    commits: list[float] = field(default_factory=list)
    trips: list[float] = field(default_factory=list)


def main() -> None:
    """Measure and print."""
    parser = argparse.ArgumentParser(prog="bench.urgent")
    parser.add_argument("--count", type=int, default=60)
    parser.add_argument("--json", action="store_true")
    wished = parser.parse_args()
    with tempfile.TemporaryDirectory(prefix="lienlac-urgent-") as place:
        stamps = Path(place) / "stamps"
        stamps.mkdir()
        os.environ[legs.WHERE] = str(stamps)
        with running(Path(place) / "nodes") as pair:
            measured = _measured(pair, wished.count)
        steps = of_each_step(measured, legs.read(stamps))
    print(told(figures(measured) | steps, as_json=wished.json))


def _measured(pair: Pair, count: int) -> Measured:
    found = Measured()
    for number in range(WARM_UP + count):
        time.sleep(IDLE_S)
        began = time.monotonic()
        took = pair.tell(deed="urgent")["wall_s"]
        pair.wait_until_quiet()
        time.sleep(IDLE_S)
        commit = pair.tell(deed="commit")["wall_s"]
        trip = pair.tell(deed="round_trip", count=TRIPS)["wall_s"] / TRIPS
        if number >= WARM_UP:
            found.deeds.append((began, began + took))
            found.commits.append(commit)
            found.trips.append(trip)
    return found


def figures(measured: Measured) -> dict[str, Any]:
    """Return middle and ninth tenth of each, and the ratio that is promised."""
    waits = [ended - began for began, ended in measured.deeds]
    least = 2 * median(measured.commits) + median(measured.trips)
    return {
        **_spread("urgent", waits),
        **_spread("commit", measured.commits),
        **_spread("round_trip", measured.trips),
        "ratio": round(median(waits) / least, 2),
        "load": round(os.getloadavg()[0], 1),
    }


def _spread(name: str, spans: Sequence[float]) -> dict[str, float]:
    return {
        f"{name}_ms": round(1000 * median(spans), 2),
        f"{name}_p90_ms": round(1000 * quantiles(spans, n=10)[8], 2),
    }


def of_each_step(measured: Measured, stamps: Sequence[legs.Stamp]) -> dict[str, str]:
    """Return what each step of each process took, those of the message's own way: the first of each after its deed."""
    found = dict[tuple[str, str], list[tuple[float, float, float]]]()
    for began, ended in measured.deeds:
        seen = set[tuple[str, str]]()
        for one in stamps:
            name = (_SIDES.get(one.home, one.home), one.step)
            if began <= one.began and one.ended <= ended + SLACK_S and name not in seen:
                seen.add(name)
                found.setdefault(name, []).append((one.began - began, one.ended - began, one.cpu_s))
    ordered = sorted(found.items(), key=lambda one: median(began for began, _, _ in one[1]))
    return {" ".join(name): _as_text(times) for name, times in ordered}


_SIDES = {SENDER: "here", RECEIVER: "there"}


def _as_text(times: Sequence[tuple[float, float, float]]) -> str:
    began, ended, cpu = (1000 * median(column) for column in zip(*times, strict=True))
    return f"{began:.2f} to {ended:.2f}, processor {cpu:.2f} ({len(times)})"


if __name__ == "__main__":
    main()
