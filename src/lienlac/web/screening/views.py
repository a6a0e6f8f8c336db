"""Same person? The pair, the verdict, and the list of pairs that wait for this officer."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest, HttpResponseBase
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _

from lienlac import wording
from lienlac.apps.accounts.queries import inspects
from lienlac.apps.enquiries.models import Enquiry
from lienlac.apps.records.models import RecordName
from lienlac.apps.screening import actions, queries
from lienlac.apps.screening.models import Blocked, Candidate
from lienlac.core.errors import LienlacError
from lienlac.web.coded import blame, language
from lienlac.web.door import by_post, for_enquiries, officer_of
from lienlac.web.screening.forms import VerdictForm
from lienlac.web.screening.same_page import choices_of, page

ROWS_A_PAGE = 50
TONES = {"strong": "green", "moderate": "blue", "weak": "amber", "contradicted": "red"}


def notice(request: HttpRequest, enquiry: object) -> dict[str, Any] | None:
    """Return what `enquiries/thread.html` says of the candidates of an enquiry, None when there are none."""
    found = queries.candidates_for(officer_of(request), enquiry)
    if found is None:
        return None
    return {
        "count": found.count,
        "waiting": found.waiting,
        "new": found.new,
        "url": reverse("same_person", args=[found.first]),
        "rows": [
            {"number": one.record.number, "state": one.state, "url": reverse("same_person", args=[one.pk])}
            for one in found.rows
        ],
    }


def _pair(request: HttpRequest, key: int) -> Candidate:
    row = queries.one(officer_of(request), key)
    if row is None:
        raise Http404
    return row


@for_enquiries
def same_person(request: HttpRequest, key: int) -> HttpResponseBase:
    """Show a pair, field by field."""
    row = _pair(request, key)
    actions.show(officer_of(request), row, now=timezone.now())
    return render(request, "screening/same_person.html", page(officer_of(request), row))


@for_enquiries
@by_post
def verdict(request: HttpRequest, key: int) -> HttpResponseBase:
    """Give a verdict; then what follows from it, or the enquiry, which lists its pairs.

    Never the next pair: it looks much the same, and a second click would judge it unread.
    """
    row, officer = _pair(request, key), officer_of(request)
    form = VerdictForm(choices_of(queries.compared(row)[0]), request.POST)
    if form.is_valid():
        try:
            actions.judge(
                officer, row, request.POST.get("verdict", ""), **form.cleaned_data, now=timezone.now()
            )
        except LienlacError as error:
            blame(form, error, renamed={})
        else:
            said = _("Your verdict on record %(number)s is recorded.") % {"number": row.record.number}
            messages.success(request, said)
            urls = page(officer, _pair(request, key))["urls"]
            return redirect(urls["hit"] or urls["back"])
    return render(request, "screening/same_person.html", page(officer, _pair(request, key), form), status=422)


@for_enquiries
def waiting(request: HttpRequest) -> HttpResponseBase:
    """Show the pairs that wait for this officer's eyes; what has not been compared yet is compared now."""
    actions.compare_waiting(now=timezone.now())
    officer = officer_of(request)
    hits = list(queries.hits_of(officer)[:ROWS_A_PAGE])
    found = list(queries.waiting_for(officer)[: ROWS_A_PAGE - len(hits)])
    names, numbers = _names([*hits, *found]), _numbers([*hits, *found])
    context = {
        "title": _("Same person?"),
        "lead": _("A candidate never leaves this node. No machine answers for you."),
        "deeds": [{"label": _("Search with a file"), "url": reverse("file_searches"), "main": False}],
        "columns": [_("In the question"), _("In our record"), _("How they agree"), _("State")],
        "rows": [_row(one, names, numbers, "hit") for one in hits]
        + [_row(one, names, numbers, "same_person") for one in found],
        "nothing": _("No pair waits for you."),
        "page": None,
    }
    return render(request, "pages/table.html", context)


def _names(rows: list[Candidate]) -> dict[int, RecordName]:
    """Return the first name of each record, in one query."""
    found = RecordName.objects.filter(record__in=[one.record_id for one in rows]).order_by("-pk")
    return {name.record_id: name for name in found}


def _numbers(rows: list[Candidate]) -> dict[str, str]:
    """Return the number of each enquiry by its message, in one query: two may ask about persons of one name."""
    asked = Enquiry.objects.filter(message_id__in=[one.subject.message_id for one in rows])
    return dict(asked.values_list("message_id", "number"))


def _row(one: Candidate, names: dict[int, RecordName], numbers: dict[str, str], page: str) -> dict[str, Any]:
    body, ours = one.subject.body, names.get(one.record_id)
    asked = str(body.get("subject_name") or next(iter(body.values())))
    return {
        "url": reverse(page, args=[one.pk]),
        "cells": [
            {
                "text": asked,
                "lang": body.get("subject_name_language", ""),
                "small": numbers.get(one.subject.message_id, ""),
            },
            {
                "text": ours.text if ours else one.record.number,
                "lang": ours.language if ours else "",
                "small": f"{one.record.number} · {wording.label('record_kinds', one.record.kind, language())}",
            },
            {
                "text": wording.label("person_agreement", one.agreement, language()),
                "tone": TONES[one.agreement],
            },
            {
                "text": wording.label("candidate_states", one.state, language()),
                "small": _("Found since they told more") if queries.is_new(one) else "",
            },
        ],
    }


@login_required
def blocked(request: HttpRequest) -> HttpResponseBase:
    """Show the inspector the pairs that were refuted after something was done about them (SG23)."""
    officer = officer_of(request)
    if not inspects(officer):
        raise PermissionDenied
    found = list(queries.blocked(officer)[:ROWS_A_PAGE])
    actions.show_blocked(officer, found, now=timezone.now())
    context = {
        "title": _("Blocked pairs"),
        "lead": _(
            "A match that was told and turned out wrong. You and the person alone may see what was done."
        ),
        "columns": [_("In the question"), _("In our record"), _("What was done"), _("Kept until")],
        "rows": [_blocked_row(one) for one in found],
        "nothing": _("No match that was told has turned out wrong."),
        "page": None,
    }
    return render(request, "pages/table.html", context)


def _blocked_row(one: Blocked) -> dict[str, Any]:
    done = [
        f"{one.done[name][:16].replace('T', ' ')} {wording.label('candidate_states', state, language())}"
        for name, state in DONE.items()
        if name in one.done
    ]
    said = [
        f"{each['officer']}: {wording.label('verdicts', each['code'], language())}" for each in one.verdicts
    ]
    return {
        "url": "",
        "cells": [
            {"text": ", ".join(one.told["asked"]["names"]), "small": one.told["asked"]["birth"]},
            {"text": ", ".join(one.told["ours"]["names"]), "small": one.record_number},
            {"text": "; ".join(done), "small": "; ".join(said)},
            {"text": one.until.isoformat()},
        ],
    }


DONE = {"confirmed_at": "confirmed", "reported_at": "reported", "acted_at": "action_done"}
