"""The post office of this process: its one connection to the relay cluster, and what letters told the rounds."""

from __future__ import annotations

import threading
import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from functools import cache

from django.conf import settings

from lienlac.apps.directory.models import Node
from lienlac.core.errors import Unavailable
from lienlac.core.lane import LaneClass, Standing
from lienlac.core.messages.canonical import Json
from lienlac.peer.nats.cluster import Address, Cluster

FALLS_BACK_AFTER_S = 15.0
"""A change of leader in the cluster takes 5 s: that is no reason to ring somebody."""


@dataclass(kw_only=True)
class News:
    """What one partner's letters told, until the round that writes to him has read it.

    `answered` are our standings after the letter `number` of our mailbox; `read` is the last one of ours that he read.
    """

    answered: Mapping[LaneClass, Standing] = field(default_factory=dict)
    number: int = 0
    owed_since: float = 0.0
    asks: Sequence[Json] = ()
    read: int = 0


class Office:
    """Shared by the thread that reads our mailbox and those that write to partners."""

    def __init__(self, cluster: Cluster) -> None:
        self.cluster = cluster
        self._lock = threading.Lock()
        self._news: dict[str, News] = {}
        self._wakes: dict[str, threading.Event] = {}

    def tell(self, partner: str, news: News) -> None:
        """Tell the round of a partner what a letter of his said."""
        with self._lock:
            before = self._news.get(partner, News())
            self._news[partner] = News(
                answered={**before.answered, **news.answered},
                owed_since=before.owed_since or news.owed_since,
                asks=news.asks or before.asks,
                read=max(before.read, news.read),
                number=news.number,
            )
            wake = self._wakes.get(partner)
        if wake:
            wake.set()

    def hear(self, partner: str, wake: threading.Event) -> News:
        """Return what was told since the last time; `wake` is set when there is more."""
        with self._lock:
            self._wakes[partner] = wake
            return self._news.pop(partner, News())

    def falls_back(self) -> bool:
        """Say whether the cluster has been away for so long that a direct line, where there is one, is used instead."""
        since = self.cluster.down_since
        return since is not None and time.monotonic() - since > FALLS_BACK_AFTER_S


def is_set_up() -> bool:
    """Say whether this node knows a relay cluster."""
    return settings.NODE.nats is not None


@cache
def office() -> Office:
    """Return the post office; Unavailable('cluster_not_set') when this node knows no cluster."""
    said = settings.NODE.nats
    if said is None:
        raise Unavailable("cluster_not_set")
    address = Address(servers=said.servers, key_file=said.key_file, ca_file=said.ca_file, domain=said.domain)
    return Office(Cluster(address, settings.NODE.node))


def direct_line_stands_in(partner: Node) -> bool:
    """Say whether a partner is rung for now, since the cluster is away and his address is known."""
    return bool(partner.endpoint) and is_set_up() and office().falls_back()
