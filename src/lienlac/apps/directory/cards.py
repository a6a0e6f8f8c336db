"""The card by which a node introduces itself: who it is, its public keys, its offices; signed by its node key.

Two agencies exchange cards and compare the fingerprint on paper or by phone. A card proves only that whoever
made it holds the keys: that the keys are the agency's is said by people.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from lienlac.apps.directory import moments
from lienlac.core.envelope import dsse, frames
from lienlac.core.envelope.keys import SealingPublic, SigningKey, VerifyKey
from lienlac.core.errors import Malformed, Unauthentic
from lienlac.core.messages import canonical
from lienlac.core.messages.message import is_node_id, is_office_id

CARD_TYPE = "application/vnd.lienlac.card+json"
VERSION = 1
USES = frozenset({"node", "author", "seal", "tls"})
TLS_PIN_BYTES = 32
_COUNTRY = re.compile(r"[A-Z]{2}")


@dataclass(frozen=True, kw_only=True)
class PublicKeyOnCard:
    """A key, its use and its first and last moment (UTC, milliseconds; `valid_to` may be empty)."""

    use: str
    kid: str
    public: bytes
    valid_from: str
    valid_to: str


@dataclass(frozen=True, kw_only=True)
class OfficeOnCard:
    """An office as its agency names it; `names` is {language: name}."""

    code: str
    country: str
    kind: str
    time_zone: str
    languages: tuple[str, ...]
    names: Mapping[str, str]
    phone: str


@dataclass(frozen=True, kw_only=True)
class Card:
    """What a node says of itself."""

    node: str
    country: str
    endpoint: str
    training: bool
    keys: tuple[PublicKeyOnCard, ...]
    offices: tuple[OfficeOnCard, ...]

    def first(self, use: str) -> PublicKeyOnCard:
        """Return the first key of a use; Malformed('card_key_missing') when there is none."""
        for key in self.keys:
            if key.use == use:
                return key
        raise Malformed("card_key_missing", use=use)


def sign(card: Card, node_key: SigningKey) -> bytes:
    """Return the card as signed bytes."""
    return dsse.sign(CARD_TYPE, canonical.encode(_as_json(card)), node_key)


def read(signed: bytes) -> Card:
    """Read a card that is signed by the node key it names.

    Raises Malformed (`card_…`, the codes of frames and JSON) or Unauthentic (`bad_signature`, `unknown_key`).
    """
    unverified = frames.unpack(signed, count=3, max_bytes=dsse.MAX_SIGNED_BYTES)[0]
    card = _from_json(canonical.decode(unverified))
    key = VerifyKey(card.first("node").public)
    dsse.verify(signed, CARD_TYPE, lambda kid: key if kid == key.kid else None)
    return card


def fingerprint(card: Card) -> str:
    """Return 64 hex digits over the node's signing key: what two people compare."""
    return VerifyKey(card.first("node").public).fingerprint


def _as_json(card: Card) -> canonical.Json:
    return {
        "v": VERSION,
        "node": card.node,
        "country": card.country,
        "endpoint": card.endpoint,
        "training": card.training,
        "keys": [vars(key) | {"public": key.public.hex()} for key in card.keys],
        "offices": [
            vars(office) | {"languages": list(office.languages), "names": dict(office.names)}
            for office in card.offices
        ],
    }


def _from_json(value: Any) -> Card:
    try:
        if value["v"] != VERSION:
            raise Malformed("card_version", version=value["v"])
        card = Card(
            node=value["node"],
            country=value["country"],
            endpoint=_text(value["endpoint"], 200),
            training=value["training"],
            keys=tuple(_key(key) for key in value["keys"]),
            offices=tuple(_office(office) for office in value["offices"]),
        )
    except (KeyError, TypeError, ValueError, AttributeError) as error:
        raise Malformed("card_broken") from error
    if not is_node_id(card.node) or not _COUNTRY.fullmatch(card.country) or type(card.training) is not bool:
        raise Malformed("card_broken")
    return card


def _text(value: object, longest: int) -> str:
    if not isinstance(value, str) or len(value) > longest:
        raise ValueError("not a text of this length")
    return value


def _key(value: Mapping[str, Any]) -> PublicKeyOnCard:
    key = PublicKeyOnCard(**{**value, "public": bytes.fromhex(value["public"])})
    moments.from_wire(key.valid_from)
    if key.valid_to:
        moments.from_wire(key.valid_to)
    if key.use not in USES or not _holds(key):
        raise Unauthentic("card_key_wrong", use=str(key.use))
    return key


def _holds(key: PublicKeyOnCard) -> bool:
    """Say whether the key id is that of the bytes."""
    if key.use == "tls":
        return len(key.public) == TLS_PIN_BYTES and key.kid == key.public.hex()
    public = SealingPublic(key.public) if key.use == "seal" else VerifyKey(key.public)
    return public.kid == key.kid


def _office(value: Mapping[str, Any]) -> OfficeOnCard:
    office = OfficeOnCard(
        code=value["code"],
        country=value["country"],
        kind=_text(value["kind"], 32),
        time_zone=_text(value["time_zone"], 64),
        languages=tuple(_text(one, 16) for one in value["languages"]),
        names={_text(language, 16): _text(name, 200) for language, name in value["names"].items()},
        phone=_text(value["phone"], 40),
    )
    if (
        not is_office_id(office.code)
        or not _COUNTRY.fullmatch(office.country)
        or len(value) != len(vars(office))
    ):
        raise Malformed("card_broken")
    return office
