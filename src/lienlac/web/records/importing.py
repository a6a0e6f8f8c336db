"""Import a file: give it, look at it, say what its columns mean, start; the page goes on by itself until it is done."""

from __future__ import annotations

from typing import Any

from django.http import Http404, HttpRequest, HttpResponseBase
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from lienlac import wording
from lienlac.apps.records import actions, queries
from lienlac.apps.records.actions import Declared, Preview
from lienlac.apps.records.models import Import
from lienlac.apps.screening import actions as screening
from lienlac.web.coded import language
from lienlac.web.deed_page import Deed, Done, Values, answer, attempt, given
from lienlac.web.door import by_post, for_enquiries, officer_of
from lienlac.web.records import rows
from lienlac.web.records.forms import ColumnsForm, ImportForm
from lienlac.web.steps import go_on

SHOWN_ERRORS, SHOWN_ROWS = 100, 10


@for_enquiries
@require_http_methods(["GET", "POST"])
def upload(request: HttpRequest) -> HttpResponseBase:
    """Give a file and say what it is; nothing is a record yet."""

    def do(said: Values) -> Done:
        file, officer = said.pop("file"), officer_of(request)
        row = actions.stage(officer, file.name or "", file.read(), Declared(**said), now=timezone.now())
        return Done(next_url=reverse("record_import_page", args=[row.pk]))

    return answer(
        request,
        Deed(
            title=_("Import records"),
            verb=_("Read the file"),
            form=given(request, ImportForm),
            do=do,
            back_url=reverse("records"),
            lead=_("You see what would be taken in before anything is."),
            causes=_("Columns about ethnicity, religion or health are dropped before anything is kept."),
            upload=True,
        ),
    )


def _import(request: HttpRequest, key: int) -> Import:
    row = queries.import_of(officer_of(request), key)
    if row is None:
        raise Http404
    return row


@for_enquiries
def look(request: HttpRequest, key: int) -> HttpResponseBase:
    """Show the preview, the progress or the result of an import."""
    row = _import(request, key)
    staged = row.state == Import.State.STAGED
    seen = actions.preview(row, now=timezone.now()) if staged else None
    context = {
        "import": row,
        "running": row.state == Import.State.RUNNING,
        "staged": staged,
        "dropped": row.dropped_columns,
        "percent": 100 * row.rows_done // max(row.rows_total, 1),
        "taken": row.rows_done - row.rows_bad - row.rows_known,
        "columns": ColumnsForm(row.headings, row.fields) if staged else None,
        "preview": _preview_rows(seen) if seen else [],
        "looked_at": seen.looked_at if seen and seen.looked_at < row.rows_total else 0,
        "bad": len(seen.errors) if seen else 0,
        "good": row.rows_total - len(seen.errors) if seen else 0,
        "errors": rows.bad_line_rows((seen.errors if seen else queries.bad_lines(row.rows))[:SHOWN_ERRORS]),
        "urls": _urls(row),
    }
    return render(request, "records/import.html", context)


def _preview_rows(seen: Preview) -> list[dict[str, Any]]:
    return [
        {
            "line": line,
            "kind": wording.label("record_kinds", draft.kind, language()),
            "name": draft.names[0].text if draft.names else "",
            "lang": draft.names[0].language if draft.names else "",
            "more": len(draft.names) - 1 if draft.names else 0,
            "birth": wording.partial_date(draft.birth, language()),
            "numbers": ", ".join(one.value for one in draft.numbers),
        }
        for line, draft in seen.drafts[:SHOWN_ROWS]
    ]


def _urls(row: Import) -> dict[str, str]:
    names = ("columns", "start", "step", "cancel")
    return {one: reverse(f"record_import_{one}", args=[row.pk]) for one in names} | {
        "back": reverse("records")
    }


@for_enquiries
@by_post
def columns_(request: HttpRequest, key: int) -> HttpResponseBase:
    """Say what the columns mean, and look again."""
    row = _import(request, key)
    form = ColumnsForm(row.headings, row.fields, request.POST)
    if form.is_valid():
        attempt(
            request, lambda: actions.understand(officer_of(request), row, form.meanings(), now=timezone.now())
        )
    return redirect("record_import_page", key=key)


@for_enquiries
@by_post
def start(request: HttpRequest, key: int) -> HttpResponseBase:
    """Begin."""
    row = _import(request, key)
    if attempt(request, lambda: actions.start(officer_of(request), row, now=timezone.now())):
        _go_on(row)
    return redirect("record_import_page", key=key)


@for_enquiries
@by_post
def step(request: HttpRequest, key: int) -> HttpResponseBase:
    """Go on for a moment; the page asks again until it is done."""
    row = _import(request, key)
    attempt(request, lambda: _go_on(row))
    return redirect("record_import_page", key=key)


@for_enquiries
@by_post
def cancel(request: HttpRequest, key: int) -> HttpResponseBase:
    """Stop; what was taken stays."""
    row = _import(request, key)
    attempt(request, lambda: actions.cancel(officer_of(request), row, now=timezone.now()))
    return redirect("record_import_page", key=key)


def _go_on(row: Import) -> None:
    if go_on(lambda: actions.take_batch(row.pk, now=timezone.now()).state == Import.State.RUNNING):
        screening.compare_waiting(now=timezone.now())
