"""SG03, SG04, SG05, SG07, SG42: grave enough, decided, covered, explained, and not refused elsewhere."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Final

from lienlac.core.messages.fields import filled
from lienlac.core.messages.kinds import KINDS
from lienlac.core.policy.agreement import Wish, nearest
from lienlac.core.policy.case import Case
from lienlac.core.policy.rule import Said, hold, permit, refuse

YEARS_PROSECUTION: Final = 2  # INTERPOL Rules on the Processing of Data, Article 83
MONTHS_SENTENCE: Final = 6
_DECISION: Final = ("decision_authority", "decision_number", "decision_date", "decision_copy")
_GROUNDS: Final = ("purpose", "offence", "place", "matter_date", "why_there", "link")
_GROUNDS_OF_HUM: Final = ("reason_for_concern", "last_seen_place", "last_seen")
_HAPPENED: Final = ("matter_date", "last_seen", "birth", "hit_at")
_WILDCARDS: Final = frozenset("*?%_＊？％")
_SEARCHED: Final = ("subject_name", "aliases", "document_number", "plate", "account")


def kind_is_open(case: Case) -> Said | None:
    """SG05: no instrument covers a kind whose safeguards are not complete, whatever an agreement says."""
    for code in dict.fromkeys((case.kind, case.about_kind)):
        if code not in KINDS:
            return refuse("kind_unknown", "RF20", life=False, kind=code)
        if not KINDS[code].open:
            return refuse("kind_not_open", "RF20", life=False, kind=code)
    return None


def instrument_covers(case: Case) -> Said | None:
    """SG05: an instrument in force on the day for all sides, covering kind, purpose and offence.

    ADM and HUM need a partner who is known. The enquiry that an arriving answer belongs to was judged when
    it was asked: an answer that comes after the last day is still taken in.
    """
    if case.cls not in {"INF", "LOC", "COE"}:
        return (
            permit("partner_known") if case.partner_known else refuse("partner_unknown", "RF20", life=False)
        )
    if case.answers and not case.ours:
        return (
            permit("partner_known") if case.partner_known else refuse("partner_unknown", "RF20", life=False)
        )
    if not case.partner_known:
        return refuse("partner_unknown", "RF20", life=False)
    return _covered(case)


def _covered(case: Case) -> Said:
    book = [one for one in case.agreements if not case.agreement or one.id == case.agreement]
    if case.agreement and not book:
        return refuse("agreement_unknown", "RF20", agreement=case.agreement)
    offence = case.matter.get("offence")
    wish = Wish(
        kind=case.about_kind,
        purpose=case.wished_purpose,
        offence=str(offence) if filled(offence) else None,
        sides=_sides(case),
        today=case.today,
    )
    found = nearest(book, wish)
    if found is None:
        return refuse("no_agreement", "RF20")
    agreement, lacking = found
    if lacking:
        return refuse("agreement_does_not_cover", "RF20", agreement=agreement.id, missing=lacking)
    return permit(
        "agreement_covers", agreement=agreement.id, article=agreement.article_for(wish.kind, wish.purpose)
    )


def _sides(case: Case) -> tuple[tuple[str, str], ...]:
    """Give the asker first, then the asked: for an answer the sides change places."""
    if case.from_host:
        return (*case.receivers, case.sender)
    return (case.sender, *case.receivers)


def offence_is_grave(case: Case) -> Said | None:
    """SG03: an ordinary-law offence of at least two years, or six months of a sentence left."""
    years, months = _number(case, "penalty_years"), _number(case, "sentence_months_left")
    if years >= YEARS_PROSECUTION or months >= MONTHS_SENTENCE:
        return permit("offence_grave_enough", years=years, months_left=months)
    return refuse("offence_not_grave_enough", "RF07", years=years, months_left=months)


def _number(case: Case, name: str) -> int:
    value = case.matter.get(name)
    return value if isinstance(value, int) and not isinstance(value, bool) else 0


def decision_is_in_force(case: Case) -> Said | None:
    """SG04: a judicial or statutory decision with authority, number, date and copy, in force today."""
    matter = case.matter
    missing = [name for name in _DECISION if not filled(matter.get(name))]
    if missing:
        return refuse("decision_missing", "RF02", field=missing[0])
    made, expires = _day(matter["decision_date"]), _day(matter.get("decision_expires_on"))
    if made is None or (filled(matter.get("decision_expires_on")) and expires is None):
        return refuse("decision_missing", "RF02", field="decision_date")
    if made > case.today:
        return refuse("decision_from_the_future", "RF02", date=made.isoformat())
    if expires is not None and expires < case.today:
        return refuse("decision_expired", "RF02", number=matter["decision_number"], date=expires.isoformat())
    return permit(
        "decision_in_force",
        authority=matter["decision_authority"],
        number=matter["decision_number"],
        date=made.isoformat(),
    )


def _day(value: object) -> date | None:
    try:
        return date.fromisoformat(value) if isinstance(value, str) else None
    except ValueError:
        return None


def grounds_are_given(case: Case) -> Said | None:
    """SG07: who asks says why, for one person at a time, about somebody in particular, after it happened."""
    for name in _HAPPENED:
        if _begins(case.body.get(name)) > _latest(case):
            return refuse("matter_in_the_future", "RF02", life=False, field=name)
    if case.answers or (case.kind in KINDS and KINDS[case.kind].service):
        return None
    for name in _SEARCHED:
        if _has_wildcard(case.body.get(name)):
            return refuse("wildcard", "RF15", life=False, field=name)
    if case.persons > 1 and case.reasons_of_persons < case.persons:
        return refuse(
            "persons_without_reasons", "RF15", persons=case.persons, reasons=case.reasons_of_persons
        )
    needed = _GROUNDS_OF_HUM if case.cls == "HUM" else _GROUNDS
    missing = [name for name in needed if not filled(case.body.get(name))]
    if missing:
        return refuse("grounds_missing", "RF02", field=missing[0])
    return permit("grounds_given")


def _begins(value: object) -> str:
    """Give the first day of a partial date or a moment as text that sorts by time: 1988, 1988-04, 1986/1990."""
    return value.split("/")[0].split("T")[0].rstrip("~?%") if isinstance(value, str) else ""


def _latest(case: Case) -> str:
    """Give the last day that has begun where it was written: beyond a border it may be tomorrow already."""
    return (case.today + timedelta(days=0 if case.ours else 1)).isoformat()


def _has_wildcard(value: object) -> bool:
    values = value if isinstance(value, list | tuple) else (value,)
    return any(isinstance(one, str) and _WILDCARDS & set(one) for one in values)


def not_refused_elsewhere(case: Case) -> Said | None:
    """SG42: was the same person already refused, cancelled or pending elsewhere? It must be answered."""
    answer = case.matter.get("refused_elsewhere")
    if not isinstance(answer, bool):
        return refuse("refused_elsewhere_unanswered", "RF02")
    if answer and "SG02" not in case.cleared:
        return hold("refused_elsewhere")
    return permit("not_refused_elsewhere")
