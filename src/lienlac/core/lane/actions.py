"""What the caller must do after a step: all of it in the transaction that stores the new state, except three.

`Greet`, `Answer` and `SendFrom` speak to the other side (`AFTER_COMMIT`): they are done when, and only when,
the transaction is committed. If it fails they are forgotten, and the next connection heals.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from lienlac.core.lane.events import Status, Until
from lienlac.core.lane.greeting import Claim, Standing
from lienlac.core.lane.position import Position


@dataclass(frozen=True, kw_only=True, slots=True)
class Enqueue:
    """Sign the position; put message, position, envelope into the outbox (or give its row the new place)."""

    position: Position
    message: str
    until: Until


@dataclass(frozen=True, kw_only=True, slots=True)
class Repost:
    """A new epoch is open: apply `Post` to every row of the outbox, oldest first, to give new places."""

    epoch: str


@dataclass(frozen=True, kw_only=True, slots=True)
class Settle:
    """Mark the message's outbox row as receipted: from now on it shows as delivered, or as refused."""

    message: str


@dataclass(frozen=True, kw_only=True, slots=True)
class DropSettled:
    """Delete from the outbox what stands at or before (epoch, through) and waits for no receipt."""

    epoch: str
    through: int


@dataclass(frozen=True, kw_only=True, slots=True)
class Store:
    """Put the parcel into the inbox as it came, unique by (lane, epoch, seq)."""

    position: Position


@dataclass(frozen=True, kw_only=True, slots=True)
class Apply:
    """Let the content take effect, remember its message id; R1 goes to the reverse lane as `Receipted`."""

    position: Position


@dataclass(frozen=True, kw_only=True, slots=True)
class IssueReceipt:
    """Sign R1 (or a refusal) for the parcel and `Post` it on the reverse lane, waiting for the ack alone."""

    position: Position
    status: Status


@dataclass(frozen=True, kw_only=True, slots=True)
class Freeze:
    """Keep both sides of the evidence for ever: the parcel held and this one."""

    evidence: Evidence


@dataclass(frozen=True, kw_only=True, slots=True)
class AnnounceRestore:
    """My store is older than my acknowledgements: apply `Restored` to the reverse lane (same class)."""


@dataclass(frozen=True, kw_only=True, slots=True)
class Incident:
    """Something that an operator must see; `code` is stable, see docs/protocol/lane.md for the list."""

    code: str
    facts: Mapping[str, object] = field(default_factory=dict)


@dataclass(frozen=True, kw_only=True, slots=True)
class Ignore:
    """Nothing to do, and why: the parcel or answer is not stored."""

    reason: str


@dataclass(frozen=True, kw_only=True, slots=True)
class Greet:
    """Send this claim."""

    claim: Claim


@dataclass(frozen=True, kw_only=True, slots=True)
class Answer:
    """Answer with this standing."""

    standing: Standing


@dataclass(frozen=True, kw_only=True, slots=True)
class SendFrom:
    """Go on sending with place `seq` of the present epoch."""

    seq: int


@dataclass(frozen=True, kw_only=True, slots=True)
class Evidence:
    """Two signed statements that contradict each other.

    `other` says `claimed` of the place (other.epoch, seq) where the envelope with digest `held` stands:
    another envelope at the same place, or another `prev` for the next one.
    """

    other: Position
    seq: int
    held: str
    claimed: str


Action = (
    Enqueue | Repost | Settle | DropSettled | Store | Apply | IssueReceipt | Freeze | AnnounceRestore
    | Incident | Ignore | Greet | Answer | SendFrom
)  # fmt: skip
AFTER_COMMIT = (Greet, Answer, SendFrom)
