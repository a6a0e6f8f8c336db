"""Pair ledgers as the simulator sees them: they grow with the post, R1 carries their heads, the partner holds these.

A node does what `docs/protocol/ledger.md` asks of an app, with the tree and the comparison of `core.ledger`. Keys are
left out: of a ledger's heads only who keeps it, or a copy of him, makes any.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import NamedTuple

from tests.core.lane.machine import Machine
from tests.core.lane.stores import Channel, Ledger, Told

from lienlac.core.errors import Unauthentic
from lienlac.core.ledger.checkpoint import Checkpoint, Origin, check_successor
from lienlac.core.ledger.tree import MemoryNodes, consistency_proof

Proof = Sequence[bytes]
Answer = Proof | None  # None: that he has no such ledger, or size of it
BUSY: Proof = (b"busy",)  # no answer to the question, whatever he says
NOT_PROVEN = "growth_not_proven"
PATIENCE = 3  # asked so often in vain, people are told


class Growth(NamedTuple):
    """Sizes of one ledger between which its keeper owes the proof that it only grew."""

    origin: str
    first: int
    second: int


class Bookkeeper(Machine):
    """A machine that keeps a ledger with each partner, and is the witness of his."""

    # keeping one

    def fresh(self) -> str:
        """Give a name of 128 random bits, as it were."""
        return f"{self.draw():032x}"

    def enter(self, partner: str, leaf: str) -> None:
        books = self.disk.books
        if partner not in books.current:
            self._begin(partner, ())
        origin = books.current[partner]
        books.ledgers[origin] = books.ledgers[origin].entered(leaf.encode())

    def _begin(self, partner: str, leaves: Iterable[bytes]) -> None:
        origin = str(Origin(node=self.name, partner=partner, epoch=self.fresh()))
        self.disk.books.current[partner] = origin
        self.disk.books.ledgers[origin] = Ledger(tuple(leaves))

    def begin_again(self, partner: str) -> None:
        """End a ledger that was put back in time; of which this store signed nothing has another name from now on."""
        books = self.disk.books
        books.restored.add(partner)
        if (old := books.current.get(partner)) is None:
            return
        ledger = books.ledgers[old]
        signed = any(origin == old for origin, _ in books.signed)
        self._begin(partner, [f"epoch_opened after {old}".encode()] if signed else ledger.leaves)

    def head(self, partner: str) -> Checkpoint:
        """Give places to the leaves that wait in the ledger with a partner, and sign its head."""
        origin = self.disk.books.current[partner]
        ledger = self.disk.books.ledgers[origin] = self.disk.books.ledgers[origin].sequenced()
        head = Checkpoint(origin=origin, size=ledger.frontier.size, root=ledger.frontier.root())
        self.disk.books.signed[origin, head.size] = head.root
        self.watch.signed[head] = ledger.leaves
        return head

    def proof_of(self, growth: Growth) -> Proof | None:
        """Prove that a ledger of this node only grew; None for no such ledger, or size of it."""
        ledger = self.disk.books.ledgers.get(growth.origin)
        if ledger is None or growth.second > ledger.frontier.size:
            return None
        return consistency_proof(MemoryNodes(kept=ledger.nodes), growth.first, growth.second)

    def take_cosigned(self, partner: str, head: Checkpoint) -> None:
        """Compare a head of this node's ledger, which the partner cosigned, with what this store says it signed."""
        books = self.disk.books
        mine = books.signed.get((head.origin, head.size))
        unknown = head.origin not in books.ledgers and partner in books.restored
        ended = unknown or (head.origin in books.ledgers and books.current[partner] != head.origin)
        if mine is None and not ended:
            self.tell(partner, "cosigned_unknown", head.origin, head.size)
        elif mine is not None and mine != head.root:
            self.tell(partner, "cosigned_other_history", head.origin, head.size)

    # being the witness of the partner's

    def take_head(self, channel: Channel, epoch: str, head: Checkpoint) -> None:
        """Keep a head that R1 brought in an epoch of a lane, unless one that is held denies it."""
        partner, books = channel[0], self.disk.books
        books.seen.add(head)
        held, before = books.held.setdefault(head.origin, {}), books.last.get((channel, epoch))
        if head.size in held:
            if held[head.size].root != head.root:
                self.tell(partner, "ledger_forked", head.origin, head.size)
                return
        elif before and before.origin == head.origin and head.size < before.size:
            self.tell(partner, "ledger_rolled_back", head.origin, head.size)
            return
        else:
            if not held:
                books.proven[head.origin] = head.size
            held[head.size] = head
        books.last[channel, epoch] = head

    def owed_by(self, partner: str) -> list[Growth]:
        """Name the proofs that a partner owes: from each late head to the proven one, from that to the next above."""
        owed = []
        for origin, held in self.disk.books.held.items():
            if held and Origin.parse(origin).node == partner:
                proven = self.disk.books.proven[origin]
                owed += [Growth(origin, size, proven) for size in sorted(held) if size < proven]
                owed += [Growth(origin, proven, size) for size in sorted(held) if size > proven][:1]
        return owed

    def growth_told(self, partner: str, told: Iterable[tuple[Growth, Answer]]) -> None:
        """Take the answers of a partner to what he owes."""
        for growth, answer in told:
            self._told(partner, growth, answer)

    def _told(self, partner: str, growth: Growth, answer: Answer) -> None:
        books = self.disk.books
        held = books.held[growth.origin]
        if growth.first not in held or growth.second not in held:
            return  # settled by an answer before this one
        place = (
            growth.origin,
            growth.first if growth.second == books.proven[growth.origin] else growth.second,
        )
        if answer is BUSY:
            books.asked[place] = books.asked.get(place, 0) + 1
        if self.fits(held[growth.first], held[growth.second], answer):
            del held[growth.first]
            books.proven[growth.origin] = growth.second
        elif place not in books.disputed and (answer is not BUSY or books.asked[place] >= PATIENCE):
            books.disputed.add(place)
            self.tell(partner, NOT_PROVEN, *place)

    def fits(self, small: Checkpoint, large: Checkpoint, answer: Answer) -> bool:
        """Say whether an answer shows that the large head only adds to the small one."""
        if answer is None or answer is BUSY:
            return False
        try:
            check_successor(small, large, answer)
        except Unauthentic:
            return False
        return True

    def cosign(self, partner: str) -> Checkpoint | None:
        """Give the newest proven head of a partner's ledger, once; None when there is none, or it was given."""
        books = self.disk.books
        newest = None
        for origin, held in books.held.items():
            if held and Origin.parse(origin).node == partner:
                newest = self.to_cosign(origin)
        if newest is None or newest in books.cosigned:
            return None
        books.cosigned.add(newest)
        return newest

    def to_cosign(self, origin: str) -> Checkpoint:
        return self.disk.books.held[origin][self.disk.books.proven[origin]]

    def tell(self, partner: str, code: str, origin: str, size: int) -> None:
        """Write an incident, in the transaction of what it is about."""
        self.telling.append((partner, Told(self.name, origin, size, code)))

    def watch_cosigned(self, partner: str, head: Checkpoint) -> None:
        """The observer: whose own signature comes back under another history of the present ledger, tells it."""
        ledger = self.disk.books.ledgers.get(head.origin, Ledger())
        present = self.disk.books.current.get(partner) == head.origin
        stood_for = self.watch.signed.get(head)  # None for the liar's own, who knows what he signed
        if present and stood_for not in (None, ledger.leaves[: head.size]) and not self.telling:
            self.watch.violate("unnoticed", f"{self.name} passes over two histories of {head.origin}")
