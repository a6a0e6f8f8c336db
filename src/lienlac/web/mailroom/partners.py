"""Partners: who they are, how the line is, whose key is trusted, what may be asked of them."""

from __future__ import annotations

from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone

from lienlac.apps.agreements import queries as agreements
from lienlac.apps.directory import queries as directory
from lienlac.apps.directory.models import Node
from lienlac.apps.mailroom import queries
from lienlac.web.coded import language
from lienlac.web.door import officer_of
from lienlac.web.mailroom.door import for_operators
from lienlac.web.mailroom.outbox import partner_name

TRUST = {
    Node.Standing.TRUSTED: "introduced",
    Node.Standing.INTRODUCED: "waiting",
    Node.Standing.PAUSED: "paused",
    Node.Standing.REVOKED: "revoked",
}
"""Standing of a node -> what the page calls it."""


@for_operators
def partners(request: HttpRequest) -> HttpResponse:
    """Show every node of the directory but this one."""
    own = directory.office(officer_of(request).office)
    twin = directory.twin_of(own.code) if own else None
    lines = {line.partner.pk: line for line in queries.lines()}
    nodes = directory.other_nodes()
    rows = [_row(node, lines.get(node.pk), own, twin) for node in nodes]
    return render(request, "partners/list.html", {"partners": rows, "add_url": ""})


def _row(node: Node, line: Any, own: Any, twin: Any) -> dict[str, Any]:
    name, name_language = partner_name(node)
    today = timezone.localdate()
    country = own.country if own else ""
    in_force = agreements.in_force_between(country, node.country, today=today)
    return {
        "node": node.code,
        "name": name,
        "lang": name_language,
        "country": node.country,
        "line": line.state if line else "none",
        "last_contact_at": node.last_heard_at,
        "waiting": line.waiting if line else 0,
        "trust": TRUST.get(Node.Standing(node.standing), "waiting"),
        "words": "",
        "kid": directory.fingerprint_of(node)[:16],
        "valid_until": None,
        "twin": bool(twin and twin.node_id == node.pk),
        "agreements": [agreements.title(one.id, language()) for one in in_force],
        "url": reverse("partners"),
    }
