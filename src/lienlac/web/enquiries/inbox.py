"""All enquiries of an office: views, search in every script, filters, pages; by GET, so that a view can be kept."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from django import forms
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from lienlac.apps.accounts.models import User
from lienlac.apps.enquiries import queries, searching
from lienlac.apps.enquiries.models import Addressee, Enquiry
from lienlac.core.messages.kinds import askable
from lienlac.web.coded import choices, language
from lienlac.web.desk.rows import asked_row, office_names, owed_row
from lienlac.web.door import for_enquiries, officer_of

ROWS_A_PAGE = 25
VIEWS: tuple[tuple[str, Any, Callable[[User], QuerySet[Addressee]]], ...] = (
    ("owed", pgettext_lazy("view of enquiries", "We owe an answer"), queries.owed_by_us),
    ("waiting", pgettext_lazy("view of enquiries", "They owe an answer"), queries.waiting_for_them),
    ("conclude", pgettext_lazy("view of enquiries", "Outcome missing"), queries.to_conclude),
    ("all", pgettext_lazy("view of enquiries", "All"), queries.newest),
)
FILTERS = ("kind", "partner", "state")


class Filters(forms.Form):
    """What a view is narrowed by; every field may stay empty."""

    kind = forms.ChoiceField(label=_("Kind"), required=False)
    state = forms.ChoiceField(label=_("State"), required=False)
    partner = forms.ChoiceField(label=_("Other side"), required=False)

    def __init__(self, data: Any, offices: dict[str, tuple[str, str]]) -> None:
        super().__init__(data)
        options = {
            "kind": choices("kinds", [kind.code for kind in askable()]),
            "state": choices("enquiry_states"),
            "partner": [(code, name) for code, (name, _language) in offices.items()],
        }
        for name, found in options.items():
            field = self.fields[name]
            assert isinstance(field, forms.ChoiceField)  # declared above
            field.choices = [("", "—"), *found]


@for_enquiries
def inbox(request: HttpRequest) -> HttpResponse:
    """Show a page of a view."""
    officer, offices = officer_of(request), office_names(language())
    view, asked = request.GET.get("view", "all"), request.GET.get("q", "").strip()
    filters = Filters(request.GET, offices)
    rows = _narrowed(_rows_of(view, officer), filters)
    rows = searching.search(rows, asked) if asked else rows
    total, first = rows.count(), _first(request)
    shown = [_row(row, offices) for row in rows[first : first + ROWS_A_PAGE]]
    context = {
        "views": [_chip(code, label, view) for code, label, _query in VIEWS],
        "query": asked,
        "total": total,
        "filters": filters,
        "filters_open": any(request.GET.get(name) for name in FILTERS),
        "rows": shown,
        "bulk": [],
        "save_url": "",
        "page": _page(request, first, len(shown), total),
        "urls": {"here": reverse("inbox"), "bulk": "", "ask": reverse("ask")},
    }
    return render(request, "enquiries/inbox.html", context)


def _rows_of(view: str, officer: User) -> QuerySet[Addressee]:
    return next((query for code, _label, query in VIEWS if code == view), queries.newest)(officer)


def _narrowed(rows: QuerySet[Addressee], filters: Filters) -> QuerySet[Addressee]:
    if not filters.is_valid():
        return rows
    chosen = filters.cleaned_data
    if chosen["kind"]:
        rows = rows.filter(enquiry__kind=chosen["kind"])
    if chosen["state"]:
        rows = rows.filter(state=chosen["state"])
    if chosen["partner"]:
        rows = queries.with_partner(rows, chosen["partner"])
    return rows


def _chip(code: str, label: Any, view: str) -> dict[str, Any]:
    url = f"{reverse('inbox')}?view={code}"
    return {"label": label, "url": url, "count": None, "here": code == view, "own": False}


def _row(row: Addressee, offices: dict[str, tuple[str, str]]) -> dict[str, Any]:
    now = timezone.now()
    received = row.enquiry.side == Enquiry.Side.RECEIVED
    made = owed_row(row, offices, now) if received else asked_row(row, offices, now, verb="open")
    direction = "in" if received else "out"
    return made | {"direction": direction, "state": row.state, "sent_at": row.enquiry.created_at}


def _first(request: HttpRequest) -> int:
    text = request.GET.get("from", "0")
    return int(text) if text.isascii() and text.isdigit() and len(text) < 8 else 0


def _page(request: HttpRequest, first: int, shown: int, total: int) -> dict[str, Any]:
    def url(start: int) -> str:
        query = request.GET.copy()
        query["from"] = str(max(start, 0))
        return f"{reverse('inbox')}?{query.urlencode()}"

    return {
        "first": first + 1 if shown else 0,
        "last": first + shown,
        "prev_url": url(first - ROWS_A_PAGE) if first else "",
        "next_url": url(first + ROWS_A_PAGE) if first + shown < total else "",
    }
