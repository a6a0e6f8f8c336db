"""The bodies of receipts (messages.md section 3)."""

from __future__ import annotations

from typing import Any

from . import wire
from .positions import Position

KIND, BY_NODE = "RECEIPT", "R1"
LEVELS = {"R1": "stored", "R2": "opened", "R3": "acted_on"}
STATUSES = ("stored", "not_understood", "refused")
PLACE = {"lane_class", "epoch", "seqs", "envelopes"}
Json = dict[str, Any]


def level_of(body: Json) -> str:
    """Return the level that the ledger's leaf gives to a receipt."""
    return "refused" if body["status"] == "refused" else LEVELS[body["stage"]]


def by_node(
    at: Position, *, status: str, of: str, moment: str, checkpoint: str, ground: str = "", cosigned: str = ""
) -> Json:
    """Return R1 for a parcel; `of` is empty when its message could not be read, `ground` unless refused."""
    body: Json = {"stage": "R1", "lane_class": at.lane, "epoch": at.epoch, "seqs": [at.seq]}
    body |= {"envelopes": [at.digest], "at": moment, "status": status, "checkpoint": checkpoint}
    body |= {"cosigned": cosigned} if cosigned else {}
    return body | ({"messages": [of]} if of else {}) | ({"outward_ground": ground} if ground else {})


def named(body: Json) -> list[tuple[str, str]]:
    """Return the envelopes that R1 is for, each with the id of its message, "" where R1 does not know it."""
    envelopes = body["envelopes"]
    ids = body.get("messages") or [""] * len(envelopes)
    together = len(set(envelopes)) == len(envelopes) == len(ids) == len(body["seqs"])
    wire.check(together, wire.malformed("receipt_contradicts_itself"))
    return list(zip(envelopes, ids, strict=True))


def by_people(stage: str, of: str, moment: str) -> Json:
    """Return R2 or R3."""
    return {"stage": stage, "of": of, "at": moment, "status": "stored"}


def check(body: Json) -> None:
    """Raise unless a body is a receipt's."""
    known = body.get("stage") in LEVELS and body.get("status") in STATUSES
    wire.check(known, wire.not_understood("unknown_code"))
    needed = PLACE if body["stage"] == BY_NODE else {"of"}
    needed = needed | {"at"} | ({"outward_ground"} if body["status"] == "refused" else set())
    wire.check(needed <= set(body), wire.malformed("field_missing"))
