"""Tokens of the API: who holds one for whom, when it was last used, when it ends; and one taken away."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any

from django import forms
from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import pgettext

from lienlac.apps.accounts import actions, queries
from lienlac.apps.accounts.models import ApiToken
from lienlac.web.accounts.doors import for_administrators
from lienlac.web.accounts.fresh import fresh_second_factor
from lienlac.web.door import officer_of

SOON = timedelta(days=7)


@for_administrators
def tokens(request: HttpRequest) -> HttpResponse:
    """List every token, the revoked ones last."""
    now = timezone.now()
    context = {
        "title": _("Tokens of the API"),
        "lead": _(
            "By a token a system of the agency acts for one officer. A new one is given at the machine."
        ),
        "columns": [
            _("Token"),
            _("Officer"),
            pgettext("token", "Last used"),
            pgettext("token", "Ends"),
            pgettext("token", "State"),
        ],
        "rows": [_row(one, now) for one in queries.tokens()],
        "nothing": _("There is no token."),
    }
    return render(request, "pages/table.html", context)


def _row(one: ApiToken, now: datetime) -> dict[str, Any]:
    holds = one.revoked_at is None and one.ends_at > now
    return {
        "url": reverse("token_revoke", args=[one.key]) if holds else "",
        "cells": [
            {"text": one.key, "small": one.label},
            {"text": one.officer.username, "small": one.officer.full_name},
            {"at": one.last_used_at, "text": "—"},
            {"at": one.ends_at},
            _state(one, now),
        ],
    }


def _state(one: ApiToken, now: datetime) -> dict[str, str]:
    if one.revoked_at:
        return {"text": pgettext("token", "revoked"), "tone": "red"}
    if one.ends_at <= now:
        return {"text": pgettext("token", "over"), "tone": "red"}
    if one.ends_at - now < SOON:
        return {"text": pgettext("token", "ends soon"), "tone": "amber"}
    return {"text": pgettext("token", "holds"), "tone": "green"}


@for_administrators
@fresh_second_factor
def revoke(request: HttpRequest, key: str) -> HttpResponseBase:
    """Ask once more, then end a token."""
    row = queries.find_token(key)
    if row is None:
        raise Http404
    if request.method == "POST":
        actions.revoke_token(row, by=officer_of(request), now=timezone.now())
        messages.success(request, _("The token holds no more."))
        return redirect("tokens")
    context = {
        "title": _("Revoke the token %(key)s") % {"key": row.key},
        "lead": f"{row.officer.full_name} · {row.label}" if row.label else row.officer.full_name,
        "form": forms.Form(),
        "verb": pgettext("token", "Revoke"),
        "causes": _("The system that holds it is refused from now on. Other tokens stand."),
        "grave": True,
        "back_url": reverse("tokens"),
    }
    return render(request, "pages/form.html", context)
