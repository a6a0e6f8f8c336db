"""What the states say together: the list of their roots (roots.md)."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from . import keys, states, wire

ROOTS = "application/vnd.lienlac.roots+json"
MEMBERS = {"v", "number", "issued_at", "expires_at", "threshold", "roots", "lists"}


@dataclass(frozen=True, kw_only=True)
class Roots:
    """What a list says, the public keys of its roots by kid, and its name."""

    said: dict[str, Any]
    publics: dict[str, bytes]
    countries: list[str]
    name: str


def digest_of(codes: list[str]) -> str:
    return wire.sha256(wire.encode(sorted(codes)))


def read(raw: bytes) -> tuple[Roots, bytes, dict[str, bytes]]:
    """Return a list, its payload and its signatures: rule 1."""
    payload, listed = wire.unpack(raw, 2)
    said, signatures = wire.decode(payload), wire.decode(listed)
    wire.check(isinstance(said, dict), wire.malformed("roots_broken"))
    wire.check(said.get("v") == 1, wire.not_understood("newer_roots"))
    wire.check(set(said) == MEMBERS, wire.malformed("roots_broken"))
    once("roots_signer_twice", [one["kid"] for one in signatures])
    roots = [states.read_root(one) for one in states.unpacked(said["roots"])]
    countries = [country for country, _ in roots]
    once("roots_state_twice", countries)
    kids = [keys.kid_of(keys.label_of(public), public) for _, public in roots]
    once("roots_key_twice", kids)
    enough = len(roots) < 2 * said["threshold"] <= 2 * len(roots)
    wire.check(enough, wire.malformed("roots_threshold_low"))
    publics = dict(zip(kids, (public for _, public in roots), strict=True))
    found = Roots(said=said, publics=publics, countries=countries, name=wire.sha256(payload))
    return found, payload, {one["kid"]: bytes.fromhex(one["signature"]) for one in signatures}


def once(code: str, values: list[str]) -> None:
    wire.check(max(Counter(values).values(), default=1) == 1, wire.malformed(code))


def accept(raw: bytes, *, held: Roots | None, now: datetime) -> Roots:
    """Return what is to be held; without one held, people have compared its words."""
    found, payload, signatures = read(raw)
    if held is None or held.name != found.name:
        if held is not None:
            follow(found, held)  # 2
        known = found.publics | (held.publics if held else {})
        for kid, signature in signatures.items():  # 3
            wire.check(kid in known, wire.unauthentic("roots_signer_unknown"))
            keys.verify(known[kid], signature, wire.pae(ROOTS, payload))
        for one in filter(None, (held, found)):  # 4, 5
            met = len(signatures.keys() & one.publics.keys()) >= one.said["threshold"]
            wire.check(met, wire.unauthentic("roots_threshold_not_met"))
    ended = datetime.fromisoformat(found.said["expires_at"])
    wire.check(now <= ended + states.GRACE, wire.Wrong("refused", "roots_expired"))  # 6
    return found


def follow(found: Roots, held: Roots) -> None:
    number, before = found.said["number"], held.said["number"]
    wire.check(number >= before, wire.unauthentic("roots_rolled_back"))
    wire.check(number != before, wire.unauthentic("roots_forked"))
    old = {one["name"]: one for one in held.said["lists"]}
    for one in found.said["lists"]:
        was = old.get(one["name"], one)
        same = one["version"] == was["version"] and one["digest"] == was["digest"]
        wire.check(same or one["version"] > was["version"], wire.unauthentic("roots_list_rolled_back"))
