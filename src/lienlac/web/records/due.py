"""What falls due (SG23): officers see records and may keep one longer for a reason; the administrator sees figures."""

from __future__ import annotations

from datetime import date
from typing import Any

from django.contrib.auth.decorators import login_required
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponseBase
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import pgettext

from lienlac import wording
from lienlac.apps.accounts.queries import handles_enquiries, keeps_accounts
from lienlac.apps.records import actions, kinds, queries
from lienlac.apps.records.models import Record
from lienlac.apps.records.queries import MONTH
from lienlac.apps.records.today import today
from lienlac.web.coded import language
from lienlac.web.door import for_enquiries, officer_of
from lienlac.web.keeping import Kept, keep_longer
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


@for_enquiries
def extend(request: HttpRequest, key: int) -> HttpResponseBase:
    """Keep one record longer, for a reason of its own."""
    record, day = record_of(request, key), today(timezone.now())
    title, _language = rows.title_of(record)

    def keep(until: date, reason: str) -> None:
        actions.extend(officer_of(request), record, until, reason=reason, now=timezone.now())

    return keep_longer(
        request,
        Kept(
            title=title,
            last_day=record.retention_until,
            latest=kinds.keep_until(record.kind, day),
            whose=_("A reason of this record, not of its kind."),
            keep=keep,
            said=_("The record is kept longer; your reason stands beside it."),
            causes=_(
                "You have reviewed it and it is still needed. Otherwise withdraw it or let its time end."
            ),
            back_url=reverse("records_due"),
        ),
    )
