"""Walk one step of a receiving end and carry out what the engine says; the caller holds the transaction."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from lienlac.apps.mailroom import lanes
from lienlac.apps.mailroom.actions import outgoing
from lienlac.apps.mailroom.models import Arrival, Lane
from lienlac.core.lane import Incoming, LaneClass, Position, Restored, Standing
from lienlac.core.lane import actions as engine
from lienlac.core.lane import step_incoming as step
from lienlac.core.lane.events import IncomingEvent


@dataclass(frozen=True, kw_only=True)
class Taken:
    """What to do with a parcel that is accepted; the sending and storing of bytes is `arriving`'s."""

    store: Callable[[Position], Arrival]
    apply: Callable[[Arrival], None]
    evidence: bytes


@dataclass(kw_only=True)
class _Walk:
    lane: Lane
    now: datetime
    taken: Taken | None
    arrival: Arrival | None = None
    answer: Standing | None = None


def walk(
    lane: Lane, state: Incoming, event: IncomingEvent, *, now: datetime, taken: Taken | None = None
) -> Standing | None:
    """Apply an event; return the standing to answer with. `taken` is needed for a parcel only."""
    new, wanted = step(state, event)
    work = _Walk(lane=lane, now=now, taken=taken)
    lanes.write(lane, new)
    for action in wanted:
        _DO[type(action)](work, action)
    return work.answer


def _store(work: _Walk, action: engine.Store) -> None:
    if work.taken:
        work.arrival = work.taken.store(action.position)


def _apply(work: _Walk, action: engine.Apply) -> None:
    if work.taken and work.arrival:
        work.taken.apply(work.arrival)


def _issue_receipt(work: _Walk, action: engine.IssueReceipt) -> None:
    """Note that R1 is owed. It is signed when the leaf has its place, since R1 carries the head that covers it."""
    if work.arrival:
        work.arrival.receipt_due = True
        work.arrival.save(update_fields=["receipt_due"])


def _freeze(work: _Walk, action: engine.Freeze) -> None:
    """Both sides of the evidence are kept: ours in the inbox, the other with the incident that follows."""


def _announce_restore(work: _Walk, action: engine.AnnounceRestore) -> None:
    """This node's store was put back: its own sending lanes to this partner begin anew."""
    for lane_class in LaneClass:
        row, state = lanes.row_out(work.lane.partner, lane_class)
        outgoing.walk(row, state, Restored(fresh=lanes.fresh_epoch()), now=work.now)


def _incident(work: _Walk, action: engine.Incident) -> None:
    evidence = work.taken.evidence if work.taken else b""
    outgoing.note_incident(work.lane.partner, action, now=work.now, evidence=evidence)


def _ignore(work: _Walk, action: engine.Ignore) -> None:
    """The engine says why there is nothing to do."""


def _answer(work: _Walk, action: engine.Answer) -> None:
    work.answer = action.standing


_DO: dict[type, Callable[[_Walk, Any], None]] = {
    engine.Store: _store,
    engine.Apply: _apply,
    engine.IssueReceipt: _issue_receipt,
    engine.Freeze: _freeze,
    engine.AnnounceRestore: _announce_restore,
    engine.Incident: _incident,
    engine.Ignore: _ignore,
    engine.Answer: _answer,
}
