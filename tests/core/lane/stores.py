"""What the simulated nodes hold and send, and what an observer outside of them writes down."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from enum import Enum
from types import MappingProxyType
from typing import Any, NamedTuple

from lienlac.core.lane import (
    Claim,
    Content,
    Incoming,
    LaneClass,
    Outgoing,
    Position,
    Standing,
    Status,
    Until,
    incoming,
    outgoing,
)
from lienlac.core.ledger import tree
from lienlac.core.ledger.checkpoint import Checkpoint

NAMES = ("a-one", "b-two", "c-three")
Deeds = dict[type, Callable[..., None]]
Channel = tuple[str, LaneClass]  # the partner and the class: both directions


class Body(NamedTuple):
    """What stands in an envelope: a message, or the receipt for one."""

    id: int
    content: Content  # what it will be to a receiver that never saw it
    receipt_for: int = 0
    receipt_digest: str = ""
    status: Status | None = None
    head: Checkpoint | None = None  # of the ledger of who writes this receipt
    cosigned: Checkpoint | None = None  # of the ledger of who gets it


class Parcel(NamedTuple):
    position: Position
    body: Body


class NoRoom(NamedTuple):
    """Instead of an answer: the disk is full (507)."""


class Packet(NamedTuple):
    sender: str
    receiver: str
    lane_class: LaneClass
    what: Parcel | Claim | Standing | NoRoom


class Told(NamedTuple):
    """That a node told people of a head."""

    node: str
    origin: str
    size: int
    code: str


class Room(Enum):
    """What still fits on a node's disk."""

    ENOUGH = "enough"
    RECEIPTS = "receipts"  # of what partners bring: the last of the disk is for what makes room
    NONE = "none"


class Row(NamedTuple):
    """A row of the outbox."""

    position: Position
    body: Body
    until: Until
    settled: bool


class Ledger(NamedTuple):
    """A pair ledger as its keeper has it: leaves, and the tree over those that have a place."""

    leaves: tuple[bytes, ...] = ()
    frontier: tree.Frontier = tree.Frontier()
    nodes: Mapping[tree.Place, bytes] = MappingProxyType({})

    def entered(self, *leaves: bytes) -> Ledger:
        return self._replace(leaves=(*self.leaves, *leaves))

    def sequenced(self) -> Ledger:
        frontier, made = tree.extend(self.frontier, self.leaves[self.frontier.size :])
        nodes = {**self.nodes, **{tree.Place(one.level, one.number): one.hash for one in made}}
        return Ledger(self.leaves, frontier, nodes)


@dataclass(slots=True)
class Books:
    """What a node writes down of the ledgers with its partners: its own, and the heads of theirs."""

    current: dict[str, str] = field(default_factory=dict)  # partner -> the origin that is written to
    ledgers: dict[str, Ledger] = field(default_factory=dict)  # by origin
    signed: dict[tuple[str, int], bytes] = field(default_factory=dict)  # (origin, size) -> root
    held: dict[str, dict[int, Checkpoint]] = field(default_factory=dict)  # heads of partners: origin, size
    proven: dict[str, int] = field(default_factory=dict)  # origin -> the size that was proven
    asked: dict[tuple[str, int], int] = field(default_factory=dict)  # (origin, size) -> how often in vain
    disputed: set[tuple[str, int]] = field(default_factory=set)  # of which people were told
    last: dict[tuple[Channel, str], Checkpoint] = field(default_factory=dict)  # the last of a lane's epoch
    seen: set[Checkpoint] = field(default_factory=set)  # every head that ever came
    cosigned: set[Checkpoint] = field(default_factory=set)
    restored: set[str] = field(default_factory=set)  # with whom a ledger was begun after a restore

    def copy(self) -> Books:
        held = {origin: heads.copy() for origin, heads in self.held.items()}
        return Books(
            current=self.current.copy(),
            ledgers=self.ledgers.copy(),
            signed=self.signed.copy(),
            held=held,
            proven=self.proven.copy(),
            asked=self.asked.copy(),
            disputed=self.disputed.copy(),
            last=self.last.copy(),
            seen=self.seen.copy(),
            cosigned=self.cosigned.copy(),
            restored=self.restored.copy(),
        )


