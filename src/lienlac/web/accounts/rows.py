"""Officers as rows of a table (`pages/table.html`)."""

from __future__ import annotations

from datetime import date
from typing import Any

from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import pgettext

from lienlac import wording
from lienlac.apps.accounts.models import User
from lienlac.apps.accounts.queries import is_certified
from lienlac.web.coded import language


def columns() -> list[str]:
    """Return the heads of the list of officers."""
    return [
        _("User name"),
        _("Name"),
        _("Role"),
        pgettext("until when an officer is certified", "Certified to"),
        _("Second factor"),
        _("Last sign-in"),
    ]


def row(officer: User, today: date) -> dict[str, Any]:
    """Return an officer as a line of the list; he comes from `queries.officers`."""
    return {
        "url": reverse("user", args=[officer.pk]),
        "cells": [
            {"text": officer.username, "small": "" if officer.is_active else _("closed")},
            {"text": officer.full_name, "lang": ""},
            {"text": wording.label("roles", officer.role, language()), "small": officer.unit},
            certificate(officer, today),
            second_factor(officer),
            {"at": officer.last_login, "text": "—"},
        ],
    }


def certificate(officer: User, today: date) -> dict[str, str]:
    """Return until when an officer is certified, and whether that still holds."""
    if not officer.is_active:
        return {"text": "—"}
    if officer.certified_to is None:
        return {"text": _("not certified"), "tone": "amber"}
    until = officer.certified_to.isoformat()
    return {"text": until, "tone": "green" if is_certified(officer, today) else "red"}


def second_factor(officer: Any) -> dict[str, str]:
    """Return whether an officer has a second factor."""
    return (
        {"text": pgettext("an officer has it", "yes"), "tone": "green"}
        if officer.second_factor
        else {"text": pgettext("an officer has it", "none"), "tone": "amber"}
    )
