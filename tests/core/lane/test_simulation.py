"""Years of bad weather in seconds, and the proof that the weather report can say no."""

from __future__ import annotations

import pytest
from tests.core.lane.checkers import check
from tests.core.lane.finding import BUGS, hunt
from tests.core.lane.simulator import KINDS, one, run
from tests.core.lane.weather import Weather
from tests.core.lane.world import World

SEED = 1
HUNTED_FROM = 500  # behind it liars are soon met who show the rare ones


def test_five_thousand_schedules_lose_nothing_and_repeat_nothing() -> None:
    summary = run(5000, SEED)
    assert summary.violations == []
    assert summary.counted() == dict.fromkeys(KINDS, 0)
    assert summary.fewest_events >= 300
    assert summary.missing() == []
    rates = {name: number / summary.events for name, number in summary.faults.items()}
    assert len(rates) == 16
    assert {name: rate for name, rate in rates.items() if rate < 0.01} == {}
    assert summary.messages > 125_000
    assert summary.reported_lost < summary.messages / 4  # it is not reported away


class Copied(Weather):
    """Where no node is long alone, and none is restored."""

    def __init__(self, seed: int) -> None:
        super().__init__(seed)
        self.twins.next, self.twins.alone, self.restores = 0, 20, 0.0


def test_two_living_copies_keep_what_they_acknowledged_and_are_noticed() -> None:
    worlds = [Copied(seed).run() for seed in range(40)]
    assert [found for world in worlds for found in check(world)] == []
    assert any(world.copied() for world in worlds)  # to the end
    assert any(world.dead() for world in worlds)
    told = {code for world in worlds for _, _, code in world.watch.incidents}
    assert {"equivocation", "partner_opened_epoch"} <= told


def test_a_restore_that_crashed_before_it_was_announced_is_a_secret_one() -> None:
    """What comes of it (equivocation, a frozen lane) is founded: nobody was told."""
    assert check(one(20264930, weather=World)) == []


@pytest.mark.parametrize("seed", [20312404, 20332381, 20338945, 20341073, 20395814])
def test_a_place_given_in_two_lives_of_a_sender_loses_nothing_where_its_receiver_was_put_back_too(
    seed: int,
) -> None:
    """One schedule in twenty thousand: only digests tell that another envelope stands there.

    In the last of these it stands before the places that the receiver says to have lost.
    """
    assert check(one(seed, weather=World)) == []


def test_the_same_seed_gives_the_same_schedule() -> None:
    first, second = one(7), one(7)
    assert first.events == second.events
    assert first.watch.incidents == second.watch.incidents
    assert {name: node.disk for name, node in first.nodes.items()} == {
        name: node.disk for name, node in second.nodes.items()
    }


@pytest.mark.parametrize("bug", BUGS)
def test_a_planted_bug_is_found(bug: str) -> None:
    went = hunt(bug, seed=HUNTED_FROM)
    assert went.ended_well, went


def test_enough_bugs_are_planted() -> None:
    assert len(BUGS) >= 12
