"""What a rule finds, and the decision that is made of all findings: codes and facts, no sentences."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import IntEnum
from types import MappingProxyType
from typing import Any

from lienlac.core.errors import Malformed, Refused
from lienlac.core.policy.grounds import outward
from lienlac.core.policy.reasons import REASONS


class Result(IntEnum):
    """What a finding means for the deed; the greatest of all findings counts."""

    PERMITTED = 0
    FLAGGED = 1  # may go on, and somebody is told
    HELD = 2  # waits for a human's review; nothing is visible outside
    REFUSED = 3


@dataclass(frozen=True, kw_only=True)
class Finding:
    """One answer to *why?*: the rule, a code of `reasons.REASONS` and the facts for its sentence.

    `inside` is the ground stored here (RFnn, None where a rule has none). `secret` findings are shown to the
    protection officer alone: whoever else asks reads `held_for_review` and no rule. `set_aside` says
    by what a refusal was lifted: `two` or `life`.
    """

    rule: str
    result: Result
    code: str
    facts: Mapping[str, Any] = field(default_factory=dict)
    inside: str | None = None
    override: str = "none"
    secret: bool = False
    set_aside: str = ""

    def __post_init__(self) -> None:
        if self.code not in REASONS:
            raise Malformed("reason_not_in_table", reason=self.code)

    @property
    def outward(self) -> str | None:
        """The ground that may leave the node for this finding."""
        return None if self.inside is None else outward(self.inside)


@dataclass(frozen=True, kw_only=True)
class Decision:
    """The answer to one case, with every finding that led to it and the version of the rules."""

    result: Result
    findings: tuple[Finding, ...]
    rules: str

    @property
    def permitted(self) -> bool:
        """Whether the deed may be done now (flags do not stop it)."""
        return self.result <= Result.FLAGGED

    @property
    def decisive(self) -> tuple[Finding, ...]:
        """The findings that made the result, in the order of the rules."""
        return tuple(one for one in self.findings if one.result is self.result and not one.set_aside)

    @property
    def inside_ground(self) -> str | None:
        """The ground to store: that of the first decisive finding that has one."""
        return next((one.inside for one in self.decisive if one.inside), None)

    @property
    def outward_ground(self) -> str | None:
        """The ground that leaves when a partner's message is refused: RF00 as soon as any ground must hide.

        If two rules refuse and one of them is silent, naming the other would be true and yet tell, by its
        order, how far the case went; so silence wins. None unless the result is a refusal.
        """
        if self.result is not Result.REFUSED:
            return None
        grounds = [one.outward or "RF00" for one in self.decisive]
        return "RF00" if "RF00" in grounds else grounds[0]

    @property
    def stop(self) -> str | None:
        """`SGnn-STOP` for a form stopped by one's own node: no refusal, counted apart."""
        return None if self.permitted else f"{self.decisive[0].rule}-STOP"

    def why(self, *, role: str = "") -> tuple[Finding, ...]:
        """Give the findings as `role` may read them; what is secret reads as an ordinary hold."""
        if role == "protection_officer":
            return self.findings
        return tuple(_HELD_FOR_REVIEW if one.secret else one for one in self.findings)

    def check(self, *, role: str = "") -> None:
        """Raise Refused with the first decisive reason, its rule and its facts, unless it is permitted."""
        if self.permitted:
            return
        shown = [one for one in self.why(role=role) if one.result > Result.FLAGGED and not one.set_aside]
        first = max(shown, key=lambda one: one.result)
        raise Refused(
            first.code, rule=first.rule, stop=f"{first.rule}-STOP" if first.rule else "", **first.facts
        )


_HELD_FOR_REVIEW = Finding(rule="", result=Result.HELD, code="held_for_review", facts=MappingProxyType({}))
