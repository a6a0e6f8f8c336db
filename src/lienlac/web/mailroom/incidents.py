"""Open incidents on the first page of those whose affair they are, and the signed bytes that prove one, as a file."""

from __future__ import annotations

from typing import Any

from django.http import Http404, HttpRequest, HttpResponse
from django.urls import reverse
from django.utils import timezone

from lienlac import wording
from lienlac.apps.accounts.models import User
from lienlac.apps.accounts.queries import handles_enquiries
from lienlac.apps.directory import queries as directory
from lienlac.apps.directory.models import Node
from lienlac.apps.mailroom import desks, disputing, lost, queries
from lienlac.apps.mailroom.models import Incident
from lienlac.web.coded import language
from lienlac.web.mailroom.door import for_keepers

OVERDUE = frozenset({"flash_review_overdue", "review_overdue"})


def on_desk(officer: User) -> dict[str, Any] | None:
    """Return what `mailroom/_on_desk.html` shows, None when nothing stands open that is this officer's affair."""
    found = desks.on_desk(officer.role)
    if not found.number:
        return None
    return {
        "total": str(found.number) if found.number < desks.LOOKED_AT else f"{desks.LOOKED_AT}+",
        "rows": [_row(one, officer) for one in found.newest],
    }


def _row(one: Incident, officer: User) -> dict[str, Any]:
    name, name_language = _name(one.partner)
    return {
        "partner": name,
        "lang": name_language,
        "text": wording.sentence("lane_incidents", one.code, language(), **one.facts),
        "at": one.at,
        "count": one.count,
        "url": _where(one, officer),
    }


def _name(node: Node) -> tuple[str, str]:
    first = min(node.offices.all(), key=lambda office: office.code, default=None)
    return directory.named(first, language()) if first else (node.code, "")


def _where(one: Incident, officer: User) -> str:
    """Return the page on which something can be done; this node itself has no page among the partners."""
    if one.code in OVERDUE and handles_enquiries(officer):
        return reverse("reviews")
    if one.code == lost.CODE:
        return reverse("lost_letters", args=[one.pk])
    own = one.partner.code == directory.own_code()
    return reverse("partners") if own else reverse("partner", args=[one.partner.code])


@for_keepers
def evidence(request: HttpRequest, key: int) -> HttpResponse:
    """Give the signed bytes of an incident: both histories for the verifier where he signed two, else as they came."""
    incident = queries.incident(key)
    if incident is None or not incident.evidence:
        raise Http404
    suffix, raw = disputing.attached(incident, now=timezone.now())
    name = f"{incident.code}-{incident.pk}.{suffix}"
    return HttpResponse(
        raw,
        content_type="application/octet-stream",
        headers={"Content-Disposition": f'attachment; filename="{name}"'},
    )
