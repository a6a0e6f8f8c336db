"""What falls due (SG23): officers see records and may keep one longer for a reason; the administrator sees figures."""

from __future__ import annotations

from datetime import date
from typing import Any

from django import forms
from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponseBase
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, pgettext

from lienlac import wording
from lienlac.apps.accounts.queries import handles_enquiries, keeps_accounts
from lienlac.apps.records import actions, kinds, queries
from lienlac.apps.records.models import Record
from lienlac.apps.records.queries import MONTH
from lienlac.apps.records.today import today
from lienlac.core.errors import LienlacError
from lienlac.web.coded import blame, language
from lienlac.web.door import for_enquiries, officer_of
from lienlac.web.paging import ROWS_A_PAGE, first_row, pager
from lienlac.web.records import rows
from lienlac.web.records.searching import record_of


@login_required
def due(request: HttpRequest) -> HttpResponseBase:
    """Show what falls due: persons to who may see them, figures to who keeps the node."""
    officer, day = officer_of(request), today(timezone.now())
    if handles_enquiries(officer):
        return _records(request, day)
    if not keeps_accounts(officer):
        raise PermissionDenied
    return render(request, "pages/table.html", _figures(day))


def _records(request: HttpRequest, day: date) -> HttpResponseBase:
    officer, first = officer_of(request), first_row(request)
    every = queries.due(officer, day)
    shown = every[first : first + ROWS_A_PAGE]
    actions.read(officer, shown, what="records", now=timezone.now())
    context = {
        "title": _("What falls due"),
        "lead": _("The node erases a record when its time is over. A missing person waits for your review."),
        "columns": [_("Name"), _("Kind of record"), _("Keep until"), _("State"), _("Source")],
        "rows": [_row(one, day) for one in shown],
        "nothing": _("Nothing falls due."),
        "page": pager(request, first, len(shown), len(every)),
    }
    return render(request, "pages/table.html", context)


def _row(record: Record, day: date) -> dict[str, Any]:
    title, title_language = rows.title_of(record)
    over, soon = record.retention_until < day, record.retention_until <= day + MONTH
    word = _("Waits for your review") if over else _("Within a month") if soon else _("Within four months")
    return {
        "url": reverse("record_extend", args=[record.pk]),
        "cells": [
            {"text": title, "lang": title_language, "small": record.number},
            {"text": wording.label("record_kinds", record.kind, language())},
            {"text": record.retention_until.isoformat()},
            {"text": word, "tone": "red" if over else "amber" if soon else "blue"},
            {"text": record.source, "small": record.reference},
        ],
    }


def _figures(day: date) -> dict[str, Any]:
    return {
        "title": _("What falls due"),
        "lead": _("Figures alone: the officers see the records. Ask them to review what is over its time."),
        "columns": [_("Kind of record"), _("Over their time"), _("Within a month"), _("Within four months")],
        "rows": [
            {
                "url": "",
                "cells": [
                    {"text": wording.label("record_kinds", one.kind, language())},
                    *({"text": str(count)} for count in (one.over, one.in_a_month, one.later)),
                ],
            }
            for one in queries.due_counts(day)
        ],
        "nothing": pgettext("of figures", "Nothing falls due."),
        "page": None,
    }


class ExtendForm(forms.Form):
    """Until when, and the reason that is this record's own."""

    retention_until = forms.DateField(label=gettext_lazy("Keep until"))
    retention_reason = forms.CharField(
        label=gettext_lazy("Why it is kept longer"), max_length=500, widget=forms.Textarea(attrs={"rows": 3}),
        help_text=gettext_lazy("A reason of this record, not of its kind."),
    )  # fmt: skip


@for_enquiries
def extend(request: HttpRequest, key: int) -> HttpResponseBase:
    """Keep one record longer, for a reason of its own."""
    record, day = record_of(request, key), today(timezone.now())
    latest = kinds.keep_until(record.kind, day)
    form = ExtendForm(request.POST or None, initial={"retention_until": latest.isoformat()})
    if form.is_bound and form.is_valid():
        values = form.cleaned_data
        try:
            actions.extend(
                officer_of(request),
                record,
                values["retention_until"],
                reason=values["retention_reason"],
                now=timezone.now(),
            )
        except LienlacError as error:
            blame(form, error, renamed={})
        else:
            messages.success(request, _("The record is kept longer; your reason stands beside it."))
            return redirect("records_due")
    title, _language = rows.title_of(record)
    context = {
        "title": title,
        "lead": _("Kept until %(until)s.") % {"until": record.retention_until.isoformat()},
        "form": form,
        "action": request.path,
        "verb": _("Keep it longer"),
        "causes": _(
            "You have reviewed it and it is still needed. Otherwise withdraw it or let its time end."
        ),
        "back_url": reverse("records_due"),
    }
    return render(request, "pages/form.html", context, status=422 if form.errors else 200)
