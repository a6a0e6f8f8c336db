"""All enquiries of an office: views, search in every script, filters, pages; by GET, so that a view can be kept.

What is searched for is no part of a view (`searches`).
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any
from urllib.parse import urlencode

from django import forms
from django.contrib import messages
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponseBase, QueryDict
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.safestring import SafeString
from django.utils.translation import gettext_lazy as _
from django.utils.translation import ngettext, pgettext_lazy

from lienlac import wording
from lienlac.apps.accounts.models import User
from lienlac.apps.directory.offices import desk_names
from lienlac.apps.enquiries import actions, queries, searching
from lienlac.apps.enquiries.models import Addressee, Enquiry, View
from lienlac.apps.mailroom import queries as mailroom
from lienlac.core.errors import LienlacError
from lienlac.core.messages.kinds import askable
from lienlac.web.coded import choices, language
from lienlac.web.deed_page import attempt
from lienlac.web.desk.rows import Names, asked_row, office_names, owed_row
from lienlac.web.door import by_post, for_enquiries, officer_of
from lienlac.web.enquiries import drafts, searches
from lienlac.web.enquiries.ladder import badge
from lienlac.web.names.boxes import SearchInput
from lienlac.web.paging import ROWS_A_PAGE, first_row, pager


def _falls_due(officer: User) -> QuerySet[Addressee]:
    return queries.falls_due(officer, timezone.now())


UNSENT = "unsent"
VIEWS: tuple[tuple[str, Any, Callable[[User], QuerySet[Addressee]]], ...] = (
    ("owed", pgettext_lazy("view of enquiries", "We owe an answer"), queries.owed_by_us),
    ("waiting", pgettext_lazy("view of enquiries", "They owe an answer"), queries.waiting_for_them),
    ("clarify", pgettext_lazy("view of enquiries", "They ask for more"), queries.to_clarify),
    ("approve", pgettext_lazy("view of enquiries", "To approve"), queries.to_approve),
    (UNSENT, pgettext_lazy("view of enquiries", "Not sent yet"), queries.not_sent),
    ("conclude", pgettext_lazy("view of enquiries", "Outcome missing"), queries.to_conclude),
    ("due", pgettext_lazy("view of enquiries", "Erased soon"), _falls_due),
    ("all", pgettext_lazy("view of enquiries", "All"), queries.newest),
)
SEARCH = "search"
FILTERS = ("kind", "partner", "state", "desk")
BULK = {"acknowledge": pgettext_lazy("deed", "Acknowledge"), "close": pgettext_lazy("deed", "Close")}
MOST_AT_ONCE = ROWS_A_PAGE
MAX_QUERY_CHARS = 500


class Filters(forms.Form):
    """What a view is narrowed by; every field may stay empty."""

    kind = forms.ChoiceField(label=_("Kind"), required=False)
    state = forms.ChoiceField(label=_("State"), required=False)
    partner = forms.ChoiceField(label=_("Other side"), required=False)
    desk = forms.ChoiceField(label=pgettext_lazy("who answers", "Desk"), required=False)

    def __init__(self, data: Any, offices: Names, desks: list[tuple[str, str]]) -> None:
        super().__init__(data)
        options = {
            "kind": choices("kinds", [kind.code for kind in askable()]),
            "state": choices("enquiry_states"),
            "partner": [(code, one.name) for code, one in offices.items()],
            "desk": desks,
        }
        if not desks:
            del self.fields["desk"], options["desk"]
        for name, found in options.items():
            field = self.fields[name]
            assert isinstance(field, forms.ChoiceField)  # declared above
            field.choices = [("", "—"), *found]


@for_enquiries
def inbox(request: HttpRequest) -> HttpResponseBase:
    """Show a page of a view, or begin a search in it."""
    if request.method == "POST":
        token = searches.begin(request, request.POST.get("q", ""))
        return redirect(f"{reverse('inbox')}?{urlencode({SEARCH: token})}" if token else "inbox")
    officer, offices = officer_of(request), office_names(language())
    view, token = request.GET.get("view", "all"), request.GET.get(SEARCH, "")
    asked = searches.typed(request, token) if token else ""
    filters = Filters(request.GET, offices, desk_names(officer.office, language()))
    rows = _narrowed(_rows_of(view, officer), filters)
    rows = searching.search(rows, asked) if asked else rows
    total, first = rows.count(), first_row(request)
    kept = list(queries.views_of(officer))
    shown = _shown(list(rows[first : first + ROWS_A_PAGE]), offices)
    context = {
        "views": [_chip(code, label, view) for code, label, _query in VIEWS] + _own_chips(kept, request),
        "query": asked or "",
        "search": token if asked else "",
        "forgotten": asked is None,
        "search_box": _search_box(asked or ""),
        "total": total,
        "filters": filters,
        "filters_open": any(request.GET.get(name) for name in FILTERS),
        "rows": shown,
        "drafts": _begun(
            view, officer, filtered=bool(asked) or any(request.GET.get(name) for name in FILTERS)
        ),
        "drafts_to": "inbox",
        "bulk": [{"code": code, "label": label} for code, label in BULK.items()],
        "save_url": "" if _kept_here(kept, request) else reverse("keep_view"),
        "drop_url": _drop_url(kept, request),
        "page": pager(request, first, len(shown), total),
        "urls": {"here": reverse("inbox"), "bulk": reverse("inbox_several"), "ask": reverse("ask")},
    }
    return render(request, "enquiries/inbox.html", context)


def _search_box(asked: str) -> SafeString:
    words = {"id": "q", "data-key": "/", "placeholder": _("Name, number or plate, in any script")}
    return SearchInput().render("q", asked, words)


@for_enquiries
@by_post
def keep_view(request: HttpRequest) -> HttpResponseBase:
    """Keep the view that is shown under a name."""
    query = _view_of(request.POST.get("view", ""))
    name = request.POST.get("name", "")
    attempt(request, lambda: actions.keep_view(officer_of(request), name, query))
    return redirect(f"{reverse('inbox')}?{query}")


@for_enquiries
@by_post
def drop_view(request: HttpRequest, key: int) -> HttpResponseBase:
    """Forget a kept view."""
    actions.drop_view(officer_of(request), key)
    return redirect("inbox")


@for_enquiries
@by_post
def several(request: HttpRequest) -> HttpResponseBase:
    """Do one deed on the chosen lines; each on its own, so that one that cannot does not stop the others."""
    officer, deed = officer_of(request), DEEDS.get(request.POST.get("do", ""))
    keys = [int(key) for key in request.POST.getlist("row")[:MOST_AT_ONCE] if key.isascii() and key.isdigit()]
    rows = list(queries.visible_to(officer).filter(pk__in=keys)) if deed else []
    done = sum(_did(request, officer, row, deed) for row in rows) if deed else 0
    told = ngettext("Done for %(count)d line.", "Done for %(count)d lines.", done)
    messages.info(request, told % {"count": done})
    return redirect(f"{reverse('inbox')}?{_without_page(request.POST.get('view', ''))}")


def _did(request: HttpRequest, officer: User, row: Addressee, deed: Deed) -> bool:
    try:
        deed(officer, row)
    except LienlacError as error:
        messages.error(request, f"{row.enquiry.number}: {wording.error(error, language())}")
        return False
    return True


def _acknowledge(officer: User, row: Addressee) -> None:
    actions.open_enquiry(officer, row, now=timezone.now())


def _close(officer: User, row: Addressee) -> None:
    actions.close(officer, row, now=timezone.now())


Deed = Callable[[User, Addressee], None]
DEEDS: dict[str, Deed] = {"acknowledge": _acknowledge, "close": _close}


def _without_page(query: str) -> str:
    """Return the query of a view without the place in its pages."""
    return _without(query, "from")


def _view_of(query: str) -> str:
    """Return what an officer may keep of a query: neither the place in its pages nor what was searched for."""
    return _without(query, "from", SEARCH)


def _without(query: str, *names: str) -> str:
    kept = QueryDict(query[:MAX_QUERY_CHARS], mutable=True)
    for name in names:
        kept.pop(name, None)
    return kept.urlencode()


def _own_chips(kept: list[View], request: HttpRequest) -> list[dict[str, Any]]:
    here = _view_of(request.GET.urlencode())
    return [
        {
            "label": view.name,
            "url": f"{reverse('inbox')}?{view.query}",
            "count": None,
            "here": view.query == here,
            "own": True,
        }
        for view in kept
    ]


def _kept_here(kept: list[View], request: HttpRequest) -> View | None:
    here = _view_of(request.GET.urlencode())
    return next((view for view in kept if view.query == here), None)


def _drop_url(kept: list[View], request: HttpRequest) -> str:
    found = _kept_here(kept, request)
    return reverse("drop_view", args=[found.pk]) if found else ""


def _rows_of(view: str, officer: User) -> QuerySet[Addressee]:
    return next((query for code, _label, query in VIEWS if code == view), queries.newest)(officer)


def _begun(view: str, officer: User, *, filtered: bool) -> list[dict[str, Any]]:
    """Return the officer's own drafts where he looks for what was not sent; a search is among enquiries alone."""
    return drafts.unsent(officer) if view == UNSENT and not filtered else []


