"""Take in parcels: check the position, open the envelope, let the message take effect, all in one transaction.

What a partner sends wrong takes its place in the lane and gets a signed refusal, so that nothing behind it is
blocked; what is not his word (a position that he did not sign) is never stored.
"""

from __future__ import annotations

import logging
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from functools import cached_property, partial
from itertools import pairwise

from django.db import OperationalError, transaction

from lienlac.apps.audit import actions as audit
from lienlac.apps.audit.models import Leaf
from lienlac.apps.directory import queries
from lienlac.apps.directory.models import Node
from lienlac.apps.mailroom import bells, lanes, ledger, room
from lienlac.apps.mailroom.actions import effects, incoming, keeping, opening, stolen
from lienlac.apps.mailroom.actions.opening import Found, Keys
from lienlac.apps.mailroom.models import Arrival, Lane
from lienlac.apps.mailroom.models import Message as MessageRow
from lienlac.apps.mailroom.receivers import Receivers
from lienlac.apps.rows import bulk
from lienlac.core import envelope
from lienlac.core.envelope import frames, runs
from lienlac.core.errors import LienlacError, Unauthentic
from lienlac.core.lane import POSITION_TYPE, Arrived, Content, Incoming, LaneClass, Position, Standing
from lienlac.core.lane import step_incoming as step
from lienlac.core.lane.actions import Store
from lienlac.core.messages import kinds

KEPT_SEALED = frozenset({Content.REFUSED, Content.NOT_UNDERSTOOD})
TAKES_EFFECT = frozenset({Content.NEW, Content.RECEIPT})


log = logging.getLogger("lienlac.mailroom")


@dataclass(kw_only=True)
class _Batch:
    """Parcels of one partner in one transaction: his keys, and his lanes as they stand by now."""

    partner: Node
    keys: Keys
    receivers: Receivers
    now: datetime
    lanes: dict[LaneClass, tuple[Lane, Incoming]] = field(default_factory=dict)

    @cached_property
    def places(self) -> runs.Reader:
        """Reads signed places of the partner."""
        return runs.Reader(self.keys.node.get)

    def lane(self, lane_class: LaneClass) -> tuple[Lane, Incoming]:
        if lane_class not in self.lanes:
            self.lanes[lane_class] = lanes.row_in(self.partner, lane_class)
        return self.lanes[lane_class]


@dataclass(frozen=True, kw_only=True)
class _Parcel:
    """A parcel whose position holds."""

    position: Position
    payload: bytes
    signed_position: bytes
    sealed: bytes


@transaction.atomic
def take_in(
    partner: Node,
    parcels: Sequence[tuple[bytes, bytes]],
    receivers: Receivers,
    *,
    now: datetime,
) -> dict[LaneClass, Standing]:
    """Take in (signed position, envelope) pairs of one partner; return where we stand in each lane touched.

    Raises Malformed or Unauthentic, and stores nothing, when a position is not signed by the partner for a
    lane to us or an envelope is not the one that its position names: such bytes are nobody's word. Raises
    Unauthentic('stranger') when the trust in him ended, or rests, since the caller was let in, and NoRoom('disk_full')
    when so little room is left that what is here already would suffer: his outbox keeps it.
    """
    if queries.partner(partner.code) is None:
        raise Unauthentic("stranger", node=partner.code)
    batch = _Batch(partner=partner, keys=Keys(partner), receivers=receivers, now=now)
    standings = dict[LaneClass, Standing]()
    waiting = [_checked(batch, signed_position, sealed) for signed_position, sealed in parcels]
    if not all(one.position.receipt for one in waiting):
        room.check_disk()  # receipts are taken in as long as anything can be written: they make room
    while waiting:
        number = _in_a_row(batch, waiting)
        answer = _accept(batch, waiting[:number]) if number else _turn_away(batch, waiting[0])
        if answer:
            standings[waiting[0].position.lane.lane_class] = answer
        waiting = waiting[max(number, 1) :]
    for row, state in batch.lanes.values():
        lanes.write(row, state)
    bells.ring_after_commit()
    return standings


