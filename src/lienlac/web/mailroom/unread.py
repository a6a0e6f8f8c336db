"""What came and this node does not understand yet: from whom, why, and raw for those whose case it may be."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from lienlac import wording
from lienlac.apps.accounts.models import User
from lienlac.apps.accounts.queries import handles_enquiries
from lienlac.apps.directory import queries as directory
from lienlac.apps.directory.models import Office
from lienlac.apps.mailroom import actions, queries
from lienlac.apps.mailroom.actions.keeping import UNREAD_FOR
from lienlac.apps.mailroom.models import Arrival
from lienlac.core.messages.canonical import Json
from lienlac.core.messages.kinds import KINDS
from lienlac.core.messages.raw import shown
from lienlac.web.coded import language
from lienlac.web.door import officer_of
from lienlac.web.mailroom.door import for_operators
from lienlac.web.mailroom.outbox import partner_name
from lienlac.web.paging import ROWS_A_PAGE, first_row, pager

MOST_SHOWN = 20_000  # characters: more than any form of ours holds, and the page still fits a bad line

WHY: Mapping[str, Promise] = {
    "newer_envelope": gettext_lazy("Its envelope is of a newer version: it cannot be opened here."),
    "unknown_suite": gettext_lazy("It is sealed in a way that is not known here: it cannot be opened."),
    "newer_message": gettext_lazy("The message is of a newer version than is known here."),
    "unknown_kind": gettext_lazy("A kind of message that is not known here."),
    "newer_version": gettext_lazy("A newer version of this kind of message than is known here."),
    "unknown_code": gettext_lazy("A code in it that decides what happens is not known here."),
    "effect_failed": gettext_lazy("This node failed over it: a fault of its own, which its log names."),
}
"""Reason of an arrival -> in words."""
OTHER = gettext_lazy("It is newer than this node.")


@for_operators
def unread(request: HttpRequest) -> HttpResponse:
    """Show a page of them."""
    rows, first = queries.unread(), first_row(request)
    shown_rows = list(rows[first : first + ROWS_A_PAGE])
    offices = _offices(shown_rows)
    context = {
        "rows": [_row(row, offices) for row in shown_rows],
        "page": pager(request, first, len(shown_rows), rows.count()),
        "asks": handles_enquiries(officer_of(request)),
    }
    return render(request, "mailroom/unread.html", context)


@for_operators
def one(request: HttpRequest, key: int) -> HttpResponse:
    """Show one; whoever may read it raw is noted as one who looked."""
    arrival, officer = queries.unread_one(key), officer_of(request)
    if arrival is None:
        raise Http404
    offices = _offices([arrival])
    to = [offices[code] for code in _to(arrival) if code in offices]
    more = {
        "to": [directory.named(office, language()) for office in to],
        "size": arrival.kept,
        "digest": arrival.digest,
        "erased_at": arrival.arrived_at + UNREAD_FOR,
    }
    raw = _raw(officer, arrival)
    context = {
        "one": _row(arrival, offices) | more,
        "asks": handles_enquiries(officer),
        "raw": raw,
        "closed": _closed(officer, arrival),
    }
    return render(request, "mailroom/unread_one.html", context)


def _raw(officer: User, arrival: Arrival) -> list[dict[str, Any]]:
    """Return the content, and the outside of its envelope; of what names no office the outside alone."""
    if queries.may_read(officer, arrival):
        inside = actions.read_raw(officer, arrival, now=timezone.now())
        return [_part(_("The message, as it was signed"), inside), _outside(arrival)]
    return [_outside(arrival)] if handles_enquiries(officer) and not _to(arrival) else []


def _outside(arrival: Arrival) -> dict[str, Any]:
    return _part(_("The outside of its envelope"), queries.outside_of(arrival))


def _part(title: str, value: Json) -> dict[str, Any]:
    text, cut = shown(value, most=MOST_SHOWN)
    return {"title": title, "text": text, "cut": cut}


def _closed(officer: User, arrival: Arrival) -> str:
    if queries.may_read(officer, arrival):
        return ""
    if not _to(arrival):
        return _("Whom it is for cannot be seen here, so that nobody reads its content yet.")
    return _("Its content is open to the officers of the office that it is addressed to.")


def _to(arrival: Arrival) -> list[str]:
    return list((arrival.frame or {}).get("to", ()))


def _offices(rows: Iterable[Arrival]) -> Mapping[str, Office]:
    """Return the offices that these name, by code: asked for once a page."""
    named = {code for row in rows for code in (*_to(row), (row.frame or {}).get("from")) if code}
    return {office.code: office for office in directory.every_office().filter(code__in=named)}


def _row(row: Arrival, offices: Mapping[str, Office]) -> dict[str, Any]:
    frame, partner = row.frame or {}, row.lane.partner
    office = offices.get(frame.get("from", ""))
    theirs = (
        office if office and office.node_id == partner.pk else None
    )  # what it says of itself may be untrue
    name, name_language = directory.named(theirs, language()) if theirs else partner_name(partner)
    kind = frame.get("kind", "")
    return {
        "url": reverse("unread_one", args=[row.pk]),
        "at": row.arrived_at,
        "partner": name,
        "lang": name_language,
        "kind": wording.label("kinds", kind, language()) if kind in KINDS else "",
        "code": kind,
        "version": frame.get("version"),
        "why": WHY.get(row.reason, OTHER),
    }
