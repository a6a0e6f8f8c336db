"""Faults planted on purpose in the pair ledgers and their witnesses, beside those of the lanes (`bugs.py`)."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import ClassVar

from tests.core.lane.bugs import Bugs, Plant, plant_in
from tests.core.lane.ledgers import BUSY, Answer, Growth
from tests.core.lane.model import Node
from tests.core.lane.stores import Body, Channel, Deeds, Ledger, Packet, Rules

from lienlac.core.lane import Store
from lienlac.core.ledger.checkpoint import Checkpoint

BUGS: Bugs = {}
plant = plant_in(BUGS)

# at the keeper


@plant
def ledger_goes_on_after_a_restore() -> Plant:
    class Bug(Node):
        def begin_again(self, partner: str) -> None:
            self.disk.books.restored.add(partner)

    return Bug, Rules()


@plant
def head_signed_before_the_leaf_is_on_the_disk() -> Plant:
    """A crash forgets the last leaf, of which a head left."""

    class Bug(Node):
        def crash(self, leaving: list[Packet]) -> list[Packet]:
            books = self.disk.books
            for origin in books.current.values():
                books.ledgers[origin] = Ledger(books.ledgers[origin].leaves[:-1]).sequenced()
            return super().crash(leaving)

    return Bug, Rules()


@plant
def arrival_left_out_of_the_ledger() -> Plant:
    class Bug(Node):
        def _store(self, channel: Channel, action: Store, body: Body) -> None:
            before = self.disk.books.ledgers.copy()
            Node._store(self, channel, action, body)
            if action.position.seq % 3 == 0:
                self.disk.books.ledgers = before

        _DO: ClassVar[Deeds] = {**Node._DO, Store: _store}

    return Bug, Rules()


@plant
def cosigned_head_not_compared() -> Plant:
    """Whose signature comes back under another history passes over it."""

    class Bug(Node):
        def take_cosigned(self, partner: str, head: Checkpoint) -> None:
            """Look at nothing."""

    return Bug, Rules()


@plant
def cosigned_head_of_a_lost_life_is_an_alarm() -> Plant:
    """Who was put back, and said so, does not know the ledgers that it began since."""

    class Bug(Node):
        def take_cosigned(self, partner: str, head: Checkpoint) -> None:
            self.disk.books.restored.discard(partner)
            super().take_cosigned(partner, head)

    return Bug, Rules()


# at the witness


@plant
def heads_of_one_size_not_compared() -> Plant:
    class Bug(Node):
        def take_head(self, channel: Channel, epoch: str, head: Checkpoint) -> None:
            if head.size in self.disk.books.held.get(head.origin, {}):
                self.disk.books.seen.add(head)
            else:
                super().take_head(channel, epoch, head)

    return Bug, Rules()


@plant
def proof_not_verified() -> Plant:
    class Bug(Node):
        def fits(self, small: Checkpoint, large: Checkpoint, answer: Answer) -> bool:
            return answer is not None and answer is not BUSY

    return Bug, Rules()


@plant
def cosigned_before_it_is_proven() -> Plant:
    class Bug(Node):
        def to_cosign(self, origin: str) -> Checkpoint:
            return max(self.disk.books.held[origin].values(), key=lambda head: head.size)

    return Bug, Rules()


def deaf_to(unheard: Callable[[Answer], bool]) -> type[Node]:
    """Return a node that passes over some answers, as if they had not come."""

    class Bug(Node):
        def growth_told(self, partner: str, told: Iterable[tuple[Growth, Answer]]) -> None:
            super().growth_told(partner, [(growth, answer) for growth, answer in told if not unheard(answer)])

    return Bug


@plant
def proof_refused_and_nobody_told() -> Plant:
    return deaf_to(lambda answer: answer is None), Rules()


@plant
def no_answer_is_no_answer_for_ever() -> Plant:
    return deaf_to(lambda answer: answer is BUSY), Rules()


@plant
def told_again_and_again() -> Plant:
    class Bug(Node):
        def growth_told(self, partner: str, told: Iterable[tuple[Growth, Answer]]) -> None:
            self.disk.books.disputed.clear()
            super().growth_told(partner, told)

    return Bug, Rules()


@plant
def ledger_that_is_gone_keeps_other_proofs_waiting() -> Plant:
    class Bug(Node):
        def growth_told(self, partner: str, told: Iterable[tuple[Growth, Answer]]) -> None:
            for growth, answer in told:
                if answer is None:
                    return
                super().growth_told(partner, [(growth, answer)])

    return Bug, Rules()
