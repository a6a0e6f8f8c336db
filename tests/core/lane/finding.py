"""Find each planted bug, print how long it took (1 when one is missed): `python -m tests.core.lane.finding`."""

from __future__ import annotations

import argparse
import sys
import time
from dataclasses import dataclass

from tests.core.lane import bugs, ledger_bugs
from tests.core.lane.checkers import check
from tests.core.lane.simulator import one

BUGS = {**bugs.BUGS, **ledger_bugs.BUGS}
ENOUGH = 3000  # schedules in which each planted bug must be found; most are found in the first five
WITHIN_S = 60.0  # of the processor


@dataclass(frozen=True, kw_only=True)
class Hunt:
    """How a hunt for a bug went: schedules run, seconds of the processor, and how it showed, "" for not at all."""

    schedules: int
    cpu_s: float
    shown: str

    @property
    def ended_well(self) -> bool:
        return bool(self.shown) and self.cpu_s < WITHIN_S


def hunt(bug: str, *, seed: int) -> Hunt:
    """Run schedules from `seed` on at nodes with this bug, until one of them shows it."""
    began = time.process_time()
    for number in range(seed, seed + ENOUGH):
        node, rules = BUGS[bug]()
        if violations := check(one(number, node=node, rules=rules)):
            return Hunt(
                schedules=number - seed + 1, cpu_s=time.process_time() - began, shown=violations[0][0]
            )
    return Hunt(schedules=ENOUGH, cpu_s=time.process_time() - began, shown="")


def main() -> int:
    options = argparse.ArgumentParser(description=__doc__)
    options.add_argument("--seed", type=int, default=1)
    seed, missed = options.parse_args().seed, 0
    for bug in BUGS:
        went = hunt(bug, seed=seed)
        missed += not went.ended_well
        print(
            f"{bug:50} {went.cpu_s:6.2f} s {went.schedules:4} schedules  {went.shown or 'NOT FOUND'}",
            flush=True,
        )
    print(f"seed {seed}: {len(BUGS) - missed} of {len(BUGS)} found within {WITHIN_S:.0f} s each")
    return 1 if missed else 0


if __name__ == "__main__":
    sys.exit(main())
