"""Incidents in which a partner signed two histories, as a file for whoever is to judge (docs/protocol/export.md, 4)."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import datetime

from lienlac.apps.directory import queries as directory
from lienlac.apps.directory.models import NodeKey
from lienlac.apps.mailroom.models import Incident
from lienlac.core.envelope import frames
from lienlac.core.errors import LienlacError, Malformed
from lienlac.core.ledger import fork
from lienlac.core.ledger.export import ExportKey
from lienlac.core.ledger.fork import Side

SIGNING = (NodeKey.Use.NODE, NodeKey.Use.AUTHOR)
TAKE: dict[str, Callable[[bytes], Side]] = {
    "equivocation": Side.from_position,
    "partner_untrusted": Side.from_note,
}
"""Code of the incident -> how its evidence is read: two signed places of a lane, or two signed heads."""


def disputed() -> Sequence[Incident]:
    """Return the incidents that can be shown to somebody else, the newest first, closed ones too."""
    rows = Incident.objects.filter(code__in=TAKE).select_related("partner").order_by("-at", "-pk")
    return [row for row in rows if _sides(row)]


def evidence(incident: Incident, *, now: datetime) -> bytes:
    """Return the file of a fork. Malformed('incident_without_fork') when the incident holds no two signed words."""
    sides = _sides(incident)
    if sides is None:
        raise Malformed("incident_without_fork", number=incident.pk)
    return fork.write(*sides, keys=keys_of(sides[0].node), by=directory.own_code(), at=now)


def attached(incident: Incident, *, now: datetime) -> tuple[str, bytes]:
    """Return suffix and bytes of the file of an evidence: a fork where two words are held, else frames as kept."""
    if _sides(incident):
        return "fork", evidence(incident, now=now)
    return "frames", bytes(incident.evidence)


def _sides(incident: Incident) -> tuple[Side, Side] | None:
    take, raw = TAKE.get(incident.code), bytes(incident.evidence)
    if take is None:
        return None
    try:
        both, _rest = frames.split(raw, count=2)
        first, second = frames.unpack(both, count=2, max_bytes=len(both))
        sides = take(first), take(second)
    except LienlacError:  # one word alone, or one that this node has forgotten
        return None
    return sides if sides[0].node == sides[1].node else None


def keys_of(node: str) -> tuple[ExportKey, ...]:
    """Return all signing keys that the directory gave a node, ended ones too, for whoever is to judge its word."""
    rows = NodeKey.objects.filter(node__code=node, use__in=SIGNING).order_by("use", "valid_from")
    return tuple(
        ExportKey(
            node=node,
            public=bytes(row.public),
            since=min(row.valid_from, row.entered_at),
            until=min((end for end in (row.valid_to, row.revoked_at) if end), default=None),
            until_size=row.trusted_size,
        )
        for row in rows
    )
