"""A place in a lane: which envelope stands where, in bytes that the sender's node signs.

What travels is a parcel = (signed position, envelope). The position is apart from the envelope, so that the
same sealed bytes can be given a new place after a restore without being sealed again. Signing and checking
signatures is not done here; neither is opening envelopes.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from enum import StrEnum
from functools import lru_cache
from hashlib import sha256

from lienlac.core.errors import Malformed, Unauthentic

POSITION_TYPE = "lienlac/lane-position/1"  # the payload type under which a position is signed
GENESIS = "0" * 64  # `prev` of the first parcel that a receiver ever sees in a lane
MAX_SEQ = 2**53 - 1  # the largest integer that every JSON reader keeps exactly

NODE = r"[a-z0-9](?:[a-z0-9-]{0,62}[a-z0-9])?"
EPOCH = r"[0-9a-f]{32}"
DIGEST = r"[0-9a-f]{64}"


class LaneClass(StrEnum):
    """Three lanes for each pair and direction, so that an attachment never stands before an alarm."""

    URGENT = "urgent"
    NORMAL = "normal"
    BULK = "bulk"


@dataclass(frozen=True, kw_only=True, slots=True)
class Lane:
    """One direction between two nodes, in one class."""

    sender: str
    receiver: str
    lane_class: LaneClass

    def reverse(self) -> Lane:
        """Give the lane on which the receipts of this one travel: other direction, same class."""
        return Lane(sender=self.receiver, receiver=self.sender, lane_class=self.lane_class)


@dataclass(frozen=True, kw_only=True, slots=True)
class Position:
    """The place `seq` (from 1) of the envelope with SHA-256 `digest`, after the one with digest `prev`.

    `receipt`: a receipt stands there. Whoever cannot open it knows by this that nothing answers it, a refusal neither.
    """

    lane: Lane
    epoch: str
    seq: int
    prev: str
    digest: str
    receipt: bool = False

    def to_bytes(self) -> bytes:
        """Give the canonical JSON (RFC 8785) that is signed: no value in it ever needs an escape."""
        lane, mark = self.lane, _MARK if self.receipt else ""
        return (
            f'{{"class":"{lane.lane_class}","digest":"{self.digest}","epoch":"{self.epoch}",'
            f'"from":"{lane.sender}","prev":"{self.prev}",{mark}"seq":{self.seq},"to":"{lane.receiver}"}}'
        ).encode("ascii")

    @classmethod
    def from_bytes(cls, raw: bytes) -> Position:
        """Read exactly what `to_bytes` writes; raise Malformed("position_malformed") for anything else."""
        found = _SHAPE.fullmatch(raw)
        if found is None or int(found["seq"]) > MAX_SEQ:
            raise Malformed("position_malformed", size=len(raw))
        text = {name: value.decode("ascii") for name, value in found.groupdict(b"").items()}
        lane = Lane(sender=text["from"], receiver=text["to"], lane_class=LaneClass(text["class"]))
        return cls(
            lane=lane,
            epoch=text["epoch"],
            seq=int(text["seq"]),
            prev=text["prev"],
            digest=text["digest"],
            receipt=bool(text["receipt"]),
        )

    def follows(self, before: Position) -> bool:
        """Say whether this is the place behind another one: a receiver that has just taken that one takes this one."""
        return (
            self.prev == before.digest
            and self.seq == before.seq + 1
            and self.epoch == before.epoch
            and self.lane == before.lane
        )

    def check_envelope(self, envelope: bytes) -> None:
        """Raise Unauthentic("envelope_not_at_position") when these are not the bytes this position names."""
        if digest_of(envelope) != self.digest:
            raise Unauthentic("envelope_not_at_position", seq=self.seq)


_MARK = '"receipt":true,'
_SHAPE = re.compile(
    (
        r'\{"class":"(?P<class>urgent|normal|bulk)",'
        rf'"digest":"(?P<digest>{DIGEST})","epoch":"(?P<epoch>{EPOCH})","from":"(?P<from>{NODE})",'
        rf'"prev":"(?P<prev>{DIGEST})",(?P<receipt>{_MARK})?"seq":(?P<seq>[1-9][0-9]{{0,15}}),"to":"(?P<to>{NODE})"\}}'
    ).encode("ascii")
)


def digest_of(envelope: bytes) -> str:
    """Give the SHA-256 of the envelope in lower-case hex (64 characters)."""
    return sha256(envelope).hexdigest()


@lru_cache(maxsize=4096)
def link(epoch: str) -> str:
    """Give the `prev` of the first parcel of an epoch that follows `epoch` ("" = the receiver has none yet).

    An epoch can so begin only after the one that its receiver is in: an old epoch, or one that was opened by
    a sender who has since been restored, cannot be replayed into the lane.
    """
    return sha256(b"lienlac/lane/1 follows " + epoch.encode("ascii")).hexdigest() if epoch else GENESIS
