"""What a rule is: an id, where it applies, a check, and what may set it aside."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, Final

from lienlac.core.errors import Malformed
from lienlac.core.policy.case import DEEDS, DOORS, Case
from lienlac.core.policy.finding import Finding, Result

ALL: Final = frozenset({"HUM", "ADM", "INF", "LOC", "COE"})
WATCHED: Final = frozenset({"INF", "LOC", "COE"})
OWN_DOORS: Final = DOORS - {"receipt"}


@dataclass(frozen=True, kw_only=True)
class Said:
    """What a check says, before the rule's id is put to it. `life` False: the life clause cannot lift it."""

    result: Result
    code: str
    facts: dict[str, Any]
    inside: str | None = None
    secret: bool = False
    life: bool = True


@dataclass(frozen=True, kw_only=True)
class Rule:
    """One row of the table. A check that has nothing to say about a case returns None."""

    id: str
    check: Callable[[Case], Said | None]
    classes: frozenset[str] = ALL
    deeds: frozenset[str] = frozenset({"message"})
    doors: frozenset[str] = DOORS
    override: str = "none"

    def __post_init__(self) -> None:
        if not (self.classes and self.deeds <= DEEDS and self.doors <= DOORS):
            raise Malformed("rule_table", rule=self.id)

    def applies(self, case: Case) -> bool:
        """Say whether the rule looks at this case: by deed, by door, and by class if it is a message."""
        if case.deed not in self.deeds or case.door not in self.doors:
            return False
        # A deed on no message (a search, a translation) has no class; a message of no class meets every rule.
        return case.deed != "message" or not case.cls or case.cls in self.classes

    def finding(self, said: Said) -> Finding:
        """Give the finding for what the check said."""
        return Finding(
            rule=self.id,
            result=said.result,
            code=said.code,
            facts=said.facts,
            inside=said.inside,
            override=self.override,
            secret=said.secret,
        )


def permit(code: str, /, **facts: Any) -> Said:
    """Say yes, and why."""
    return Said(result=Result.PERMITTED, code=code, facts=facts)


def flag(code: str, /, **facts: Any) -> Said:
    """Say yes, and that somebody is told."""
    return Said(result=Result.FLAGGED, code=code, facts=facts)


def hold(code: str, /, *, secret: bool = False, inside: str | None = None, **facts: Any) -> Said:
    """Say that a human must look first."""
    return Said(result=Result.HELD, code=code, facts=facts, secret=secret, inside=inside, life=False)


def refuse(
    code: str, inside: str | None, /, *, secret: bool = False, life: bool = True, **facts: Any
) -> Said:
    """Say no, with the inside ground where the rule has one."""
    return Said(result=Result.REFUSED, code=code, facts=facts, inside=inside, secret=secret, life=life)
