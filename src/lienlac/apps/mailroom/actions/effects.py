"""Let a message take effect in the room that its kind belongs to; what cannot is kept until an upgrade."""

from __future__ import annotations

import logging
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from functools import partial

from django.db import OperationalError, transaction
from django.db.models import QuerySet

from lienlac.apps.directory import moments
from lienlac.apps.directory.models import Node
from lienlac.apps.mailroom import bells, lanes
from lienlac.apps.mailroom.actions import keeping, opening
from lienlac.apps.mailroom.actions.files import note_files
from lienlac.apps.mailroom.actions.opening import RECEIPT, Found, Keys
from lienlac.apps.mailroom.actions.receipted import receipt_came
from lienlac.apps.mailroom.models import Arrival
from lienlac.apps.mailroom.models import Message as MessageRow
from lienlac.apps.mailroom.receivers import Delivery, Receivers
from lienlac.apps.rows import bulk, singly
from lienlac.core.errors import LienlacError, Malformed, NotUnderstood, Refused, Unauthentic
from lienlac.core.lane import Content
from lienlac.core.messages import kinds
from lienlac.core.messages.message import Message

UNKNOWN_GROUND = "RF00"
ILL_MADE = "RF02"  # what has no shape betrays nothing: its maker is told to mend it

log = logging.getLogger("lienlac.mailroom")


@dataclass(frozen=True, kw_only=True)
class Effect:
    """A message that was opened, its envelope, who brought it, and who takes it in."""

    found: Found
    sealed: bytes
    partner: Node
    receivers: Receivers


def apply(arrival: Arrival, effect: Effect, *, now: datetime) -> None:
    """Let the message take effect in a savepoint of its own; what the room above says no to is refused.

    What became of it is noted on the arrival, which the caller saves.
    OperationalError goes through: a full disk or a busy database is not the message's fault, nothing of the
    batch is stored, and the partner sends it again.
    """
    try:
        with transaction.atomic():
            _dispatch(arrival, effect, now)
    except LienlacError as problem:
        _not_applied(arrival, effect, problem, now)
    except OperationalError:
        raise
    except Exception:
        # An isolation point: one message that breaks a room above must not stop the post behind it.
        log.exception("arrival %s could not take effect", arrival)
        _not_applied(arrival, effect, NotUnderstood("effect_failed"), now)


def apply_together(
    arrival: Arrival, effect: Effect, rows: Mapping[str, MessageRow], *, now: datetime
) -> None:
    """Let the message take effect with others of its batch, whose rows are written; whatever is raised goes through.

    The caller takes back all of them then, and lets each take effect by itself (`apply`).
    """
    _dispatch(arrival, effect, now, rows)


def _dispatch(
    arrival: Arrival, effect: Effect, now: datetime, rows: Mapping[str, MessageRow] | None = None
) -> None:
    message = effect.found.message
    if message is None:
        raise Malformed("no_message")
    deed = effect.receivers.by_kind.get(message.kind)
    if deed is None and message.kind != RECEIPT:
        raise NotUnderstood("unknown_kind", kind=message.kind)
    row = rows[message.id] if rows else _written(message, effect.found.signed, arrival.digest)
    delivery = Delivery(message=message, partner=effect.partner, now=now, enclosed=effect.found.enclosed)
    if message.attachments:
        note_files(delivery)
    if deed is None:
        receipt_came(delivery, row, arrival, effect.receivers)
    else:
        deed(delivery)
    _mark(arrival, Arrival.State.STORED, message=row)


def _written(message: Message, signed: bytes, digest: str) -> MessageRow:
    (row,) = bulk.insert([message_row(message, signed, digest)])
    return row


def message_row(message: Message, signed: bytes, digest: str) -> MessageRow:
    """Return the row of a message that came, not written yet; `digest` is that of its envelope."""
    return bulk.fresh(
        MessageRow,
        message_id=message.id,
        outbound=False,
        kind=message.kind,
        version=message.version,
        from_office=message.from_office,
        to_offices=list(message.to_offices),
        in_reply_to=message.in_reply_to or "",
        created_at=moments.from_wire(message.created),
        signed=signed,
        envelope_digest=digest,
    )


