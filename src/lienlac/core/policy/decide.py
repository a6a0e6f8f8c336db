"""ONE function that decides: may this be asked, sent, taken in, searched, read, forwarded, translated?

It runs in the form, on sending, on receipt, in the API, in bulk import, in a bundle and after a restore; the
door stands in the case. Every applicable rule is asked, also after one has refused, so that an officer reads
everything that stands in the way at once.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from lienlac.core.policy import life
from lienlac.core.policy.case import Case
from lienlac.core.policy.finding import Decision, Finding, Result
from lienlac.core.policy.rule import Rule
from lienlac.core.policy.table import RULES, VERSION


def decide(case: Case, *, rules: Sequence[Rule] = RULES) -> Decision:
    """Judge `case` by `rules` and say why.

    An empty table refuses, and so does a case to which no rule applies: nothing is permitted by silence.
    """
    findings = tuple(found for rule in rules if rule.applies(case) and (found := _ask(rule, case)))
    if not findings:
        code = "no_rule_applies" if rules else "no_rules"
        findings = (Finding(rule="", result=Result.REFUSED, code=code),)
    counted = [one.result for one in findings if not one.set_aside]
    return Decision(result=max(counted, default=Result.PERMITTED), findings=findings, rules=VERSION)


def _ask(rule: Rule, case: Case) -> Finding | None:
    said = rule.check(case)
    if said is None:
        return None
    finding = rule.finding(said)
    if life.lifts(case, finding, said):
        return replace(finding, set_aside="life")
    if _overridden(rule, case, finding):
        return replace(finding, set_aside="two")
    return finding


def _overridden(rule: Rule, case: Case, finding: Finding) -> bool:
    """Say whether two named persons set this refusal aside; only rules that allow it can be."""
    if rule.override != "two" or finding.result is not Result.REFUSED:
        return False
    return any(one.holds(rule=rule.id, digest=case.digest) for one in case.overrides)
