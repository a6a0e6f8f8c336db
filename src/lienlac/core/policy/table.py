"""The table of rules, in the order in which their findings are shown. A rule is one row here."""

from __future__ import annotations

from typing import Final

from lienlac.core.policy import life
from lienlac.core.policy.rule import ALL, OWN_DOORS, WATCHED, Rule
from lienlac.core.policy.rules import accuracy, conduct, lawfulness, neutrality, origin, protection, searching

VERSION: Final = "2026-11.1"
"""Stands beside every decision and in every ledger leaf about one."""

_LOC_COE: Final = frozenset({"LOC", "COE"})

RULES: Final[tuple[Rule, ...]] = (
    Rule(id="SG05", check=lawfulness.kind_is_open),
    Rule(id="U0", check=life.check),
    Rule(id="SG01", check=neutrality.offence_is_ordinary),
    Rule(id="SG03", check=lawfulness.offence_is_grave, classes=_LOC_COE, override="two"),
    Rule(id="SG04", check=lawfulness.decision_is_in_force, classes=_LOC_COE),
    Rule(id="SG05", check=lawfulness.instrument_covers, override="life"),
    Rule(id="SG07", check=lawfulness.grounds_are_given, classes=WATCHED | {"HUM"}, override="life"),
    Rule(id="SG42", check=lawfulness.not_refused_elsewhere, classes=_LOC_COE),
    Rule(
        id="SG08", check=accuracy.match_is_confirmed, deeds=frozenset({"message", "match"}), doors=OWN_DOORS,
    ),
    Rule(id="SG11", check=accuracy.evaluation_is_given, classes=WATCHED, override="life"),
    Rule(id="SG18", check=protection.person_is_not_protected, classes=WATCHED, doors=OWN_DOORS),
    Rule(id="SG39", check=protection.whereabouts_are_decided),
    Rule(
        id="SG24", check=origin.use_is_granted, deeds=frozenset({"read", "forward", "message"}),
        doors=OWN_DOORS,
    ),
    Rule(
        id="SG25", check=origin.origin_allows, deeds=frozenset({"forward", "message"}), doors=OWN_DOORS,
        override="life",
    ),
    Rule(id="SG26", check=origin.centre_reads_its_own, deeds=frozenset({"read", "relay"})),
    Rule(id="SG27", check=searching.search_is_bounded, deeds=frozenset({"search"}), override="life"),
    Rule(
        id="SG28", check=conduct.sensitive_is_necessary,
        deeds=frozenset({"message", "search", "store"}), override="life",
    ),
    Rule(id="SG32", check=conduct.machine_only_helps, deeds=frozenset({"translate", "decide"})),
    Rule(
        id="SG33", check=conduct.ledger_takes_it,
        deeds=frozenset({"message", "search", "match", "read", "forward", "store"}),
    ),
    Rule(id="SG34", check=conduct.second_person_approved, classes=ALL, doors=OWN_DOORS, override="life"),
    Rule(id="SG45", check=conduct.training_is_apart, deeds=frozenset({"message", "forward", "store"})),
    Rule(id="RF", check=conduct.ground_may_leave),
)  # fmt: skip
