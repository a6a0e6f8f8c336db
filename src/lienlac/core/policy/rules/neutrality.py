"""SG01: political, military, religious and racial matters stay outside this channel. No override."""

from __future__ import annotations

from typing import Final

from lienlac.core.messages.fields import filled
from lienlac.core.policy.agreement import Agreement
from lienlac.core.policy.case import Case
from lienlac.core.policy.offences import gate, iccs_of
from lienlac.core.policy.rule import WATCHED, Said, hold, permit, refuse

CONSTITUTION: Final = "INTERPOL Constitution, Article 3"
_NEEDED: Final = ("offence", "offence_country", "offence_article")
_VICTIM_SIDE: Final = frozenset({"victim", "presumed_victim", "missing"})


def offence_is_ordinary(case: Case) -> Said | None:
    """SG01: the offence has a code and a national article, and neither stands behind the gate.

    HUM and ADM need no offence, but one that is given passes the same gate. What tells nothing about a
    person (a refusal, a reminder, a withdrawal) is not judged by the enquiry it is about: else a blocked
    enquiry could not even be refused.
    """
    if case.answers and not case.tells:
        return None
    matter = case.matter
    if not any(filled(matter.get(name)) for name in _NEEDED) and case.cls not in WATCHED:
        return permit("no_offence_given")
    missing = [name for name in _NEEDED if not filled(matter.get(name))]
    if missing:
        return refuse("offence_missing", "RF02", field=missing[0])
    if not iccs_of(str(matter["offence"])):
        return refuse("offence_unknown", "RF02", offence=matter["offence"])
    return _gated(case, str(matter["offence"]), str(matter["offence_article"]))


def _gated(case: Case, offence: str, article: str) -> Said:
    country, law = str(case.matter["offence_country"]), str(case.matter.get("offence_law", ""))
    found = gate(offence=offence, country=country, law=law, article=article)
    if found.result == "BLOCK":
        return refuse(
            "offence_outside_channel", "RF10", offence=offence, article=article, matter=found.matter,
            constitution=CONSTITUTION, treaty_article=_treaty_article(case),
        )  # fmt: skip
    if found.result == "REVIEW" and "SG02" not in case.cleared:
        # HUM with the person as victim: no hold, the reviewer is told.
        if case.cls == "HUM" or _as_victim(case):
            return permit("offence_allowed", offence=offence, article=article)
        return hold("offence_needs_review", offence=offence, article=article, matter=found.matter)
    code = "offence_reviewed" if found.result == "REVIEW" else "offence_allowed"
    return permit(code, offence=offence, article=article)


def _as_victim(case: Case) -> bool:
    return case.wished_purpose == "PROTECT_VICTIM" and str(case.matter.get("link")) in _VICTIM_SIDE


def _treaty_article(case: Case) -> str:
    named: tuple[Agreement, ...] = tuple(one for one in case.agreements if one.id == case.agreement)
    return next((one.article_for("political_offence") for one in named or case.agreements), "")
