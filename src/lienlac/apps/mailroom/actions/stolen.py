"""Somebody signs with a key that was revoked because another may have it: named, with what he signed.

The signature is verified under the revoked key: whoever merely names such a key accuses nobody. Nor does a partner
who brings, as if it were his, what another once wrote to him. A key that another one followed is no stolen one; what
an honest partner still had under way with it is refused and no incident.
"""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime

from lienlac.apps.directory.models import Node, NodeKey
from lienlac.apps.mailroom.actions import incidents
from lienlac.core.envelope import VerifyKey, dsse, frames, runs
from lienlac.core.envelope.suite import is_kid
from lienlac.core.errors import LienlacError
from lienlac.core.lane import POSITION_TYPE

CODE = "revoked_key_used"
SIGNING = (NodeKey.Use.NODE, NodeKey.Use.AUTHOR)


def note_revoked_key(
    signed: bytes, payload_type: str, *, by: Node | None = None, evidence: bytes = b"", now: datetime
) -> bool:
    """Note it when `signed` is the word of a key that was revoked for a reason; say whether it is.

    `by` is the partner who brought it, where it may be old: no other node's key counts then. None where it is shown to
    be said now. `evidence` is kept in the place of `signed` where that may hold what no keeper of the node reads.
    """
    for row in _revoked(signed):
        if by in (None, row.node) and _holds(row, signed, payload_type):
            facts = {"kid": row.kid, "use": row.use}
            incidents.note(row.node, CODE, facts, evidence=evidence or frames.pack(signed), now=now)
            return True
    return False


def note_nobodys_parcels(partner: Node, places: Iterable[bytes], reason: str, *, now: datetime) -> None:
    """Note that a partner brought what is not his word: of a revoked key of his where that signed one of the places."""
    if not any(note_revoked_key(one, POSITION_TYPE, by=partner, now=now) for one in places):
        incidents.note_wrong_parcels(partner, reason, now=now)


def _revoked(signed: bytes) -> Iterable[NodeKey]:
    try:
        _, raw, _ = frames.unpack(signed, count=3, max_bytes=dsse.MAX_SIGNED_BYTES)
    except LienlacError:
        return ()
    kid = raw.decode("latin-1")
    if not is_kid(kid):  # a stranger's bytes: not every text may be asked for in every database
        return ()
    rows = NodeKey.objects.filter(kid=kid, use__in=SIGNING, revoked_at__isnull=False)
    return rows.exclude(revoked_for="").select_related("node")


def _holds(row: NodeKey, signed: bytes, payload_type: str) -> bool:
    key = VerifyKey(bytes(row.public))
    try:
        _READ.get(payload_type, dsse.verify)(signed, payload_type, lambda _kid: key)
    except LienlacError:
        return False
    return True


_READ = {POSITION_TYPE: runs.verify}
"""What may be signed together with others of its type; everything else is signed by itself."""
