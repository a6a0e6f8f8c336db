"""The card by which a node introduces itself: who it is, its public keys, its offices; signed by its node key.

Two agencies exchange cards and compare the fingerprint on paper or by phone. A card proves only that whoever
made it holds the keys: that the keys are the agency's is said by people.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any

from lienlac.core.competence import Desk
from lienlac.core.envelope import dsse, frames
from lienlac.core.envelope.keys import PublicKey, SealingPublic, VerifyKey
from lienlac.core.envelope.lasting import LastingVerifyKey
from lienlac.core.envelope.suite import Signer
from lienlac.core.errors import Malformed, Unauthentic
from lienlac.core.messages import canonical
from lienlac.core.messages.called import check_name, check_names
from lienlac.core.messages.message import is_node_id, is_office_id
from lienlac.core.trust import moments

CARD_TYPE = "application/vnd.lienlac.card+json"
VERSION = 1
PUBLIC_OF_USE: Mapping[str, Callable[[bytes], PublicKey]] = {
    "node": VerifyKey,
    "author": VerifyKey,
    "seal": SealingPublic,
    "lasting": LastingVerifyKey,
    "oversight": SealingPublic,
}
"""What a key of each use is. `tls`, the last use, is no key but a pin."""
USES = frozenset({*PUBLIC_OF_USE, "tls"})
TLS_PIN_BYTES = 32
MOST_ALIASES = 40
MOST_DESKS = 40
LONG_AGO = "1970-01-01T00:00:00.000Z"
_COUNTRY = re.compile(r"[A-Z]{2}")
_DAY = re.compile(r"(\d{4}-\d{2}-\d{2})?", re.ASCII)


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
    """An office as its agency names it. `names` and `places` (where it stands) are {language: name}.

    `aliases` are former names and names in other scripts, (language, name); `status` is a code of the list
    `office_statuses`; `successor` is the office that took over, of any node; `since` the day (YYYY-MM-DD, may be
    empty) from which all this holds. An office that names no desk is competent for everything.
    """

    code: str
    country: str
    kind: str
    time_zone: str
    languages: tuple[str, ...]
    names: Mapping[str, str]
    phone: str
    places: Mapping[str, str] = field(default_factory=dict)
    aliases: tuple[tuple[str, str], ...] = ()
    status: str = "open"
    successor: str = ""
    since: str = ""
    desks: tuple[Desk, ...] = ()


@dataclass(frozen=True, kw_only=True)
class Card:
    """What a node says of itself, and when it said so. `endpoint` is empty when it can only dial out.

    The first key of use `node` is the one that signs the card and whose fingerprint people compare.
    """

    node: str
    country: str
    endpoint: str
    training: bool
    keys: tuple[PublicKeyOnCard, ...]
    offices: tuple[OfficeOnCard, ...]
    issued_at: str = LONG_AGO

    def first(self, use: str) -> PublicKeyOnCard:
        """Return the first key of a use; Malformed('card_key_missing') when there is none."""
        for key in self.keys:
            if key.use == use:
                return key
        raise Malformed("card_key_missing", use=use)

    def kids(self) -> frozenset[tuple[str, str]]:
        """Return use and key id of each key: what makes two cards speak for the same node."""
        return frozenset((key.use, key.kid) for key in self.keys)


def sign(card: Card, node_key: Signer) -> bytes:
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
    _check_offices(card)
    return card


def _check_offices(card: Card) -> None:
    """A node speaks for its own country's offices, and names each of them once."""
    codes = [office.code for office in card.offices]
    if len(set(codes)) != len(codes) or any(office.country != card.country for office in card.offices):
        raise Malformed("card_broken")


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
        "issued_at": card.issued_at,
        "keys": [vars(key) | {"public": key.public.hex()} for key in card.keys],
        "offices": [office_as_json(office) for office in card.offices],
    }


def office_as_json(office: OfficeOnCard) -> dict[str, Any]:
    """Return an office as plain JSON, as it stands on a card and in the versions that a node keeps."""
    return vars(office) | {
        "languages": list(office.languages),
        "names": dict(office.names),
        "places": dict(office.places),
        "aliases": [list(one) for one in office.aliases],
        "desks": [one.as_json() for one in office.desks],
    }


def _from_json(value: Any) -> Card:
    try:
        if value["v"] != VERSION:
            raise Malformed("card_version", version=value["v"])
        card = Card(
            node=value["node"],
            country=_text(value["country"], 2),
            endpoint=_text(value["endpoint"], 200),
            training=value["training"],
            issued_at=_moment(value["issued_at"]),
            keys=tuple(_key(key) for key in value["keys"]),
            offices=tuple(office_from_json(office) for office in value["offices"]),
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
    return PUBLIC_OF_USE[key.use](key.public).kid == key.kid


def _moment(value: object) -> str:
    text = _text(value, 24)
    moments.from_wire(text)
    return text


def office_from_json(value: Mapping[str, Any]) -> OfficeOnCard:
    """Read an office.

    Raises Malformed (`card_broken`, `name_invisible`), ValueError, TypeError or KeyError for what is none.
    """
    office = OfficeOnCard(
        code=value["code"],
        country=_text(value["country"], 2),
        kind=_text(value["kind"], 32),
        time_zone=_text(value["time_zone"], 64),
        languages=tuple(_text(one, 16) for one in value["languages"]),
        names=_named(value["names"]),
        phone=_text(value["phone"], 40),
        places=_named(value["places"]),
        aliases=tuple((_text(language, 16), _text(name, 200)) for language, name in value["aliases"]),
        status=_text(value["status"], 16),
        successor=_text(value["successor"], 64),
        since=_text(value["since"], 10),
        desks=tuple(Desk.from_json(one) for one in value["desks"]),
    )
    if len(value) != len(vars(office)) or not _is_office(office):
        raise Malformed("card_broken")
    check_called(office)
    return office


def check_called(office: OfficeOnCard) -> None:
    """Raise Malformed('name_invisible') when something that the office or a desk of it is called hides something."""
    check_names(office.names.values(), field="names")
    check_names(office.places.values(), field="places")
    check_names((name for _language, name in office.aliases), field="aliases")
    check_names((name for desk in office.desks for name in (desk.names or {}).values()), field="desks")
    check_name(office.phone, field="phone")


def _named(value: Mapping[str, Any]) -> dict[str, str]:
    return {_text(language, 16): _text(name, 200) for language, name in value.items()}


def _is_office(office: OfficeOnCard) -> bool:
    return (
        is_office_id(office.code)
        and (not office.successor or is_office_id(office.successor))
        and _COUNTRY.fullmatch(office.country) is not None
        and _DAY.fullmatch(office.since) is not None
        and len(office.aliases) <= MOST_ALIASES
        and len(office.desks) <= MOST_DESKS
    )
