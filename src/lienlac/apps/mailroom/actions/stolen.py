"""Somebody signs with a key that was revoked because another may have it: named, with what he signed.

The signature is verified under the revoked key: whoever merely names such a key accuses nobody. A key that another
one followed is no stolen one; what an honest partner still had under way with it is refused and no incident.
"""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime

from lienlac.apps.directory.models import NodeKey
from lienlac.apps.mailroom.actions import incidents
from lienlac.core.envelope import VerifyKey, dsse, frames
from lienlac.core.errors import LienlacError

CODE = "revoked_key_used"
SIGNING = (NodeKey.Use.NODE, NodeKey.Use.AUTHOR)


def note_revoked_key(signed: bytes, payload_type: str, *, evidence: bytes = b"", now: datetime) -> bool:
    """Note it when `signed` is the word of a key that was revoked for a reason; say whether it is.

    `evidence` is kept in the place of `signed` where that may hold what no keeper of the node reads.
    """
    for row in _revoked(signed):
        if _holds(row, signed, payload_type):
            facts = {"kid": row.kid, "use": row.use}
            incidents.note(row.node, CODE, facts, evidence=evidence or frames.pack(signed), now=now)
            return True
    return False


def note_revoked_among(words: Iterable[bytes], payload_type: str, *, now: datetime) -> bool:
    """Note the first of several, as `note_revoked_key`."""
    return any(note_revoked_key(one, payload_type, now=now) for one in words)


def _revoked(signed: bytes) -> Iterable[NodeKey]:
    try:
        _, kid, _ = frames.unpack(signed, count=3, max_bytes=dsse.MAX_SIGNED_BYTES)
    except LienlacError:
        return ()
    rows = NodeKey.objects.filter(kid=kid.decode("latin-1"), use__in=SIGNING, revoked_at__isnull=False)
    return rows.exclude(revoked_for="").select_related("node")


def _holds(row: NodeKey, signed: bytes, payload_type: str) -> bool:
    key = VerifyKey(bytes(row.public))
    try:
        dsse.verify(signed, payload_type, lambda _kid: key)
    except LienlacError:
        return False
    return True
