"""Walk one step of a receiving end and carry out what the engine says; the caller holds the transaction."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from lienlac.apps.audit import actions as audit
from lienlac.apps.directory import queries
from lienlac.apps.mailroom import lanes
from lienlac.apps.mailroom.actions import incidents, outgoing
from lienlac.apps.mailroom.models import Arrival, Lane
from lienlac.apps.rows.prepared import Prepared
from lienlac.core.envelope import frames
from lienlac.core.lane import Incoming, LaneClass, Restored, Standing
from lienlac.core.lane import actions as engine
from lienlac.core.lane import step_incoming as step
from lienlac.core.lane.events import IncomingEvent


@dataclass(frozen=True, kw_only=True)
class Taken:
    """A parcel that came: its signed place, its envelope. Of one that will be accepted also its row, which the caller
    writes after the walk, and what lets it take effect.
    """

    position: bytes
    envelope: bytes
    arrival: Arrival | None = None
    apply: Callable[[Arrival], None] | None = None


@dataclass(kw_only=True)
class _Walk:
    lane: Lane
    now: datetime
    taken: Taken | None
    answer: Standing | None = None
    evidence: bytes = b""


def walk(
    lane: Lane, state: Incoming, event: IncomingEvent, *, now: datetime, taken: Taken | None = None
) -> tuple[Incoming, Standing | None]:
    """Apply an event; return the new state, which the caller writes, and the standing to answer with.

    `taken` is needed for a parcel only.
    """
    new, wanted = step(state, event)
    if new.epoch != state.epoch:
        lanes.forget_head(lane)
    work = _Walk(lane=lane, now=now, taken=taken, evidence=frames.pack(taken.position) if taken else b"")
    for action in wanted:
        _DO[type(action)](work, action)
    return new, work.answer


def digest_at(lane: Lane, epoch: str, seq: int) -> str:
    """Return the digest that stands at a place of a lane to us, "" for none."""
    return _DIGEST_AT.first(lane.pk, epoch, seq) or ""


_DIGEST_AT = Prepared[str](
    lambda lane, epoch, seq: Arrival.objects.filter(lane_id=lane, epoch=epoch, seq=seq).values_list(
        "digest", flat=True
    )
)


def _store(work: _Walk, action: engine.Store) -> None:
    """The caller writes the row, with those of the other parcels."""


def _apply(work: _Walk, action: engine.Apply) -> None:
    if work.taken and work.taken.apply and work.taken.arrival:
        work.taken.apply(work.taken.arrival)


def _issue_receipt(work: _Walk, action: engine.IssueReceipt) -> None:
    """Note that R1 is owed. It is signed when the leaf has its place, since R1 carries the head that covers it."""
    if work.taken and work.taken.arrival:
        work.taken.arrival.receipt_due = True


def _freeze(work: _Walk, action: engine.Freeze) -> None:
    """Gather both signed places and the other envelope for the incident that follows; ours stays in the inbox."""
    if work.taken is None:
        return
    other = action.evidence.other
    held = Arrival.objects.filter(lane=work.lane, epoch=other.epoch, seq=action.evidence.seq).first()
    ours = bytes(held.position) if held else b""
    work.evidence = frames.pack(ours, work.taken.position, work.taken.envelope)


def _announce_restore(work: _Walk, action: engine.AnnounceRestore) -> None:
    """This node's store was put back: its sending lane of that class to this partner begins anew."""
    partner = work.lane.partner
    audit.open_epoch(partner.code, node=queries.own_code(), code="restored", now=work.now)
    row, state = lanes.row_out(partner, LaneClass(work.lane.lane_class))
    outgoing.walk(row, state, Restored(fresh=lanes.fresh_epoch()), now=work.now)


def _incident(work: _Walk, action: engine.Incident) -> None:
    facts = {"lane": work.lane.lane_class, **action.facts}
    incidents.note(work.lane.partner, action.code, facts, evidence=work.evidence, now=work.now)


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
