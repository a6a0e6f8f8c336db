"""docs/safeguards.md has a row for each safeguard, with the tests that promise it or what is missing."""

import re

import pytest

from lienlac.core import codes
from lienlac.core.policy.table import RULES
from tests.house.named import ROOT, defined, named_in

DOCUMENT = "docs/safeguards.md"
SAFEGUARDS = {code for code in codes.load("rules") if code.startswith("SG")}
ROWS = [
    [cell.strip() for cell in line.strip("|").split("|")]
    for line in (ROOT / DOCUMENT).read_text("utf-8").splitlines()
    if re.match(r"\| SG\d\d \|", line)
]
UNPROVEN = ("not yet", "in part")
"""What may stand without a test: nothing is promised there, or less than a test could show."""


def test_every_safeguard_has_one_row():
    assert sorted(row[0] for row in ROWS) == sorted(SAFEGUARDS)


def test_every_test_that_is_named_exists():
    assert named_in(DOCUMENT) - defined() == set()


@pytest.mark.parametrize("row", ROWS, ids=lambda row: row[0])
def test_what_is_said_to_hold_has_a_test(row):
    _code, says, standing, _holds, tests = row
    assert says
    assert standing
    assert tests or standing.startswith(UNPROVEN)


@pytest.mark.parametrize("rule", sorted({rule.id for rule in RULES} & SAFEGUARDS))
def test_no_rule_of_the_table_is_called_missing(rule):
    [standing] = [row[2] for row in ROWS if row[0] == rule]
    assert not standing.startswith(("not yet", "closed"))
