"""What must hold when a schedule is over, as questions to the three stores and to the observer's notes.

Of the lanes here; of the pair ledgers in `ledger_checkers.py`.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator

from tests.core.lane.ledger_checkers import check_ledgers
from tests.core.lane.model import Node
from tests.core.lane.stores import Channel
from tests.core.lane.world import World

from lienlac.core.lane import Status

BLAME = {  # an incident is only raised where its cause happened: who must have been restored
    "sender_restored": lambda here, there: {here},
    "i_was_restored": lambda here, there: {here},
    "receiver_restored": lambda here, there: {there},
    "lane_frozen_by_partner": lambda here, there: {here},
    "equivocation": lambda here, there: {there},
    "ledger_forked": lambda here, there: {there},
    "ledger_rolled_back": lambda here, there: {there},
    "growth_not_proven": lambda here, there: {there},
    "cosigned_unknown": lambda here, there: {here},
    "cosigned_other_history": lambda here, there: {here},
}
OPENLY = {"sender_restored", "i_was_restored", "receiver_restored", "growth_not_proven"}
"""Incidents of which a restore that an operator announced is a cause too."""


def check(world: World) -> list[tuple[str, str]]:
    """Give the violations, (kind, what): none between honest nodes, and a liar harms itself alone."""
    found = list(world.watch.violations)
    for name, channel in world.ends:
        if world.liar in (name, channel[0]):
            continue
        if {name, channel[0]} & world.copied():
            found += _lost_between_copies(world, name, channel)
            continue
        found += _lost(world, name, channel)
        found += _stuck(world, name, channel)
        found += _order(world, name, channel)
    for node in (*world.living(), *world.dead()):
        found += _twice(node)
    return [*found, *check_ledgers(world), *_unfounded(world)]


def _lost(world: World, name: str, channel: Channel) -> Iterator[tuple[str, str]]:
    """What the sender's store knows is with the receiver, refused, or reported as forgotten by it."""
    mine = world.nodes[name].disk
    theirs = world.nodes[channel[0]].disk
    for message in mine.posted.get(channel, ()):
        refused = mine.receipts.get(message) is Status.REFUSED
        if not refused and message not in theirs.applied and message not in mine.lost:
            yield "lost", f"{name} -> {channel[0]}: {message} ({mine.receipts.get(message)})"


def _lost_between_copies(world: World, name: str, channel: Channel) -> Iterator[tuple[str, str]]:
    """While two copies of a node live: what was receipted, one of them has.

    Unless it is with a copy that was switched off before, or a backup took its place: what is lost then is named when
    the line is quiet, and between two copies it never is.
    """
    if channel[0] in world.put_back or any(node.name == channel[0] for node in world.dead()):
        return
    theirs = [node.disk for node in world.living() if node.name == channel[0]]
    for mine in (node.disk for node in world.living() if node.name == name):
        for message in mine.posted.get(channel, ()):
            receipted = mine.receipts.get(message, Status.REFUSED) is not Status.REFUSED
            if receipted and not any(message in disk.applied for disk in theirs):
                yield "lost", f"{name} -> {channel[0]}: {message}, by both copies"


def _stuck(world: World, name: str, channel: Channel) -> Iterator[tuple[str, str]]:
    rows = world.nodes[name].disk.outbox.get(channel)
    if rows:
        yield "stuck", f"{name} -> {channel[0]}: {list(rows)}"


def _order(world: World, name: str, channel: Channel) -> Iterator[tuple[str, str]]:
    """Nothing takes effect after what was posted later in the same life of the sender (a restore ends one).

    Excepted is what had taken effect in order, was forgotten by a restored receiver, and came again because
    its sender was restored too: late or never is the only choice.
    """
    effects = world.nodes[name].disk.effects.get(channel, ())
    for place, message in enumerate(effects):
        overtaken = {
            late
            for late in set(world.watch.before[message]).intersection(effects[place + 1 :])
            if (name, late) not in world.watch.wiped
        }
        if overtaken:
            yield "out_of_order", f"{channel[0]} -> {name}: {message} before {sorted(overtaken)}"


def _twice(node: Node) -> Iterator[tuple[str, str]]:
    """In no store has anything taken effect twice: of two copies each has its own."""
    counted = Counter(m for effects in node.disk.effects.values() for m in effects)
    for message, times in counted.items():
        if times > 1:
            yield "applied_twice", f"{node.name}: {message} {times} times"


def _unfounded(world: World) -> Iterator[tuple[str, str]]:
    for here, there, code in world.watch.incidents:
        if code not in BLAME or world.liar in (here, there):
            continue
        guilty = world.restored if code in OPENLY else world.secretly_restored
        if not BLAME[code](here, there) & guilty:
            yield "unfounded_incident", f"{here} about {there}: {code}"
