"""An agreement as data: who may ask whom for what, from when to when, on which article.

Whatever an agreement does not name it does not cover: an empty list of kinds or offences covers nothing.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date

from lienlac.core.policy.offences import iccs_of

FORMAL_KINDS = frozenset({"ARREST", "HANDOVER", "FREEZE_ASSET", "CTRL_DELIV", "SAMPLE"})
"""Kinds that can be addressed to the agreement's competent authority alone."""


@dataclass(frozen=True, kw_only=True)
class Party:
    """One side: a country, and the offices that may act under the agreement (none named: all of its)."""

    country: str
    offices: frozenset[str] = frozenset()
    competent_authorities: frozenset[str] = frozenset()


@dataclass(frozen=True, kw_only=True)
class Agreement:
    """One instrument. Offences are codes of the list `offences` or ICCS prefixes (`06` covers `06012`).

    `articles` names the article for a kind, a purpose, or `political_offence`; `deadlines` is the code of a
    profile of clocks.
    """

    id: str
    parties: tuple[Party, ...]
    kinds: frozenset[str]
    purposes: frozenset[str]
    offences: frozenset[str]
    valid_from: date
    valid_to: date | None = None
    articles: Mapping[str, str] = field(default_factory=dict)
    deadlines: str = "default"

    def in_force_on(self, day: date) -> bool:
        """Say whether the agreement is in force on `day`; its last day counts."""
        return self.valid_from <= day and (self.valid_to is None or day <= self.valid_to)

    def binds(self, country: str, office: str) -> bool:
        """Say whether `office` of `country` may act under the agreement."""
        return any(p.country == country and (not p.offices or office in p.offices) for p in self.parties)

    def covers_offence(self, offence: str | None) -> bool:
        """Say whether the offence is covered, by its code or by one of its ICCS classes."""
        if offence is None:
            return False
        return offence in self.offences or any(
            iccs.startswith(prefix)
            for iccs in iccs_of(offence)
            for prefix in self.offences
            if prefix.isdigit()
        )

    def takes(self, kind: str, office: str) -> bool:
        """Say whether `office` may be addressed with `kind`: formal kinds only as a competent authority."""
        if kind not in FORMAL_KINDS:
            return True
        return any(office in party.competent_authorities for party in self.parties)

    def article_for(self, *topics: str | None) -> str:
        """Give the article of the first topic that has one, "" when none has."""
        return next((self.articles[topic] for topic in topics if topic and topic in self.articles), "")


@dataclass(frozen=True, kw_only=True)
class Wish:
    """What an agreement is asked to cover."""

    kind: str
    purpose: str | None
    offence: str | None
    sides: tuple[tuple[str, str], ...]  # (country, office): the sender first, then every addressee
    today: date


def missing(agreement: Agreement, wish: Wish) -> tuple[str, ...]:
    """Name what keeps `agreement` from covering `wish`, nothing when it covers it."""
    held = {
        "party": len(wish.sides) > 1 and all(agreement.binds(*side) for side in wish.sides),
        "in_force": agreement.in_force_on(wish.today),
        "kind": wish.kind in agreement.kinds,
        "purpose": wish.purpose in agreement.purposes,
        "offence": agreement.covers_offence(wish.offence),
        "competent_authority": all(agreement.takes(wish.kind, office) for _, office in wish.sides[1:]),
    }
    return tuple(name for name, holds in held.items() if not holds)


def nearest(agreements: Iterable[Agreement], wish: Wish) -> tuple[Agreement, tuple[str, ...]] | None:
    """Give the agreement that lacks least, with what it lacks (nothing: it covers); None without agreements.

    Of two that lack as much the one that began later stands first: it is the likelier to be meant.
    """
    judged = [(agreement, missing(agreement, wish)) for agreement in agreements]
    return min(judged, key=lambda one: (len(one[1]), -one[0].valid_from.toordinal()), default=None)
