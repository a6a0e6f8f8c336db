"""One schedule: three nodes, bad weather from a seed, then fair weather until everything is quiet.

What seeds once showed stays a test as long as this weather draws its dice in this order. Worse weather, where nodes
live twice, disks are full and clocks jump, is in `weather.py`.
"""

from __future__ import annotations

import random
from collections import Counter
from dataclasses import replace
from itertools import count, permutations
from typing import ClassVar

from tests.core.lane.ledgers import BUSY, PATIENCE, Answer, Growth
from tests.core.lane.model import Node
from tests.core.lane.stores import NAMES, Channel, Durable, NoRoom, Packet, Parcel, Room, Rules, Watch

from lienlac.core.lane import Content, LaneClass, Mark, Receiving, Standing
from lienlac.core.ledger.checkpoint import Checkpoint
from lienlac.core.ledger.tree import HASH_BYTES

STORM = 330  # events of bad weather; fair weather adds its own
ROUNDS = 25  # of fair weather, at most: a lane that is not quiet by then is stuck
RESTORES = (
    0.002,
    0.03,
    0.08,
)  # a schedule's share: where stores are put back all the time, much else is hidden
PROOFS = 0.08  # so often in the storm does somebody ask for proofs
CONTENTS = (Content.NEW,) * 18 + (Content.NOT_UNDERSTOOD, Content.REFUSED)


