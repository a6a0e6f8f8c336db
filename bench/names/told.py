"""What officers are told of true pairs and of near misses: the share of each tier, for it is by tier that they search.

Recall by rank says where a name stands; a true name told `different` is no candidate at all, however well it stands.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable
from typing import NamedTuple

from lienlac.core.names import TIERS


class Told(NamedTuple):
    """What was told of one pair: the part of the data it is of, whether it is one name, and the tier."""

    part: str
    true: bool
    tier: str


Shares = dict[str, object]


def by_part(told: Iterable[Told]) -> dict[str, Shares]:
    """Return the shares of each part of the data, and of `all` together."""
    found: dict[str, list[Told]] = defaultdict(list)
    for one in told:
        found["all"].append(one)
        found[one.part].append(one)
    return {part: shares(found[part]) for part in sorted(found)}


def shares(told: list[Told]) -> Shares:
    """Return `true` and `near_misses`: how many there are, and the share of each tier in [0, 1] (0 of none)."""
    return {
        "true": _shares([one.tier for one in told if one.true]),
        "near_misses": _shares([one.tier for one in told if not one.true]),
    }


def _shares(tiers: list[str]) -> Shares:
    seen = Counter(tiers)
    return {"n": len(tiers), **{tier: round(seen[tier] / max(len(tiers), 1), 4) for tier in TIERS}}


def line(part: str, found: Shares) -> str:
    """Return the shares of a part in one line."""
    true, near = (_text(found[key]) for key in ("true", "near_misses"))
    return f"    {part:28s} true {true} | near misses {near}"


def _text(found: object) -> str:
    assert isinstance(found, dict)
    return f"n={found['n']:5d} " + " ".join(f"{tier} {found[tier]:.3f}" for tier in TIERS)
