"""What was sealed to our state's oversight too: kept sealed beside what was stored, for whoever has that key."""

from __future__ import annotations

from collections.abc import Iterator

from lienlac.apps.directory import queries
from lienlac.apps.directory.models import Node, NodeKey
from lienlac.apps.mailroom.models import Arrival
from lienlac.core.envelope.envelope import kids_of
from lienlac.core.errors import LienlacError


def envelopes(partner: Node) -> Iterator[tuple[str, bytes]]:
    """Give digest and bytes of each envelope of a partner that names a key of our state's oversight, the oldest first.

    Keys that our card named once count too. What was erased is gone from here as everywhere.
    """
    ours = NodeKey.objects.filter(node=queries.this_node(), use=NodeKey.Use.OVERSIGHT)
    kids = set(ours.values_list("kid", flat=True))
    kept = Arrival.objects.filter(lane__partner=partner).exclude(envelope=b"").order_by("pk")
    for digest, raw in kept.values_list("digest", "envelope").iterator(chunk_size=50):
        if kids & _kids(bytes(raw)):
            yield digest, bytes(raw)


def _kids(raw: bytes) -> set[str]:
    try:
        return set(kids_of(raw))
    except LienlacError:  # kept because it is broken, or newer than this node
        return set()
