"""What a state says of its agencies: its root, its directory, fingerprints in digits (directory.md)."""

from __future__ import annotations

import base64
import binascii
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from . import card, keys, wire

ROOT = "application/vnd.lienlac.state-root+json"
DIRECTORY = "application/vnd.lienlac.state-directory+json"
MEMBERS = {"v", "country", "number", "issued_at", "expires_at", "cards", "revoked"}
GRACE = timedelta(days=180)


@dataclass(frozen=True, kw_only=True)
class Held:
    """The last directory of a root that I took: its number and its bytes' SHA-256."""

    number: int
    digest: str


def digits(fingerprint: str) -> str:
    """Return a fingerprint as people read it: 78 decimal digits in 13 groups of six."""
    text = str(int(fingerprint, 16)).zfill(78)
    return " ".join(text[at : at + 6] for at in range(0, 78, 6))


def read_root(signed: bytes) -> tuple[str, bytes]:
    """Return country and public key of a root, which is signed by itself."""
    said = wire.decode(wire.unpack(signed, 3)[0])
    shape = isinstance(said, dict) and set(said) == {"v", "country", "public"} and said["v"] == 1
    wire.check(shape, wire.malformed("root_broken"))
    public = bytes.fromhex(said["public"])
    keys.read_signed(signed, ROOT, {keys.kid_of(keys.label_of(public), public): public})
    return said["country"], public


def accept(
    signed: bytes, *, country: str, root: bytes, held: Held | None, now: datetime
) -> tuple[dict[str, Any], Held]:
    """Return what a directory says and what is to be held of it; the numbers are those of directory.md."""
    kid = keys.kid_of(keys.label_of(root), root)
    ours = wire.unpack(signed, 3)[1] == kid.encode()
    wire.check(ours, wire.unauthentic("directory_of_other_root"))  # 1
    said = wire.decode(keys.read_signed(signed, DIRECTORY, {kid: root}))
    wire.check(isinstance(said, dict), wire.malformed("directory_broken"))  # 2
    wire.check(said.get("v") == 1, wire.not_understood("newer_directory"))
    wire.check(set(said) == MEMBERS, wire.malformed("directory_broken"))
    cards = [card.read(raw) for raw in unpacked(said["cards"])]  # 3
    nodes = [one.code for one in cards] + [one["node"] for one in said["revoked"]]
    wire.check(len(set(nodes)) == len(nodes), wire.malformed("node_twice"))
    countries = {said["country"], *(one.country for one in cards)}
    wire.check(countries == {country}, wire.unauthentic("directory_of_other_country"))  # 4
    here = Held(number=said["number"], digest=wire.sha256(signed))
    older = held is not None and here.number < held.number
    wire.check(not older, wire.unauthentic("directory_rolled_back"))  # 5
    forked = held is not None and here.number == held.number and here != held
    wire.check(not forked, wire.unauthentic("directory_forked"))
    ended = datetime.fromisoformat(said["expires_at"])
    wire.check(now <= ended + GRACE, wire.Wrong("refused", "directory_expired"))  # 6
    return said, here


def unpacked(cards: Any) -> list[bytes]:
    try:
        return [base64.b64decode(one, validate=True) for one in cards]
    except (binascii.Error, ValueError, TypeError):
        raise wire.malformed("directory_broken") from None
