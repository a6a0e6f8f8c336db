"""`card.json`: the cards of both nodes, and cards that must be refused (card.md)."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from lienlac.core.competence import Desk
from lienlac.core.envelope.keys import SealingKey
from lienlac.core.envelope.lasting import LastingKey
from lienlac.core.messages import canonical
from lienlac.core.trust import cards
from tests.vectors.making.of_bytes import refusal
from tests.vectors.making.world import MOMENT, A, B, Json, Node, nodes, signed

SINCE, PIN = "2026-01-01T00:00:00.000Z", bytes(range(32))


def vectors() -> Json:
    """Return the content of the file."""
    return {
        "nodes": nodes(),
        "cards": [
            _card(A, "VN", ""),
            _card(B, "CN", "https://192.0.2.7:8200"),
            _card(A, "VN", "", _key("lasting", LASTING.kid, LASTING.public.public_bytes), OVERSEEN),
        ],
        "refused": [{"name": name} | _refused(change) for name, change in CHANGES.items()],
    }


def _said(node: Node, country: str, endpoint: str) -> Json:
    office = cards.OfficeOnCard(
        code=node.office,
        country=country,
        kind="liaison_office",
        time_zone="Asia/Ho_Chi_Minh",
        languages=("vi", "en"),
        names={"vi": "Văn phòng liên lạc Trà Lĩnh", "en": "Trà Lĩnh liaison office"},
        phone="+84 206 000 0001",
        places={"vi": "Trà Lĩnh"},
        aliases=(("zh-hans", "茶岭边境联络官办公室"),),
        since="2026-01-01",
        desks=(Desk(code="drugs", competences=frozenset({"drugs"}), names={"vi": "Ma túy"}),),
    )
    publics = [("node", node.signing.public), ("author", node.officer.public), ("seal", node.sealing.public)]
    keys = [_key(use, key.kid, key.public_bytes) for use, key in publics]
    keys += [_key("tls", PIN.hex(), PIN)] if endpoint else []
    return {
        "v": cards.VERSION,
        "node": node.id,
        "country": country,
        "endpoint": endpoint,
        "training": True,
        "issued_at": MOMENT,
        "keys": keys,
        "offices": [cards.office_as_json(office)],
    }


def _key(use: str, kid: str, public: bytes) -> Json:
    return {"use": use, "kid": kid, "public": public.hex(), "valid_from": SINCE, "valid_to": ""}


def _card(node: Node, country: str, endpoint: str, *more: Json) -> Json:
    said = _said(node, country, endpoint)
    said["keys"] += more
    raw = signed(cards.CARD_TYPE, canonical.encode(said), by=node)
    read = cards.read(raw)
    return {"said": said, "signed": raw.hex(), "fingerprint": cards.fingerprint(read)}


def _keys(change: Callable[[list[Json]], list[Json]]) -> Callable[[Json], Json]:
    return lambda said: said | {"keys": change(said["keys"])}


def _office(**changes: Any) -> Callable[[Json], Json]:
    return lambda said: said | {"offices": [said["offices"][0] | changes]}


LASTING = LastingKey(bytes(range(64)))
OVERSIGHT = SealingKey.from_seed(b"o" * 32)
OVERSEEN = _key("oversight", OVERSIGHT.kid, OVERSIGHT.public.public_bytes)

CHANGES: dict[str, Callable[[Json], Json]] = {
    "newer": lambda said: said | {"v": 2},
    "no node key": _keys(lambda keys: keys[1:]),
    "another node's key first": _keys(lambda keys: [_other("node"), *keys]),
    "kid of other bytes": _keys(lambda keys: [*keys[:2], keys[2] | {"kid": "0" * 32}]),
    "unknown use": _keys(lambda keys: [*keys, keys[0] | {"use": "root"}]),
    "a plain key as a lasting one": _keys(lambda keys: [*keys, keys[0] | {"use": "lasting"}]),
    "a signing key as that of the oversight": _keys(lambda keys: [*keys, keys[0] | {"use": "oversight"}]),
    "office of another country": _office(country="LA"),
    "one office twice": lambda said: said | {"offices": said["offices"] * 2},
    "unknown member of an office": _office(colour="red"),
    "node id with a point": lambda said: said | {"node": "vn.tra-linh"},
    "training not said": lambda said: said | {"training": 1},
}


def _other(use: str) -> Json:
    return _key(use, B.signing.kid, B.signing.public.public_bytes)


def _refused(change: Callable[[Json], Json]) -> Json:
    raw = signed(cards.CARD_TYPE, canonical.encode(change(_said(A, "VN", ""))))
    return {"signed": raw.hex()} | refusal(lambda: cards.read(raw))
