"""`lasting.json`: a root of two halves (Ed25519 and ML-DSA-65), a directory of it, and what one half makes of it.

ML-DSA signs differently each time: the file is made once.
"""

from __future__ import annotations

from dataclasses import replace

from lienlac.core.envelope import SigningKey, dsse, frames
from lienlac.core.envelope.lasting import LastingKey
from lienlac.core.ledger import lasting as second
from lienlac.core.trust import roots, state
from tests.vectors.making.of_bytes import refusal
from tests.vectors.making.of_directory import CARDS, ENDS, NOW
from tests.vectors.making.of_ledger import ORIGIN, note_of
from tests.vectors.making.world import MOMENT, Json

ROOT = LastingKey(bytes([9]) * 64)
HALF = SigningKey(bytes([9]) * 32)


def _issued(root: roots.RootKey) -> bytes:
    return state.issue(
        (CARDS["A"],), country="VN", number=1, revoked=(), issued_at=MOMENT, expires_at=ENDS, root=root
    )


def accept(signed: bytes) -> state.Accepted:
    """Accept a directory as one who trusts the root."""
    return state.accept(signed, root=ROOT.public, country="VN", held=None, now=NOW)


def _refused(signed: bytes) -> list[Json]:
    payload, kid, both = frames.unpack(signed, count=3, max_bytes=1 << 20)
    alone = HALF.sign(dsse.pae(state.DIRECTORY_TYPE, payload))
    forged = {
        "the first half, the second left out": both[:64],
        "the second half, the first left out": both[64:],
        "the first half signed as if it were the whole": alone,
        "the same, with the second half of another": alone + both[64:],
        "the second half empty": both[:64] + bytes(3309),
    }
    cases = {name: frames.pack(payload, kid, signature) for name, signature in forged.items()}
    cases["the root of the first half"] = _issued(HALF)
    return [
        {"name": name, "signed": raw.hex()} | refusal(lambda raw=raw: accept(raw))
        for name, raw in cases.items()
    ]


def _checkpoint() -> Json:
    """Return a head with both lines, and heads whose second line does not hold; the key is that of the root above."""
    plain = note_of(7)
    line = second.sign(plain.checkpoint, ROOT)
    said = plain.checkpoint.text().encode()
    wrong = {
        "the first half alone": line.signature[:64],
        "a first half of another key": HALF.sign(said) + line.signature[64:],
        "the signature of another head": ROOT.sign(note_of(6).checkpoint.text().encode()),
        "the signature of a directory": ROOT.sign(dsse.pae(state.DIRECTORY_TYPE, said)),
    }
    return {
        "origin": ORIGIN,
        "key_id": line.key_id.hex(),
        "note": plain.plus(line).encode().decode(),
        "refused": [
            {"name": name, "note": plain.plus(replace(line, signature=raw)).encode().decode()}
            for name, raw in wrong.items()
        ],
    }


def vectors() -> Json:
    """Return the content of the file."""
    signed = _issued(ROOT)
    return {
        "root": {
            "country": "VN",
            "seed": ROOT.secret_seed().hex(),
            "public": ROOT.public.public_bytes.hex(),
            "fingerprint": ROOT.public.fingerprint,
            "signed": roots.sign("VN", ROOT).hex(),
        },
        "now": NOW.isoformat(),
        "directory": {"signed": signed.hex(), "digest": accept(signed).digest},
        "refused": _refused(signed),
        "checkpoint": _checkpoint(),
    }
