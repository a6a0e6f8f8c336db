"""What the mailroom writes into the ledgers: parcels and receipts of a pair, incidents of the house."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from datetime import datetime
from typing import Any

from lienlac.apps.audit import actions as audit
from lienlac.apps.audit.models import Leaf as LeafRow
from lienlac.apps.directory.models import Node
from lienlac.core.envelope import MESSAGE_TYPE, dsse
from lienlac.core.lane import POSITION_TYPE, Position
from lienlac.core.ledger.leaves import Leaf, ParcelFacts, of_parcel
from lienlac.core.messages.message import Message

LEVEL_OF_STAGE = {"R1": "stored", "R2": "opened", "R3": "acted_on"}


def parcel(kind: str, position: Position, *, payload: bytes, signed: bytes, now: datetime) -> audit.Entry:
    """Return the leaf `parcel_sent` or `parcel_stored` for the pair ledger, with the signed position beside it.

    `payload` are the position's bytes, `signed` the frames of them with their signature.
    """
    facts = ParcelFacts(
        lane=position.lane.lane_class,
        epoch=position.epoch,
        seq=position.seq,
        envelope=position.digest,
        signed=hashlib.sha256(payload).hexdigest(),
    )
    statement = audit.Signed(payload_type=POSITION_TYPE, signed=signed)
    return audit.Entry(body=of_parcel(kind, facts, at=now), statement=statement)


def receipt(
    kind: str, partner: Node, *, told: Message, signed: bytes, parcel_digest: str, now: datetime
) -> LeafRow:
    """Write `receipt_issued` or `receipt_received` into the pair ledger, with the receipt as its statement.

    `signed` are the frames of the receipt with its signature; `parcel_digest` names what R2 or R3 is about. R1 names
    its parcels itself.
    """
    body: Mapping[str, Any] = told.body
    facts: dict[str, str | int] = {
        "level": level_of(body["stage"], body["status"]),
        "signed": hashlib.sha256(dsse.parts(signed)[0]).hexdigest(),
    }
    if body["stage"] == "R1":
        facts["count"] = len(body["envelopes"])
    else:
        facts["parcel"] = parcel_digest
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
