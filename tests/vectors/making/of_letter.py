"""`letter.json`: a letter of a relay cluster taken apart, and letters that must be refused (transport-nats.md).

Sealed anew at each making, as `bundle.json` is; the bytes in the file stay.
"""

from __future__ import annotations

from lienlac.core.lane import Claim, LaneClass, Standing
from lienlac.peer import sealed
from lienlac.peer.bundle import file
from lienlac.peer.letters import letter as letters
from lienlac.peer.letters.letter import LETTER, Letter
from tests.vectors.making import sealed as making
from tests.vectors.making.of_transport import ASKS, CLAIM, STANDING, TOLD, parcels
from tests.vectors.making.world import A, B, Json, nodes

NORMAL = LaneClass.NORMAL
LABEL = b"lienlac-letter/1"
A_FILE = (0, len(LETTER.magic), file.MAGIC)


def vectors() -> Json:
    """Return the content of the file, sealed anew."""
    full = Letter(
        claims={NORMAL: Claim.from_json(CLAIM["claim"])},
        standings={NORMAL: Standing.from_json(STANDING["standing"])},
        parcels=tuple(parcels()),
        asks=ASKS,
        answers=[{"asked": one, "answer": told} for one, told in zip(ASKS, TOLD, strict=True)],
    )
    raw, bare = _sealed(full), _sealed(Letter(claims={}, standings={}))
    return {
        "nodes": nodes(),
        "subject": f"lienlac.{B.id}.{A.id}",
        "full": making.apart(raw, LETTER, LABEL, "letter"),
        "bare": making.apart(bare, LETTER, LABEL, "letter"),
        "refused": making.refused(raw, LETTER, read, {"a file in the place of a letter": A_FILE}),
    }


def _sealed(letter: Letter, form: sealed.Form = LETTER) -> bytes:
    return sealed.seal(
        form,
        letters.encode(letter),
        sender=A.id,
        receiver=B.id,
        node_key=A.signing,
        to=B.sealing.public,
    )


def read(raw: bytes) -> Letter:
    """Read a letter as B, who knows A."""
    known = {(A.id, A.signing.kid): A.signing.public}
    _, content = sealed.unseal(
        LETTER,
        raw,
        me=B.id,
        sealing_keys={B.sealing.kid: B.sealing},
        node_keys=lambda node, kid: known.get((node, kid)),
    )
    return letters.decode(content)
