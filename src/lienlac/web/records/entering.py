"""Enter, change and withdraw a record; whatever changes is compared with the open enquiries at once."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponseBase
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from lienlac.apps.records import actions
from lienlac.apps.records.models import Record
from lienlac.apps.screening import actions as screening
from lienlac.core.errors import LienlacError
from lienlac.web.coded import blame
from lienlac.web.door import for_enquiries, officer_of
from lienlac.web.records.forms import RecordForm, initial_of
from lienlac.web.records.searching import record_of


@for_enquiries
@require_http_methods(["GET", "POST"])
def new(request: HttpRequest) -> HttpResponseBase:
    """Enter a record."""
    form = RecordForm(request.POST) if request.method == "POST" else RecordForm()
    if form.is_bound and form.is_valid():
        try:
            record = actions.enter(officer_of(request), form.draft(), now=timezone.now())
        except LienlacError as error:
            blame(form, error, renamed={})
        else:
            return _done(request, record)
    return _page(request, form, _("New record"), reverse("record_new"), reverse("records"))


@for_enquiries
@require_http_methods(["GET", "POST"])
def edit(request: HttpRequest, key: int) -> HttpResponseBase:
    """Change a record."""
    record, here = record_of(request, key), reverse("record", args=[key])
    form = RecordForm(request.POST) if request.method == "POST" else RecordForm(initial=initial_of(record))
    if form.is_bound and form.is_valid():
        try:
            actions.change(officer_of(request), record, form.draft(record), now=timezone.now())
        except LienlacError as error:
            blame(form, error, renamed={})
        else:
            return _done(request, record)
    return _page(request, form, _("Change the record"), reverse("record_edit", args=[key]), here)


@for_enquiries
@require_http_methods(["GET", "POST"])
def withdraw(request: HttpRequest, key: int) -> HttpResponseBase:
    """Withdraw a record, after a page that says what it causes."""
    record = record_of(request, key)
    if request.method == "POST":
        actions.withdraw(officer_of(request), record, now=timezone.now())
        screening.compare_waiting(now=timezone.now())
        messages.success(request, _("The record is withdrawn."))
        return redirect("records")
    context: dict[str, Any] = {
        "title": _("Withdraw the record"),
        "lead": record.number,
        "form": None,
        "action": reverse("record_withdraw", args=[key]),
        "verb": _("Withdraw the record"),
        "causes": _("It is found no more, open candidates close, and it is erased when its time is over."),
        "grave": True,
        "back_url": reverse("record", args=[key]),
    }
    return render(request, "pages/form.html", context)


def _done(request: HttpRequest, record: Record) -> HttpResponseBase:
    screening.compare_waiting(now=timezone.now())
    messages.success(request, _("The record is kept."))
    return redirect("record", key=record.pk)


def _page(request: HttpRequest, form: RecordForm, title: str, action: str, back: str) -> HttpResponseBase:
    context = {
        "title": title,
        "lead": "",
        "form": form,
        "action": action,
        "verb": _("Keep the record"),
        "causes": _("It is compared with the open enquiries. A candidate never leaves this node."),
        "back_url": back,
    }
    return render(request, "pages/form.html", context, status=422 if form.errors else 200)
