"""What the simulated nodes hold and send, and what an observer outside of them writes down."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass, field
from enum import Enum
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

Deeds = dict[type, Callable[..., None]]
Channel = tuple[str, LaneClass]  # the partner and the class: both directions


class Body(NamedTuple):
    """What stands in an envelope: a message, or the receipt for one."""

    id: int
    content: Content  # what it will be to a receiver that never saw it
    receipt_for: int = 0
    receipt_digest: str = ""
    status: Status | None = None


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

    def violate(self, kind: str, what: str) -> None:
        self.violations.append((kind, what))
