"""The ways by which post travels, in one table: what the postman walks for a partner, by the partner's setting.

A transport is a room of `peer`. Whatever carries them, lanes, parcels and receipts are the same: a parcel that came by
two ways is one parcel, because its place says so. To add one: a room, a row here, a code in the list `transports`.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass

from lienlac.apps.directory import queries as directory
from lienlac.apps.directory.models import Node
from lienlac.peer.nats import office
from lienlac.peer.nats.rounds import ClusterLetterRound, ClusterMailboxRound
from lienlac.peer.relay import office as hubs
from lienlac.peer.relay.rounds import HubLetterRound, HubMailboxRound
from lienlac.peer.rounds import FetchRound, PushRound, Round

Rounds = tuple[type[Round], ...]


@dataclass(frozen=True, kw_only=True)
class Transport:
    """What the postman of one node walks, each in a thread of its own: `rounds` for another node whose post travels so,
    `listens` for itself, because others may write to it so.
    """

    rounds: Callable[[Node, Node], Rounds]
    listens: Callable[[], Rounds] = lambda: ()


def _over_https(us: Node, partner: Node) -> Rounds:
    """Push to who can be rung; ask him besides, if nobody can ring us."""
    if not partner.endpoint:
        return ()
    return (PushRound,) if us.endpoint else (PushRound, FetchRound)


def _by_people(_us: Node, _partner: Node) -> Rounds:
    return ()


def _through_the_cluster(us: Node, partner: Node) -> Rounds:
    """Write letters; when the cluster is away for long, ring who can be rung until it is back."""
    return (ClusterLetterRound, *(_over_https(us, partner) if office.direct_line_stands_in(partner) else ()))


def _through_the_hub(us: Node, partner: Node) -> Rounds:
    """Write letters; the hub itself, and who can be rung while it is away, are rung."""
    if partner.code == hubs.hub():
        return _over_https(us, partner)
    return (HubLetterRound, *(_over_https(us, partner) if hubs.direct_line_stands_in(partner) else ()))


def _mailbox_at_the_hub() -> Rounds:
    return (HubMailboxRound,) if hubs.hub() else ()


def _mailbox() -> Rounds:
    return (ClusterMailboxRound,) if office.is_set_up() else ()


TRANSPORTS: Mapping[str, Transport] = {
    "https": Transport(rounds=_over_https),
    "relay": Transport(rounds=_through_the_hub, listens=_mailbox_at_the_hub),
    "nats": Transport(rounds=_through_the_cluster, listens=_mailbox),
    "bundle": Transport(rounds=_by_people),
}


def walks() -> set[tuple[type[Round], str]]:
    """Return what is to be walked now, and the code of the partner for whom, or of this node."""
    us = directory.this_node()
    listening = {(kind, us.code) for transport in TRANSPORTS.values() for kind in transport.listens()}
    return listening | {
        (kind, partner.code)
        for partner in directory.partners()
        for kind in TRANSPORTS[partner.transport].rounds(us, partner)
    }
