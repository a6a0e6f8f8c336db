"""A node's card: who it is, its public keys, its offices; signed by its own node key (card.md)."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from . import keys, wire

KIND = "application/vnd.lienlac.card+json"
USES = ("node", "author", "seal", "tls")
LABELS = {"node": keys.SIGNING, "author": keys.SIGNING, "seal": keys.SEALING}


@dataclass(frozen=True, kw_only=True)
class Partner:
    """What a card says of a node, as far as this node needs it."""

    code: str
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


def write(said: dict[str, Any], signer: keys.SigningKey) -> bytes:
    return signer.signed(KIND, wire.encode(said))


def read(signed: bytes) -> Partner:
    """Read a card that the first node key it names has signed. Trust is for people: compare the fingerprint."""
    payload = wire.unpack(signed, 3)[0]
    said = wire.decode(payload)
    wire.check(isinstance(said, dict) and said.get("v") == 1, wire.malformed("card_version"))
    publics: dict[str, dict[str, bytes]] = {use: {} for use in USES}
    for one in said["keys"]:
        raw = bytes.fromhex(one["public"])
        wire.check(key(one["use"], raw, "")["kid"] == one["kid"], wire.unauthentic("card_key_wrong"))
        publics[one["use"]][one["kid"]] = raw
    first = next(iter(publics["node"].items()))
    keys.read_signed(signed, KIND, dict([first]))
    return Partner(
        code=said["node"],
        endpoint=said["endpoint"],
        offices=tuple(one["code"] for one in said["offices"]),
        publics=publics,
        fingerprint=keys.fingerprint(keys.SIGNING, first[1]),
    )
