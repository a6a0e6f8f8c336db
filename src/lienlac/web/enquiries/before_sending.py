"""Before an enquiry is sent: one sentence that says who will read it, and the safeguards' answer with its reasons."""

from __future__ import annotations

from typing import Any

from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from lienlac import wording
from lienlac.apps.accounts.models import User
from lienlac.apps.agreements import queries as agreements
from lienlac.apps.directory import offices as finding
from lienlac.apps.directory import queries as directory
from lienlac.apps.enquiries import before, rules
from lienlac.apps.enquiries.actions import Draft
from lienlac.core.competence import Matter
from lienlac.core.competence.proposal import COMPETENT, TWIN, TWIN_AND_COMPETENT
from lienlac.core.errors import LienlacError
from lienlac.core.messages import kinds
from lienlac.core.messages.check import check_own
from lienlac.core.messages.fields import filled
from lienlac.core.policy import Decision, Result
from lienlac.core.policy.finding import Finding
from lienlac.web.coded import language

SHOWN = 3
DAYS = ("date", "until")
"""Facts of a finding that are days, as they are kept: 2027-11-22."""


def readers_sentence(draft: Draft) -> str:
    """Return who will receive how much, in one sentence; "" while nobody is chosen."""
    offices = [office for code in draft.to_offices if (office := directory.office(code))]
    if not offices:
        return ""
    count = len([value for value in kinds.travelling_body(draft.kind, draft.body).values() if filled(value)])
    names = _joined([directory.office_name(office, language()) for office in offices])
    if kinds.is_overseen(draft.kind) and any(directory.oversight_keys_of(office.node) for office in offices):
        return _("%(names)s and the oversight of their state will receive what you fill in; nobody else.") % {
            "names": names
        }
    if not count:
        return _("%(names)s will receive what you fill in; nobody else.") % {"names": names}
    return ngettext(
        "%(names)s will receive %(count)d field; nobody else.",
        "%(names)s will receive %(count)d fields; nobody else.",
        count,
    ) % {"names": names, "count": count}


PROPOSED = {
    TWIN_AND_COMPETENT: gettext_lazy("%(name)s is your twin, and a desk there is competent for this."),
    TWIN: gettext_lazy("%(name)s is your twin and takes every matter."),
    COMPETENT: gettext_lazy("A desk of %(name)s is competent for this; your twin names none."),
}
"""Why an office is proposed (`core.competence`) -> the sentence; for the rest there is nothing to say."""


def why_proposed(officer: User, draft: Draft) -> str:
    """Return in one sentence why the office that is asked is proposed, or which one would be; "" when neither."""
    matter = Matter(kind=draft.kind, offence=str(draft.body.get("offence", "")))
    found = finding.proposal(officer.office, matter)
    office = directory.office(found.office) if found else None
    if found is None or office is None or found.because not in PROPOSED:
        return ""
    name = directory.office_name(office, language())
    if draft.to_offices and found.office not in draft.to_offices:
        return _("Competent for this would be %(name)s.") % {"name": name}
    return str(PROPOSED[found.because]) % {"name": name}


def _joined(names: list[str]) -> str:
    if len(names) == 1:
        return names[0]
    return _("%(first)s and %(last)s") % {"first": ", ".join(names[:-1]), "last": names[-1]}


def asked_before(officer: User, draft: Draft) -> list[dict[str, Any]]:
    """Return what `_check.html` shows of enquiries of the last 90 days about the same person."""
    found = before.asked_before(officer, draft.body, now=timezone.now())
    return [
        {
            "url": reverse("thread", args=[row.pk]),
            "number": row.enquiry.number,
            "at": row.enquiry.created_at,
            "state": row.state,
            "partner": directory.office_name(office, language())
            if (office := directory.office(row.office))
            else row.office,
        }
        for row in found[:SHOWN]
    ]


def judgement(officer: User, draft: Draft, *, trouble: str = "") -> dict[str, Any] | None:
    """Return what `_check.html` shows: permitted or not, what is missing, and why; None when it is too early.

    `trouble` says what else keeps the form from being sent (a file that was refused), "" for nothing.
    """
    if not draft.to_offices or not draft.body.get("purpose"):
        return None
    body = {name: value for name, value in draft.body.items() if filled(value)}
    needs = _missing(draft.kind, body) + ([trouble] if trouble else [])
    decision = rules.decision_to_ask(officer, draft, body, door="form", now=timezone.now())
    waits = rules.waits_for_second_person(decision)
    return {
        "permitted": (decision.permitted or waits) and not needs,
        "headline": _headline(decision, needs),
        "reasons": [_reason(one) for one in decision.why(role=officer.role)],
        "needs": needs
        + [_sentence(one) for one in decision.why(role=officer.role) if _stands_in_the_way(one)],
        "what_to_do": "",
    }


def _missing(kind: str, body: dict[str, Any]) -> list[str]:
    try:
        check_own(kind, body)
    except LienlacError as error:
        return [wording.error(error, language())]
    return []


def _headline(decision: Decision, needs: list[str]) -> str:
    if rules.waits_for_second_person(decision) and not needs:
        return _("You may send this; a second person must approve it before it leaves.")
    if decision.permitted and not needs:
        return _("This may be sent.")
    return _("This cannot be sent as it is.")


def _stands_in_the_way(finding: Finding) -> bool:
    return finding.result > Result.FLAGGED and not finding.set_aside


def _reason(finding: Finding) -> dict[str, str]:
    return {
        "rule": finding.rule,
        "text": _sentence(finding),
        "article": str(finding.facts.get("article", "")),
    }


def _sentence(finding: Finding) -> str:
    """Return what a rule found; days and agreements among its facts are worded, as everywhere on the page."""
    facts = dict(finding.facts)
    facts |= {
        name: wording.partial_date(str(facts[name]), language()) for name in DAYS if filled(facts.get(name))
    }
    if filled(facts.get("agreement")):
        facts["agreement"] = agreements.title(str(facts["agreement"]), language())
    return wording.sentence("policy_reasons", finding.code, language(), **facts)
