"""What can happen to either end of a lane. An event carries the few local facts that the engine must know.

Facts named `mine` and `held` are looked up by the caller in its own store, in the transaction of the step.
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

from lienlac.core.lane.greeting import Claim, Standing
from lienlac.core.lane.position import Position


class Until(StrEnum):
    """What a parcel in the outbox waits for before it may go (beside the ack of its place)."""

    RECEIPT = "receipt"  # a message: the signed R1 or refusal
    ACK = "ack"  # a receipt: nothing more, or receipts would need receipts for ever


class Status(StrEnum):
    """What a receipt R1 says."""

    STORED = "stored"
    NOT_UNDERSTOOD = "not_understood"  # kept sealed, looked at again after an upgrade
    REFUSED = "refused"


class Content(StrEnum):
    """What the receiving node found in an envelope before it asks the engine."""

    NEW = "new"  # a message whose id was never applied here
    KNOWN = "known"  # a message whose id was applied before: sent again after a restore
    RECEIPT = "receipt"  # R1, R2, R3 or a refusal, never applied here
    RECEIPT_KNOWN = "receipt_known"  # the same, sent again after a restore
    NOT_UNDERSTOOD = "not_understood"
    REFUSED = "refused"  # does not open, or a rule of this node says no


@dataclass(frozen=True, kw_only=True, slots=True)
class Post:
    """A message (or receipt) is put on the lane; `digest` is that of its envelope."""

    message: str
    digest: str
    until: Until = Until.RECEIPT


@dataclass(frozen=True, kw_only=True, slots=True)
class Connect:
    """A connection opens, or the node has just started."""


@dataclass(frozen=True, kw_only=True, slots=True)
class Heard:
    """The receiver's standing arrived, as answer to a claim or to a parcel.

    `mine` is the digest that stands in my outbox at (my epoch, standing.seq), "" when nothing stands there;
    `fresh` is a new random epoch (32 hex digits), used only if one must be opened. `given` has those digests
    `before` of `standing.lost` whose envelope I have given a place in this lane, as far as my store remembers.
    """

    standing: Standing
    mine: str
    fresh: str
    given: frozenset[str] = frozenset()


@dataclass(frozen=True, kw_only=True, slots=True)
class Receipted:
    """A signed R1 or refusal of the envelope `digest`; `mine` = digest of `message` in my outbox or ""."""

    message: str
    digest: str
    mine: str


@dataclass(frozen=True, kw_only=True, slots=True)
class Restored:
    """This node's store was put back from a backup, as an operator says or an `AnnounceRestore` told."""

    fresh: str


@dataclass(frozen=True, kw_only=True, slots=True)
class Arrived:
    """A parcel whose position's signature and envelope's digest hold.

    `held` is the digest that stands in my inbox at (position.epoch, position.seq), "" when nothing stands
    there.
    """

    position: Position
    content: Content
    held: str


@dataclass(frozen=True, kw_only=True, slots=True)
class Greeted:
    """The sender's claim arrived.

    `held` has for each mark of `claim.acked` the digest that stands in my inbox at its place, "" when nothing stands
    there. `put_off`: he is answered what I forgot, but I begin nothing anew for it yet; his next claim says it again.
    """

    claim: Claim
    held: tuple[str, ...]
    put_off: bool = False


@dataclass(frozen=True, kw_only=True, slots=True)
class Thaw:
    """An operator has looked at the evidence and lets a frozen lane go on, with a new epoch."""


OutgoingEvent = Post | Connect | Heard | Receipted | Restored
IncomingEvent = Arrived | Greeted | Thaw
