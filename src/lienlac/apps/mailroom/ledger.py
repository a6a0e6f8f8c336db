"""What the mailroom writes into the ledgers: parcels and receipts of a pair, incidents of the house."""

from __future__ import annotations

import hashlib
from datetime import datetime

from lienlac.apps.audit import actions as audit
from lienlac.apps.audit.models import Leaf as LeafRow
from lienlac.apps.directory.models import Node
from lienlac.core.envelope import MESSAGE_TYPE
from lienlac.core.lane import POSITION_TYPE, Position
from lienlac.core.ledger.leaves import Leaf

LEVEL_OF_STAGE = {"R1": "stored", "R2": "opened", "R3": "acted_on"}


def parcel(kind: str, partner: Node, position: Position, signed: bytes, *, now: datetime) -> LeafRow:
    """Write `parcel_sent` or `parcel_stored` into the pair ledger, with the signed position as its statement."""
    facts: dict[str, str | int] = {
        "lane": str(position.lane.lane_class),
        "epoch": position.epoch,
        "seq": position.seq,
        "envelope": position.digest,
        "signed": hashlib.sha256(position.to_bytes()).hexdigest(),
    }
    statement = audit.Signed(payload_type=POSITION_TYPE, signed=signed)
    leaf = Leaf(kind=kind, at=now, facts=facts).encode()
    return audit.record(partner.code, leaf, statement=statement, now=now)


def receipt(
    kind: str, partner: Node, *, level: str, parcel_digest: str, payload: bytes, signed: bytes, now: datetime
) -> LeafRow:
    """Write `receipt_issued` or `receipt_received` into the pair ledger, with the receipt as its statement.

    `payload` is the receipt's message, `signed` the frames of it with its signature.
    """
    facts: dict[str, str | int] = {
        "level": level,
        "parcel": parcel_digest,
        "signed": hashlib.sha256(payload).hexdigest(),
    }
    statement = audit.Signed(payload_type=MESSAGE_TYPE, signed=signed)
    leaf = Leaf(kind=kind, at=now, facts=facts).encode()
    return audit.record(partner.code, leaf, statement=statement, now=now)


def level_of(stage: str, status: str) -> str:
    """Return the level that a leaf gives to a receipt."""
    return "refused" if status == "refused" else LEVEL_OF_STAGE[stage]


def incident(partner: Node, code: str, *, now: datetime) -> LeafRow:
    """Write an incident into the house ledger."""
    leaf = Leaf(kind="incident", at=now, facts={"code": code, "node": partner.code})
    return audit.record(audit.HOUSE, leaf.encode(), now=now)
