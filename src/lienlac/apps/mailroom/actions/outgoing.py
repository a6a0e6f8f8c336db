"""Walk one step of a sending end and carry out what the engine says; the caller holds the transaction."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from lienlac.apps.audit import actions as audit
from lienlac.apps.directory import queries
from lienlac.apps.directory.models import NodeKey
from lienlac.apps.directory.queries import OwnKeys
from lienlac.apps.mailroom import lanes, ledger
from lienlac.apps.mailroom.actions import incidents
from lienlac.apps.mailroom.models import Lane, Message, Parcel
from lienlac.core import envelope
from lienlac.core.lane import POSITION_TYPE, Outgoing, Post, Until
from lienlac.core.lane import actions as engine
from lienlac.core.lane import step_outgoing as step
from lienlac.core.lane.events import OutgoingEvent


@dataclass(frozen=True, kw_only=True)
class Fresh:
    """A message and its envelope that have no row in the outbox yet."""

    message: Message
    sealed: bytes


@dataclass(kw_only=True)
class _Walk:
    """One step in hand; `after_commit` collects what is said to the partner when it is on disk."""

    lane: Lane
    state: Outgoing
    now: datetime
    fresh: Fresh | None
    keys: OwnKeys
    after_commit: list[engine.Greet | engine.SendFrom]
    settled: str = ""


def walk(
    lane: Lane,
    state: Outgoing,
    event: OutgoingEvent,
    *,
    now: datetime,
    fresh: Fresh | None = None,
    keys: OwnKeys | None = None,
) -> tuple[Outgoing, list[engine.Greet | engine.SendFrom]]:
    """Apply an event; return the new state and what must be said after the commit.

    `fresh` goes with the `Post` of a new message; `keys` spares a look for them.
    """
    new, wanted = step(state, event)
    work = _Walk(lane=lane, state=new, now=now, fresh=fresh, keys=keys or OwnKeys(now), after_commit=[])
    for action in wanted:
        _DO[type(action)](work, action)
    if work.state != state:
        lanes.write(lane, work.state)
    return work.state, work.after_commit


def _enqueue(work: _Walk, action: engine.Enqueue) -> None:
    """Sign the place; give it to the message's row, or make the row. A settled one stays settled in its new place."""
    position, partner = action.position, work.lane.partner
    signed = envelope.sign(POSITION_TYPE, position.to_bytes(), work.keys.of(NodeKey.Use.NODE))
    ledger.parcel("parcel_sent", partner, position, signed, now=work.now)
    place = {"epoch": position.epoch, "seq": position.seq, "position": signed}
    if work.fresh is None:
        Parcel.objects.filter(lane=work.lane, message__message_id=action.message).update(**place)
        return
    Parcel.objects.create(
        lane=work.lane,
        message=work.fresh.message,
        digest=position.digest,
        envelope=work.fresh.sealed,
        size=len(work.fresh.sealed),
        until=action.until,
        queued_at=work.now,
        **place,
    )


def _repost(work: _Walk, action: engine.Repost) -> None:
    """Give every row of the outbox a new place, oldest first."""
    rows = list(
        Parcel.objects.filter(lane=work.lane, in_outbox=True)
        .exclude(epoch=action.epoch)
        .select_related("message")
        .order_by("pk")
    )
    for row in rows:
        event = Post(message=row.message.message_id, digest=row.digest, until=Until(row.until))
        work.state, wanted = step(work.state, event)
        for one in wanted:
            _DO[type(one)](work, one)


def _settle(work: _Walk, action: engine.Settle) -> None:
    work.settled = action.message
    Parcel.objects.filter(lane=work.lane, message__message_id=action.message).update(
        settled=True, settled_at=work.now
    )


def _drop_settled(work: _Walk, action: engine.DropSettled) -> None:
    """Empty what may go. After a receipt that is its own parcel at most: every ack let the others go."""
    reached = Parcel.objects.filter(
        lane=work.lane, epoch=action.epoch, seq__lte=action.through, in_outbox=True
    )
    if work.settled:
        reached.filter(message__message_id=work.settled).update(in_outbox=False, envelope=b"")
        return
    reached.filter(state=Parcel.State.WAITING).update(state=Parcel.State.SENT)
    reached.filter(settled=True).update(in_outbox=False, envelope=b"")
    reached.filter(until=Until.ACK).delete()


def _incident(work: _Walk, action: engine.Incident) -> None:
    partner = work.lane.partner
    if action.code == "sender_restored":  # then the ledger of the pair was put back as well
        audit.open_epoch(partner.code, node=queries.own_code(), code="restored", now=work.now)
    incidents.note(partner, action.code, action.facts, now=work.now)


def _nothing(work: _Walk, action: engine.Ignore) -> None:
    """The engine says why there is nothing to do."""


def _say(work: _Walk, action: engine.Greet | engine.SendFrom) -> None:
    work.after_commit.append(action)


_DO: dict[type, Callable[[_Walk, Any], None]] = {
    engine.Enqueue: _enqueue,
    engine.Repost: _repost,
    engine.Settle: _settle,
    engine.DropSettled: _drop_settled,
    engine.Incident: _incident,
    engine.Ignore: _nothing,
    engine.Greet: _say,
    engine.SendFrom: _say,
}
