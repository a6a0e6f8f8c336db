"""Take in parcels: check the position, open the envelope, let the message take effect, all in one transaction.

What a partner sends wrong takes its place in the lane and gets a signed refusal, so that nothing behind it is
blocked; what is not his word (a position that he did not sign) is never stored.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime

from django.db import transaction

from lienlac.apps.audit import actions as audit
from lienlac.apps.directory import queries
from lienlac.apps.directory.models import Node
from lienlac.apps.mailroom import bells, lanes, ledger
from lienlac.apps.mailroom.actions import effects, incoming, keeping, opening
from lienlac.apps.mailroom.actions.opening import Found, Keys
from lienlac.apps.mailroom.models import Arrival, Lane
from lienlac.apps.mailroom.models import Message as MessageRow
from lienlac.apps.mailroom.receivers import Receivers
from lienlac.core import envelope
from lienlac.core.errors import Unauthentic
from lienlac.core.lane import POSITION_TYPE, Arrived, Content, Incoming, LaneClass, Position, Standing
from lienlac.core.lane.incoming import name_of

ACCEPTED = frozenset({"next", "opening"})
KEPT_SEALED = frozenset({Content.REFUSED, Content.NOT_UNDERSTOOD})


@dataclass(kw_only=True)
class _Batch:
    """Parcels of one partner in one transaction: his keys, and his lanes as they stand by now."""

    partner: Node
    keys: Keys
    receivers: Receivers
    now: datetime
    lanes: dict[LaneClass, tuple[Lane, Incoming]] = field(default_factory=dict)

    def lane(self, lane_class: LaneClass) -> tuple[Lane, Incoming]:
        if lane_class not in self.lanes:
            self.lanes[lane_class] = lanes.row_in(self.partner, lane_class)
        return self.lanes[lane_class]


@dataclass(frozen=True, kw_only=True)
class _Parcel:
    """A parcel whose position holds, and what was found in it."""

    position: Position
    signed_position: bytes
    sealed: bytes
    found: Found


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
    Unauthentic('stranger') when the trust in him ended, or rests, since the caller was let in.
    """
    if queries.partner(partner.code) is None:
        raise Unauthentic("stranger", node=partner.code)
    batch = _Batch(partner=partner, keys=Keys(partner), receivers=receivers, now=now)
    standings = dict[LaneClass, Standing]()
    for signed_position, sealed in parcels:
        parcel = _checked(batch, signed_position, sealed)
        standing = _one(batch, parcel)
        if standing:
            standings[parcel.position.lane.lane_class] = standing
    for row, state in batch.lanes.values():
        lanes.write(row, state)
    bells.ring_after_commit()
    return standings


def _checked(batch: _Batch, signed: bytes, sealed: bytes) -> _Parcel:
    raw, _ = envelope.verify(signed, POSITION_TYPE, batch.keys.node.get)
    position = Position.from_bytes(raw)
    if position.lane != lanes.name_in(batch.partner, position.lane.lane_class):
        raise Unauthentic("wrong_lane")
    position.check_envelope(sealed)
    unopened = Found(content=Content.REFUSED)
    return _Parcel(position=position, signed_position=signed, sealed=sealed, found=unopened)


def _one(batch: _Batch, parcel: _Parcel) -> Standing | None:
    row, state = batch.lane(parcel.position.lane.lane_class)
    event = Arrived(
        position=parcel.position, content=Content.REFUSED, held=_held(row, state, parcel.position)
    )
    if name_of(state, event) in ACCEPTED:  # only then is opening it worth the work
        parcel = replace(parcel, found=opening.look_inside(parcel.sealed, batch.keys))
        event = replace(event, content=parcel.found.content)
    taken = incoming.Taken(
        store=lambda _position: _store(batch, row, parcel),
        apply=lambda arrival: effects.apply(
            arrival,
            effects.Effect(
                found=parcel.found, sealed=parcel.sealed, partner=batch.partner, receivers=batch.receivers
            ),
            now=batch.now,
        ),
        position=parcel.signed_position,
        envelope=parcel.sealed,
    )
    state, answer = incoming.walk(row, state, event, now=batch.now, taken=taken)
    batch.lanes[parcel.position.lane.lane_class] = (row, state)
    return answer


def _held(lane: Lane, state: Incoming, position: Position) -> str:
    """Return the digest that stands at the position already, "" for none."""
    if position.epoch != state.epoch or position.seq > state.seq:
        return ""
    arrival = Arrival.objects.filter(lane=lane, epoch=position.epoch, seq=position.seq).first()
    return arrival.digest if arrival else ""


def _store(batch: _Batch, lane: Lane, parcel: _Parcel) -> Arrival:
    position, found = parcel.position, parcel.found
    entry = ledger.parcel("parcel_stored", position, parcel.signed_position, now=batch.now)
    (leaf,) = audit.record_all(batch.partner.code, [entry], now=batch.now)
    arrival = Arrival(
        lane=lane,
        epoch=position.epoch,
        seq=position.seq,
        digest=position.digest,
        position=parcel.signed_position,
        envelope=b"",
        message=_known(found),
        state=_STATE.get(found.content, Arrival.State.STORED),
        reason=found.reason[:40],
        outward_ground=(
            opening.GROUNDS.get(found.reason, opening.WRONG) if found.content is Content.REFUSED else ""
        ),
        arrived_at=batch.now,
        leaf=leaf,
    )
    if found.content in KEPT_SEALED:
        keeping.keep_sealed(arrival, parcel.sealed, found.frame, now=batch.now)
    return arrival


_STATE = {
    Content.REFUSED: Arrival.State.REFUSED,
    Content.NOT_UNDERSTOOD: Arrival.State.NOT_UNDERSTOOD,
}


def _known(found: Found) -> MessageRow | None:
    if found.content not in (Content.KNOWN, Content.RECEIPT_KNOWN) or found.message is None:
        return None
    return MessageRow.objects.get(message_id=found.message.id)
