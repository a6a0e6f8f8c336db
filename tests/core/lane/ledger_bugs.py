"""Faults planted on purpose in the pair ledgers and their witnesses, beside those of the lanes (`bugs.py`)."""

from __future__ import annotations

from collections.abc import Iterable
from typing import ClassVar

from tests.core.lane.bugs import Bugs, Plant, plant_in
from tests.core.lane.ledgers import Growth, Proof
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
            self.disk.books.restored = True

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
def cosigned_head_of_a_lost_life_is_an_alarm() -> Plant:
    """Who was put back, and said so, does not know the ledgers that it began since."""

    class Bug(Node):
        def take_cosigned(self, partner: str, head: Checkpoint) -> None:
            self.disk.books.restored = head.origin in self.disk.books.ledgers
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
        def denial(self, small: Checkpoint, large: Checkpoint, proof: Proof | None) -> str:
            return super().denial(small, large, proof) if proof is None else ""

    return Bug, Rules()


@plant
def cosigned_before_it_is_proven() -> Plant:
    class Bug(Node):
        def to_cosign(self, origin: str) -> Checkpoint:
            return max(self.disk.books.held[origin].values(), key=lambda head: head.size)

    return Bug, Rules()


@plant
def order_of_heads_taken_from_another_epoch() -> Plant:
    """Where both ends were put back, receipts of an ended epoch come late."""

    class Bug(Node):
        def take_head(self, channel: Channel, epoch: str, head: Checkpoint) -> None:
            super().take_head(channel, "", head)

    return Bug, Rules()


@plant
def proof_refused_and_nobody_told() -> Plant:
    class Bug(Node):
        def denial(self, small: Checkpoint, large: Checkpoint, proof: Proof | None) -> str:
            return "" if proof is None else super().denial(small, large, proof)

        def growth_told(self, partner: str, told: Iterable[tuple[Growth, Proof | None]]) -> None:
            super().growth_told(partner, [(growth, proof) for growth, proof in told if proof is not None])

    return Bug, Rules()


@plant
def ledger_that_is_gone_keeps_other_proofs_waiting() -> Plant:
    class Bug(Node):
        def growth_told(self, partner: str, told: Iterable[tuple[Growth, Proof | None]]) -> None:
            for growth, proof in told:
                if proof is None:
                    return
                super().growth_told(partner, [(growth, proof)])

    return Bug, Rules()
