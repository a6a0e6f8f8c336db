"""`roots.json`: the list of the states' roots, the one that follows it, and lists that must be refused."""

from __future__ import annotations

import base64
from datetime import UTC, datetime
from typing import Any

from lienlac.core import codes
from lienlac.core.envelope import SigningKey, dsse, frames
from lienlac.core.messages import canonical
from lienlac.core.trust import quorum, roots, shared, state, words
from tests.vectors.making.of_bytes import refusal
from tests.vectors.making.world import MOMENT, Json

STATES = {one: SigningKey.from_seed(bytes([0x10 + at]) * 32) for at, one in enumerate(("CN", "LA", "VN"))}
RENEWED = SigningKey.from_seed(b"\x18" * 32)
STRANGER = SigningKey.from_seed(b"\x19" * 32)
ENDS, NOW = "2028-11-21T08:30:00.000Z", datetime(2026, 11, 22, tzinfo=UTC)
LATE = datetime(2029, 6, 1, tzinfo=UTC)
LIST = shared.SharedList(name="urgency", version=1, digest=shared.digest_of("urgency"))
AFTER = STATES | {"CN": RENEWED}


def _draft(number: int = 1, named: dict[str, SigningKey] = STATES, **changed: Any) -> bytes:
    said = {"threshold": 2, "lists": (LIST,), "issued_at": MOMENT, "expires_at": ENDS} | changed
    signed = tuple(roots.sign(country, key) for country, key in named.items())
    return quorum.draft(signed, number=number, **said)


def _signed(raw: bytes, *by: SigningKey, kind: str = quorum.ROOTS_TYPE) -> bytes:
    """Sign whatever it is, as a liar would."""
    payload, _ = frames.unpack(raw, count=2, max_bytes=1 << 20)
    said = [{"kid": one.kid, "signature": one.sign(dsse.pae(kind, payload)).hex()} for one in by]
    return frames.pack(payload, canonical.encode(sorted(said, key=lambda one: one["kid"])))


def _edited(change: Json) -> bytes:
    value: Json = canonical.decode(frames.unpack(_draft(2), count=2, max_bytes=1 << 20)[0])  # type: ignore[assignment]
    return _signed(frames.pack(canonical.encode(value | change), b"[]"), *STATES.values())


def _named(*pairs: tuple[str, SigningKey]) -> dict[str, object]:
    return {"roots": [_base64(roots.sign(country, key)) for country, key in pairs]}


def _base64(raw: bytes) -> str:
    return base64.b64encode(raw).decode()


def _refused(first: bytes) -> list[Json]:
    china, laos, vietnam = STATES.values()
    held, third = _draft(), _draft(3)  # of what is held, signatures were counted when it came
    cases: list[tuple[str, bytes, bytes | None, datetime]] = [
        ("too few of the old", _signed(_draft(2, AFTER), laos, RENEWED), held, NOW),
        ("too few of the new", _signed(_draft(2, AFTER), laos, china), held, NOW),
        ("nobody", _draft(2), held, NOW),
        ("one twice", _signed(_draft(2), laos, laos), held, NOW),
        ("a stranger beside enough", _signed(_draft(2), *STATES.values(), STRANGER), held, NOW),
        ("signed as a directory", _signed(_draft(2), *STATES.values(), kind=state.DIRECTORY_TYPE), held, NOW),
        ("rolled back", _signed(_draft(2), *STATES.values()), third, NOW),
        ("forked", _signed(_draft(1, threshold=3), *STATES.values()), held, NOW),
        ("a code list goes back", _signed(_list_at(1), *STATES.values()), _list_at(2, 1), NOW),
        ("a code list changes in secret", _signed(_list_at(1, 2, "0"), *STATES.values()), held, NOW),
        ("ended long ago", first, None, LATE),
        ("newer", _edited({"v": 2}), held, NOW),
        ("names a node", _edited({"cards": []}), held, NOW),
        ("a state twice", _edited(_named(("LA", laos), ("LA", vietnam))), held, NOW),
        ("a key twice", _edited(_named(("LA", laos), ("VN", laos))), held, NOW),
        ("half of the states", _edited({"threshold": 1}), held, NOW),
    ]
    return [
        {"name": name, "list": raw.hex(), "now": now.isoformat(), "held": had.hex() if had else None}
        | refusal(lambda raw=raw, had=had, now=now: accept(raw, had, now))
        for name, raw, had, now in cases
    ]


def accept(raw: bytes, held: bytes | None, now: datetime = NOW) -> quorum.AcceptedRoots:
    """Accept a list as one who holds another; as one whose people compared it when he holds none."""
    before = quorum.read(held) if held else None
    return quorum.accept(raw, held=before, now=now, by_people=held is None)


def _list_at(version: int, number: int = 2, digit: str = "") -> bytes:
    digest = digit * 64 or LIST.digest
    return _draft(number, lists=(shared.SharedList(name="urgency", version=version, digest=digest),))


def _told(raw: bytes) -> Json:
    payload, _ = frames.unpack(raw, count=2, max_bytes=1 << 20)
    digest = quorum.read(raw).digest
    return {
        "said": canonical.decode(payload),
        "list": raw.hex(),
        "digest": digest,
        "words": " ".join(words.words(digest)),
    }


def vectors() -> Json:
    """Return the content of the file."""
    first = _signed(_draft(), STATES["LA"], STATES["VN"])
    second = _signed(_draft(2, AFTER), STATES["CN"], STATES["LA"], RENEWED)
    accept(first, None)
    accept(second, first)
    return {
        "states": [{"country": one, "seed": key.secret_seed().hex()} for one, key in STATES.items()],
        "codes": {"list": sorted(codes.load("urgency")), "digest": LIST.digest},
        "now": NOW.isoformat(),
        "first": _told(first),
        "second": _told(second),
        "refused": _refused(first),
    }