def _checked(batch: _Batch, signed: bytes, sealed: bytes) -> _Parcel:
    payload, _ = batch.places.read(signed, POSITION_TYPE)
    position = Position.from_bytes(payload)
    if position.lane != lanes.name_in(batch.partner, position.lane.lane_class):
        raise Unauthentic("wrong_lane")
    position.check_envelope(sealed)
    return _Parcel(position=position, payload=payload, signed_position=signed, sealed=sealed)


def _in_a_row(batch: _Batch, parcels: Sequence[_Parcel]) -> int:
    """Return how many of them, from the first on, take the next places of one lane. Only these are worth opening."""
    first = parcels[0].position
    _, state = batch.lane(first.lane.lane_class)
    _, wanted = step(state, Arrived(position=first, content=Content.REFUSED, held=""))
    if not any(isinstance(action, Store) for action in wanted):
        return 0
    pairs = enumerate(pairwise(one.position for one in parcels), start=1)
    return next((number for number, (one, then) in pairs if not then.follows(one)), len(parcels))


def _turn_away(batch: _Batch, parcel: _Parcel) -> Standing | None:
    """Answer a parcel that takes no place: it came before, leaves a gap, or contradicts what is here."""
    row, state = batch.lane(parcel.position.lane.lane_class)
    held = _held(row, state, parcel.position)
    event = Arrived(position=parcel.position, content=Content.REFUSED, held=held)
    taken = incoming.Taken(position=parcel.signed_position, envelope=parcel.sealed)
    return _walk(batch, event, taken)


def _accept(batch: _Batch, parcels: Sequence[_Parcel]) -> Standing | None:
    """Take in parcels that follow each other: open them all, then let each take effect in its turn."""
    opened = [(one, opening.unseal(one.sealed, batch.keys, marked=one.position.receipt)) for one in parcels]
    answer = None
    for part in _without_repeats(opened):
        found = opening.recognised([one for _, one in part])
        answer = _store(batch, [(parcel, what) for (parcel, _), what in zip(part, found, strict=True)])
    return answer


_Opened = tuple[_Parcel, Found]


def _without_repeats(opened: Sequence[_Opened]) -> Iterator[list[_Opened]]:
    """Part them so that no message comes twice in a part: what became of the first must stand before the second."""
    part, ids = list[_Opened](), set[str]()
    for parcel, found in opened:
        name = found.message.id if found.message else ""
        if name in ids:
            yield part
            part, ids = [], set()
        part.append((parcel, found))
        ids |= {name} - {""}
    yield part


def _store(batch: _Batch, opened: Sequence[_Opened]) -> Standing | None:
    """Write leaves and rows of parcels together. They take effect in one savepoint; where one of them fails, all of it
    is taken back and each takes effect in a savepoint of its own, so that one that fails fails alone.
    """
    leaves = audit.record_all(
        batch.partner.code, [_stored(one, batch.now) for one, _ in opened], now=batch.now
    )
    if len(opened) > 1:
        before = dict(batch.lanes)
        try:
            with transaction.atomic():
                return _each(batch, opened, leaves, together=_messages(opened))
        except OperationalError:
            raise
        except LienlacError:
            batch.lanes = before
        except Exception:
            # An isolation point: whose failure it was is found out one by one.
            log.info("of a batch one breaks a room; each by itself now", exc_info=True)
            batch.lanes = before
    return _each(batch, opened, leaves)


def _messages(opened: Sequence[_Opened]) -> dict[str, MessageRow]:
    """Write the rows of the messages that are to take effect, all at once; return them by the message's id."""
    wanted = [(parcel, found) for parcel, found in opened if found.message and found.content in TAKES_EFFECT]
    rows = bulk.insert(
        effects.message_row(found.message, found.signed, parcel.position.digest)
        for parcel, found in wanted
        if found.message
    )
    return {row.message_id: row for row in rows}


