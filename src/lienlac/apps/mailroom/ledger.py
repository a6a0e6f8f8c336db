"""What the mailroom writes into the ledgers: parcels and receipts of a pair, incidents of the house."""

from __future__ import annotations

import hashlib
from datetime import datetime

from lienlac.apps.audit import actions as audit
from lienlac.apps.audit.models import Leaf as LeafRow
from lienlac.apps.directory.models import Node
from lienlac.core.lane import Position
from lienlac.core.ledger.leaves import Leaf

LEVEL_OF_STAGE = {"R1": "stored", "R2": "opened", "R3": "acted_on"}


def parcel(kind: str, partner: Node, position: Position, position_bytes: bytes, *, now: datetime) -> LeafRow:
    """Write `parcel_sent` or `parcel_stored` into the pair ledger; `signed` is the digest of the position."""
    facts: dict[str, str | int] = {
        "lane": str(position.lane.lane_class),
        "epoch": position.epoch,
        "seq": position.seq,
        "envelope": position.digest,
        "signed": hashlib.sha256(position_bytes).hexdigest(),
    }
    return audit.record(partner.code, Leaf(kind=kind, at=now, facts=facts).encode(), now=now)


def receipt(
    kind: str, partner: Node, *, level: str, parcel_digest: str, signed: bytes, code: str = "", now: datetime
) -> LeafRow:
    """Write `receipt_issued` or `receipt_received` into the pair ledger; `signed` is the message's payload."""
    facts: dict[str, str | int] = {
        "level": level,
        "parcel": parcel_digest,
        "signed": hashlib.sha256(signed).hexdigest(),
    }
    if code:
        facts["code"] = code
    return audit.record(partner.code, Leaf(kind=kind, at=now, facts=facts).encode(), now=now)


def incident(partner: Node, code: str, *, now: datetime) -> LeafRow:
    """Write an incident into the house ledger."""
    leaf = Leaf(kind="incident", at=now, facts={"code": code, "node": partner.code})
    return audit.record(audit.HOUSE, leaf.encode(), now=now)