def _not_applied(arrival: Arrival, effect: Effect, problem: LienlacError, now: datetime) -> None:
    refused = isinstance(problem, Refused | Malformed | Unauthentic)
    ground = ILL_MADE if isinstance(problem, Malformed) else UNKNOWN_GROUND
    _mark(
        arrival,
        Arrival.State.REFUSED if refused else Arrival.State.NOT_UNDERSTOOD,
        reason=problem.code,
        ground=str(problem.facts.get("outward", ground)) if refused else "",
    )
    message = effect.found.message
    keeping.keep_sealed(arrival, effect.sealed, message.frame() if message else None, now=now)


def _mark(
    arrival: Arrival,
    state: str,
    *,
    message: MessageRow | None = None,
    reason: str = "",
    ground: str = "",
) -> None:
    arrival.state, arrival.message = state, message
    if not (
        message and kinds.is_overseen(message.kind)
    ):  # that one its state's oversight may open (`overseen`)
        arrival.envelope = b""
    arrival.kept, arrival.frame = 0, None
    arrival.reason, arrival.outward_ground = reason[:40], ground[:8]


def retry_not_understood(receivers: Receivers, *, now: datetime) -> int:
    """Look again at what was kept because this node was too old for it; return how many it understands now.

    Each in a transaction of its own, with a new R1 that says what became of it; `lienlac work` does this when
    it starts, which is what an upgrade ends with. One that cannot be looked at is logged and stays kept as it is.
    """
    return sum(
        singly.done(partial(_retry, key, receivers, now), f"looking again at arrival {key}")
        for key in list(_kept())
    )


def _kept() -> QuerySet[Arrival, int]:
    """Ask by an index of what is kept: nothing is dialled before, and there may be a million arrivals."""
    kept = Arrival.objects.filter(state=Arrival.State.NOT_UNDERSTOOD, kept__gt=0)
    return kept.order_by("pk").values_list("pk", flat=True)


@transaction.atomic
def _retry(key: int, receivers: Receivers, now: datetime) -> bool:
    arrival = Arrival.objects.select_for_update(of=("self",)).select_related("lane__partner").get(pk=key)
    partner, raw = arrival.lane.partner, bytes(arrival.envelope)
    marked = lanes.is_marked(bytes(arrival.position))
    found = opening.look_inside(raw, Keys(partner), marked=marked)
    _LOOKED_AGAIN[found.content](
        arrival, Effect(found=found, sealed=raw, partner=partner, receivers=receivers), now
    )
    understood = arrival.state != Arrival.State.NOT_UNDERSTOOD
    arrival.receipt_due |= understood and not marked
    arrival.save()  # of what is still too new the reason may be another one by now
    if understood:
        bells.ring_after_commit()
    return understood


def _apply_now(arrival: Arrival, effect: Effect, now: datetime) -> None:
    apply(arrival, effect, now=now)


def _came_again_meanwhile(arrival: Arrival, effect: Effect, now: datetime) -> None:
    """Its sender was restored and sent it once more, to a node that understood it by then."""
    row = MessageRow.objects.get(message_id=effect.found.message.id) if effect.found.message else None
    _mark(arrival, Arrival.State.STORED, message=row)


def _refuse(arrival: Arrival, effect: Effect, now: datetime) -> None:
    _not_applied(arrival, effect, Malformed(effect.found.reason, outward=opening.WRONG), now)


def _leave(arrival: Arrival, effect: Effect, now: datetime) -> None:
    """Still too new, perhaps for another reason."""
    arrival.reason, arrival.frame = effect.found.reason[:40], effect.found.frame


_LOOKED_AGAIN = {
    Content.NEW: _apply_now,
    Content.RECEIPT: _apply_now,
    Content.KNOWN: _came_again_meanwhile,
    Content.RECEIPT_KNOWN: _came_again_meanwhile,
    Content.REFUSED: _refuse,
    Content.NOT_UNDERSTOOD: _leave,
}
