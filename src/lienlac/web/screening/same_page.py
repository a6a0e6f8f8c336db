"""The context of `screening/same_person.html`: two persons side by side, and what each verdict will cause."""

from __future__ import annotations

from typing import Any

from django.urls import reverse
from django.utils.translation import gettext as _

from lienlac.apps.accounts.models import User
from lienlac.apps.enquiries import queries as enquiries
from lienlac.apps.enquiries.models import Addressee
from lienlac.apps.records import kinds
from lienlac.apps.screening import queries
from lienlac.apps.screening.comparing import Compared
from lienlac.apps.screening.models import Candidate, Verdict
from lienlac.core import codes
from lienlac.core.journeys.candidate import HITS, TOLD
from lienlac.web.screening import told
from lienlac.web.screening.forms import VerdictForm


def page(officer: User, row: Candidate, form: VerdictForm | None = None) -> dict[str, Any]:
    """Return the whole context; a form that was filled in wrongly is shown again."""
    compared, weighed = queries.compared(row)
    asked_in = enquiry_of(officer, row)
    second = queries.is_second_reviewer(officer, row)
    decided = queries.shown_verdict(officer, row)
    return {
        "asked": _asked(compared, asked_in),
        "ours": _ours(compared, row),
        "rows": told.rows(compared),
        "names": told.names(compared),
        "person": weighed.agreement,
        "speaks_for": told.speaks_for(compared),
        "speaks_against": told.speaks_against(compared),
        "namesakes": told.namesakes(row.namesakes) if compared.name else "",
        "verdicts": verdicts(row, second=second),
        "second": second,
        "decided": decided and {"code": decided.code, "by": _judges(row, decided)},
        "form": form or VerdictForm(choices_of(compared)),
        **_way(officer, row, asked_in),
    }


def _judges(row: Candidate, shown: Verdict) -> list[dict[str, Any]]:
    return [{"who": one.officer.full_name, "at": one.at} for one in queries.judges(row, shown)]


def enquiry_of(officer: User, row: Candidate) -> Addressee | None:
    """Return the enquiry that the pair belongs to, if the officer may see it."""
    return enquiries.visible_to(officer).filter(enquiry__message_id=row.subject.message_id).first()


def choices_of(compared: Compared) -> list[tuple[str, str]]:
    """Return the attributes that both sides tell: only those can be confirmed."""
    named = [("name", told.label("name"))] if compared.name else []
    return named + [(one.name, told.label(one.name)) for one in compared.attributes if one.asked and one.ours]


def _asked(compared: Compared, row: Addressee | None) -> dict[str, str]:
    name, language = compared.asked_name
    return {
        "title": _("In the question"),
        "name": name,
        "lang": language,
        "source": row.enquiry.number if row else "",
        "url": reverse("thread", args=[row.pk]) if row else "",
    }


def _ours(compared: Compared, row: Candidate) -> dict[str, str]:
    name, language = compared.our_name
    return {
        "title": _("In our record"),
        "name": name,
        "lang": language,
        "source": row.record.number,
        "url": reverse("record", args=[row.record_id]),
    }


def verdicts(row: Candidate, *, second: bool) -> list[dict[str, Any]]:
    """Return the three verdicts with what each will cause."""
    adverse = kinds.is_adverse(row.record.kind) and not second
    causes = {
        "same": _("The match is confirmed. You decide what your side answers; nothing is sent by itself."),
        "not_same": _("The pair is refuted and does not come back."),
        "cannot_tell": _("The pair stays open, for you and for others."),
    }
    if second:
        causes["not_same"] = causes["cannot_tell"]
    return [
        {"code": code, "causes": causes[code], "second": adverse and code == "same"}
        for code in codes.load("verdicts")
    ]


def _way(officer: User, row: Candidate, asked_in: Addressee | None) -> dict[str, Any]:
    """Return where the page stands among the candidates of its enquiry, and the ways on."""
    keys = list(queries.of_message(officer, row.subject.message_id).values_list("pk", flat=True))
    at = keys.index(row.pk) if row.pk in keys else 0
    place = {"at": at + 1, "count": len(keys)}
    return {
        "position": _("%(at)s of %(count)s") % place if len(keys) > 1 else "",
        "urls": {
            "verdict": reverse("same_person_verdict", args=[row.pk]),
            "back": reverse("thread", args=[asked_in.pk]) if asked_in else reverse("candidates"),
            "hit": reverse("hit", args=[row.pk]) if row.state in (*HITS, *TOLD) else "",
        },
    }
