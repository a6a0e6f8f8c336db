"""Both ends of a lane (lane.md sections 3 to 5). Pure: what happens to parcels is said by whoever calls."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

from . import wire
from .positions import Parcel, Position, fresh_epoch, link

Json = dict[str, Any]
KEPT_EPOCHS, CLAIMED_EPOCHS = 100, 25
FAR_AHEAD = 100_000


@dataclass(kw_only=True)
class Row:
    """An envelope in the outbox; a receipt needs none itself, so that it is settled from the beginning."""

    envelope: bytes
    message: str
    settled: bool
    receipt: bool = False
    seq: int = 0
    prev: str = ""

    @property
    def digest(self) -> str:
        return wire.sha256(self.envelope)


@dataclass(kw_only=True)
class Sender:
    """My end of a lane to a partner; `draw` gives a new epoch."""

    draw: Callable[[], str] = fresh_epoch
    epoch: str = ""
    follows: str = ""
    sent: int = 0
    sent_digest: str = ""
    acked: int = 0
    acked_digest: str = ""
    earlier: list[Json] = field(default_factory=list)
    reported: list[Json] = field(default_factory=list)
    halted: bool = False
    outbox: list[Row] = field(default_factory=list)
    given: dict[tuple[str, int], str] = field(default_factory=dict)  # digest by epoch and seq, for ever
    incidents: list[str] = field(default_factory=list)

    def __post_init__(self) -> None:
        self.epoch = self.epoch or self.draw()

    def post(self, row: Row) -> Row:
        """Give an envelope the next place (rule 1)."""
        row.prev = self.sent_digest if self.sent else link(self.follows)
        self.sent += 1
        row.seq, self.sent_digest = self.sent, row.digest
        self.given[self.epoch, row.seq] = row.digest
        if row not in self.outbox:
            self.outbox.append(row)
        return row

    def mark(self) -> Json:
        """Say how far this epoch was acknowledged, and by which envelope."""
        return {"epoch": self.epoch, "seq": self.acked, "digest": self.acked_digest}

    def claim(self) -> Json:
        """Return what I say of this lane at a greeting."""
        marks = [mark for mark in self.earlier if mark["seq"]][-CLAIMED_EPOCHS:]
        now = [self.mark()] if self.acked else []
        return {"epoch": self.epoch, "sent": self.sent, "acked": marks + now}

    def waiting(self, start: int = 0) -> list[Row]:
        """Return what is to be sent, in order, from `start` or behind the last ack."""
        return [row for row in self.outbox if row.seq >= (start or self.acked + 1)]

    def heard(self, standing: Json) -> str:
        """Take in a standing (rule 4); return the name of the line of the table that fitted."""
        name = self.meaning_of(standing)
        getattr(self, f"on_{name}", lambda _standing: None)(standing)
        return name

    def meaning_of(self, said: Json) -> str:
        if (said["answers"] or said["epoch"]) != self.epoch:
            return "stale"
        if said["condition"] == "frozen":
            return "frozen"
        if self.is_beyond(said):
            return "beyond"
        if self.has_new_losses(said):
            return "behind"
        if said["epoch"] == self.epoch:
            return "closed" if said["condition"] == "closed" else "level"
        return "waiting" if said["epoch"] == self.follows else "elsewhere"

    def has_new_losses(self, said: Json) -> bool:
        return any(lost not in self.reported for lost in self.losses(said))

    def losses(self, said: Json) -> list[Json]:
        """Return the places that it lost; all of an epoch where what it holds in front of them is not mine."""
        return [
            {
                "epoch": lost["epoch"],
                "first": lost["first"] if self.holds_mine(lost) else 1,
                "last": lost["last"],
            }
            for lost in said["lost"]
        ]

    def holds_mine(self, lost: Json) -> bool:
        return self.given.get((lost["epoch"], lost["first"] - 1)) == lost["before"]

    def is_beyond(self, said: Json) -> bool:
        if said["epoch"] == self.epoch:
            return said["seq"] > self.sent or not self.agrees(said["seq"], said["digest"])
        known = {self.follows, "", *(mark["epoch"] for mark in self.earlier)}
        return said["epoch"] not in known

    def agrees(self, seq: int, digest: str) -> bool:
        """Tell whether a digest is mine at this place, as far as I still know."""
        if seq == self.acked:
            return not seq or digest == self.acked_digest
        held = {row.seq: row.digest for row in self.outbox}
        return seq < self.acked or held.get(seq) == digest

    def on_frozen(self, _said: Json) -> None:
        if not self.halted:
            self.incidents.append("lane_frozen_by_partner")
        self.halted = True

    def on_beyond(self, said: Json) -> None:
        self.incidents.append("sender_restored")
        if self.has_new_losses(said):
            self.on_behind(said)
        else:
            self.open_epoch(said["epoch"])

    def on_behind(self, said: Json) -> None:
        self.incidents.append("receiver_restored")
        self.reported = self.losses(said)
        self.open_epoch(said["epoch"])

    def on_closed(self, said: Json) -> None:
        self.open_epoch(said["epoch"])

    def on_elsewhere(self, said: Json) -> None:
        self.open_epoch(said["epoch"])

    def on_level(self, said: Json) -> None:
        if said["seq"] > self.acked:
            self.acked, self.acked_digest = said["seq"], said["digest"]
        self.delete()

    def open_epoch(self, follows: str) -> None:
        """Begin anew behind where the receiver stands (rule 5)."""
        self.earlier = [*self.earlier, self.mark()][-KEPT_EPOCHS:]
        self.epoch, self.follows, self.halted = self.draw(), follows, False
        self.sent = self.acked = 0
        self.sent_digest = self.acked_digest = ""
        for row in self.outbox:
            self.post(row)

    def settle(self, message: str, digest: str) -> None:
        """Take in a receipt R1 or refusal (rule 7)."""
        for row in self.outbox:
            if row.message == message and not row.settled:
                if row.digest == digest:
                    row.settled = True
                else:
                    self.incidents.append("receipt_of_other_bytes")
        self.delete()

    def delete(self) -> None:
        """Delete what is settled and acknowledged (rule 3)."""
        self.outbox = [row for row in self.outbox if not row.settled or row.seq > self.acked]


@dataclass(kw_only=True)
class Receiver:
    """A partner's lane to me."""

    epoch: str = ""
    seq: int = 0
    digest: str = link("")
    earlier: list[Json] = field(default_factory=list)
    told: list[Json] = field(default_factory=list)
    condition: str = "empty"
    expected: int = 0
    evidence: list[Parcel] = field(default_factory=list)
    held: dict[tuple[str, int], Parcel] = field(default_factory=dict)  # by epoch and seq, for ever
    incidents: list[str] = field(default_factory=list)

    def standing(self, answers: str = "", lost: list[Json] | None = None) -> Json:
        here = {"epoch": self.epoch, "seq": self.seq, "digest": self.digest}
        expected, self.expected = self.expected, 0  # said once, in the answer to the gap
        return here | {
            "condition": self.condition,
            "expected": expected,
            "answers": answers,
            "lost": lost or [],
        }

    def greeted(self, claim: Json) -> Json:
        """Answer a claim (rule 8)."""
        lost = []
        for mark in claim["acked"]:
            epoch, end = mark["epoch"], self.end_of(mark["epoch"])
            if mark["seq"] > end:
                lost.append(
                    {"epoch": epoch, "first": end + 1, "last": mark["seq"], "before": self.at(epoch, end)}
                )
            elif self.at(epoch, mark["seq"]) != mark["digest"]:
                lost.append({"epoch": epoch, "first": 1, "last": mark["seq"], "before": link("")})
        if any(one not in self.told for one in lost):
            self.incidents.append("i_was_restored")
            self.told += [one for one in lost if one not in self.told]
        return self.standing(claim["epoch"], lost)

    def end_of(self, epoch: str) -> int:
        ends = {mark["epoch"]: mark["seq"] for mark in self.earlier}
        return self.seq if epoch == self.epoch else ends.get(epoch, 0)

    def at(self, epoch: str, seq: int) -> str:
        """Return the digest of the envelope that I hold at a place; zeros before the first."""
        return self.held[epoch, seq].position.digest if seq else link("")

    def take(self, parcel: Parcel) -> str:
        """Say what becomes of a parcel (rules 1 to 7): accept, duplicate, freeze, gap or refuse."""
        self.expected = 0
        what = self.verdict(parcel.position)
        if what == "accept":
            self.accept(parcel)
        elif what == "freeze":
            self.condition = "frozen"
            self.incidents.append("equivocation")
            self.evidence += [self.held[self.epoch, min(parcel.position.seq, self.seq)], parcel]
        elif what == "gap":
            self.expected = self.seq + 1
        return what

    def verdict(self, at: Position) -> str:
        if self.condition == "frozen":
            return "refuse"
        if at.epoch != self.epoch:
            return self.verdict_of_other_epoch(at)
        if self.condition == "closed":
            return "refuse"
        if at.seq <= self.seq:
            return "duplicate" if at.digest == self.held[at.epoch, at.seq].position.digest else "freeze"
        if at.seq == self.seq + 1:
            return "accept" if at.prev == self.digest else "freeze"
        if at.seq > self.seq + FAR_AHEAD:
            self.incidents.append("seq_far_ahead")
        return "gap"

    def verdict_of_other_epoch(self, at: Position) -> str:
        if at.epoch in [mark["epoch"] for mark in self.earlier]:
            self.incidents.append("old_epoch_replayed")
            return "refuse"
        return "accept" if at.seq == 1 and at.prev == link(self.epoch) else "refuse"

    def accept(self, parcel: Parcel) -> None:
        at = parcel.position
        if at.epoch != self.epoch and self.epoch:
            self.earlier = [*self.earlier, {"epoch": self.epoch, "seq": self.seq}][-KEPT_EPOCHS:]
            self.incidents.append("partner_opened_epoch")
        self.held[at.epoch, at.seq] = parcel
        self.epoch, self.seq, self.digest, self.condition = at.epoch, at.seq, at.digest, "open"
