"""Walk a sending end and carry out what the engine says; the caller holds the transaction.

Many events may share one walk: rows that they make or change are gathered and written together at its end.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from functools import cached_property
from typing import Any, NamedTuple

from django.db import connection
from django.db.models import Q, QuerySet

from lienlac.apps.audit import actions as audit
from lienlac.apps.directory import queries
from lienlac.apps.directory.keystore import OwnSigner
from lienlac.apps.directory.models import NodeKey
from lienlac.apps.directory.queries import OwnKeys
from lienlac.apps.mailroom import lanes, ledger, lost
from lienlac.apps.mailroom.actions import incidents
from lienlac.apps.mailroom.models import Lane, Message, Parcel
from lienlac.apps.rows import bulk, statements
from lienlac.apps.rows.prepared import Prepared, padded
from lienlac.core.envelope import runs
from lienlac.core.lane import POSITION_TYPE, Outgoing, Position, Post, Until
from lienlac.core.lane import actions as engine
from lienlac.core.lane import step_outgoing as step
from lienlac.core.lane.events import OutgoingEvent

EMPTIED = {"in_outbox": False, "envelope": b""}
AT_ONCE = 500  # rows of an outbox that get new places in one go, however many wait


class MoreWanted(Exception):
    """The engine wants more than the caller's transaction is for."""


@dataclass(frozen=True, kw_only=True)
class Fresh:
    """A message and its envelope that have no row in the outbox yet."""

    message: Message
    sealed: bytes


@dataclass(kw_only=True)
class _Walk:
    """A walk in hand. `after_commit` collects what is said to the partner when it is on disk."""

    lane: Lane
    state: Outgoing
    now: datetime
    fresh: Mapping[str, Fresh]
    keys: OwnKeys
    rows: Mapping[str, int]
    after_commit: list[engine.Greet | engine.SendFrom] = field(default_factory=list)
    outbox: dict[str, Parcel] = field(default_factory=dict)  # rows that wait for a new place, by message
    placed: list[tuple[Parcel, Position]] = field(default_factory=list)  # their places are not signed yet
    settled: list[int] = field(default_factory=list)
    dropped: engine.DropSettled | None = None

    @cached_property
    def signer(self) -> OwnSigner:
        return self.keys.of(NodeKey.Use.NODE)

    @property
    def counted(self) -> tuple[int, int]:
        return self.lane.outbox_parcels, self.lane.outbox_size

    def count(self, parcels: int, size: int) -> None:
        """Count what came into the outbox, or left it; receipts are not counted."""
        self.lane.outbox_parcels += parcels
        self.lane.outbox_size += size


def walk(
    lane: Lane,
    state: Outgoing,
    *events: OutgoingEvent,
    now: datetime,
    fresh: Mapping[str, Fresh] | None = None,
    keys: OwnKeys | None = None,
    rows: Mapping[str, int] | None = None,
    only: Collection[type] | None = None,
) -> tuple[Outgoing, list[engine.Greet | engine.SendFrom]]:
    """Apply events in their order; return the new state and what must be said after the commit.

    `fresh` has, by message id, what goes with each `Post` of a new message; `keys` spares a look for them; `rows`
    has, by message id, the primary key of the parcel that each `Receipted` speaks of. Raises MoreWanted when the engine
    wants another action than `only` these, where they are named: the caller's transaction is then not to commit.
    """
    work = _Walk(
        lane=lane, state=state, now=now, fresh=fresh or {}, keys=keys or OwnKeys(now), rows=rows or {}
    )
    before = work.counted
    for event in events:
        work.state, wanted = step(work.state, event)
        if only is not None and not {type(action) for action in wanted} <= set(only):
            raise MoreWanted
        for action in wanted:
            _DO[type(action)](work, action)
    _write_placed(work)
    _write_settled(work)
    if work.state != state or work.counted != before:
        lanes.write(lane, work.state)
    return work.state, work.after_commit


def _enqueue(work: _Walk, action: engine.Enqueue) -> None:
    """Give the place to the message's row; signed with the others. A settled one stays settled in its new place."""
    row = _row(work, action)
    row.epoch, row.seq = action.position.epoch, action.position.seq
    work.placed.append((row, action.position))


def _row(work: _Walk, action: engine.Enqueue) -> Parcel:
    """Return the row that gets the place: one that waits for it, or a new one."""
    if action.message in work.outbox:
        return work.outbox.pop(action.message)
    if action.message not in work.fresh:
        found = Parcel.objects.only("pk", "size").get(lane=work.lane, message__message_id=action.message)
        work.count(1, found.size)
        return found
    fresh = work.fresh[action.message]
    if action.until == Until.RECEIPT:
        work.count(1, len(fresh.sealed))
    return bulk.fresh(
        Parcel,
        lane_id=work.lane.pk,
        message_id=fresh.message.pk,
        digest=action.position.digest,
        envelope=fresh.sealed,
        size=len(fresh.sealed),
        until=action.until,
        queued_at=work.now,
    )