@dataclass(slots=True)
class Durable:
    """Everything that survives a crash, and that a restore puts back."""

    out: dict[Channel, Outgoing] = field(default_factory=dict)
    inc: dict[Channel, Incoming] = field(default_factory=dict)
    outbox: dict[Channel, dict[int, Row]] = field(default_factory=dict)  # by message, oldest first
    places: dict[tuple[Channel, str, int], int] = field(default_factory=dict)  # (epoch, seq) -> message
    inbox: dict[tuple[Channel, str, int], str] = field(default_factory=dict)  # (epoch, seq) -> digest
    applied: set[int] = field(default_factory=set)
    effects: dict[Channel, tuple[int, ...]] = field(default_factory=dict)
    kept: set[int] = field(default_factory=set)  # not understood, waiting for an upgrade
    posted: dict[Channel, tuple[int, ...]] = field(default_factory=dict)
    receipts: dict[int, Status] = field(default_factory=dict)  # what R1 or a refusal said of my message
    lost: set[int] = field(default_factory=set)  # what an incident says that the partner forgot
    told: dict[Channel, tuple[float, ...]] = field(default_factory=dict)  # when I heard that I was restored
    anew: dict[Channel, tuple[int, float]] = field(default_factory=dict)  # begun so often, since when
    books: Books = field(default_factory=Books)

    def copy(self) -> Durable:
        return Durable(
            out=self.out.copy(),
            inc=self.inc.copy(),
            outbox={channel: rows.copy() for channel, rows in self.outbox.items()},
            places=self.places.copy(),
            inbox=self.inbox.copy(),
            applied=self.applied.copy(),
            effects=self.effects.copy(),
            kept=self.kept.copy(),
            posted=self.posted.copy(),
            receipts=self.receipts.copy(),
            lost=self.lost.copy(),
            told=self.told.copy(),
            anew=self.anew.copy(),
            books=self.books.copy(),
        )


class Rules:
    """The engine's tables, in which a planted bug replaces one rule or one name."""

    def __init__(self) -> None:
        self.outgoing: dict[tuple[Any, str], Callable[..., Any]] = {**outgoing.TABLE}
        self.incoming: dict[tuple[Any, str], Callable[..., Any]] = {**incoming.TABLE}
        self.name_outgoing: Callable[..., str] = outgoing.name_of
        self.name_incoming: Callable[..., str] = incoming.name_of


class Watch:
    """What an observer outside of all nodes writes down: never rolled back by any restore."""

    def __init__(self) -> None:
        self.met: Counter[tuple[str, str, str]] = Counter()
        self.faults: Counter[str] = Counter()
        # (node, partner) who let pass what has a lane begin anew: the next greeting says it again
        self.put_off: set[tuple[str, str]] = set()
        self.written: dict[int, Body] = {}  # message -> what its author wrote under this id
        # committed at some time, in one of the node's stores: (node, message), (node, epoch, seq, digest)
        self.ever_stored: set[tuple[object, ...]] = set()
        self.wiped: set[tuple[str, int]] = (
            set()
        )  # (node, message) applied once, forgotten by a restore, applied again
        self.before: dict[
            int, tuple[int, ...]
        ] = {}  # message -> those posted before it on its lane, in that life
        self.violations: list[tuple[str, str]] = []  # (kind, what)
        self.incidents: list[tuple[str, str, str]] = []  # (node, partner, code)
        self.told: Counter[Told] = Counter()  # how often of each head
        self.signed: dict[Checkpoint, tuple[bytes, ...]] = {}  # a head -> the leaves that it stands for

    def violate(self, kind: str, what: str) -> None:
        self.violations.append((kind, what))