class World:
    """Three nodes, three pairs, each pair with a lane of another class in each direction."""

    LIES: ClassVar[float] = 0.4  # of what the dishonest partner sends

    def __init__(self, seed: int, *, node: type[Node] = Node, rules: Rules | None = None, liar: bool = False):
        self.dice = random.Random(seed)
        self.watch = Watch()
        self.numbers = count(1)
        self.rules = rules or Rules()
        self.nodes = {name: node(name, self.rules, self.watch, self.numbers) for name in NAMES}
        self.liar = NAMES[2] if liar else ""
        classes = list(LaneClass)
        self.dice.shuffle(classes)
        a, b, c = NAMES
        self.pairs = ((a, b, classes[0]), (b, c, classes[1]), (a, c, classes[2]))
        self.ends = [(x, (y, k)) for x, y, k in self.pairs] + [(y, (x, k)) for x, y, k in self.pairs]
        self.air: list[Packet] = []
        self.written_down: list[Packet] = []  # by a hostile relay, which may send any of it again at any time
        self.held_back: list[tuple[int, Packet]] = []  # on a stick, at a hub: (until which event, packet)
        self.cut: dict[frozenset[str], int] = {}  # partition: until which event
        self.shelf: dict[str, list[Durable]] = {name: [n.disk.copy()] for name, n in self.nodes.items()}
        self.secretly_restored: set[str] = set()
        self.restored: set[str] = set()
        self.put_back: set[str] = set()  # restored, and not only copied
        self.restores = self.dice.choice(RESTORES)
        self.events = 0
        self.faults: Counter[str] = self.watch.faults
        self.seed = seed
        self.false_books = random.Random(-2 - seed).random() < 0.3  # the liar lies of his ledgers alone
        self.inspectors = random.Random(-1 - seed)  # dice of their own: who asks for proofs, and who answers

    # the storm

    def run(self) -> World:
        while self.events < STORM:
            self.blow()
        self.calm()
        return self

    def blow(self) -> None:
        """Let one thing happen."""
        self.events += 1
        self.release()
        self.inspect()
        if self.strike():
            return
        chance = self.dice.random()
        if chance < 0.025 and self.written_down:
            self.replay()
        elif chance < 0.67 and self.air:
            self.arrive()
        elif chance < 0.80:
            self.post()
        elif chance < 0.905:
            name, channel = self.dice.choice(self.ends)
            self.do(name, "connect", channel)
        elif chance < 0.927:
            self.part()
        elif chance < 0.975:
            self.shelve()
        else:
            self.thaw()

    def strike(self) -> bool:
        """Let something happen to a whole node, or not."""
        if self.dice.random() >= self.restores:
            return False
        self.restore()
        return True

    def replay(self) -> None:
        """A hostile relay, or the liar, sends again what was sent before."""
        self.faults["replayed"] += 1
        own = [packet for packet in self.written_down if packet.sender == self.liar]
        self.air.append(self.dice.choice(own or self.written_down))

    def release(self) -> None:
        if self.held_back and self.held_back[0][0] <= self.events:
            self.air.append(self.held_back.pop(0)[1])

    def post(self) -> None:
        name, channel = self.dice.choice(self.ends)
        self.do(name, "post", channel, self.dice.choice(CONTENTS))

    def arrive(self) -> None:
        """Take a packet from the air: first come first served, mostly."""
        place = 0
        if len(self.air) > 1 and self.dice.random() < 0.15:
            place = self.dice.randrange(1, len(self.air))
            self.faults["reordered"] += 1
        packet = self.air.pop(place)
        if self.events < self.cut.get(frozenset(packet[:2]), 0):
            self.faults["cut"] += 1
            return
        fate = self.dice.random()
        if fate < 0.045:
            self.faults["lost"] += 1
        elif fate < 0.09:
            self.faults["delayed"] += 1
            self.held_back.append((self.events + self.dice.randrange(20, 200), packet))
            self.held_back.sort(key=lambda item: item[0])
        else:
            if fate < 0.135:
                self.faults["duplicated"] += 1
                self.air.append(packet)
            self.do(packet.receiver, "hear", packet)

    def do(self, name: str, deed: str, *args: object) -> str:
        """Let a node do something; return where it crashed, "" for nowhere."""
        return self.at(self.one_of(name), deed, *args)

    def one_of(self, name: str) -> Node:
        """Give the node of this name: one of its copies, where it has two."""
        return self.nodes[name]

    def living(self) -> list[Node]:
        """Give all nodes, both copies of one that has two."""
        return list(self.nodes.values())

    def copied(self) -> set[str]:
        """Give the nodes of which two copies live."""
        return set()

    def dead(self) -> list[Node]:
        """Give the copies that were switched off."""
        return []

    def at(self, node: Node, deed: str, *args: object) -> str:
        crash = ""
        may_crash = self.events < STORM and node.room is Room.ENOUGH
        if may_crash and (chance := self.dice.random()) < 0.06:
            crash = "before" if chance < 0.03 else "after"
            self.faults[f"crash_{crash}_commit"] += 1
        leaving = node.transact(getattr(node, deed), *args, crash=crash)
        if node.name == self.liar:
            leaving = [self.twist(packet) for packet in leaving]
        self.air += leaving
        self.written_down += leaving
        return crash

    def part(self) -> None:
        self.cut[frozenset(self.dice.sample(NAMES, 2))] = self.events + self.dice.randrange(5, 40)
        self.faults["partition"] += 1

    def shelve(self) -> None:
        """Make a backup; the three last ones are kept."""
        name = self.dice.choice(NAMES)
        self.shelf[name] = [*self.shelf[name][-2:], self.one_of(name).disk.copy()]

    def restore(self) -> None:
        """Put an older store back: an operator does and says so, or a virtual machine does in secret."""
        name = self.dice.choice(NAMES)
        node = self.one_of(name)
        node.restore(self.dice.choice(self.shelf[name]))
        self.restored.add(name)
        self.put_back.add(name)
        if self.dice.random() < 0.5:
            self.faults["restored_by_operator"] += 1
            if self.at(node, "say_restored") == "before" or node.room is Room.NONE:
                self.secretly_restored.add(
                    name
                )  # it crashed before it could say so, or could not write it down
        else:
            self.faults["restored_in_secret"] += 1
            self.secretly_restored.add(name)

    def thaw(self) -> None:
        """An operator looks at the evidence, or tries the button on a lane that is not frozen."""
        if frozen := self.frozen():
            node, channel = self.dice.choice(frozen)
            self.at(node, "thaw", channel)
        else:
            name, channel = self.dice.choice(self.ends)
            self.do(name, "thaw", channel)

    def frozen(self) -> list[tuple[Node, Channel]]:
        living = self.living()
        pairs = [(node, channel) for name, channel in self.ends for node in living if node.name == name]
        return [(node, channel) for node, channel in pairs if node.is_frozen(channel)]

    # proofs, which are asked for and given on one connection: nobody has them written down

    def inspect(self) -> None:
        """Let a node ask what a partner's ledger owes, or not."""
        if self.inspectors.random() < PROOFS:
            name, (partner, _) = self.inspectors.choice(self.ends)
            if self.events >= self.cut.get(frozenset((name, partner)), 0):
                chance = self.inspectors.random()
                crash = "before" if chance < 0.03 else "after" if chance < 0.06 else ""
                self.ask_for_proofs(*(self.any_of(one) for one in (name, partner)), crash=crash)

    def ask_for_proofs(self, witness: Node, keeper: Node, crash: str = "") -> None:
        told: list[tuple[Growth, Answer]]
        told = [(growth, keeper.proof_of(growth)) for growth in witness.owed_by(keeper.name)]
        if keeper.name == self.liar:
            told = [(growth, self.excuse(growth, answer)) for growth, answer in told]
            self.faults["lie"] += len(told)
        crash = crash if witness.room is Room.ENOUGH else ""
        witness.transact(witness.growth_told, keeper.name, told, crash=crash)

    def excuse(self, growth: Growth, answer: Answer) -> Answer:
        """Answer for the liar, the same each time: some growth is shown, some denied, for some he is busy."""
        return random.Random(f"{growth} {self.seed}").choice((answer, answer, None, BUSY))

    def any_of(self, name: str) -> Node:
        """Give a node of this name: one of its copies, where it has two."""
        return self.inspectors.choice([node for node in self.living() if node.name == name])

    def settle_proofs(self) -> None:
        """Let each witness ask each keeper until nothing more is shown."""
        for witness, keeper in permutations(self.living(), 2):
            before, times = list[Growth](), 0
            while times < PATIENCE:
                owed = witness.owed_by(keeper.name)
                times = times + 1 if owed == before else 1
                self.ask_for_proofs(witness, keeper)
                before = owed

    # the liar

    def twist(self, packet: Packet) -> Packet:
        """Change what a dishonest partner signs: never what others sign."""
        if self.false_books and not (isinstance(packet.what, Parcel) and packet.what.body.head):
            return packet
        if isinstance(packet.what, NoRoom) or self.dice.random() > self.LIES or self.events >= STORM:
            return packet
        self.faults["lie"] += 1
        what = packet.what
        if isinstance(what, Parcel):
            return packet._replace(what=self.twist_parcel(what))
        if isinstance(what, Standing):
            lies = (
                {"seq": what.seq + 7},
                {"digest": "x"},
                {"epoch": f"{next(self.numbers):032x}"},
                {"condition": Receiving.FROZEN},
                {"condition": Receiving.CLOSED},
            )
            return packet._replace(what=replace(what, **self.dice.choice(lies)))
        return packet._replace(
            what=replace(what, acked=(*what.acked, Mark(epoch=what.epoch, seq=10**9, digest="x")))
        )

    def twist_parcel(self, parcel: Parcel) -> Parcel:
        position, body = parcel
        if body.head and (self.false_books or self.dice.random() < 0.5):
            return Parcel(position, body._replace(head=self.twist_head(body.head)))
        if body.receipt_for and self.dice.random() < 0.5:
            return Parcel(position, body._replace(receipt_digest="x"))
        lies = ({"digest": f"x{next(self.numbers)}"}, {"prev": "x"}, {"seq": 10**12})
        return Parcel(replace(position, **self.dice.choice(lies)), body)

    def twist_head(self, head: Checkpoint) -> Checkpoint:
        """Give a head of another history, which its keeper signed as well."""
        signed = [size for origin, size in self.nodes[self.liar].disk.books.signed if origin == head.origin]
        size = self.dice.choice((head.size, head.size + 4, *2 * signed[-3:-1]))
        return replace(head, size=size, root=self.dice.randbytes(HASH_BYTES))

    # fair weather

    def calm(self) -> None:
        """Heal: everything held back arrives, every lane connects, operators thaw; until all is quiet."""
        self.cut = {}
        self.air += [packet for _, packet in self.held_back]
        self.held_back = []
        for _ in range(ROUNDS):
            self.watch.put_off.clear()
            self.drain()
            for node, channel in self.frozen():
                self.at(node, "thaw", channel)
            for name, channel in self.ends:
                self.do(name, "connect", channel)
            self.drain()
            if self.quiet():
                break
        for node in self.living():
            node.upgrade()
        self.settle_proofs()

    def drain(self) -> None:
        limit = self.events + 5000
        while self.air and self.events < limit:
            self.events += 1
            packet = self.air.pop(0)
            self.do(packet.receiver, "hear", packet)

    def quiet(self) -> bool:
        """Say whether every outbox is empty, and nobody let pass what is said again; but for who lives twice."""
        copied = self.copied()
        waiting = [
            (name, channel[0]) for name, channel in self.ends if self.nodes[name].disk.outbox.get(channel)
        ]
        return all(copied & {*pair} for pair in (*waiting, *self.watch.put_off))
