"""Take in parcels: check the position, open the envelope, let the message take effect, all in one transaction.

The order of the checks and their numbers are those of docs/protocol/envelope.md and lane.md. What a partner
sends wrong takes its place in the lane and gets a signed refusal, so that nothing behind it is blocked.
"""

from __future__ import annotations

import logging
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime

from django.db import transaction

from lienlac.apps.directory import moments, queries
from lienlac.apps.directory.models import Node, NodeKey
from lienlac.apps.mailroom import bells, lanes, ledger
from lienlac.apps.mailroom.actions import incoming
from lienlac.apps.mailroom.actions.receipting import receipt_came
from lienlac.apps.mailroom.models import Arrival, Lane, Message as MessageRow
from lienlac.apps.mailroom.receivers import Delivery, Receivers
from lienlac.core import envelope
from lienlac.core.envelope.envelope import read_message
from lienlac.core.errors import LienlacError, Malformed, NotUnderstood, Refused, Unauthentic
from lienlac.core.lane import POSITION_TYPE, Arrived, Content, LaneClass, Position, Standing
from lienlac.core.lane.incoming import name_of
from lienlac.core.messages.message import Message

RECEIPT = "RECEIPT"
ACCEPTED = frozenset({"next", "opening"})

log = logging.getLogger("lienlac.mailroom")


@dataclass(kw_only=True)
class _Parcel:
    """A parcel in hand: its checked position, its bytes, and what was found in it."""

    partner: Node
    position: Position
    signed_position: bytes
    sealed: bytes
    now: datetime
    receivers: Receivers
    content: Content = Content.REFUSED
    message: Message | None = None
    signed: bytes = b""
    reason: str = ""
    outward_ground: str = ""


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
    lane to us or an envelope is not the one that its position names: such bytes are nobody's word.
    """
    standings = {}
    for signed_position, sealed in parcels:
        position = _checked_position(partner, signed_position, sealed)
        work = _Parcel(
            partner=partner,
            position=position,
            signed_position=signed_position,
            sealed=sealed,
            now=now,
            receivers=receivers,
        )
        standing = _one(work)
        if standing:
            standings[position.lane.lane_class] = standing
    bells.ring_after_commit()
    return standings


def _checked_position(partner: Node, signed: bytes, sealed: bytes) -> Position:
    raw, _ = envelope.verify(signed, POSITION_TYPE, _keys(partner, NodeKey.Use.NODE))
    position = Position.from_bytes(raw)
    if position.lane != lanes.name_in(partner, position.lane.lane_class):
        raise Unauthentic("wrong_lane")
    position.check_envelope(sealed)
    return position


def _keys(node: Node, use: str) -> Callable[[str], envelope.VerifyKey | None]:
    return lambda kid: queries.verify_key(node, use, kid)


def _one(work: _Parcel) -> Standing | None:
    row, state = lanes.row_in(work.partner, work.position.lane.lane_class)
    held = _held(row, work.position)
    event = Arrived(position=work.position, content=Content.REFUSED, held=held)
    if name_of(state, event) in ACCEPTED:
        _look_inside(work)
        event = Arrived(position=work.position, content=work.content, held=held)
    taken = incoming.Taken(
        store=lambda position: _store(row, work),
        apply=lambda arrival: _apply(work, arrival),
        evidence=work.signed_position,
    )
    return incoming.walk(row, state, event, now=work.now, taken=taken)


def _held(lane: Lane, position: Position) -> str:
    arrival = Arrival.objects.filter(lane=lane, epoch=position.epoch, seq=position.seq).first()
    return arrival.digest if arrival else ""


def _look_inside(work: _Parcel) -> None:
    """Open and read; set what the engine must know, and why, when it is not a message for us."""
    try:
        work.message, work.signed = _opened(work)
    except NotUnderstood as problem:
        work.content, work.reason = Content.NOT_UNDERSTOOD, problem.code
    except (Malformed, Unauthentic) as problem:
        work.content, work.reason, work.outward_ground = Content.REFUSED, problem.code, "RF02"
    else:
        work.content = _content(work.message)


def _opened(work: _Parcel) -> tuple[Message, bytes]:
    here = queries.this_node().code
    opened = envelope.open_envelope(
        work.sealed,
        me=here,
        sealing_keys=queries.own_sealing_keys(),
        node_keys=lambda node, kid: _node_key(work.partner, node, kid),
    )
    sender = opened.header.sender
    message, kid = read_message(
        opened.signed_message, sender=sender, author_keys=lambda node, kid: _author_key(work.partner, node, kid)
    )
    if kid_is_machine(work.partner, kid) and message.kind != RECEIPT:
        raise Unauthentic("machine_is_no_author")  # a node's key says what a machine can say, and no more
    codes = [message.from_office, *message.to_offices]
    nodes = {code: office.node.code for code in codes if (office := queries.office(code))}
    envelope.check_addressed(message, sender=sender, me=here, node_of=nodes.get)
    return message, opened.signed_message


def _node_key(partner: Node, node: str, kid: str) -> envelope.VerifyKey | None:
    """Only the partner who brings a parcel may have sealed it: relaying is a transport's affair."""
    return queries.verify_key(partner, NodeKey.Use.NODE, kid) if node == partner.code else None


