"""Same person? The pair, the verdict, and the list of pairs that wait for this officer."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponseBase
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from lienlac import wording
from lienlac.apps.records.models import RecordName
from lienlac.apps.screening import actions, queries
from lienlac.apps.screening.models import Candidate
from lienlac.core.errors import LienlacError
from lienlac.web.coded import blame, language
from lienlac.web.door import for_enquiries, officer_of
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
        "url": reverse("same_person", args=[found.first]),
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
@require_POST
def verdict(request: HttpRequest, key: int) -> HttpResponseBase:
    """Give a verdict; then the next pair of the enquiry, or the enquiry itself."""
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
            messages.success(request, _("Your verdict is recorded."))
            urls = page(officer, row)["urls"]
            return redirect(urls["next"] or urls["back"])
    return render(request, "screening/same_person.html", page(officer, _pair(request, key), form), status=422)


@for_enquiries
def waiting(request: HttpRequest) -> HttpResponseBase:
    """Show the pairs that wait for this officer's eyes; what has not been compared yet is compared now."""
    actions.compare_waiting(now=timezone.now())
    found = list(queries.waiting_for(officer_of(request))[:ROWS_A_PAGE])
    names = _names(found)
    context = {
        "title": _("Same person?"),
        "lead": _("A candidate never leaves this node. No machine answers for you."),
        "columns": [_("In the question"), _("In our record"), _("How they agree"), _("State")],
        "rows": [_row(one, names) for one in found],
        "nothing": _("No pair waits for you."),
        "page": None,
    }
    return render(request, "pages/table.html", context)


def _names(rows: list[Candidate]) -> dict[int, RecordName]:
    """Return the first name of each record, in one query."""
    found = RecordName.objects.filter(record__in=[one.record_id for one in rows]).order_by("-pk")
    return {name.record_id: name for name in found}


def _row(one: Candidate, names: dict[int, RecordName]) -> dict[str, Any]:
    body, ours = one.subject.body, names.get(one.record_id)
    asked = str(body.get("subject_name") or next(iter(body.values())))
    return {
        "url": reverse("same_person", args=[one.pk]),
        "cells": [
            {"text": asked, "lang": body.get("subject_name_language", "")},
            {
                "text": ours.text if ours else one.record.number,
                "lang": ours.language if ours else "",
                "small": wording.label("record_kinds", one.record.kind, language()),
            },
            {
                "text": wording.label("person_agreement", one.agreement, language()),
                "tone": TONES[one.agreement],
            },
            {"text": wording.label("candidate_states", one.state, language())},
        ],
    }
