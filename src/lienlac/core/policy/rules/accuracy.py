"""SG08 and SG11: no machine answers for an agency, and every item says how sure it is."""

from __future__ import annotations

from typing import Final

from lienlac.core.policy.case import Case
from lienlac.core.policy.rule import Said, permit, refuse

_SOURCES: Final = "ABCX"  # best first; X cannot be assessed
_INFORMATION: Final = "1234"
_SERVICE_WITHOUT: Final = frozenset({"NOHIT"})


def match_is_confirmed(case: Case) -> Said | None:
    """SG08: a machine's match is inner state until a trained person confirms it on two attributes.

    A name alone never confirms; adverse action needs a second reviewer who has not seen the first verdict.
    """
    match = case.match
    if match is None:
        return refuse("match_not_confirmed", None) if case.deed == "match" else None
    if case.deed == "message" and not case.tells:
        return None
    if not match.reviewer:
        return refuse("match_not_confirmed", None)
    if not match.reviewer_trained:
        return refuse("reviewer_not_trained", None)
    if match.attributes <= {"name", "alias"}:
        return refuse("match_on_name_alone", None)
    if len(match.attributes) < 2:
        return refuse("match_on_one_attribute", None, attributes=sorted(match.attributes))
    second = match.second_reviewer
    if match.adverse and (not second or second == match.reviewer or not match.second_was_blind):
        return refuse("second_reviewer_missing", None)
    return permit("match_confirmed", attributes=sorted(match.attributes))


def evaluation_is_given(case: Case) -> Said | None:
    """SG11: source A–X and information 1–4 are set; nobody raises another's evaluation."""
    if case.answers and (not case.tells or str(case.body.get("response")) in _SERVICE_WITHOUT):
        return None
    source = str(case.body.get("evaluation_source") or "")
    information = str(case.body.get("evaluation_information") or "")
    if source not in {*_SOURCES} or information not in {*_INFORMATION}:
        return refuse("evaluation_missing", "RF02")
    if case.origin_evaluation and _raised((source, information), case.origin_evaluation):
        return refuse("evaluation_raised", None, source=source, information=information)
    if case.cls == "COE" and source in {"C", "X"} and information == "4":
        return refuse("evaluation_too_weak", None, source=source, information=information)
    return permit("evaluation_given", source=source, information=information)


def _raised(now: tuple[str, str], before: tuple[str, str]) -> bool:
    """Say whether either half of an evaluation became better than its origin gave it."""
    orders = (_SOURCES, _INFORMATION)
    return any(order.find(new) < order.find(old) for order, new, old in zip(orders, now, before, strict=True))