def _each(
    batch: _Batch,
    opened: Sequence[_Opened],
    leaves: Sequence[Leaf],
    *,
    together: Mapping[str, MessageRow] | None = None,
) -> Standing | None:
    """Let each take effect in its turn: `together`, with rows of messages that are written, or in savepoints."""
    arrivals, answer = list[Arrival](), None
    for (parcel, found), leaf in zip(opened, leaves, strict=True):
        arrival = _arrival(batch, parcel, found, leaf)
        answer = _take_effect(batch, parcel, found, arrival, together)
        arrivals.append(arrival)
        if arrival.kept:  # the next one that is kept is counted against it
            bulk.insert(arrivals)
            arrivals.clear()
    bulk.insert(arrivals)
    return answer


def _stored(parcel: _Parcel, now: datetime) -> audit.Entry:
    return ledger.parcel(
        "parcel_stored", parcel.position, payload=parcel.payload, signed=parcel.signed_position, now=now
    )


def _take_effect(
    batch: _Batch,
    parcel: _Parcel,
    found: Found,
    arrival: Arrival,
    together: Mapping[str, MessageRow] | None,
) -> Standing | None:
    effect = effects.Effect(
        found=found, sealed=parcel.sealed, partner=batch.partner, receivers=batch.receivers
    )
    event = Arrived(position=parcel.position, content=found.content, held="")
    taken = incoming.Taken(
        position=parcel.signed_position,
        envelope=parcel.sealed,
        arrival=arrival,
        apply=(
            partial(effects.apply, effect=effect, now=batch.now)
            if together is None
            else partial(effects.apply_together, effect=effect, rows=together, now=batch.now)
        ),
    )
    return _walk(batch, event, taken)


def _walk(batch: _Batch, event: Arrived, taken: incoming.Taken) -> Standing | None:
    lane_class = event.position.lane.lane_class
    row, state = batch.lane(lane_class)
    state, answer = incoming.walk(row, state, event, now=batch.now, taken=taken)
    batch.lanes[lane_class] = (row, state)
    return answer


def _held(lane: Lane, state: Incoming, position: Position) -> str:
    """Return the digest that stands at the position already, "" for none."""
    if position.epoch != state.epoch or position.seq > state.seq:
        return ""
    return incoming.digest_at(lane, position.epoch, position.seq)


def _arrival(batch: _Batch, parcel: _Parcel, found: Found, leaf: Leaf) -> Arrival:
    position = parcel.position
    lane, _ = batch.lane(position.lane.lane_class)
    arrival = bulk.fresh(
        Arrival,
        lane_id=lane.pk,
        epoch=position.epoch,
        seq=position.seq,
        digest=position.digest,
        position=parcel.signed_position,
        envelope=parcel.sealed if found.message and kinds.is_overseen(found.message.kind) else b"",
        message_id=found.held.pk if found.held else None,
        state=_STATE.get(found.content, Arrival.State.STORED),
        reason=found.reason[:40],
        outward_ground=(
            opening.GROUNDS.get(found.reason, opening.WRONG) if found.content is Content.REFUSED else ""
        ),
        arrived_at=batch.now,
        leaf_id=leaf.pk,
    )
    arrival.lane = lane
    if found.content in KEPT_SEALED:
        keeping.keep_sealed(arrival, parcel.sealed, found.frame, now=batch.now)
    if found.reason == "unknown_key" and (signed := opening.signed_inside(parcel.sealed, batch.keys)):
        held = frames.pack(parcel.signed_position)  # what he wrote is no keeper's affair
        stolen.note_revoked_key(signed, envelope.MESSAGE_TYPE, by=batch.partner, evidence=held, now=batch.now)
    return arrival


_STATE = {
    Content.REFUSED: Arrival.State.REFUSED,
    Content.NOT_UNDERSTOOD: Arrival.State.NOT_UNDERSTOOD,
}
