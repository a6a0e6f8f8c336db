"""What both ends of a lane tell each other: the sender's claim and the receiver's standing.

Every connection begins with the claims and standings of its lanes. Nothing here relies on a message being
fresh: a claim was true when it was made, positions only grow, so whoever holds less than an old claim says
has lost it.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from enum import StrEnum

from lienlac.core.errors import Malformed
from lienlac.core.lane.position import DIGEST, EPOCH, GENESIS, MAX_SEQ

MAX_CLAIMED = (
    25  # earlier epochs told in a claim: far fewer than the receiver remembers, or it would miss them
)
MAX_PAST = 100  # epochs remembered by each end; a new epoch follows a restore, so this is a hundred restores


class Receiving(StrEnum):
    """The condition of the receiving end."""

    EMPTY = "empty"  # nothing ever arrived
    OPEN = "open"
    FROZEN = "frozen"  # the sender signed two histories: nothing is accepted until an operator thaws the lane
    CLOSED = "closed"  # thawed: goes on with a new epoch only


@dataclass(frozen=True, kw_only=True, slots=True)
class Mark:
    """How far an epoch came: 1..seq, and the digest of the envelope at seq, which stands for the whole way there."""

    epoch: str
    seq: int
    digest: str


@dataclass(frozen=True, kw_only=True, slots=True)
class Span:
    """The places first..last (both included) of an epoch."""

    epoch: str
    first: int
    last: int


@dataclass(frozen=True, kw_only=True, slots=True)
class Lost(Span):
    """Places that the receiver does not hold, and `before`: the digest of the envelope that it holds in front of them.

    GENESIS where it holds none of that epoch. By it the sender sees whether what stands there is of its present life.
    """

    before: str = GENESIS

    @property
    def places(self) -> Span:
        """The places alone."""
        return Span(epoch=self.epoch, first=self.first, last=self.last)


@dataclass(frozen=True, kw_only=True, slots=True)
class Claim:
    """The sender: I am in `epoch`, have given places up to `sent`, and you have acknowledged `acked`.

    `acked` has one mark for each epoch in which anything was acknowledged, oldest first, the present one
    included. A mark names an envelope and not only a number: who was put back in time, and back again to what
    it was before, has given the same place twice. Marks are never taken back, whatever was reported: the
    receiver may be restored again, and forget what it was told.
    """

    epoch: str
    sent: int
    acked: tuple[Mark, ...]

    @property
    def first_not_acked(self) -> int:
        """Return the place behind the last one that was acknowledged in the present epoch."""
        return next((mark.seq for mark in self.acked if mark.epoch == self.epoch), 0) + 1

    def to_json(self) -> dict[str, object]:
        """Give the JSON object of the greeting."""
        return {"epoch": self.epoch, "sent": self.sent, "acked": [_mark_json(mark) for mark in self.acked]}

    @classmethod
    def from_json(cls, value: object) -> Claim:
        """Read a claim; raise Malformed("claim_malformed", field=…) for any other shape."""
        read = _Reader("claim_malformed", value, {"epoch", "sent", "acked"})
        return cls(epoch=read.text("epoch", EPOCH), sent=read.count("sent"), acked=tuple(read.marks("acked")))


@dataclass(frozen=True, kw_only=True, slots=True)
class Standing:
    """The receiver: I hold `epoch` up to `seq`, where the envelope with `digest` stands.

    It is the answer to a parcel (the transport's ack) and to a claim; then `answers` is the epoch of that
    claim and `lost` says what it claims that is not here. `expected` is not 0 when a gap was met: send again
    from there.
    """

    epoch: str
    seq: int
    digest: str
    condition: Receiving
    expected: int = 0
    answers: str = ""
    lost: tuple[Lost, ...] = ()

    def to_json(self) -> dict[str, object]:
        """Give the JSON object of the answer."""
        return {
            "epoch": self.epoch,
            "seq": self.seq,
            "digest": self.digest,
            "condition": str(self.condition),
            "expected": self.expected,
            "answers": self.answers,
            "lost": [_lost_json(one) for one in self.lost],
        }

    @classmethod
    def from_json(cls, value: object) -> Standing:
        """Read a standing; raise Malformed("standing_malformed", field=…) for any other shape."""
        fields = {"epoch", "seq", "digest", "condition", "expected", "answers", "lost"}
        read = _Reader("standing_malformed", value, fields)
        return cls(
            epoch=read.text("epoch", f"({EPOCH})?"),
            seq=read.count("seq"),
            digest=read.text("digest", DIGEST),
            condition=Receiving(read.text("condition", "|".join(Receiving))),
            expected=read.count("expected"),
            answers=read.text("answers", f"({EPOCH})?"),
            lost=tuple(read.losses("lost")),
        )


def _mark_json(mark: Mark) -> dict[str, object]:
    return {"epoch": mark.epoch, "seq": mark.seq, "digest": mark.digest}


def _lost_json(lost: Lost) -> dict[str, object]:
    return {"epoch": lost.epoch, "first": lost.first, "last": lost.last, "before": lost.before}


class _Reader:
    """Reads the fields of one JSON object strictly: exactly these, each of its shape."""

    def __init__(self, code: str, value: object, fields: set[str]) -> None:
        if not isinstance(value, Mapping) or set(value) != fields:
            raise Malformed(code, field="")
        self._code = code
        self._value = value

    def _refuse(self, field: str) -> Malformed:
        return Malformed(self._code, field=field)

    def text(self, field: str, shape: str) -> str:
        found = self._value[field]
        if not isinstance(found, str) or not re.fullmatch(shape, found):
            raise self._refuse(field)
        return found

    def count(self, field: str) -> int:
        found = self._value[field]
        if type(found) is not int or not 0 <= found <= MAX_SEQ:  # bool is an int, and is none here
            raise self._refuse(field)
        return found

    def _each(self, field: str, fields: set[str]) -> Iterable[_Reader]:
        found = self._value[field]
        if not isinstance(found, list) or len(found) > MAX_PAST + 1:
            raise self._refuse(field)
        return (_Reader(self._code, item, fields) for item in found)

    def marks(self, field: str) -> Iterable[Mark]:
        for read in self._each(field, {"epoch", "seq", "digest"}):
            yield Mark(
                epoch=read.text("epoch", EPOCH), seq=read.count("seq"), digest=read.text("digest", DIGEST)
            )

    def losses(self, field: str) -> Iterable[Lost]:
        for read in self._each(field, {"epoch", "first", "last", "before"}):
            yield Lost(
                epoch=read.text("epoch", EPOCH),
                first=read.count("first"),
                last=read.count("last"),
                before=read.text("before", DIGEST),
            )
