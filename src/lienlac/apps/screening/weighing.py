"""How PERSONS agree: strong · moderate · weak · contradicted, by one table over what the attributes say.

Never above `weak` without a second attribute besides the name (SG08). Sex and nationality halve or tenth a list,
no more: they support, contradict, and are no second attribute by themselves. This is no score on a person and
nothing follows from it by itself: it says in which order a human looks.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

from lienlac.apps.screening.comparing import AGREE, CLOSE, DIFFER, Compared

Agreement = Literal["strong", "moderate", "weak", "contradicted"]
ORDER: tuple[Agreement, ...] = ("strong", "moderate", "weak", "contradicted")

GOOD_NAMES = frozenset({"same", "likely"})
CROWDED = 1.0  # more namesakes than this by chance alone: name and year together are not strong
SECOND = frozenset({"number", "birth", "birth_place"})
"""Attributes that count as a second one."""


@dataclass(frozen=True, kw_only=True)
class Weighed:
    """The agreement, and what speaks for and against it: (attribute, code of why), the weightiest first."""

    agreement: Agreement
    speaks_for: tuple[tuple[str, str], ...]
    speaks_against: tuple[tuple[str, str], ...]


def weigh(compared: Compared, *, namesakes: float) -> Weighed:
    """Weigh a comparison; `namesakes` is how many names like this chance alone gives among the records."""
    return Weighed(
        agreement=_agreement(compared, namesakes),
        speaks_for=tuple(_said(compared, {AGREE, CLOSE})),
        speaks_against=tuple(_said(compared, {DIFFER})),
    )


def _agreement(compared: Compared, namesakes: float) -> Agreement:
    named = compared.tier in GOOD_NAMES
    contradicted = any(one.says == DIFFER for one in compared.attributes)
    if compared.says("number") == AGREE:
        return _same_number(compared, named=named, contradicted=contradicted)
    if contradicted:
        return "contradicted"
    second, near = _saying(compared, AGREE) & SECOND, _saying(compared, CLOSE) & SECOND
    exact = "birth" in second and (compared.exact_birth or "birth_place" in second)
    if named and exact and namesakes <= CROWDED:
        return "strong"
    if named and (second or near):
        return "moderate"
    if compared.tier == "possible" and "birth" in second and compared.exact_birth:
        return "moderate"
    return "weak"


def _same_number(compared: Compared, *, named: bool, contradicted: bool) -> Agreement:
    """A number forged or borrowed comes with another name, sex or birth: that is a thing to look at, no proof."""
    unnamed = compared.name is None and compared.says("birth") == AGREE
    return "strong" if not contradicted and (named or unnamed) else "moderate"


def _saying(compared: Compared, says: str) -> set[str]:
    return {one.name for one in compared.attributes if one.says == says}


def _said(compared: Compared, wanted: set[str]) -> list[tuple[str, str]]:
    return [(one.name, one.why or one.says) for one in compared.attributes if one.says in wanted]
