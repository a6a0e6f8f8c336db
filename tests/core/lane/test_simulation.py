"""Years of bad weather in seconds, and the proof that the weather report can say no."""

from __future__ import annotations

import pytest
from tests.core.lane.bugs import BUGS
from tests.core.lane.checkers import check
from tests.core.lane.finding import hunt
from tests.core.lane.simulator import KINDS, one, run

SEED = 1


def test_five_thousand_schedules_lose_nothing_and_repeat_nothing() -> None:
    summary = run(5000, SEED)
    assert summary.violations == []
    assert summary.counted() == dict.fromkeys(KINDS, 0)
    assert summary.fewest_events >= 300
    assert summary.missing() == []
    rates = {name: number / summary.events for name, number in summary.faults.items()}
    assert len(rates) == 12
    assert {name: rate for name, rate in rates.items() if rate < 0.01} == {}
    assert summary.messages > 125_000
    assert summary.reported_lost < summary.messages / 4  # it is not reported away


def test_a_restore_that_crashed_before_it_was_announced_is_a_secret_one() -> None:
    """What comes of it (equivocation, a frozen lane) is founded: nobody was told."""
    assert check(one(20264930)) == []


@pytest.mark.parametrize("seed", [20312404, 20332381, 20338945, 20341073, 20395814])
def test_a_place_given_in_two_lives_of_a_sender_loses_nothing_where_its_receiver_was_put_back_too(
    seed: int,
) -> None:
    """One schedule in twenty thousand: only digests tell that another envelope stands there.

    In the last of these it stands before the places that the receiver says to have lost.
    """
    assert check(one(seed)) == []


def test_the_same_seed_gives_the_same_schedule() -> None:
    first, second = one(7), one(7)
    assert first.events == second.events
    assert first.watch.incidents == second.watch.incidents
    assert {name: node.disk for name, node in first.nodes.items()} == {
        name: node.disk for name, node in second.nodes.items()
    }


@pytest.mark.parametrize("bug", BUGS)
def test_a_planted_bug_is_found(bug: str) -> None:
    went = hunt(bug, seed=SEED)
    assert went.ended_well, went


def test_enough_bugs_are_planted() -> None:
    assert len(BUGS) >= 12