def _write_placed(work: _Walk) -> None:
    """Sign the places of rows together; write these, and a leaf for each."""
    if not work.placed:
        return
    payloads, leaves = [position.to_bytes() for _, position in work.placed], list[audit.Entry]()
    signed = runs.sign(POSITION_TYPE, payloads, work.signer)
    for (row, position), payload, one in zip(work.placed, payloads, signed, strict=True):
        row.position = one
        leaves.append(ledger.parcel("parcel_sent", position, payload=payload, signed=one, now=work.now))
    audit.record_all(work.lane.partner.code, leaves, now=work.now)
    rows = [row for row, _ in work.placed]
    moved = [row for row in rows if row.pk]  # the others get a key by being written
    bulk.insert(row for row in rows if row.pk is None)
    Parcel.objects.bulk_update(moved, ["epoch", "seq", "position"], batch_size=100)
    work.placed.clear()


def _repost(work: _Walk, action: engine.Repost) -> None:
    """Give every row of the outbox a new place, oldest first, some hundreds at a time."""
    waiting = Parcel.objects.filter(lane=work.lane, in_outbox=True).exclude(epoch=action.epoch)
    bare = waiting.select_related("message").defer("envelope", "position", "message__signed").order_by("pk")
    while rows := list(bare[:AT_ONCE]):
        for row in rows:
            work.outbox[row.message.message_id] = row
            event = Post(message=row.message.message_id, digest=row.digest, until=Until(row.until))
            work.state, wanted = step(work.state, event)
            for one in wanted:
                _DO[type(one)](work, one)
        _write_placed(work)


def _settle(work: _Walk, action: engine.Settle) -> None:
    work.settled.append(work.rows[action.message])


def _drop_settled(work: _Walk, action: engine.DropSettled) -> None:
    """Empty what may go. After receipts those are their own parcels at most: every ack let the others go."""
    if work.settled:
        work.dropped = action
        return
    rows = _CHANGING(work.lane.pk, action.epoch, action.through)
    waited = [key for key, _, _, state, _ in rows if state == Parcel.State.WAITING]
    settled = [key for key, _, is_settled, _, _ in rows if is_settled]
    receipts = [key for key, until, _, _, _ in rows if until == Until.ACK]
    _each("UPDATE mailroom_parcel SET state = 'sent' WHERE id = %s", waited)
    if settled:
        Parcel.objects.filter(pk__in=settled).update(**EMPTIED)
        work.count(-len(settled), -sum(size for _, _, is_settled, _, size in rows if is_settled))
    _each("DELETE FROM mailroom_parcel WHERE id = %s", receipts)  # nothing refers to a receipt's parcel


def _each(statement: str, keys: Sequence[int]) -> None:
    if keys:
        statements.done_each(statement, [(key,) for key in keys])


def _changing(lane: int, epoch: str, through: int) -> QuerySet[Any, tuple[int, str, bool, str, int]]:
    changing = Q(state=Parcel.State.WAITING) | Q(settled=True) | Q(until=Until.ACK)
    reached = Parcel.objects.filter(changing, lane_id=lane, epoch=epoch, seq__lte=through, in_outbox=True)
    return reached.values_list("pk", "until", "settled", "state", "size")


_CHANGING = Prepared[tuple[int, str, bool, str, int]](_changing)


def _write_settled(work: _Walk) -> None:
    """Settle and empty at once: each change writes a row anew, with its envelope while it is there."""
    if not work.settled:
        return
    waiting, dropped = [_Waiting(*row) for row in _WAITING(*padded(work.settled))], work.dropped
    gone = [one for one in waiting if dropped and one.stands_within(dropped)]
    left = [one for one in waiting if not (dropped and one.stands_within(dropped))]
    work.count(-len(gone), -sum(one.size for one in gone))
    at = connection.ops.adapt_datetimefield_value(work.now)
    statements.done_each(SETTLED, [(True, at, one.parcel) for one in left])
    statements.done_each(SETTLED_AND_EMPTIED, [(True, at, False, b"", one.parcel) for one in gone])


SETTLED = "UPDATE mailroom_parcel SET settled = %s, settled_at = %s WHERE id = %s"
SETTLED_AND_EMPTIED = (
    "UPDATE mailroom_parcel SET settled = %s, settled_at = %s, in_outbox = %s, envelope = %s WHERE id = %s"
)


class _Waiting(NamedTuple):
    """A parcel in the outbox: its primary key, its place, the bytes of its envelope."""

    parcel: int
    epoch: str
    seq: int
    size: int

    def stands_within(self, dropped: engine.DropSettled) -> bool:
        return self.epoch == dropped.epoch and self.seq <= dropped.through


_WAITING = Prepared[tuple[int, str, int, int]](
    lambda *parcels: Parcel.objects.filter(pk__in=parcels, in_outbox=True).values_list(
        "pk", "epoch", "seq", "size"
    )
)


def _incident(work: _Walk, action: engine.Incident) -> None:
    partner, facts = work.lane.partner, dict[str, Any](lane=work.lane.lane_class, **action.facts)
    if action.code == "sender_restored":  # then the ledger of the pair was put back as well
        audit.open_epoch(partner.code, node=queries.own_code(), code="restored", now=work.now)
    if action.code == lost.CODE:
        facts |= lost.noted(work.lane, facts["lost"])
    incidents.note(partner, action.code, facts, now=work.now)


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
