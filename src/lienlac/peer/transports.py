"""The ways by which post travels, in one table: what the postman walks for a partner, by the partner's setting.

A transport is a room of `peer`. Whatever carries them, lanes, parcels and receipts are the same: a parcel that came by
two ways is one parcel, because its place says so. To add one: a room, a row here, a code in the list `transports`.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass

from lienlac.apps.directory import queries as directory
from lienlac.apps.directory.models import Node
from lienlac.peer.rounds import FetchRound, PushRound, Round

Rounds = tuple[type[Round], ...]


@dataclass(frozen=True, kw_only=True)
class Transport:
    """`rounds` says what the postman of one node walks for another whose post travels so, each in its own thread."""

    rounds: Callable[[Node, Node], Rounds]


def _over_https(us: Node, partner: Node) -> Rounds:
    """Push to who can be rung; ask him besides, if nobody can ring us."""
    if not partner.endpoint:
        return ()
    return (PushRound,) if us.endpoint else (PushRound, FetchRound)


def _by_people(_us: Node, _partner: Node) -> Rounds:
    return ()


TRANSPORTS: Mapping[str, Transport] = {
    "https": Transport(rounds=_over_https),
    "bundle": Transport(rounds=_by_people),
}


def walks() -> set[tuple[type[Round], str]]:
    """Return what is to be walked now, and the code of the partner for whom."""
    us = directory.this_node()
    return {
        (kind, partner.code)
        for partner in directory.partners()
        for kind in TRANSPORTS[partner.transport].rounds(us, partner)
    }
