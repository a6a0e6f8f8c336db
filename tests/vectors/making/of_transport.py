"""`transport.json`: what goes over a line, byte by byte, around made-up envelopes (transport-https.md)."""

from __future__ import annotations

import base64
from typing import Any

from lienlac.core.lane import POSITION_TYPE
from lienlac.core.ledger import checkpoint
from lienlac.core.messages import canonical
from lienlac.peer import greeting, wire
from tests.vectors.making.of_lane import E1, place, standing
from tests.vectors.making.world import MOMENT, A, B, Json, nodes, signed

NONCE, ORIGIN = "a-nonce", f"lienlac/{B.id}/pair/{A.id}/e1"
CLAIM = {
    "class": "normal",
    "claim": {"epoch": E1, "sent": 2, "acked": [{"epoch": E1, "seq": 1, "digest": "d" * 64}]},
}
STANDING = {"class": "normal", "standing": standing(1, answers=E1)}
GREW: Json = {"first": 3, "origin": ORIGIN, "second": 7}
PROOF: Json = {"proof": [base64.b64encode(bytes(32)).decode()]}
ARRIVED: Json = {"envelopes": ["ab" * 32, "cd" * 32], "origin": ORIGIN, "size": 7}
PROOFS: Json = {"proofs": [{"index": 2, "leaf": '{"a":1}', "proof": PROOF["proof"]}, None]}
NOTE = checkpoint.sign(
    checkpoint.Checkpoint(origin=ORIGIN, size=7, root=bytes(32)),
    public=B.signing.public.public_bytes,
    sign=B.signing.sign,
)
HEAD: Json = {"checkpoint": NOTE.encode().decode()}
ASKS: list[Json] = [
    {"ask": "inclusion", "of": ARRIVED},
    {"ask": "consistency", "of": GREW},
    {"ask": "head", "of": {}},
]
TOLD: list[Json] = [PROOFS, {"error": "ledger_sizes"}, HEAD]


def parcels() -> list[wire.WireParcel]:
    """Return two parcels of A's lane; their envelopes are made up."""
    return [
        wire.WireParcel(
            position=signed(POSITION_TYPE, place(seq).to_bytes()), envelope=f"envelope {seq}".encode()
        )
        for seq in (1, 2)
    ]


def vectors() -> Json:
    """Return the content of the file."""
    hello = greeting.Hello(sender=A.id, receiver=B.id, time=MOMENT, nonce=NONCE, lanes=(CLAIM,))
    fetch = {"standings": [STANDING], "wait": 50}
    return {
        "nodes": nodes(),
        "answer_to_challenge": _plain({"nonce": NONCE}),
        "hello": {"lanes": [CLAIM], "time": MOMENT, "nonce": NONCE, "by": A.id, "to": B.id}
        | {"signed": greeting.sign_hello(hello, A.signing).hex()},
        "answer_to_hello": _plain({"session": "a-session", "standings": [STANDING]}),
        "parcels": {
            "parcels": [[one.position.hex(), one.envelope.hex()] for one in parcels()],
            "bytes": wire.encode_parcels(parcels()).hex(),
        },
        "answer_to_parcels": _plain({"standings": [STANDING]}),
        "fetch": _plain(fetch),
        "fetched": {"claims": [CLAIM], "bytes": _fetched(claims=[CLAIM], parcels=tuple(parcels()))},
        "fetched_nothing": {"claims": [], "bytes": _fetched(claims=[])},
        "fetched_questions": {"asks": ASKS, "claims": [], "bytes": _fetched(claims=[], asks=ASKS)},
        "answers": _plain(
            {"answers": [{"asked": one, "answer": told} for one, told in zip(ASKS, TOLD, strict=True)]}
        ),
        "answer_to_answers": _plain({}),
        "consistency": _plain(GREW),
        "answer_to_consistency": _plain(PROOF),
        "head": _plain({}),
        "answer_to_head": _plain(HEAD),
        "inclusion": _plain(ARRIVED),
        "answer_to_inclusion": _plain(PROOFS),
        "error": _plain({"error": "session_over"}),
    }


def _fetched(**members: Any) -> str:
    return wire.encode_fetched(wire.Fetched(**members)).hex()


def _plain(value: Json) -> Json:
    return {"value": value, "bytes": canonical.encode(value).hex()}
