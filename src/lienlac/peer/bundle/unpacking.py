"""Take in a bundle: the same steps in the same rooms as a call at the peer door, from bytes that lay in a file.

The sender's claims first, his parcels in lane order, then where he stands in our lanes. A file may be old,
come twice, or come after a later one: positions say what is new, and the rest changes nothing.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

from django.db import OperationalError

from lienlac.apps.audit import actions as audit
from lienlac.apps.directory import queries as directory
from lienlac.apps.directory.models import Node, NodeKey
from lienlac.apps.directory.sealing import own_sealer
from lienlac.apps.mailroom import actions as mailroom
from lienlac.apps.mailroom.models import Arrival
from lienlac.core.envelope import VerifyKey
from lienlac.core.errors import Unauthentic, Unavailable, store_unavailable
from lienlac.core.lane import LaneClass, Standing
from lienlac.peer import wire
from lienlac.peer.bundle import file


@dataclass(frozen=True, kw_only=True)
class Taken:
    """What became of a file: parcels in it, those that were new here, and the answer to its claims."""

    partner: Node
    made: str
    parcels: int
    new: int
    answers: Mapping[LaneClass, Standing]


def take(raw: bytes, receivers: mailroom.Receivers, *, now: datetime) -> Taken:
    """Take in a file for this node from a trusted partner.

    Raises what `file.read` raises, Unauthentic (`bundle_from_stranger`; `bundle_for_other` for one of our own),
    Unavailable (`paused_by_us`, `disk_full`, `database_busy`), and what `mailroom.take_in` raises. Parcels are taken
    in batches of one transaction each: when one fails, those before it are kept, and the same file may be given again.
    """
    bundle, partner = opened(raw)
    before = _arrivals(partner)
    try:
        mailroom.greeted(partner, bundle.claims, now=now)
        for start in range(0, len(bundle.parcels), wire.MAX_PARCELS):
            batch = bundle.parcels[start : start + wire.MAX_PARCELS]
            mailroom.take_in(partner, [(one.position, one.envelope) for one in batch], receivers, now=now)
        mailroom.heard(partner, bundle.standings, now=now)
        answers = mailroom.greeted(partner, bundle.claims, now=now)  # where we stand after the parcels
        _sign_receipts(now)
    except OperationalError as error:
        raise store_unavailable(error) from error
    return Taken(
        partner=partner,
        made=bundle.made,
        parcels=len(bundle.parcels),
        new=_arrivals(partner) - before,
        answers=answers,
    )


def opened(raw: bytes) -> tuple[file.Bundle, Node]:
    """Check and open a file; return it with the partner who wrote it. Nothing is stored."""
    header, me = file.header_of(raw), directory.this_node().code
    sender, (receiver,) = header.sender, header.to
    if sender == me != receiver:  # our own, before it was carried away: two sticks are easily swapped
        raise Unauthentic("bundle_for_other", node=receiver)
    partner = directory.known_partner(sender)
    if partner is None:
        raise Unauthentic("bundle_from_stranger", node=sender)
    if partner.standing == Node.Standing.PAUSED:
        raise Unavailable("paused_by_us", node=sender)
    bundle = file.read(
        raw,
        me=me,
        sealing_keys=directory.own_sealing_keys(),
        node_keys=node_key,
    )
    return bundle, partner


def node_key(node: str, kid: str) -> VerifyKey | None:
    """Return the public node key of a trusted partner, or None."""
    partner = directory.partner(node)
    return directory.verify_key(partner, NodeKey.Use.NODE, kid) if partner else None


def _arrivals(partner: Node) -> int:
    return Arrival.objects.filter(lane__partner=partner).count()


def _sign_receipts(now: datetime) -> None:
    """Sign the receipts that are due, for the file that goes back; `work` may be doing the same just now.

    Both at once are harmless: each step is one transaction, and a leaf has one place.
    """
    sealer = own_sealer(now)
    audit.sequence(sealer, now=now)
    while mailroom.issue_receipts(now=now):
        audit.sequence(sealer, now=now)