def _narrowed(rows: QuerySet[Addressee], filters: Filters) -> QuerySet[Addressee]:
    if not filters.is_valid():
        return rows
    chosen = filters.cleaned_data
    if chosen["kind"]:
        rows = rows.filter(enquiry__kind=chosen["kind"])
    if chosen["state"]:
        rows = rows.filter(state=chosen["state"])
    if chosen.get("desk"):
        rows = rows.filter(side=Enquiry.Side.RECEIVED, desk=chosen["desk"])
    if chosen["partner"]:
        rows = queries.with_partner(rows, chosen["partner"])
    return rows


def _chip(code: str, label: Any, view: str) -> dict[str, Any]:
    url = f"{reverse('inbox')}?view={code}"
    return {"label": label, "url": url, "count": None, "here": code == view, "own": False}


def _shown(rows: list[Addressee], offices: Names) -> list[dict[str, Any]]:
    sent = [row.enquiry.message_id for row in rows if row.state == "sent"]
    parcels = mailroom.unread_or_waiting(sent) if sent else {}
    return [_row(row, offices, parcels.get((row.enquiry.message_id, row.office), "")) for row in rows]


def _row(row: Addressee, offices: Names, parcel: str) -> dict[str, Any]:
    now = timezone.now()
    received = row.enquiry.side == Enquiry.Side.RECEIVED
    made = owed_row(row, offices, now) if received else asked_row(row, offices, now, verb="open")
    direction = "in" if received else "out"
    return made | {"direction": direction, "badge": badge(row, parcel), "sent_at": row.enquiry.created_at}
