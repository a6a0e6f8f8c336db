"""The post office of this process at the relay cluster: its one connection there."""

from __future__ import annotations

from functools import cache

from django.conf import settings

from lienlac.apps.directory.models import Node
from lienlac.core.errors import Unavailable
from lienlac.peer.letters.office import Office
from lienlac.peer.nats.cluster import Address, Cluster


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
    """Say whether a partner is rung for now, since the cluster is away, or in doubt, and his address is known."""
    return bool(partner.endpoint) and is_set_up() and office().falls_back(partner.code)
