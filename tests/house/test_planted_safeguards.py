"""Plant a violation of a safeguard and see the build's own examples refuse it: four eyes, SG01, SG18, SG39."""

from dataclasses import replace

import pytest

from lienlac.core.policy.decide import decide
from lienlac.core.policy.rule import Rule
from lienlac.core.policy.table import RULES
from tests.core.policy.examples import EXAMPLES

PLANTED = {"four eyes": "SG34", "neutrality": "SG01", "protected persons": "SG18", "whereabouts": "SG39"}


def permitting(rule: Rule) -> Rule:
    """The rule with a check that finds nothing, whatever it is shown."""
    return replace(rule, check=lambda case: None)


def broken_examples(rules: list[Rule]) -> list[str]:
    """The examples that a table of rules answers otherwise than it must."""
    broken = []
    for example in EXAMPLES:
        found = {
            (one.code, one.result)
            for one in decide(example.case, rules=rules).findings
            if one.rule == example.rule
        }
        holds = not found if example.code is None else (example.code, example.result) in found
        if not holds:
            broken.append(f"{example.rule} {example.code}")
    return broken


def test_the_table_as_it_stands_breaks_no_example():
    assert broken_examples(list(RULES)) == []


@pytest.mark.parametrize("safeguard", PLANTED)
def test_a_safeguard_that_says_nothing_breaks_the_build(safeguard):
    rules = [permitting(rule) if rule.id == PLANTED[safeguard] else rule for rule in RULES]
    broken = broken_examples(rules)
    assert len(broken) >= 3
    assert all(one.startswith(PLANTED[safeguard]) for one in broken)


@pytest.mark.parametrize("safeguard", PLANTED)
def test_a_safeguard_that_is_left_out_of_the_table_breaks_the_build(safeguard):
    assert broken_examples([rule for rule in RULES if rule.id != PLANTED[safeguard]])
