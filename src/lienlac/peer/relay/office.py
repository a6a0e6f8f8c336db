"""The post office of this process at its hub."""

from __future__ import annotations

from functools import cache

from django.conf import settings

from lienlac.apps.directory.models import Node
from lienlac.core.errors import Unavailable
from lienlac.peer.letters.office import Office
from lienlac.peer.relay.carrier import Hub


def hub() -> str:
    """Return the code of the node through which our post may go, `""` for none."""
    return str(settings.NODE.relay.hub)


@cache
def office() -> Office:
    """Return the post office; Unavailable('hub_not_set') when this node knows no hub."""
    if not hub():
        raise Unavailable("hub_not_set")
    return Office(Hub(hub()))


def direct_line_stands_in(partner: Node) -> bool:
    """Say whether a partner is rung for now, since the hub is away, or in doubt, and his address is known."""
    return bool(partner.endpoint) and bool(hub()) and office().falls_back(partner.code)
