"""The worst weather: nodes live twice, disks are full, clocks jump, and all that is in `world.py`.

The engine reads no clock. Times are handed in where a node bounds how often a partner's word has it begin a lane anew
(`Greeted.put_off`, and a standing that it lets pass): there the clocks of this weather jump.
"""

from __future__ import annotations

from typing import Any

from tests.core.lane.model import Node
from tests.core.lane.stores import NAMES, Room
from tests.core.lane.twins import Twins
from tests.core.lane.world import World

ANEW = 1  # so often in a day does a partner's word have a lane begun anew: it must be reached
HOURS_AN_EVENT = 0.5  # a storm lasts a week, and what is held back comes up to four days late
SKEWS = (-8760.0, -24.0, -1.0, 0.0, 0.0, 24.0, 8760.0, 8760.0)  # hours by which a clock is wrong
LAST = 22  # events: before them a disk that fills takes receipts still


class Weather(World):
    """As a World, and worse."""

    LIES = 0.5

    def __init__(self, seed: int, **kinds: Any) -> None:
        super().__init__(seed, **kinds)
        self.twins = Twins(self.dice, self.watch)
        self.full: dict[str, int] = {}  # a disk: until which event
        self.skew = dict.fromkeys(NAMES, 0.0)
        self.hours = 0.0
        for node in self.nodes.values():
            node.anew = ANEW

    def strike(self) -> bool:
        self.hours += HOURS_AN_EVENT
        if self.events >= self.twins.next:
            self.copy_or_part()
        chance = self.dice.random()
        if chance < 0.022:
            self.jump()
        elif chance < 0.035:
            self.fill()
        else:
            return super().strike()
        return True

    def jump(self) -> None:
        """A battery is empty, a hand slips: a node's clock goes wrong, or right again."""
        self.faults["clock_jumped"] += 1
        self.skew[self.dice.choice(NAMES)] = self.dice.choice(SKEWS)

    def fill(self) -> None:
        """A node's disk is full for a while, those of both copies where there are two."""
        self.full[self.dice.choice(NAMES)] = self.events + self.dice.randrange(20, 140)

    def at(self, node: Node, deed: str, *args: object) -> str:
        node.now = self.hours + self.skew[node.name]
        left = self.full.get(node.name, 0) - self.events
        node.room = Room.ENOUGH if left <= 0 else Room.RECEIPTS if left > LAST else Room.NONE
        return super().at(node, deed, *args)

    # two copies of a node

    def one_of(self, name: str) -> Node:
        node = self.nodes[name]
        return self.twins.one_of(name, node) if self.twins.pairs else node

    def living(self) -> list[Node]:
        return [*self.nodes.values(), *(pair.twin for pair in self.twins.pairs.values())]

    def copied(self) -> set[str]:
        return set(self.twins.pairs)

    def dead(self) -> list[Node]:
        return self.twins.dead

    def copy_or_part(self) -> None:
        """Copy a node that runs, so that two of it live; or switch one of them off."""
        if self.twins.pairs:
            self.switch_off(*self.twins.pairs)
            return
        name = self.dice.choice(NAMES)
        self.twins.copy(name, self.nodes[name], self.events)
        # Each copy is to the other what a restored node is to its lost life, and nobody told it.
        self.restored.add(name)
        self.secretly_restored.add(name)

    def switch_off(self, name: str) -> None:
        """One copy ends. People say that the other is the true one, as if it had been restored; or say nothing."""
        self.nodes[name] = self.twins.part(name, self.nodes)
        self.twins.wait(self.events)
        if self.dice.random() < 0.5:
            self.do(name, "say_restored")

    # fair weather

    def calm(self) -> None:
        self.full = {}
        for name in [name for name, pair in self.twins.pairs.items() if not pair.for_good]:
            self.switch_off(name)
        super().calm()
        for name in self.twins.pairs:
            self.twins.look(name, self.nodes)

    def drain(self) -> None:
        self.hours += 24
        super().drain()
