"""The outbox: what is on its way to whom, and what is wrong in plain words."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.template.defaultfilters import filesizeformat
from django.urls import reverse

from lienlac import wording
from lienlac.apps.directory import queries as directory
from lienlac.apps.directory.models import Node
from lienlac.apps.mailroom import overview, queries
from lienlac.apps.mailroom.models import Incident, Parcel
from lienlac.apps.mailroom.queries import LineState
from lienlac.web.coded import language
from lienlac.web.door import officer_of
from lienlac.web.mailroom.door import carries, for_operators
from lienlac.web.paging import ROWS_A_PAGE, first_row, pager

Names = Mapping[int, tuple[str, str]]
"""Key of a node -> the name of its office and the language of that name."""

STAGE = {Parcel.State.WAITING: "queued", Parcel.State.SENT: "sent"}


@for_operators
def outbox(request: HttpRequest) -> HttpResponse:
    """Show the state of each line and a page of parcels without a receipt."""
    first = first_row(request)
    rows, total = overview.on_the_way(first=first, number=ROWS_A_PAGE)
    lines = queries.lines()
    names = {line.partner.pk: partner_name(line.partner) for line in lines}
    happened, may = overview.newest_incidents(), carries(officer_of(request))
    shown = [_parcel(row, names) for row in rows]
    context = {
        "lanes": [_line(line, names, happened.get(line.partner.pk, ()), carries=may) for line in lines],
        "others": [_other(of_node) for node, of_node in happened.items() if node not in names],
        "parcels": shown,
        "page": pager(request, first, len(shown), total),
    }
    return render(request, "mailroom/outbox.html", context)


def partner_name(node: Node) -> tuple[str, str]:
    """Return the name of a partner's first office and the language of that name."""
    office = node.offices.order_by("code").first()
    return directory.named(office, language()) if office else (node.code, "")


def _line(line: LineState, names: Names, happened: Sequence[Incident], *, carries: bool) -> dict[str, Any]:
    name, name_language = names[line.partner.pk]
    return {
        "partner": name,
        "lang": name_language,
        "state": line.state,
        "waiting": line.waiting,
        "unread": line.unread,
        "last_through_at": line.last_through_at,
        "error": wording.sentence("errors", line.error, language()) if line.error else "",
        "incidents": _worded(happened),
        "partner_url": reverse("partner", args=[line.partner.code]),
        "bundle_url": reverse("bundles") if carries else "",
    }


def _other(happened: Sequence[Incident]) -> dict[str, Any]:
    """Show what happened to a node without a line: this one (its page is that of the partners), or one long revoked."""
    node = happened[0].partner
    name, name_language = partner_name(node)
    own = node.code == directory.own_code()
    return {
        "partner": name,
        "lang": name_language,
        "incidents": _worded(happened),
        "url": reverse("partners") if own else reverse("partner", args=[node.code]),
    }


def _worded(happened: Sequence[Incident]) -> list[str]:
    return [wording.sentence("lane_incidents", one.code, language(), **one.facts) for one in happened]


def _parcel(row: Parcel, names: Names) -> dict[str, Any]:
    partner = row.lane.partner
    name, name_language = names.get(partner.pk) or partner_name(partner)  # a revoked one has no line any more
    line = getattr(row.lane.partner, "line", None)
    waits = row.state == Parcel.State.WAITING
    return {
        "key": str(row.pk),
        "what": wording.label("kinds", row.message.kind, language()),
        "url": "",
        "partner": name,
        "lang": name_language,
        "stage": STAGE.get(Parcel.State(row.state), "sent"),
        "failed": False,
        "attempts": line.attempts if line and waits else 0,
        "tried_at": row.sent_at,
        "next_at": line.next_try_at if line and waits else None,
        "error": wording.sentence("errors", line.error, language()) if line and waits and line.error else "",
        "retry_url": "",
        "size": filesizeformat(row.size),
    }
