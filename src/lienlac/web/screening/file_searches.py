"""Search with a file: declare it, have it approved, watch it, look at the candidates, take them out."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import datetime
from typing import Any

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from lienlac import wording
from lienlac.apps.accounts.models import User
from lienlac.apps.screening import actions, gates, queries
from lienlac.apps.screening.models import FileSearch
from lienlac.core.errors import LienlacError
from lienlac.core.policy.rules.searching import PERSONS_IN_FILE
from lienlac.web.coded import language
from lienlac.web.deed_page import Deed, Done, Values, answer, attempt, given
from lienlac.web.door import by_post, for_enquiries, officer_of
from lienlac.web.paging import ROWS_A_PAGE, first_row, pager
from lienlac.web.screening import file_page
from lienlac.web.screening.file_forms import FileSearchForm
from lienlac.web.steps import go_on

Verb = Callable[[User, FileSearch, datetime], object]


@for_enquiries
def every(request: HttpRequest) -> HttpResponseBase:
    """Show the file searches of the office: what was declared, how far each is."""
    rows, first = queries.file_searches(officer_of(request)), first_row(request)
    shown = list(rows[first : first + ROWS_A_PAGE])
    context = {
        "title": _("Searches with a file"),
        "lead": _("The file itself is erased within 24 hours. Candidates alone come out of it."),
        "deeds": [{"label": _("Search with a file"), "url": reverse("file_search_new"), "main": True}],
        "columns": [_("File"), _("Who searches"), _("Persons"), _("State")],
        "rows": [_row(one) for one in shown],
        "nothing": _("Nobody has searched with a file."),
        "page": pager(request, first, len(shown), rows.count()),
    }  # fmt: skip
    return render(request, "pages/table.html", context)


def _row(one: FileSearch) -> dict[str, Any]:
    return {
        "url": reverse("file_search", args=[one.pk]),
        "cells": [
            {"text": one.file_name, "small": one.case_number},
            {"text": one.officer.full_name, "small": wording.label("registers", one.register, language())},
            {"text": str(one.rows_total)},
            {"text": file_page.state_word(one), "tone": file_page.TONES[one.state]},
        ],
    }


@for_enquiries
@require_http_methods(["GET", "POST"])
def new(request: HttpRequest) -> HttpResponseBase:
    """Declare a file and give it; nothing is searched yet."""

    def do(said: Values) -> Done:
        file, officer = said.pop("file"), officer_of(request)
        asked = actions.FileQuestion(**said)
        row = actions.stage_search(officer, file.name or "", file.read(), asked, now=timezone.now())
        return Done(next_url=reverse("file_search", args=[row.pk]))

    return answer(
        request,
        Deed(
            title=_("Search with a file"),
            verb=_("Read the file"),
            form=given(request, FileSearchForm),
            do=do,
            back_url=reverse("file_searches"),
            lead=_("A file of more than 50 persons is searched when two others have approved it."),
            causes=_("Never with a register of a population, of hotels, telephones, schools or patients."),
            upload=True,
        ),
    )


def _search(request: HttpRequest, key: int) -> FileSearch:
    row = queries.file_search(officer_of(request), key)
    if row is None:
        raise Http404
    return row


@for_enquiries
def one(request: HttpRequest, key: int) -> HttpResponseBase:
    """Show one search: its declaration for who approves, its candidates for its author."""
    row, officer = _search(request, key), officer_of(request)
    first = first_row(request)
    hits = queries.found_by(officer, row)
    shown = list(hits[first : first + ROWS_A_PAGE])
    actions.show_found(officer, row, shown, now=timezone.now())
    context = file_page.page(officer, row, shown) | {
        "total": hits.count(),
        "page": pager(request, first, len(shown), hits.count()),
    }
    return render(request, "screening/file_search.html", context)


@for_enquiries
def progress(request: HttpRequest, key: int) -> HttpResponseBase:
    """Show how far one search is, and nothing that it found."""
    context = file_page.progress(officer_of(request), _search(request, key))
    return render(request, "screening/_progress.html", context | {"watched": True})


def _go_on(_officer: User, row: FileSearch, _now: datetime) -> None:
    """Search for a moment with a small file; many lines are gone through beside the desk, which has others to serve."""
    if row.rows_total > PERSONS_IN_FILE:
        return
    go_on(lambda: actions.search_batch(row.pk, now=timezone.now()).state == FileSearch.State.RUNNING)


def _start(officer: User, row: FileSearch, now: datetime) -> None:
    actions.start_search(officer, row, now=now)
    _go_on(officer, row, now)


VERBS: Mapping[str, Verb] = {
    "start": _start,
    "step": _go_on,
    "approve": lambda officer, row, now: actions.approve_search(officer, row, gates.SEARCH, now=now),
    "approve-export": lambda officer, row, now: actions.approve_search(officer, row, gates.EXPORT, now=now),
    "erase": lambda officer, row, now: actions.drop_search(officer, row, now=now),
}


@for_enquiries
@by_post
def deed(request: HttpRequest, key: int, deed: str) -> HttpResponseBase:
    """Do one deed on a search, and show it again."""
    verb, row = VERBS.get(deed), _search(request, key)
    if verb is None:
        raise Http404
    attempt(request, lambda: verb(officer_of(request), row, timezone.now()))
    return redirect("file_search", key=key)


@for_enquiries
@by_post
def export(request: HttpRequest, key: int) -> HttpResponseBase:
    """Give what it found as a file: lines, records and how they agree, no more."""
    try:
        content = actions.export_search(officer_of(request), _search(request, key), now=timezone.now())
    except LienlacError as error:
        messages.error(request, wording.error(error, language()))
        return redirect("file_search", key=key)
    headers = {"Content-Disposition": f'attachment; filename="candidates-{key}.csv"'}
    return HttpResponse(content, content_type="text/csv; charset=utf-8", headers=headers)
