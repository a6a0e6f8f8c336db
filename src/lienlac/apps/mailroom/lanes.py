"""Rows of lanes with the engine's state: read for update, walk one step, write back."""

from __future__ import annotations

import secrets
from collections.abc import Callable, Collection

from django.db import connection

from lienlac.apps.directory.models import Node
from lienlac.apps.directory.queries import own_code
from lienlac.apps.mailroom.models import Lane
from lienlac.apps.rows import statements
from lienlac.apps.rows.prepared import Prepared, padded
from lienlac.core.envelope import frames
from lienlac.core.lane import Incoming, LaneClass, Outgoing, Position, rows
from lienlac.core.lane import Lane as LaneName


def fresh_epoch() -> str:
    """Return a new random epoch: 32 hex digits."""
    return secrets.token_hex(16)


def name_out(partner: Node, lane_class: LaneClass) -> LaneName:
    """Name the lane from this node to a partner."""
    return LaneName(sender=own_code(), receiver=partner.code, lane_class=lane_class)


def name_in(partner: Node, lane_class: LaneClass) -> LaneName:
    """Name the lane from a partner to this node."""
    return LaneName(sender=partner.code, receiver=own_code(), lane_class=lane_class)


def row_out(partner: Node, lane_class: LaneClass) -> tuple[Lane, Outgoing]:
    """Return row and state of an outgoing lane, locked until the transaction ends; made at its first use."""
    name = name_out(partner, lane_class)
    row = _locked(partner, Lane.Direction.OUT, lane_class, lambda: Outgoing(lane=name, epoch=fresh_epoch()))
    return row, rows.load_outgoing(row.state)


def rows_out(partner: Node, lane_classes: Collection[LaneClass]) -> dict[LaneClass, tuple[Lane, Outgoing]]:
    """Return several as `row_out` does, those that were used before by one question."""
    found = dict[LaneClass, tuple[Lane, Outgoing]]()
    for row in _OUT(partner.pk, *padded(sorted(map(str, lane_classes)))) if lane_classes else ():
        row.partner = partner
        found[LaneClass(row.lane_class)] = row, rows.load_outgoing(row.state)
    return {one: found.get(one) or row_out(partner, one) for one in lane_classes}


def row_in(partner: Node, lane_class: LaneClass) -> tuple[Lane, Incoming]:
    """Return row and state of an incoming lane, locked until the transaction ends; made at its first use."""
    name = name_in(partner, lane_class)
    row = _locked(partner, Lane.Direction.IN, lane_class, lambda: Incoming(lane=name))
    return row, rows.load_incoming(row.state)


def is_marked(signed_position: bytes) -> bool:
    """Say whether a signed position that was checked when it came says that a receipt stands there."""
    return Position.from_bytes(
        frames.unpack(signed_position, count=3, max_bytes=len(signed_position))[0]
    ).receipt


def write(row: Lane, state: Outgoing | Incoming) -> None:
    """Write the state back, with what was counted in the outbox: the row is locked."""
    row.state = rows.dump(state)
    row.frozen = state.condition in ("frozen", "halted")
    row.owing = isinstance(state, Outgoing) and state.sent > state.acked
    statements.done(
        "UPDATE mailroom_lane SET state = %s, frozen = %s, owing = %s, outbox_parcels = %s, outbox_size = %s"
        " WHERE id = %s",
        [
            connection.ops.adapt_json_value(row.state, None),
            row.frozen,
            row.owing,
            row.outbox_parcels,
            row.outbox_size,
            row.pk,
        ],
    )


def forget_head(row: Lane) -> None:
    """Begin the order of the partner's heads anew, as an epoch of his lane does.

    Where both ends were put back, receipts of the epoch before come behind later ones.
    """
    statements.done("UPDATE mailroom_lane SET last_head = %s WHERE id = %s", [b"", row.pk])


def _locked(
    partner: Node, direction: str, lane_class: LaneClass, begun: Callable[[], Outgoing | Incoming]
) -> Lane:
    # On SQLite every writing transaction is IMMEDIATE and so alone; on PostgreSQL the row is locked.
    place = {"partner": partner, "direction": direction, "lane_class": lane_class}
    row = _LOCKED.first(partner.pk, str(direction), str(lane_class))
    if row is None:
        Lane.objects.get_or_create(**place, defaults={"state": rows.dump(begun())})
        row = Lane.objects.select_for_update().get(**place)
    row.partner = partner
    return row


_LOCKED = Prepared[Lane](
    lambda partner, direction, lane_class: Lane.objects.select_for_update().filter(
        partner_id=partner, direction=direction, lane_class=lane_class
    )
)
_OUT = Prepared[Lane](
    lambda partner, *lane_classes: (
        Lane.objects.select_for_update()
        .filter(partner_id=partner, direction=Lane.Direction.OUT, lane_class__in=lane_classes)
        .order_by("lane_class")
    )
)
