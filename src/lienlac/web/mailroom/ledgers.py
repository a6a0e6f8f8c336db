"""The ledgers of this node: what they hold, and whether they still hold it."""

from __future__ import annotations

import base64
import hashlib
from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _

from lienlac import wording
from lienlac.apps.audit import queries as audit
from lienlac.apps.audit.models import Leaf, Ledger
from lienlac.apps.directory import queries as directory
from lienlac.apps.mailroom import overview
from lienlac.core.errors import LienlacError
from lienlac.core.ledger import leaves, tree
from lienlac.web.coded import language
from lienlac.web.door import by_post
from lienlac.web.mailroom.door import for_keepers
from lienlac.web.paging import ROWS_A_PAGE, first_row, pager

ROOT_CHARS = 16


@for_keepers
def ledger(request: HttpRequest) -> HttpResponse:
    """Show one ledger, a page of its leaves; they hold no personal data, only salted digests."""
    chosen = _chosen(request.GET.get("with", ""))
    first = first_row(request)
    rows, number = overview.leaves(chosen, first=first, number=ROWS_A_PAGE) if chosen else ([], 0)
    shown = [_leaf(row) for row in rows]
    context = {
        "ledgers": [_chip(one, chosen) for one in overview.ledgers()],
        "head": _head(chosen),
        "filters": None,
        "leaves": shown,
        "page": pager(request, first, len(shown), number),
        "urls": {
            "check": f"{reverse('ledger_check')}?with={chosen.partner if chosen else ''}",
            "export": "",
            "here": reverse("ledger"),
        },
    }
    return render(request, "ledger/list.html", context)


@for_keepers
@by_post
def check(request: HttpRequest) -> HttpResponse:
    """Compute a ledger's root from its first leaf and compare it with the last head that was signed."""
    partner = request.GET.get("with", "")
    chosen = _chosen(partner)
    if chosen is not None and _holds(chosen):
        messages.success(request, _("Checked: no leaf is missing, moved or changed."))
    else:
        messages.error(
            request,
            _("This ledger is not what was signed. Keep this machine as it is and call the inspector."),
        )
    return redirect(f"{reverse('ledger')}?with={partner}")


def _holds(chosen: Ledger) -> bool:
    placed = chosen.leaves.exclude(place=None).order_by("place")
    bodies = (bytes(body) for body in placed.values_list("body", flat=True).iterator())
    frontier, _made = tree.extend(tree.Frontier(), bodies)
    try:
        kept = tree.root(audit.StoredNodes(chosen), chosen.size)
    except KeyError:
        return False
    return frontier.size == chosen.size and frontier.root() == kept


def _chosen(partner: str) -> Ledger | None:
    return overview.ledgers().filter(partner=partner).first() or overview.ledgers().first()


def _chip(one: Ledger, chosen: Ledger | None) -> dict[str, Any]:
    return {
        "key": one.partner or "house",
        "label": _("With %(partner)s") % {"partner": _partner(one)} if one.partner else _("House ledger"),
        "url": f"{reverse('ledger')}?with={one.partner}",
        "here": chosen is not None and one.pk == chosen.pk,
    }


def _partner(one: Ledger) -> str:
    office = directory.first_office(one.partner)
    return directory.office_name(office, language()) if office else one.partner


def _head(chosen: Ledger | None) -> dict[str, Any]:
    head = audit.latest_head(chosen.partner) if chosen else None
    root = tree.root(audit.StoredNodes(chosen), chosen.size) if chosen and chosen.size else b""
    return {
        "size": chosen.size if chosen else 0,
        "root": base64.b64encode(root).decode()[:ROOT_CHARS],
        "signed_at": head.signed_at if head else None,
        "cosigned_at": None,
        "ok": None,
        "trouble": "",
    }


def _leaf(row: Leaf) -> dict[str, Any]:
    body = bytes(row.body)
    try:
        kind = leaves.decode(body).kind
    except LienlacError:
        kind = ""
    return {
        "index": row.place,
        "at": row.written_at,
        "kind": wording.label("leaf_kinds", kind, language()) if kind else "–",
        "who": "",
        "what": "",
        "digest": hashlib.sha256(body).hexdigest()[:ROOT_CHARS],
        "url": "",
    }
