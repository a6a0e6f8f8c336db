"""Consent of other people: approvals before sending (SG34), overrides, the release chain outside the node.

Pure states: who said what about which text, given as values; `digest` binds each consent to one text, so
that whatever is changed afterwards has none.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import date, datetime
from typing import Final

from lienlac.core.errors import Refused

MOST_RELEASES: Final = 3
APPROVING_ROLES: Final = frozenset({"duty_officer", "supervisor", "analyst", "leader", "protection_officer"})
"""Administrators run the node and inspectors watch it: neither takes part in a case."""


@dataclass(frozen=True, kw_only=True)
class Approval:
    """One person's consent to one text (`digest`), for one thing: `send`, `search_quota`, `file_search` …"""

    by: str
    unit: str
    role: str
    digest: str
    what: str = "send"
    certified_to: date | None = None


@dataclass(frozen=True, kw_only=True)
class Override:
    """Two named persons of different units set one rule aside for one text, with a written reason."""

    rule: str
    digest: str
    first: str
    first_unit: str
    second: str
    second_unit: str
    reason: str

    def holds(self, *, rule: str, digest: str) -> bool:
        """Say whether this sets `rule` aside for the text with `digest`."""
        return (
            (self.rule, self.digest) == (rule, digest)
            and bool(digest and self.first and self.second and self.reason.strip())
            and self.first != self.second
            and self.first_unit != self.second_unit
        )


def count(approvals: Iterable[Approval], *, author: str, digest: str, what: str, today: date) -> int:
    """Count the different certified persons, other than the author, who consented to `what` for this text."""
    return len(
        {
            one.by
            for one in approvals
            if one.by
            and one.by != author
            and one.digest == digest
            and digest
            and one.what == what
            and one.role in APPROVING_ROLES
            and one.certified_to is not None
            and today <= one.certified_to
        }
    )


@dataclass(frozen=True, kw_only=True)
class Release:
    """One link of the chain: a unit outside the node. `paper` is the digest of the page scanned back."""

    unit: str
    decision: str = "pending"  # a code of the list `approval_decisions`
    by: str = ""
    at: datetime | None = None
    paper: str = ""
    digest: str = ""


@dataclass(frozen=True, kw_only=True)
class Chain:
    """The release chain of one text: 0–3 units in their order, each after the one before."""

    digest: str
    author: str = ""
    releases: tuple[Release, ...] = ()

    @property
    def next_unit(self) -> str | None:
        """The unit whose turn it is, None when the chain is complete or has ended."""
        if self.ended:
            return None
        return next((one.unit for one in self.releases if one.decision == "pending"), None)

    @property
    def complete(self) -> bool:
        """Whether every unit released this very text; a chain without links is complete."""
        return all(one.decision == "approved" and one.digest == self.digest for one in self.releases)

    @property
    def ended(self) -> bool:
        """Whether a unit returned, refused or let it lapse."""
        return any(one.decision in {"returned", "refused", "lapsed"} for one in self.releases)


def check_units(units: Iterable[str]) -> tuple[str, ...]:
    """Give the units of a chain in their order; raise Refused for more than three, or for one unit twice."""
    named = tuple(units)
    if len(named) > MOST_RELEASES:
        raise Refused("release_chain_too_long", units=len(named), most=MOST_RELEASES)
    if len(set(named)) != len(named) or not all(named):
        raise Refused("release_chain_repeats_a_unit")
    return named


def open_chain(digest: str, units: Iterable[str], *, author: str = "") -> Chain:
    """Begin a chain through `units`, of a text by `author`; raise what `check_units` raises."""
    releases = tuple(Release(unit=unit) for unit in check_units(units))
    return Chain(digest=digest, author=author, releases=releases)


def decide_release(
    chain: Chain, *, unit: str, decision: str, by: str, at: datetime, digest: str, paper: str = ""
) -> Chain:
    """Add the decision of the unit whose turn it is: `approved`, `returned`, `refused` or `lapsed`.

    Raise Refused `release_out_of_turn` when it is not that unit's turn, `text_was_changed` when it decided
    on another text, `release_needs_a_name` when nobody signed, `releaser_is_author` when the author did.
    """
    if chain.next_unit != unit or decision not in {"approved", "returned", "refused", "lapsed"}:
        raise Refused("release_out_of_turn", unit=unit, event=decision)
    if by and by == chain.author:
        raise Refused("releaser_is_author")
    if digest != chain.digest:
        raise Refused("text_was_changed", unit=unit)
    if not by and decision != "lapsed":
        raise Refused("release_needs_a_name", unit=unit)
    decided = tuple(
        replace(one, decision=decision, by=by, at=at, paper=paper, digest=digest) if one.unit == unit else one
        for one in chain.releases
    )
    return replace(chain, releases=decided)
