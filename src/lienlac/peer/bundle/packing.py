"""Write a bundle: everything that waits for a partner, what we claim of our lanes, where we stand in his.

Nothing leaves the outbox by being written: a file may be lost. What is here twice, because it went by the line
as well, is recognised there by its place.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

from lienlac.apps.directory import moments
from lienlac.apps.directory import queries as directory
from lienlac.apps.directory.models import Node, NodeKey
from lienlac.apps.mailroom import actions as mailroom
from lienlac.apps.mailroom import queries
from lienlac.core.lane import Claim, LaneClass, Standing
from lienlac.peer import wire
from lienlac.peer.bundle import file

ROOM_BYTES = file.MAX_CONTENT_BYTES - 1024 * 1024  # the rest is for claims, standings and frames


@dataclass(frozen=True, kw_only=True)
class Packed:
    """A file and what is in it: the rows of the outbox, and whether more waits than it could hold."""

    raw: bytes
    rows: tuple[int, ...]
    more: bool


def pack(
    partner: Node,
    *,
    now: datetime,
    answers: Mapping[LaneClass, Standing] | None = None,
    room: int = ROOM_BYTES,
) -> Packed:
    """Return a bundle for a partner; `answers` are our standings in answer to the claims of a file of his.

    At most `room` bytes of parcels, urgent lanes first. Raises Unavailable('key_missing').
    """
    claims = queries.claims(partner)
    waiting, more = _waiting(partner, claims, room)
    bundle = file.Bundle(
        sender=directory.this_node().code,
        receiver=partner.code,
        made=moments.to_wire(now),
        claims=claims,
        standings={**queries.standings(partner), **(answers or {})},
        parcels=tuple(wire.WireParcel(position=one.position, envelope=one.envelope) for one in waiting),
    )
    raw = file.write(
        bundle,
        node_key=directory.own_signing_key(NodeKey.Use.NODE, now),
        to=directory.sealing_key_of(partner, now),
    )
    return Packed(raw=raw, rows=tuple(one.pk for one in waiting), more=more)


def handed_over(packed: Packed, *, now: datetime) -> None:
    """Note that the file is written and was given to somebody: its parcels are on their way."""
    mailroom.mark_sent(packed.rows, now=now)


def _waiting(
    partner: Node, claims: Mapping[LaneClass, Claim], room: int
) -> tuple[list[queries.Outgoing], bool]:
    """Return what stands behind the last acknowledged place of each lane, and whether some had no room."""
    cursors = {lane_class: claim.first_not_acked for lane_class, claim in claims.items()}
    found: list[queries.Outgoing] = []
    while batch := queries.next_batch(partner, cursors):
        for one in batch:
            room -= len(one.position) + len(one.envelope) + 3 * 4
            if room < 0 or len(found) == file.MAX_PARCELS:
                return found, True
            found.append(one)
        cursors[batch[-1].lane_class] = batch[-1].seq + 1
    return found, False
