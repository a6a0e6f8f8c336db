"""Run many schedules, print what was met: `python -m tests.core.lane.simulator --schedules 2000 --seed 1`."""

from __future__ import annotations

import argparse
import json
import math
import sys
import time
from collections import Counter
from dataclasses import dataclass, field

from tests.core.lane.checkers import check
from tests.core.lane.model import Node
from tests.core.lane.stores import Rules
from tests.core.lane.weather import Weather
from tests.core.lane.world import World

from lienlac.core.lane import Receiving, Sending, incoming, outgoing

KINDS = (
    "lost",
    "applied_twice",
    "out_of_order",
    "stuck",
    "receipt_before_cause",
    "broken_chain",
    "unfounded_incident",
    "mistaken",
    "unnoticed",
    "fork_unnoticed",
    "told_again",
    "fork_cosigned",
    "growth_unproven",
    "arrival_unproven",
)
TELL_EVERY = 1000
WANTED = 200_000  # schedules that a soak should be: what it takes is told
LIES_EVERY = 4  # one schedule in so many has a dishonest partner
POSSIBLE = {
    *(("outgoing", condition, name) for condition in Sending for name in outgoing.EVENTS),
    *(
        ("incoming", condition, name)
        for condition in Receiving
        for name in incoming.EVENTS
        if (condition, name) not in incoming.IMPOSSIBLE
    ),
}


@dataclass
class Summary:
    """What all schedules together showed."""

    schedules: int = 0
    events: int = 0
    fewest_events: int = 10**9
    faults: Counter[str] = field(default_factory=Counter)
    incidents: Counter[str] = field(default_factory=Counter)
    violations: list[tuple[int, str, str]] = field(default_factory=list)  # (seed, kind, what)
    met: Counter[tuple[str, str, str]] = field(default_factory=Counter)
    messages: int = 0
    reported_lost: int = 0

    def add(self, seed: int, world: World) -> None:
        self.schedules += 1
        self.events += world.events
        self.fewest_events = min(self.fewest_events, world.events)
        self.faults += world.faults
        self.incidents.update(code for _, _, code in world.watch.incidents)
        self.violations += [(seed, kind, what) for kind, what in check(world)]
        self.met += world.watch.met
        disks = [node.disk for node in world.nodes.values()]
        self.messages += sum(len(ids) for disk in disks for ids in disk.posted.values())
        self.reported_lost += sum(len(disk.lost) for disk in disks)

    def missing(self) -> list[tuple[str, str, str]]:
        return sorted(POSSIBLE - set(self.met))

    def counted(self) -> dict[str, int]:
        kinds = Counter(kind for _, kind, _ in self.violations)
        return {kind: kinds[kind] for kind in KINDS}


def one(
    seed: int, *, weather: type[World] = Weather, node: type[Node] = Node, rules: Rules | None = None
) -> World:
    """Run the schedule of this seed."""
    return weather(seed, node=node, rules=rules, liar=seed % LIES_EVERY == LIES_EVERY - 1).run()


def run(schedules: int, seed: int, *, tell: bool = False, minutes: float = math.inf) -> Summary:
    """Run schedules with the seeds from `seed` on, for so many minutes at most; `tell` each violation as it is met."""
    summary, ends = Summary(), time.monotonic() + 60 * minutes
    for number in range(seed, seed + schedules):
        if time.monotonic() > ends:
            break
        known = len(summary.violations)
        summary.add(number, one(number))
        if tell:
            _tell(summary, number, known)
    return summary


def _tell(summary: Summary, seed: int, known: int) -> None:
    for where, kind, what in summary.violations[known:]:
        print(f"VIOLATION, seed {where}: {kind}: {what}", flush=True)
    if summary.schedules % TELL_EVERY == 0:
        found = len(summary.violations)
        print(f"{summary.schedules} schedules, to seed {seed}: {found} violations", flush=True)


def as_json(summary: Summary, seed: int, seconds: float) -> dict[str, object]:
    return {
        "seed": seed,
        "schedules": summary.schedules,
        "events": summary.events,
        "fewest_events_in_a_schedule": summary.fewest_events,
        "messages": summary.messages,
        "reported_lost_by_restored_receivers": summary.reported_lost,
        **summary.counted(),
        "fault_percent": {
            name: round(100 * number / summary.events, 2) for name, number in sorted(summary.faults.items())
        },
        "incidents": dict(sorted(summary.incidents.items())),
        "pairs_met": {"/".join(pair): times for pair, times in sorted(summary.met.items())},
        "pairs_missing": ["/".join(pair) for pair in summary.missing()],
        "violations": summary.violations[:20],
        "cpu_seconds": round(seconds, 1),
        "cpu_hours_for_200_000": round(seconds * WANTED / max(summary.schedules, 1) / 3600, 2),
    }


def show(facts: dict[str, object]) -> str:
    lines = []
    for name, value in facts.items():
        if isinstance(value, dict):
            lines += [f"{name}:", *(f"    {key:<36} {number}" for key, number in value.items())]
        elif isinstance(value, list):
            lines += [f"{name}: {len(value)}", *(f"    {item}" for item in value)]
        else:
            lines.append(f"{name:<38} {value}")
    return "\n".join(lines)


def main() -> int:
    options = argparse.ArgumentParser(description=__doc__)
    options.add_argument("--schedules", type=int, default=2000)
    options.add_argument("--seed", type=int, default=1)
    options.add_argument(
        "--minutes", type=float, default=math.inf, help="end after so many, whatever is left"
    )
    options.add_argument("--json", action="store_true")
    options.add_argument("--tell", action="store_true", help="say on the way how far it is")
    chosen = options.parse_args()
    summary = run(chosen.schedules, chosen.seed, tell=chosen.tell, minutes=chosen.minutes)
    facts = as_json(summary, chosen.seed, time.process_time())
    sys.stdout.write((json.dumps(facts, indent=2) if chosen.json else show(facts)) + "\n")
    return 1 if summary.violations or summary.missing() else 0


if __name__ == "__main__":
    sys.exit(main())