def _author_key(partner: Node, node: str, kid: str) -> envelope.VerifyKey | None:
    if node != partner.code:
        return None
    return queries.verify_key(partner, NodeKey.Use.AUTHOR, kid) or queries.verify_key(
        partner, NodeKey.Use.NODE, kid
    )


def kid_is_machine(partner: Node, kid: str) -> bool:
    """Say whether a key id is that of a partner's node key."""
    return queries.verify_key(partner, NodeKey.Use.NODE, kid) is not None


def _content(message: Message) -> Content:
    if MessageRow.objects.filter(message_id=message.id).exists():
        return Content.KNOWN
    return Content.RECEIPT if message.kind == RECEIPT else Content.NEW


def _store(lane: Lane, work: _Parcel) -> Arrival:
    leaf = ledger.parcel("parcel_stored", work.partner, work.position, work.position.to_bytes(), now=work.now)
    return Arrival.objects.create(
        lane=lane,
        epoch=work.position.epoch,
        seq=work.position.seq,
        digest=work.position.digest,
        position=work.signed_position,
        envelope=b"" if work.content in (Content.NEW, Content.RECEIPT, Content.KNOWN) else work.sealed,
        message=_known_message(work),
        state=_STATE.get(work.content, Arrival.State.STORED),
        reason=work.reason[:40],
        outward_ground=work.outward_ground,
        arrived_at=work.now,
        leaf=leaf,
    )


_STATE = {
    Content.REFUSED: Arrival.State.REFUSED,
    Content.NOT_UNDERSTOOD: Arrival.State.NOT_UNDERSTOOD,
}


def _known_message(work: _Parcel) -> MessageRow | None:
    if work.content is not Content.KNOWN or work.message is None:
        return None
    return MessageRow.objects.get(message_id=work.message.id)


def _apply(work: _Parcel, arrival: Arrival) -> None:
    """Let the message take effect in a savepoint of its own; what the room above says no to is refused."""
    try:
        with transaction.atomic():
            arrival.message = _message_row(work)
            arrival.save(update_fields=["message"])
            _dispatch(work, arrival)
    except LienlacError as problem:
        _not_applied(arrival, work, problem)
    except Exception:
        # An isolation point: one message that breaks a room above must not stop the post behind it.
        log.exception("a message could not take effect: %s", work.message.kind if work.message else "?")
        _not_applied(arrival, work, NotUnderstood("effect_failed"))


def _not_applied(arrival: Arrival, work: _Parcel, problem: LienlacError) -> None:
    refused = isinstance(problem, Refused | Malformed | Unauthentic)
    arrival.message = None
    arrival.envelope = work.sealed
    arrival.state = Arrival.State.REFUSED if refused else Arrival.State.NOT_UNDERSTOOD
    arrival.reason = problem.code[:40]
    arrival.outward_ground = str(problem.facts.get("outward", "RF00"))[:8] if refused else ""
    arrival.save(update_fields=["message", "envelope", "state", "reason", "outward_ground"])


def _dispatch(work: _Parcel, arrival: Arrival) -> None:
    if work.message is None or arrival.message is None:
        return
    delivery = Delivery(message=work.message, partner=work.partner, now=work.now)
    if work.message.kind == RECEIPT:
        receipt_came(delivery, arrival.message, work.receivers)
        return
    receiver = work.receivers.by_kind.get(work.message.kind)
    if receiver is None:
        raise NotUnderstood("unknown_kind", kind=work.message.kind)
    receiver(delivery)


def _message_row(work: _Parcel) -> MessageRow:
    message = work.message
    if message is None:
        raise Malformed("no_message")
    return MessageRow.objects.create(
        message_id=message.id,
        outbound=False,
        kind=message.kind,
        version=message.version,
        from_office=message.from_office,
        to_offices=list(message.to_offices),
        in_reply_to=message.in_reply_to or "",
        created_at=moments.from_wire(message.created),
        signed=work.signed,
        envelope_digest=work.position.digest,
    )
