"""The letters that a partner lost when his node was put back: what people must send anew, what went again by itself.

Who sees the post sees kinds, places and times. The number of an enquiry, and the way to it, are for its own officers.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import pgettext

from lienlac import wording
from lienlac.apps.directory.models import Node
from lienlac.apps.enquiries import queries as enquiries
from lienlac.apps.enquiries.models import Addressee
from lienlac.apps.mailroom import lost, queries
from lienlac.apps.mailroom.lost import Letter
from lienlac.apps.mailroom.models import Incident
from lienlac.web.coded import language
from lienlac.web.door import officer_of
from lienlac.web.mailroom.door import for_operators
from lienlac.web.mailroom.outbox import partner_name
from lienlac.web.paging import ROWS_A_PAGE, first_row, pager

EPOCH_BEGINS = 8  # digits by which both sides name an epoch on the telephone


@for_operators
def letters(request: HttpRequest, key: int) -> HttpResponse:
    """Show a page of them."""
    incident = queries.incident(key)
    if incident is None or incident.code != lost.CODE:
        raise Http404
    first = first_row(request)
    shown, total, anew = lost.letters(incident, first=first, number=ROWS_A_PAGE)
    name, _of_language = partner_name(incident.partner)
    seen = _seen(request, shown, incident.partner)
    context = {
        "title": _("Letters that the partner lost"),
        "lead": " ".join(_lead(incident, anew)),
        "deeds": [{"label": name, "url": reverse("partner", args=[incident.partner.code])}],
        "columns": [_("Kind"), pgettext("in a lane", "Place"), _("When"), _("State")],
        "rows": [_row(one, seen.get(one.parcel.message.message_id)) for one in shown],
        "nothing": _("None of our letters stood at these places."),
        "page": pager(request, first, len(shown), total),
    }
    return render(request, "pages/table.html", context)


def _seen(request: HttpRequest, shown: list[Letter], partner: Node) -> Mapping[str, Addressee]:
    about = {one.parcel.message.message_id: one.parcel.message.in_reply_to for one in shown}
    offices = partner.offices.values_list("code", flat=True)
    return enquiries.of_letters(officer_of(request), about, offices)


def _lead(incident: Incident, anew: int) -> list[str]:
    again, listed = lost.went_again(incident), lost.NOTED
    said = [
        (
            anew,
            _(
                "To be sent anew: %(number)s. Ring the partner, ask which are still needed, write these again."
            ),
        ),
        (again, _("Gone again by themselves: %(number)s. Nothing is to be done.")),
        (listed if again > listed else 0, _("The first %(number)s of these are listed.")),
    ]
    told = [sentence % {"number": number} for number, sentence in said if number]
    return [*told, _("Receipts, and what the partner had refused, are not listed: nothing is to be done.")]


def _row(one: Letter, row: Addressee | None) -> dict[str, Any]:
    what = wording.label("kinds", one.parcel.message.kind, language())
    state = _("Gone again by itself") if one.again else _("Send anew")
    return {
        "url": reverse("thread", args=[row.pk]) if row else "",
        "cells": [
            {"text": what, "small": row.enquiry.number if row else ""},
            {"text": f"{one.seq} ({one.epoch[:EPOCH_BEGINS]})"},
            {"at": one.parcel.queued_at},
            {"text": state, "tone": "green" if one.again else "amber"},
        ],
    }
