"""Partners: who they are, how the line is, whose key is trusted and by whose word, what may be asked of them."""

from __future__ import annotations

from typing import Any

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import pgettext

from lienlac import wording
from lienlac.apps.accounts.models import User
from lienlac.apps.accounts.queries import keeps_accounts
from lienlac.apps.agreements import queries as agreements
from lienlac.apps.directory import queries as directory
from lienlac.apps.directory.models import Node
from lienlac.apps.mailroom import lost, queries
from lienlac.apps.mailroom.models import Incident
from lienlac.core.trust import words
from lienlac.web.coded import language
from lienlac.web.directory.standing import deeds_of
from lienlac.web.door import officer_of
from lienlac.web.mailroom.door import for_operators, keeps_the_node
from lienlac.web.mailroom.outbox import partner_name

TRUST = {
    Node.Standing.TRUSTED: "introduced",
    Node.Standing.INTRODUCED: "waiting",
    Node.Standing.PAUSED: "paused",
    Node.Standing.REVOKED: "revoked",
}
"""Standing of a node -> what the page calls it."""
FIRST_WORDS = 4


@for_operators
def partners(request: HttpRequest) -> HttpResponse:
    """Show every node of the directory but this one."""
    officer = officer_of(request)
    own = directory.office(officer.office)
    twin = directory.twin_of(own.code) if own else None
    lines = {line.partner.pk: line for line in queries.lines()}
    rows = [_row(node, lines.get(node.pk), own, twin) for node in directory.other_nodes()]
    keeps = keeps_accounts(officer)
    context = {
        "partners": rows,
        "add_url": reverse("partner_meet") if keeps else "",
        "card_url": reverse("our_card"),
        "keys_url": reverse("own_keys") if keeps_the_node(officer) else "",
        "roots_url": reverse("state_roots"),
        "offices_url": reverse("offices"),
        "incidents": [_incident(one, officer) for one in _our_own()] if keeps_the_node(officer) else [],
    }
    return render(request, "directory/partners.html", context)


def _our_own() -> list[Incident]:
    """Return the open incidents of this node itself, which has no page among the partners."""
    return [one for one in queries.incidents_of(directory.this_node()) if one.closed_at is None]


def _row(node: Node, line: Any, own: Any, twin: Any) -> dict[str, Any]:
    name, name_language = partner_name(node)
    today = timezone.localdate()
    country = own.country if own else ""
    in_force = agreements.in_force_between(country, node.country, today=today)
    fingerprint = directory.fingerprint_of(node)
    return {
        "node": node.code,
        "name": name,
        "lang": name_language,
        "country": wording.country(node.country, language()),
        "line": line.state if line else node.standing if node.standing in queries.AT_REST else "none",
        "last_contact_at": node.last_heard_at,
        "waiting": line.waiting if line else 0,
        "trust": trust_of(node),
        "words": " ".join(words.words(fingerprint)[:FIRST_WORDS]) + " …" if fingerprint else "",
        "kid": fingerprint[:16],
        "valid_until": None,
        "twin": bool(twin and twin.node_id == node.pk),
        "agreements": [agreements.title(one.id, language()) for one in in_force],
        "url": reverse("partner", args=[node.code]),
    }


def trust_of(node: Node) -> str:
    """Return what the pages call the standing: vouched when nothing but a state's word stands for a trusted node."""
    if node.standing == Node.Standing.TRUSTED and node.compared_at is None and node.vouched_at is not None:
        return "vouched"
    return TRUST.get(Node.Standing(node.standing), "waiting")


def other_node(code: str) -> Node:
    """Return a node of the directory that is not this one, or say that there is none."""
    node = directory.other_nodes().filter(code=code).first()
    if node is None:
        raise Http404
    return node


@for_operators
def partner(request: HttpRequest, code: str) -> HttpResponse:
    """Show one partner: on whose word he is trusted, his words, his offices, what happened on the line."""
    node, officer = other_node(code), officer_of(request)
    name, name_language = partner_name(node)
    fingerprint = directory.fingerprint_of(node)
    may = keeps_accounts(officer)
    context = {
        "name": name,
        "lang": name_language,
        "code": node.code,
        "standing": trust_of(node),
        "waiting": queries.waiting_for(node),
        "unread": queries.unread().filter(lane__partner=node).count(),
        "facts": _facts(node),
        "words": words.words(fingerprint) if fingerprint else (),
        "digits": words.digits(fingerprint) if fingerprint else (),
        "offices": [_office(one) for one in node.offices.order_by("code")],
        "deeds": deeds_of(node) if may else [],
        "incidents": [_incident(one, officer) for one in queries.incidents_of(node)[:20]],
        "frozen": [
            {"class": lane.lane_class, "url": reverse("lane_thaw", args=[lane.pk]) if may else ""}
            for lane in queries.frozen_lanes(node)
        ],
        "keys_url": reverse("partner_keys", args=[node.code]),
        "back_url": reverse("partners"),
    }
    return render(request, "directory/partner.html", context)


def _facts(node: Node) -> list[dict[str, Any]]:
    facts: list[tuple[str, dict[str, Any]]] = [
        (_("Country"), {"text": wording.country(node.country, language())}),
        (_("Fingerprint compared by people"), {"at": node.compared_at}),
        (_("Told new signing keys by post"), {"at": directory.told_signing_keys_at(node)}),
        (_("Its state vouches for it since"), {"at": node.vouched_at}),
        (_("Last heard"), {"at": node.last_heard_at}),
        (_("Address"), {"text": node.endpoint or _("none: it dials out only")}),
        (
            _("Way of the post to this partner"),
            {"text": wording.label("transports", node.transport, language())},
        ),
        (_("Paused since"), {"at": node.paused_at if node.standing == Node.Standing.PAUSED else None}),
    ]
    if node.standing == Node.Standing.REVOKED:
        why = wording.label("revocation_reasons", node.revoked_for, language())
        facts += [
            (_("Revoked since"), {"at": node.revoked_at}),
            (pgettext("a revocation", "Reason"), {"text": why}),
            (_("To be believed until"), {"at": node.last_trusted_at}),
        ]
    return [{"label": label, **cell} for label, cell in facts if cell.get("text") or cell.get("at")]


def _office(one: Any) -> dict[str, Any]:
    name, name_language = directory.named(one, language())
    return {
        "name": name,
        "lang": name_language,
        "status": one.status,
        "phone": one.phone,
        "url": reverse("office", args=[one.code]),
    }


def _incident(one: Incident, officer: User) -> dict[str, Any]:
    attached = bool(one.evidence) and keeps_the_node(officer)
    closes = one.closed_at is None and keeps_accounts(officer)
    return {
        "text": wording.sentence("lane_incidents", one.code, language(), **one.facts),
        "at": one.at,
        "count": one.count,
        "closed_at": one.closed_at,
        "closed_with": one.closed_with,
        "url": reverse("incident_close", args=[one.pk]) if closes else "",
        "letters_url": reverse("lost_letters", args=[one.pk]) if one.code == lost.CODE else "",
        "evidence_url": reverse("incident_evidence", args=[one.pk]) if attached else "",
    }
