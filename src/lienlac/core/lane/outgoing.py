"""The sending end of a lane: gives places, counts acknowledgements, notices restores, opens epochs.

An ack never deletes a message: the outbox keeps it until its signed receipt is here AND its place is
acknowledged. Both are needed. The receipt, because an ack proves nothing; the ack, because a receipt written
before the receiver was restored would otherwise tear a hole into the chain that nobody could fill.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from enum import StrEnum
from typing import Any

from lienlac.core.lane.actions import (
    Action,
    DropSettled,
    Enqueue,
    Greet,
    Ignore,
    Incident,
    Repost,
    SendFrom,
    Settle,
)
from lienlac.core.lane.events import Connect, Heard, OutgoingEvent, Post, Receipted, Restored, Until
from lienlac.core.lane.greeting import MAX_CLAIMED, MAX_PAST, Claim, Mark, Receiving, Span
from lienlac.core.lane.position import GENESIS, Lane, Position, link


class Sending(StrEnum):
    """The condition of the sending end."""

    FRESH = "fresh"  # nothing acknowledged in this epoch yet
    FLOWING = "flowing"
    HALTED = "halted"  # the receiver has frozen the lane: places are given, nothing is sent


@dataclass(frozen=True, kw_only=True, slots=True)
class Outgoing:
    """The whole state of a sending end; parcels are in the outbox, not here."""

    lane: Lane
    epoch: str
    condition: Sending = Sending.FRESH
    follows: str = ""  # the receiver's epoch after which this one may begin
    sent: int = 0  # highest place given
    last: str = GENESIS  # digest at `sent`; before the first, link(follows)
    acked: int = 0
    acked_digest: str = ""
    past: tuple[Mark, ...] = ()  # my earlier epochs and what was acknowledged in them
    reported: tuple[
        Span, ...
    ] = ()  # what the receiver lost, as it said last: reported once, claimed for ever

    def mark(self) -> Mark:
        """Say how far this epoch was acknowledged."""
        return Mark(epoch=self.epoch, seq=self.acked, digest=self.acked_digest)

    def claim(self) -> Claim:
        """Say what this end believes, for the greeting."""
        marks = (*self.past[-MAX_CLAIMED:], self.mark())
        return Claim(epoch=self.epoch, sent=self.sent, acked=tuple(mark for mark in marks if mark.seq))


OutgoingStep = tuple[Outgoing, tuple[Action, ...]]


def step(state: Outgoing, event: OutgoingEvent) -> OutgoingStep:
    """Apply one event: store the new state and carry out the actions in one transaction."""
    return TABLE[state.condition, name_of(state, event)](state, event)


def name_of(state: Outgoing, event: OutgoingEvent) -> str:
    """Give the name under which TABLE knows the event in this state."""
    if isinstance(event, Heard):
        return _name_heard(state, event)
    if isinstance(event, Receipted):
        return _name_receipted(event)
    return _PLAIN[type(event)]


def begins_anew(state: Outgoing, event: Heard) -> bool:
    """Say whether the receiver's word has me open a new epoch, and so sign every place of the outbox again.

    Whoever hears that too often may let the word pass as if the line had lost it: the next greeting brings it again.
    """
    return _name_heard(state, event) in ANEW


ANEW = frozenset({"beyond", "behind", "elsewhere", "closed"})
_PLAIN: Mapping[type, str] = {Post: "post", Connect: "connect", Restored: "restored"}


def _name_receipted(event: Receipted) -> str:
    if not event.mine:
        return "receipt_again"
    return "receipt" if event.mine == event.digest else "receipt_wrong"


def _name_heard(state: Outgoing, event: Heard) -> str:
    heard = event.standing
    if (heard.answers or heard.epoch) != state.epoch:
        return "stale"  # speaks of an epoch that I have left since
    if heard.condition is Receiving.FROZEN:
        return "frozen"
    if heard.epoch == state.epoch:
        return _name_same_epoch(state, event)
    if heard.epoch and heard.epoch != state.follows and not any(m.epoch == heard.epoch for m in state.past):
        return "beyond"  # I must have opened that epoch, and do not know it
    if _new_losses(state, event):
        return "behind"
    return "waiting" if heard.epoch == state.follows else "elsewhere"


def _name_same_epoch(state: Outgoing, event: Heard) -> str:
    heard = event.standing
    if heard.seq > state.sent or _denied(state, event):
        return "beyond"
    if _new_losses(state, event):
        return "behind"
    return "closed" if heard.condition is Receiving.CLOSED else "level"


def _denied(state: Outgoing, event: Heard) -> bool:
    """Say whether the receiver holds, at a place that I gave, an envelope that I never put there."""
    heard = event.standing
    if heard.seq > state.acked:
        return heard.digest != event.mine
    return heard.seq == state.acked and heard.digest != state.acked_digest


def _new_losses(state: Outgoing, event: Heard) -> bool:
    return not set(_lost(event)) <= set(state.reported)


def _lost(event: Heard) -> tuple[Span, ...]:
    """Give the places that the receiver lost.

    An envelope stands in one place of an epoch only, and lives of mine that know an epoch were one when it was
    opened. So if I know the envelope in front of the places, all before it is there; otherwise it is of another of my
    lives, and how far back the two part is not known.
    """
    return tuple(
        one.places if one.before in event.given else replace(one.places, first=1)
        for one in event.standing.lost
    )


def _post(state: Outgoing, event: Post) -> OutgoingStep:
    seq = state.sent + 1
    place = Position(
        lane=state.lane,
        epoch=state.epoch,
        seq=seq,
        prev=state.last,
        digest=event.digest,
        receipt=event.until is Until.ACK,
    )
    done = Enqueue(position=place, message=event.message, until=event.until)
    return replace(state, sent=seq, last=event.digest), (done,)


def _connect(state: Outgoing, event: Connect) -> OutgoingStep:
    return state, (Greet(claim=state.claim()),)


def _level(state: Outgoing, event: Heard) -> OutgoingStep:
    """The receiver is where it can be: count what it holds; go on after an answered claim or a gap."""
    heard = event.standing
    actions: tuple[Action, ...] = ()
    if heard.seq > state.acked:
        state = replace(state, acked=heard.seq, acked_digest=heard.digest)
        actions = (DropSettled(epoch=state.epoch, through=heard.seq),)
    if heard.answers or heard.expected:
        actions = (*actions, SendFrom(seq=state.acked + 1))
    return _awake(state), actions


def _waiting(state: Outgoing, event: Heard) -> OutgoingStep:
    """The receiver has not seen this epoch yet, and can begin it."""
    return _awake(state), (SendFrom(seq=state.acked + 1),)


def _awake(state: Outgoing) -> Outgoing:
    condition = Sending.FLOWING if state.acked else Sending.FRESH
    return state if state.condition is condition else replace(state, condition=condition)


def _i_was_restored(state: Outgoing, event: Heard) -> OutgoingStep:
    """The receiver holds what I never sent: my store is older than my deeds. It may have lost things too."""
    heard = event.standing
    facts = {"epoch": heard.epoch, "partner_holds": heard.seq, "my_epoch": state.epoch, "sent": state.sent}
    reopen = _partner_was_restored if _new_losses(state, event) else _reopen
    state, actions = reopen(state, event)
    return state, (Incident(code="sender_restored", facts=facts), *actions)


def _partner_was_restored(state: Outgoing, event: Heard) -> OutgoingStep:
    """The receiver lost what it had acknowledged: report it; what the outbox still has is sent again."""
    lost = _lost(event)
    state, actions = _reopen(replace(state, reported=lost), event)
    return state, (Incident(code="receiver_restored", facts={"lost": lost}), *actions)


def _reopen(state: Outgoing, event: Heard) -> OutgoingStep:
    return _open(state, fresh=event.fresh, follows=event.standing.epoch)


def _open(state: Outgoing, *, fresh: str, follows: str) -> OutgoingStep:
    past = (*state.past, state.mark())[-MAX_PAST:]
    begun = Outgoing(
        lane=state.lane, epoch=fresh, follows=follows, last=link(follows), past=past, reported=state.reported
    )
    return begun, (Repost(epoch=fresh), SendFrom(seq=1))


def _told_restored(state: Outgoing, event: Restored) -> OutgoingStep:
    """Do not wait to be found out: a parcel of my lost life may still be on its way, on a stick, at a hub."""
    facts = {"my_epoch": state.epoch, "sent": state.sent}
    # Where nothing was acknowledged the receiver most likely never saw this epoch: follow what it followed.
    begun, actions = _open(state, fresh=event.fresh, follows=state.epoch if state.acked else state.follows)
    greet = Greet(claim=begun.claim())  # the receiver may be elsewhere: ask before sending
    return begun, (Incident(code="sender_restored", facts=facts), actions[0], greet)


def _halt(state: Outgoing, event: Heard) -> OutgoingStep:
    facts = {"epoch": event.standing.epoch, "seq": event.standing.seq}
    halted = replace(state, condition=Sending.HALTED)
    return halted, (Incident(code="lane_frozen_by_partner", facts=facts),)


def _settle(state: Outgoing, event: Receipted) -> OutgoingStep:
    return state, (Settle(message=event.message), DropSettled(epoch=state.epoch, through=state.acked))


def _wrong_receipt(state: Outgoing, event: Receipted) -> OutgoingStep:
    facts = {"message": event.message, "digest": event.digest, "mine": event.mine}
    return state, (Incident(code="receipt_of_other_bytes", facts=facts),)


def _ignore(reason: str) -> OutgoingRule:
    return lambda state, event: (state, (Ignore(reason=reason),))


OutgoingRule = Callable[[Outgoing, Any], OutgoingStep]

_ROW: Mapping[str, OutgoingRule] = {
    "post": _post,
    "connect": _connect,
    "stale": _ignore("stale_answer"),
    "level": _level,
    "waiting": _waiting,
    "beyond": _i_was_restored,
    "behind": _partner_was_restored,
    "elsewhere": _reopen,
    "closed": _reopen,
    "frozen": _halt,
    "receipt": _settle,
    "receipt_again": _ignore("receipt_again"),
    "receipt_wrong": _wrong_receipt,
    "restored": _told_restored,
}
EVENTS = tuple(_ROW)
TABLE: Mapping[tuple[Sending, str], OutgoingRule] = {
    **{(condition, name): rule for condition in Sending for name, rule in _ROW.items()},
    (Sending.HALTED, "frozen"): _ignore("still_frozen"),
}
