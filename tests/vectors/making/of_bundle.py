"""`bundle.json`: a file taken apart, and files that must be refused (transport-file.md).

Sealing draws a random key, so each making has other bytes; those in the file stay (`python -m tests.vectors.make
bundle` makes new ones).
"""

from __future__ import annotations

from lienlac.core.lane import Claim, LaneClass, Standing
from lienlac.peer.bundle import file
from tests.vectors.making import sealed
from tests.vectors.making.of_transport import CLAIM, STANDING, parcels
from tests.vectors.making.world import MOMENT, A, B, Json, nodes

NORMAL = LaneClass.NORMAL


def vectors() -> Json:
    """Return the content of the file, sealed anew."""
    bundle = file.Bundle(
        sender=A.id,
        receiver=B.id,
        made=MOMENT,
        claims={NORMAL: Claim.from_json(CLAIM["claim"])},
        standings={NORMAL: Standing.from_json(STANDING["standing"])},
        parcels=tuple(parcels()),
    )
    raw = file.write(bundle, node_key=A.signing, to=B.sealing.public)
    opens = sealed.apart(raw, file.BUNDLE, b"lienlac-bundle/1", "file")
    refused = sealed.refused(raw, file.BUNDLE, read, {"another file": (0, 7, b"PK\x03\x04")})
    return {"nodes": nodes(), "opens": opens, "refused": refused}


def read(raw: bytes) -> file.Bundle:
    """Read a file as B, who knows A."""
    known = {(A.id, A.signing.kid): A.signing.public}
    mine = {B.sealing.kid: B.sealing}
    return file.read(raw, me=B.id, sealing_keys=mine, node_keys=lambda node, kid: known.get((node, kid)))
