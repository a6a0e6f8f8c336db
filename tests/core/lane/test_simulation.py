"""Years of bad weather in seconds, and the proof that the weather report can say no."""

from __future__ import annotations

import time

import pytest
from tests.core.lane.bugs import BUGS
from tests.core.lane.checkers import check
from tests.core.lane.simulator import KINDS, one, run

SEED = 1
ENOUGH = 400  # schedules in which each planted bug must be found; most are found in the first five
WITHIN_S = 60.0  # of the processor


def test_two_thousand_schedules_lose_nothing_and_repeat_nothing() -> None:
    summary = run(2000, SEED)
    assert summary.violations == []
    assert summary.counted() == dict.fromkeys(KINDS, 0)
    assert summary.fewest_events >= 300
    assert summary.missing() == []
    rates = {name: number / summary.events for name, number in summary.faults.items()}
    assert len(rates) == 12
    assert {name: rate for name, rate in rates.items() if rate < 0.01 and name != "lie"} == {}
    assert summary.messages > 50_000
    assert summary.reported_lost < summary.messages / 4  # it is not reported away


def test_the_same_seed_gives_the_same_schedule() -> None:
    first, second = one(7), one(7)
    assert first.events == second.events
    assert first.watch.incidents == second.watch.incidents
    assert {name: node.disk for name, node in first.nodes.items()} == {
        name: node.disk for name, node in second.nodes.items()
    }


@pytest.mark.parametrize("bug", BUGS)
def test_a_planted_bug_is_found(bug: str) -> None:
    began = time.process_time()
    for seed in range(SEED, SEED + ENOUGH):
        node, rules = BUGS[bug]()
        if check(one(seed, node=node, rules=rules)):
            assert time.process_time() - began < WITHIN_S
            return
    pytest.fail(f"{bug} was not found in {ENOUGH} schedules")


def test_enough_bugs_are_planted() -> None:
    assert len(BUGS) >= 12
