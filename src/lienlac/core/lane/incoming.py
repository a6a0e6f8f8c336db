"""The receiving end of a lane: accepts place n+1 and nothing else, answers where it stands, freezes on a lie.

Whether an envelope opens, is known or is understood is for the caller to find out first (`Content`); each of
these takes its place in the lane, so that no parcel can block the ones behind it.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from typing import Any

from lienlac.core.errors import Unauthentic
from lienlac.core.lane.actions import (
    Action,
    AnnounceRestore,
    Answer,
    Apply,
    Evidence,
    Freeze,
    Ignore,
    Incident,
    IssueReceipt,
    Store,
)
from lienlac.core.lane.events import Arrived, Content, Greeted, IncomingEvent, Status, Thaw
from lienlac.core.lane.greeting import MAX_PAST, Lost, Mark, Receiving, Span, Standing
from lienlac.core.lane.position import GENESIS, Lane, Position, link

FAR_AHEAD = (
    100_000  # more than any window: an honest sender is so far ahead only of a receiver that was restored
)


@dataclass(frozen=True, kw_only=True, slots=True)
class Incoming:
    """The whole state of a receiving end; parcels are in the inbox, not here."""

    lane: Lane
    condition: Receiving = Receiving.EMPTY
    epoch: str = ""
    seq: int = 0  # everything from 1 to here is committed
    last: str = GENESIS  # digest at `seq`
    past: tuple[Mark, ...] = ()  # earlier epochs and where they ended
    lost: tuple[Span, ...] = ()  # what this node has been told that it forgot
    evidence: Evidence | None = None

    def mark(self) -> Mark:
        """Say how far I hold this epoch."""
        return Mark(epoch=self.epoch, seq=self.seq, digest=self.last)

    def standing(self, *, expected: int = 0) -> Standing:
        """Say where this end stands: the ack."""
        return Standing(
            epoch=self.epoch, seq=self.seq, digest=self.last, condition=self.condition, expected=expected
        )


IncomingStep = tuple[Incoming, tuple[Action, ...]]


def step(state: Incoming, event: IncomingEvent) -> IncomingStep:
    """Apply one event: store the new state and carry out the actions in one transaction.

    Raise Unauthentic("wrong_lane") for a position of another lane.
    """
    return TABLE[state.condition, name_of(state, event)](state, event)


def name_of(state: Incoming, event: IncomingEvent) -> str:
    """Give the name under which TABLE knows the event in this state."""
    if isinstance(event, Arrived):
        return _name_arrived(state, event)
    if isinstance(event, Greeted):
        return "greeting" if event.put_off or not _forgotten_anew(state, event) else "greeting_ahead"
    return "thaw"


def _forgotten_anew(state: Incoming, event: Greeted) -> bool:
    return not {lost.places for lost in forgotten(state, event)} <= set(state.lost)


def _name_arrived(state: Incoming, event: Arrived) -> str:
    position = event.position
    if position.lane != state.lane:
        raise Unauthentic("wrong_lane", seq=position.seq)
    if position.epoch != state.epoch:
        return _name_other_epoch(state, position)
    if position.seq > state.seq + 1:
        return "gap"
    if position.seq == state.seq + 1:
        return "next" if position.prev == state.last else "fork"
    held = state.last if position.seq == state.seq else event.held
    return "duplicate" if held in ("", position.digest) else "conflict"


def _name_other_epoch(state: Incoming, position: Position) -> str:
    if any(mark.epoch == position.epoch for mark in state.past):
        return "old"
    return "opening" if position.seq == 1 and position.prev == link(state.epoch) else "stray"


def forgotten(state: Incoming, event: Greeted) -> tuple[Lost, ...]:
    """Give what the sender was told is here, and is not: this node's store has been put back in time."""
    ends = {mark.epoch: mark for mark in (*state.past, state.mark())}
    pairs = zip(event.claim.acked, event.held, strict=True)
    losses = (_missing(mark, held, ends.get(mark.epoch)) for mark, held in pairs)
    return tuple(lost for lost in losses if lost)


def _missing(mark: Mark, held: str, end: Mark | None) -> Lost | None:
    if end is None:
        return Lost(epoch=mark.epoch, first=1, last=mark.seq)
    if mark.seq > end.seq:
        return Lost(epoch=mark.epoch, first=end.seq + 1, last=mark.seq, before=end.digest)
    if held in ("", mark.digest):
        return None
    # The sender gave these places in another of its lives too, and I hold those: how far back they part is not known.
    return Lost(epoch=mark.epoch, first=1, last=mark.seq)


def _accept(state: Incoming, event: Arrived) -> IncomingStep:
    position = event.position
    state = replace(state, seq=position.seq, last=position.digest)
    actions = (Store(position=position), *_CONTENT[event.content](position))
    if (
        position.receipt
    ):  # whatever became of it: two nodes of which neither opens the other's would never end
        actions = tuple(action for action in actions if not isinstance(action, IssueReceipt))
    return state, (*actions, Answer(standing=state.standing()))


_CONTENT: Mapping[Content, Callable[[Position], tuple[Action, ...]]] = {
    Content.NEW: lambda at: (Apply(position=at), IssueReceipt(position=at, status=Status.STORED)),
    Content.KNOWN: lambda at: (IssueReceipt(position=at, status=Status.STORED),),
    Content.RECEIPT: lambda at: (Apply(position=at),),
    Content.RECEIPT_KNOWN: lambda at: (),  # a receipt for a receipt would ask for one itself, for ever
    Content.NOT_UNDERSTOOD: lambda at: (IssueReceipt(position=at, status=Status.NOT_UNDERSTOOD),),
    Content.REFUSED: lambda at: (IssueReceipt(position=at, status=Status.REFUSED),),
}


