"""A node's card: who it is, its public keys, its offices; signed by its own node key (card.md)."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from . import keys, positions, wire

KIND = "application/vnd.lienlac.card+json"
USES = ("node", "author", "seal", "tls", "lasting", "oversight")
MEMBERS = {"v", "node", "country", "endpoint", "training", "issued_at", "keys", "offices"}
OF_OFFICE = {"code", "country", "kind", "time_zone", "languages", "names", "phone", "places", "aliases"}
OF_OFFICE |= {"status", "successor", "since", "desks"}
LABELS = {"node": keys.SIGNING, "author": keys.SIGNING, "seal": keys.SEALING}
LABELS |= {"lasting": "ed25519-mldsa65", "oversight": keys.SEALING}
SIZES = {keys.SIGNING: 32, keys.SEALING: 1216, "ed25519-mldsa65": 1984}


@dataclass(frozen=True, kw_only=True)
class Partner:
    """What a card says of a node, as far as this node needs it."""

    code: str
    country: str
    endpoint: str
    offices: tuple[str, ...]
    publics: dict[str, dict[str, bytes]]  # use → kid → public bytes
    fingerprint: str

    @property
    def pins(self) -> list[str]:
        return list(self.publics["tls"])

    @property
    def sealing(self) -> bytes:
        """The key to seal to: the last on the card."""
        return list(self.publics["seal"].values())[-1]


def key(use: str, public: bytes, since: str) -> dict[str, str]:
    """Return a key as it stands on a card; `tls` has no bytes but its pin."""
    kid = public.hex() if use == "tls" else keys.kid_of(LABELS[use], public)
    return {"use": use, "kid": kid, "public": public.hex(), "valid_from": since, "valid_to": ""}


def check_shape(said: dict[str, Any]) -> None:
    """Raise unless a card names its node and its own country's offices, each once."""
    offices = said["offices"]
    wire.check(positions.NODE.fullmatch(said["node"]), wire.malformed("card_broken"))
    wire.check(isinstance(said["training"], bool), wire.malformed("card_broken"))
    wire.check(all(set(one) == OF_OFFICE for one in offices), wire.malformed("card_broken"))
    at_home = all(one["country"] == said["country"] for one in offices)
    once = len({one["code"] for one in offices}) == len(offices)
    wire.check(at_home and once, wire.malformed("card_broken"))


def write(said: dict[str, Any], signer: keys.SigningKey) -> bytes:
    return signer.signed(KIND, wire.encode(said))


def read(signed: bytes) -> Partner:
    """Read a card that the first node key it names has signed. Trust is for people: compare the fingerprint."""
    said = wire.decode(wire.unpack(signed, 3)[0])
    wire.check(isinstance(said, dict) and said.get("v") == 1, wire.malformed("card_version"))
    wire.check(set(said) >= MEMBERS, wire.malformed("card_broken"))
    check_shape(said)
    publics: dict[str, dict[str, bytes]] = {use: {} for use in USES}
    for one in said["keys"]:
        raw = bytes.fromhex(one["public"])
        wire.check(one["use"] in USES, wire.unauthentic("card_key_wrong"))
        label = LABELS.get(one["use"])
        wire.check(label is None or len(raw) == SIZES[label], wire.malformed("bad_public_key"))
        wire.check(key(one["use"], raw, "")["kid"] == one["kid"], wire.unauthentic("card_key_wrong"))
        publics[one["use"]][one["kid"]] = raw
    wire.check(publics["node"], wire.malformed("card_key_missing"))
    first = next(iter(publics["node"].items()))
    keys.read_signed(signed, KIND, dict([first]))
    return Partner(
        code=said["node"],
        country=said["country"],
        endpoint=said["endpoint"],
        offices=tuple(one["code"] for one in said["offices"]),
        publics=publics,
        fingerprint=keys.fingerprint(keys.SIGNING, first[1]),
    )
