"""Pair ledgers as the simulator sees them: they grow with the post, R1 carries their heads, the partner holds these.

A node does what `docs/protocol/ledger.md` asks of an app, with the tree and the comparison of `core.ledger`. Keys are
left out: of a ledger's heads only who keeps it, or a copy of him, makes any.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import NamedTuple

from tests.core.lane.machine import Machine
from tests.core.lane.stores import Channel, Ledger

from lienlac.core.errors import Unauthentic
from lienlac.core.ledger.checkpoint import Checkpoint, Origin, check_successor
from lienlac.core.ledger.tree import MemoryNodes, consistency_proof

Proof = Sequence[bytes]


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
        books.restored = True
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
        ended = books.restored and books.current.get(partner) != head.origin
        if mine is None and not ended:
            self.tell(partner, "cosigned_unknown", head.origin)
        elif mine is not None and mine != head.root:
            self.tell(partner, "cosigned_other_history", head.origin)

    # being the witness of the partner's

    def take_head(self, channel: Channel, epoch: str, head: Checkpoint) -> None:
        """Keep a head that R1 brought in an epoch of a lane, unless one that is held denies it."""
        partner, books = channel[0], self.disk.books
        books.seen.add(head)
        held, before = books.held.setdefault(head.origin, {}), books.last.get((channel, epoch))
        if head.size in held:
            if held[head.size].root != head.root:
                self.tell(partner, "ledger_forked", head.origin)
                return
        elif before and before.origin == head.origin and head.size < before.size:
            self.tell(partner, "ledger_rolled_back", head.origin)
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

    def growth_told(self, partner: str, told: Iterable[tuple[Growth, Proof | None]]) -> None:
        """Take the answers of a partner to what he owes; None is that he has no such ledger, or size."""
        for growth, proof in told:
            self._told(partner, growth, proof)

    def _told(self, partner: str, growth: Growth, proof: Proof | None) -> None:
        books = self.disk.books
        held = books.held[growth.origin]
        if growth.first not in held or growth.second not in held:
            return  # settled by an answer before this one
        unproven = growth.first if growth.second == books.proven[growth.origin] else growth.second
        if (code := self.denial(held[growth.first], held[growth.second], proof)) == "":
            del held[growth.first]
            books.proven[growth.origin] = growth.second
        elif books.denials.get((growth.origin, unproven)) != code:
            books.denials[growth.origin, unproven] = code
            self.tell(partner, code, growth.origin)

    def denial(self, small: Checkpoint, large: Checkpoint, proof: Proof | None) -> str:
        """Say why two heads do not fit, "" where they do."""
        if proof is None:
            return "growth_not_proven"
        try:
            check_successor(small, large, proof)
        except Unauthentic:
            return "ledger_forked"
        return ""

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

    def tell(self, partner: str, code: str, origin: str) -> None:
        self.watch.incidents.append((self.name, partner, code))
        self.watch.denied.add((self.name, origin))
