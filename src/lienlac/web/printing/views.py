"""What the QR code of a paper leads to: does this node know the message, and what does its ledger say of it?"""

from __future__ import annotations

from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext as _

from lienlac import wording
from lienlac.apps.mailroom import queries as mailroom
from lienlac.apps.reports import queries as reports
from lienlac.web.coded import language
from lienlac.web.templatetags.desk import moment_with_day


@login_required
def verify(request: HttpRequest, message_id: str, digest: str) -> HttpResponse:
    """Say what is known of the message that a paper names; nothing of its content is shown."""
    message = mailroom.message(message_id)
    holds = message is not None and message.envelope_digest.startswith(digest)
    rows = []
    if message is not None and holds:
        rows = [(_("Kind"), wording.label("kinds", message.kind, language())),
                (_("Signed at"), moment_with_day(message.created_at)),
                (_("From"), message.from_office),
                (_("To"), ", ".join(message.to_offices)),
                (_("Digest of the sealed envelope"), message.envelope_digest)]  # fmt: skip
        rows += [
            (_("Place in the ledger with %(partner)s") % {"partner": one.partner}, str(one.place))
            for one in mailroom.ledger_places(message)
        ]
    return _page(request, holds, _("The message it names is in this node's store and ledger."), rows)


@login_required
def verify_report(request: HttpRequest, digest: str) -> HttpResponse:
    """Say whether a report with this digest was printed here: its leaf is in the house ledger."""
    printed_at = reports.printed_at(digest)
    holds = printed_at is not None
    rows = [(_("Printed at"), moment_with_day(printed_at)), (_("Digest"), digest)] if holds else []
    lead = _("It was printed by this node, and its figures are those of its digest in the house ledger.")
    return _page(request, holds, lead, rows)


def _page(request: HttpRequest, holds: bool, lead: str, rows: list[tuple[str, str]]) -> HttpResponse:
    unknown = _(
        "It was made elsewhere, or a figure in its code was changed. Ask the office that gave it to you."
    )
    context = {
        "title": _("This paper is genuine") if holds else _("This node does not know this paper"),
        "lead": lead if holds else unknown,
        "deeds": [],
        "search": None,
        "columns": [_("What"), _("Value")],
        "rows": [{"url": "", "cells": [{"text": name}, {"text": value}]} for name, value in rows],
        "nothing": "",
        "page": None,
    }
    return render(request, "pages/table.html", context, status=200 if holds else 404)
