"""Search the records, read one, lift the quota."""

from __future__ import annotations

from typing import Any

from django.http import Http404, HttpRequest, HttpResponseBase
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _

from lienlac import wording
from lienlac.apps.accounts.models import User
from lienlac.apps.accounts.queries import find
from lienlac.apps.records import actions, queries
from lienlac.apps.records.actions.searching import LIFTING_ROLES, Question, one_syllable
from lienlac.apps.records.models import Record
from lienlac.apps.records.today import today
from lienlac.core.errors import LienlacError, Malformed
from lienlac.web.coded import blame, language
from lienlac.web.deed_page import Deed, Done, Values, answer, given
from lienlac.web.door import for_enquiries, officer_of
from lienlac.web.records import rows
from lienlac.web.records.forms import QuotaForm, SearchForm

LATEST = 20


@for_enquiries
def search(request: HttpRequest) -> HttpResponseBase:
    """Show the search and the latest records; a search goes by POST, so that no name stands in an address or a log."""
    officer = officer_of(request)
    if request.method != "POST":
        latest = list(queries.latest(officer)[:LATEST])
        actions.read(officer, latest, what="records", now=timezone.now())
        return _page(request, SearchForm(), [rows.record_row(one) for one in latest], searched=False)
    form = SearchForm(request.POST)
    if form.is_valid():
        try:
            found = actions.search(officer, Question(**form.cleaned_data), now=timezone.now())
        except LienlacError as error:
            blame(form, error, renamed={"name": "text"})
        else:
            return _page(request, form, [rows.found_row(one) for one in found], searched=True)
    return _page(request, form, [], searched=False, status=422)


def _page(
    request: HttpRequest, form: SearchForm, found: list[dict[str, Any]], *, searched: bool, status: int = 200
) -> HttpResponseBase:
    officer = officer_of(request)
    context = {
        "form": form,
        "rows": found,
        "searched": searched,
        "too_common": searched and not found and one_syllable(form.cleaned_data["text"]),
        "may_lift": officer.role in LIFTING_ROLES,
        "may_protect": officer.role == User.Role.PROTECTION_OFFICER,
        "due": queries.how_many_due(officer, today(timezone.now())),
        "imports": [_import_row(one) for one in queries.imports(officer)[:5]],
        "urls": {
            "here": reverse("records"),
            "new": reverse("record_new"),
            "import": reverse("record_import"),
            "quota": reverse("record_quota"),
            "due": reverse("records_due"),
            "files": reverse("file_searches"),
            "protected": reverse("protected"),
        },
    }
    return render(request, "records/list.html", context, status=status)


def _import_row(one: Any) -> dict[str, Any]:
    return {
        "url": reverse("record_import_page", args=[one.pk]),
        "name": one.file_name,
        "at": one.staged_at,
        "state": one.state,
        "done": one.rows_done,
        "total": one.rows_total,
    }


def record_of(request: HttpRequest, key: int) -> Record:
    """Return the record, or 404 when there is none that this officer may see."""
    record = queries.one(officer_of(request), key)
    if record is None:
        raise Http404
    return record


@for_enquiries
def one(request: HttpRequest, key: int) -> HttpResponseBase:
    """Show one record; the look is in the ledger before the page is."""
    record = record_of(request, key)
    actions.read(officer_of(request), [record], what="record", now=timezone.now())
    title, title_language = rows.title_of(record)
    context = {
        "record": record,
        "title": title,
        "title_lang": title_language,
        "kind": wording.label("record_kinds", record.kind, language()),
        "names": rows.names_of(record),
        "numbers": rows.numbers_of(record),
        "facts": rows.facts_of(record),
        "urls": {
            "back": reverse("records"),
            "edit": reverse("record_edit", args=[key]),
            "withdraw": reverse("record_withdraw", args=[key]),
        },
    }
    return render(request, "records/one.html", context)


@for_enquiries
def quota(request: HttpRequest) -> HttpResponseBase:
    """Let an officer search more than 60 persons for an hour: a supervisor's deed."""

    def do(said: Values) -> Done:
        named = find(said["username"])
        if named is None:
            raise Malformed("username_unknown", field="username")
        actions.lift_quota(officer_of(request), named, reason=said["reason"], now=timezone.now())
        return Done(said=_("The officer may search on for one hour."))

    return answer(
        request,
        Deed(
            title=_("Let an officer search on"),
            verb=_("Let them search on"),
            form=given(request, QuotaForm),
            do=do,
            back_url=reverse("records"),
            lead=_("More than 60 persons within an hour ask a supervisor."),
            causes=_("For one hour from now. Your name and reason are recorded."),
        ),
    )
