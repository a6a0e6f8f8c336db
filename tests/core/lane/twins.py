"""Two living copies of one node: a virtual machine copied and both started, a failed-over node that comes back."""

from __future__ import annotations

import random
from collections.abc import Mapping
from dataclasses import dataclass

from tests.core.lane.model import Node
from tests.core.lane.stores import Watch

NEVER = 10**6  # event
ALONE = (NEVER, NEVER, 80)  # a schedule's: so many events lie between two copies, about
CHANGES = 0.2  # of hand: so often does the other copy hold the address from now on
FOR_GOOD = 0.2  # the share of copies that nobody ever switches off
NOTICED = ("partner_opened_epoch", "equivocation")


@dataclass(kw_only=True)
class Pair:
    """The second copy, whether it has the address now, and what was known when it was made."""

    twin: Node
    for_good: bool
    first: int  # what was written since has a higher id
    incidents: int
    in_front: bool = False


class Twins:
    """Which nodes live twice, which copy hears and acts, and what both of them together must not do."""

    def __init__(self, dice: random.Random, watch: Watch) -> None:
        self.dice = dice
        self.watch = watch
        self.pairs: dict[str, Pair] = {}
        self.dead: list[Node] = []
        self.alone = dice.choice(ALONE)
        self.next = 0  # the event at which a node is copied, or one of two switched off
        self.wait(0)

    def wait(self, event: int) -> None:
        """Let nodes be alone for a while."""
        self.next = event + self.dice.randrange(2 * self.alone)

    def copy(self, name: str, node: Node, event: int) -> None:
        for_good = self.dice.random() < FOR_GOOD
        self.next = NEVER if for_good else event + self.dice.randrange(20, 150)
        told = len(self.watch.incidents)
        self.pairs[name] = Pair(twin=node.clone(), for_good=for_good, first=node.draw(), incidents=told)

    def one_of(self, name: str, node: Node) -> Node:
        """Give the copy that has the address, as it goes to and fro between them."""
        pair = self.pairs.get(name)
        if pair is None:
            return node
        if self.dice.random() < CHANGES:
            pair.in_front = not pair.in_front
        if pair.in_front:
            self.watch.faults["living_copy"] += 1
        return pair.twin if pair.in_front else node

    def part(self, name: str, nodes: Mapping[str, Node]) -> Node:
        """End one of the two, for ever; return the other."""
        self.look(name, nodes)
        stays, goes = self.dice.sample((nodes[name], self.pairs.pop(name).twin), 2)
        self.dead.append(goes)
        return stays

    def look(self, name: str, nodes: Mapping[str, Node]) -> None:
        """The observer: who took in what each copy wrote alone has been told that something is wrong."""
        pair = self.pairs[name]
        told = {(here, code) for here, there, code in self.watch.incidents[pair.incidents :] if there == name}
        for channel, one in nodes[name].disk.posted.items():
            other = pair.twin.disk.posted.get(channel, ())
            here = nodes[channel[0]].disk.applied
            alone = (set(one) - set(other), set(other) - set(one))
            both = all(any(message > pair.first and message in here for message in each) for each in alone)
            if both and not any((channel[0], code) in told for code in NOTICED):
                self.watch.violate("unnoticed", f"{channel[0]} took in both copies of {name}")