def _begin(state: Incoming, event: Arrived) -> IncomingStep:
    """The first parcel of the first epoch."""
    return _accept(replace(state, condition=Receiving.OPEN, epoch=event.position.epoch), event)


def _change_epoch(state: Incoming, event: Arrived) -> IncomingStep:
    """The sender goes on in a new epoch, which follows the one that I am in."""
    facts = {"old_epoch": state.epoch, "ended_at": state.seq, "new_epoch": event.position.epoch}
    past = (*state.past, state.mark())[-MAX_PAST:]
    state, actions = _begin(replace(state, past=past), event)
    return state, (Incident(code="partner_opened_epoch", facts=facts), *actions)


def _duplicate(state: Incoming, event: Arrived) -> IncomingStep:
    return state, (Ignore(reason="duplicate"), Answer(standing=state.standing()))


def _gap(state: Incoming, event: Arrived) -> IncomingStep:
    """Keep nothing: a place far ahead costs no more memory than the next one."""
    answer = Answer(standing=state.standing(expected=state.seq + 1))
    if event.position.seq - state.seq <= FAR_AHEAD:
        return state, (Ignore(reason="gap"), answer)
    facts = {"seq": event.position.seq, "expected": state.seq + 1}
    return state, (Incident(code="seq_far_ahead", facts=facts), answer)


def _old(state: Incoming, event: Arrived) -> IncomingStep:
    facts = {"epoch": event.position.epoch, "seq": event.position.seq}
    return state, (Incident(code="old_epoch_replayed", facts=facts), Answer(standing=state.standing()))


def _refuse(reason: str) -> IncomingRule:
    return lambda state, event: (state, (Ignore(reason=reason), Answer(standing=state.standing())))


def _conflict(state: Incoming, event: Arrived) -> IncomingStep:
    """Two envelopes signed for one place."""
    position = event.position
    held = state.last if position.seq == state.seq else event.held
    return _freeze(state, Evidence(other=position, seq=position.seq, held=held, claimed=position.digest))


def _fork(state: Incoming, event: Arrived) -> IncomingStep:
    """The next place, but signed as following an envelope that is not the one I hold."""
    position = event.position
    return _freeze(state, Evidence(other=position, seq=state.seq, held=state.last, claimed=position.prev))


def _freeze(state: Incoming, evidence: Evidence) -> IncomingStep:
    state = replace(state, condition=Receiving.FROZEN, evidence=evidence)
    facts = {"epoch": state.epoch, "seq": evidence.seq, "held": evidence.held, "claimed": evidence.claimed}
    incident = Incident(code="equivocation", facts=facts)
    return state, (Freeze(evidence=evidence), incident, Answer(standing=state.standing()))


def _greet(state: Incoming, event: Greeted) -> IncomingStep:
    lost = forgotten(state, event)
    return state, (Answer(standing=replace(state.standing(), answers=event.claim.epoch, lost=lost)),)


def _learn_restored(state: Incoming, event: Greeted) -> IncomingStep:
    """I am older than what I acknowledged; receipts for me may be gone too, hence `AnnounceRestore`."""
    lost = tuple(one.places for one in forgotten(state, event))
    state, actions = _greet(replace(state, lost=lost), event)
    return state, (Incident(code="i_was_restored", facts={"lost": lost}), AnnounceRestore(), *actions)


def _thaw(state: Incoming, event: Thaw) -> IncomingStep:
    return replace(state, condition=Receiving.CLOSED, evidence=None), (Incident(code="lane_thawed"),)


def _nothing(state: Incoming, event: Thaw) -> IncomingStep:
    return state, (Ignore(reason="not_frozen"),)


IncomingRule = Callable[[Incoming, Any], IncomingStep]

_ALWAYS: Mapping[str, IncomingRule] = {"greeting": _greet, "greeting_ahead": _learn_restored}
_OPEN: Mapping[str, IncomingRule] = {
    "opening": _change_epoch,
    "next": _accept,
    "duplicate": _duplicate,
    "gap": _gap,
    "conflict": _conflict,
    "fork": _fork,
    "old": _old,
    "stray": _refuse("unknown_epoch"),
    "thaw": _nothing,
}
PARCELS = tuple(name for name in _OPEN if name != "thaw")
EVENTS = (*_OPEN, *_ALWAYS)
_ROWS: Mapping[Receiving, Mapping[str, IncomingRule]] = {
    Receiving.EMPTY: {"opening": _begin, "stray": _refuse("unknown_epoch"), "thaw": _nothing},
    Receiving.OPEN: _OPEN,
    Receiving.FROZEN: {**dict.fromkeys(PARCELS, _refuse("frozen")), "thaw": _thaw},
    Receiving.CLOSED: {
        **dict.fromkeys(PARCELS, _refuse("closed")),
        "opening": _change_epoch,
        "thaw": _nothing,
    },
}
TABLE: Mapping[tuple[Receiving, str], IncomingRule] = {
    (condition, name): rule for condition, row in _ROWS.items() for name, rule in {**_ALWAYS, **row}.items()
}
IMPOSSIBLE = frozenset((Receiving.EMPTY, name) for name in PARCELS if name not in ("opening", "stray"))
