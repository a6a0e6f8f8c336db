"""SG18 and SG39: who fled is not found through this channel, and where somebody is the host alone decides."""

from __future__ import annotations

from typing import Final

from lienlac.core.messages.fields import filled
from lienlac.core.messages.kinds import WHEREABOUTS
from lienlac.core.policy.case import Case, Protection
from lienlac.core.policy.rule import Said, permit, refuse

_LOC_ANSWER_MAY_SAY: Final = frozenset(
    {
        "of", "response", "located", "write_to", "outward_ground", "inside_ground", "until", "forwarded_to",
        "extension_reason", "duplicate_of", "needed", "evaluation_source", "evaluation_information",
        "official_number", "signatory", "note_to_file", "whereabouts_decision", "danger", "safety_warning",
    }
)  # fmt: skip


def person_is_not_protected(case: Case) -> Said | None:
    """SG18: an answer about a person with a protection record, or who claims persecution by the asking state.

    LOC answers (HANDOVER, ARREST with them) stay blocked until the asylum body's decision and the end of the
    appeal; INF answers until the protection officer releases them. The officer at the desk reads an ordinary
    hold, the other side RF00. Whoever forgot to ask the vault gets no answer out either.
    """
    if not (case.from_host and case.tells):
        return None
    protection = case.protection
    if protection is None:
        return refuse("protection_desk_not_asked", None, life=False)
    if not _protected(protection, case):
        return permit("protection_desk_asked")
    final = bool(protection.asylum_decision.strip()) and _appeal_is_over(protection, case)
    if protection.released and (case.cls == "INF" or final):
        return permit("protection_desk_asked")
    return refuse("person_protected", "RF12", secret=True, life=False)


def _protected(protection: Protection, case: Case) -> bool:
    return protection.record or protection.claims_persecution_by in case.countries


def _appeal_is_over(protection: Protection, case: Case) -> bool:
    return protection.appeal_over_on is not None and protection.appeal_over_on < case.today


def whereabouts_are_decided(case: Case) -> Said | None:
    """SG39: a LOC enquiry has a case number; its answer says located or not, and whom to write to.

    Address, workplace, phone and relatives leave only under the decision id of the host's prosecutor or
    authorised leader, in an answer to ANY kind: whereabouts do not become harmless because the enquiry was
    called a verification.
    """
    told = [name for name in WHEREABOUTS if filled(case.body.get(name))]
    decided = filled(case.body.get("whereabouts_decision"))
    if told and not decided:
        return refuse("whereabouts_without_decision", "RF16", life=False, field=told[0])
    if case.cls != "LOC":
        return None
    if not filled(case.matter.get("case_number")):
        return refuse("case_number_missing", "RF16", life=False)
    return _answer_is_short(case, decided=decided) if case.from_host else permit("case_number_given")


def _answer_is_short(case: Case, *, decided: bool) -> Said:
    more = [name for name in case.body if filled(case.body[name]) and name not in _LOC_ANSWER_MAY_SAY]
    if more and not decided:
        return refuse("answer_says_too_much", "RF16", life=False, field=more[0])
    if case.ours and not (case.protection and case.protection.released):
        return refuse("host_release_missing", "RF16", life=False)
    return permit("host_release_given")
