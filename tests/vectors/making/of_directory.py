"""`directory.json`: a state's root, its directory, directories that must be refused; fingerprints for people."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

from lienlac.core.envelope import SigningKey, dsse
from lienlac.core.messages import canonical
from lienlac.core.trust import roots, state, words
from lienlac.core.trust.state import Held, Revoked
from tests.vectors.making import of_card
from tests.vectors.making.of_bytes import refusal
from tests.vectors.making.world import MOMENT, A, B, Json, nodes

ROOT = SigningKey.from_seed(b"\x07" * 32)
OTHER = SigningKey.from_seed(b"\x08" * 32)
ENDS, NOW = "2027-11-21T08:30:00.000Z", datetime(2026, 11, 22, tzinfo=UTC)
CARDS = {
    one: bytes.fromhex(row["signed"]) for one, row in zip("AB", of_card.vectors()["cards"], strict=False)
}
GONE = Revoked(node="vn-ta-lung", reason="closed", last_trusted_at=MOMENT)


def _issued(number: int = 3, root: SigningKey = ROOT, **changed: Any) -> bytes:
    said = {"country": "VN", "revoked": (GONE,), "issued_at": MOMENT, "expires_at": ENDS} | changed
    return state.issue(said.pop("cards", (CARDS["A"],)), number=number, root=root, **said)


def _signed(change: Json) -> bytes:
    payload, _, _ = _apart(_issued())
    value: Json = canonical.decode(payload)  # type: ignore[assignment]
    return dsse.sign(state.DIRECTORY_TYPE, canonical.encode(value | change), ROOT)


def _apart(signed: bytes) -> tuple[bytes, ...]:
    return dsse.frames.unpack(signed, count=3, max_bytes=1 << 20)


def accept(signed: bytes, *, held: Held | None = None, now: datetime = NOW) -> state.Accepted:
    """Accept a directory as one who trusts the root of Viet Nam."""
    return state.accept(signed, root=ROOT.public, country="VN", held=held, now=now)


def _refused() -> list[Json]:
    good = _issued()
    held = Held(number=3, digest=state.digest_of(good))
    gone = {"node": A.id, "reason": "closed", "last_trusted_at": MOMENT}
    cases: list[tuple[str, bytes, Held | None, datetime]] = [
        ("of another root", _issued(root=OTHER), None, NOW),
        ("altered", good.replace(b'"number":3', b'"number":4'), None, NOW),
        ("newer", _signed({"v": 2}), None, NOW),
        ("one member more", _signed({"colour": "red"}), None, NOW),
        ("a node twice", _signed({"revoked": [gone]}), None, NOW),
        ("of another country", _signed({"country": "LA"}), None, NOW),
        ("a card of another country", _issued(country="CN", cards=(CARDS["B"],)), None, NOW),
        ("rolled back", _issued(2), held, NOW),
        ("forked", _issued(revoked=()), held, NOW),
        ("ended long ago", good, None, datetime(2028, 6, 1, tzinfo=UTC)),
    ]
    return [
        {"name": name, "signed": raw.hex(), "now": now.isoformat(), "held": vars(had) if had else None}
        | refusal(lambda raw=raw, had=had, now=now: accept(raw, held=had, now=now))
        for name, raw, had, now in cases
    ]


def vectors() -> Json:
    """Return the content of the file."""
    good = _issued()
    payload, _, _ = _apart(good)
    accept(good)
    fingerprints = [ROOT.public.fingerprint, A.signing.public.fingerprint, B.signing.public.fingerprint]
    return {
        "nodes": nodes(),
        "root": {
            "country": "VN",
            "seed": ROOT.secret_seed().hex(),
            "signed": roots.sign("VN", ROOT).hex(),
        },
        "directory": {
            "said": canonical.decode(payload),
            "signed": good.hex(),
            "digest": state.digest_of(good),
        },
        "fingerprints": [
            {"hex": one, "words": " ".join(words.words(one)), "digits": " ".join(words.digits(one))}
            for one in fingerprints
        ],
        "refused": _refused(),
    }
