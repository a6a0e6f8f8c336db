"""The life clause: U0, imminent danger to life or limb, a child at risk, a victim being moved.

One officer may send at once. The clause lifts some rules, never others, and never carries some things; a
person other than the sender reviews its use within 12 hours, and both inspectors see it.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Final

from lienlac.core.messages.fields import filled
from lienlac.core.policy.case import Case
from lienlac.core.policy.finding import Finding, Result
from lienlac.core.policy.rule import Said, flag, permit, refuse

FLASH: Final = "U0"
REVIEW_HOURS: Final = 12
PURPOSES: Final = frozenset({"PROTECT_VICTIM", "LOCATE_MISSING"})
RELAXES: Final = frozenset({"SG02", "SG05", "SG07", "SG11", "SG25", "SG27", "SG28", "SG34"})
NEVER_RELAXES: Final = frozenset({"SG01", "SG14", "SG18", "SG19", "SG20", "SG22", "SG39"})
NEVER_CARRIES: Final = frozenset({"ARREST", "HANDOVER"})
NEVER_TO_STATE_OF_ORIGIN: Final = ("address", "workplace", "phone", "relatives")
_SG05_CLASSES: Final = frozenset({"HUM", "INF"})


def claimed(case: Case) -> bool:
    """Say whether the case is under the life clause: a message whose enquiry is a flash, in order."""
    return (
        case.deed in {"message", "search", "forward"}
        and case.matter.get("urgency") == FLASH
        and in_order(case)
    )


def in_order(case: Case) -> bool:
    """Say whether a flash carries nothing that the clause never carries, for one of its two purposes."""
    said = check(case)
    return said is None or said.result is Result.PERMITTED


def lifts(case: Case, finding: Finding, said: Said) -> bool:
    """Say whether the life clause lifts this refusal.

    SG05 is lifted for enquiries that protect (HUM, or INF for one of the two purposes), never to locate or
    to coerce: a kind that is not open stays closed (`life=False` in what the rule says).
    """
    if finding.rule not in RELAXES - NEVER_RELAXES or finding.result is not Result.REFUSED or not said.life:
        return False
    if finding.rule == "SG05" and case.cls not in _SG05_CLASSES:
        return False
    return claimed(case)


def body_under_life_clause(kind: str, body: Mapping[str, Any]) -> dict[str, Any]:
    """Give the body as the node sends it under the clause: urgency U0 and the purpose that it sets."""
    purpose = "LOCATE_MISSING" if kind == "LOCATE_MISSING" else "PROTECT_VICTIM"
    kept = body.get("purpose")
    return {**body, "urgency": FLASH, "purpose": kept if kept in PURPOSES else purpose}


def check(case: Case) -> Said | None:
    """Rule U0: what a flash may never carry, and for what it may be used."""
    if case.matter.get("urgency") != FLASH or (case.answers and not case.tells):
        return None
    if case.about_kind in NEVER_CARRIES:
        return refuse("life_never_carries", "RF16", kind=case.about_kind)
    told = [name for name in NEVER_TO_STATE_OF_ORIGIN if filled(case.body.get(name))]
    if told and _person_is_from(case) & case.countries:
        return refuse("life_never_tells_address_to_state_of_origin", "RF06", field=told[0])
    if case.wished_purpose not in PURPOSES:
        # Our own node sets the purpose. A partner's flash without it is no flash, and still taken in.
        if not case.ours:
            return flag("life_purpose_not_set", purpose=case.wished_purpose)
        return refuse("life_purpose_not_set", "RF02", purpose=case.wished_purpose)
    return permit("life_clause_in_order", review_hours=REVIEW_HOURS)


def _person_is_from(case: Case) -> frozenset[str]:
    """Give the person's countries; where none is known, every receiver might be the state of origin."""
    known = {str(body["nationality"]) for body in (case.body, case.asked) if filled(body.get("nationality"))}
    return frozenset(known) or case.countries
