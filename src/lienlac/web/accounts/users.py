"""Pages of the administrator: officers, their roles, certificates and keys. No page here shows a case."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import pgettext

from lienlac import wording
from lienlac.apps.accounts import actions, queries
from lienlac.apps.accounts.actions.keys import new_password
from lienlac.apps.accounts.models import User
from lienlac.core.errors import LienlacError
from lienlac.web.accounts import rows
from lienlac.web.accounts.deeds import DEEDS, Deed, Shown, open_to
from lienlac.web.accounts.doors import for_administrators
from lienlac.web.accounts.forms import OpenForm
from lienlac.web.accounts.fresh import fresh_second_factor
from lienlac.web.coded import blame, language
from lienlac.web.door import officer_of
from lienlac.web.mailroom.incidents import on_desk


def _officer(key: int) -> User:
    found = queries.officers().filter(pk=key).first()
    if found is None:
        raise Http404
    return found


@for_administrators
def users(request: HttpRequest) -> HttpResponse:
    """List every account, the closed ones last."""
    today = timezone.localdate()
    context = {
        "title": pgettext("accounts of officers", "Users"),
        "lead": _("Accounts of this node. Every change is recorded in the house ledger."),
        "deeds": [{"label": _("Open an account"), "url": reverse("user_add"), "main": True}],
        "columns": rows.columns(),
        "rows": [rows.row(one, today) for one in queries.officers()],
        "nothing": _("There is no account yet."),
        "incidents": on_desk(officer_of(request)),
    }
    return render(request, "pages/table.html", context)


@for_administrators
def user(request: HttpRequest, key: int) -> HttpResponse:
    """Show one account and what can be done with it."""
    one = _officer(key)
    return render(request, "pages/table.html", _about(one, officer_of(request)))


def _about(one: User, by: User) -> dict[str, Any]:
    own = one.pk == by.pk
    facts = [
        (_("User name"), {"text": one.username}),
        (_("Role"), {"text": wording.label("roles", one.role, language())}),
        (_("Office"), {"text": one.office}),
        (_("Unit"), {"text": one.unit or "—"}),
        (_("Account"), _standing(one)),
        (
            pgettext("until when an officer is certified", "Certified to"),
            rows.certificate(one, timezone.localdate()),
        ),
        (_("Second factor"), rows.second_factor(one)),
        (_("Last sign-in"), {"at": one.last_login, "text": "—"}),
    ]
    return {
        "title": one.full_name,
        "lead": _("This is your own account: another administrator changes it.") if own else "",
        "deeds": [] if own else [
            {"label": deed.label, "url": reverse("user_deed", args=[one.pk, code])}
            for code, deed in DEEDS.items() if open_to(deed, one)
        ],
        "columns": [_("What"), pgettext("value of a setting", "Is")],
        "rows": [{"url": "", "cells": [{"text": label}, cell]} for label, cell in facts],
    }  # fmt: skip


def _standing(one: User) -> dict[str, str]:
    if not one.is_active:
        return {"text": _("closed"), "tone": "red"}
    small = _("with a temporary password") if one.password_is_temporary else ""
    return {"text": pgettext("an account is", "open"), "small": small}


@for_administrators
@fresh_second_factor
def add(request: HttpRequest) -> HttpResponseBase:
    """Open an account with a temporary password, which is shown once."""
    form = OpenForm(request.POST or None, initial={"language": language()})
    if request.method == "POST" and form.is_valid():
        password = new_password()
        try:
            opened = actions.open_account(
                **form.cleaned_data,
                password=password,
                password_is_temporary=True,
                by=officer_of(request),
                now=timezone.now(),
            )
        except LienlacError as error:
            blame(form, error, renamed={})
        else:
            return _show_once(request, opened, Shown(label=_("Temporary password"), lines=(password,)))
    context = {
        "title": _("Open an account"),
        "lead": "",
        "form": form,
        "verb": _("Open the account"),
        "causes": _(
            "You are shown a temporary password once. At the first sign-in the officer chooses his own."
        ),
        "back_url": reverse("users"),
    }
    return render(request, "pages/form.html", context, status=422 if form.errors else 200)


@for_administrators
@fresh_second_factor
def deed(request: HttpRequest, key: int, code: str) -> HttpResponseBase:
    """Do one of the deeds on an account."""
    one, wanted = _officer(key), DEEDS.get(code)
    if wanted is None or not open_to(wanted, one):
        raise Http404
    form = wanted.form(request.POST if request.method == "POST" else None, initial=wanted.initial(one))
    if request.method == "POST" and form.is_valid():
        try:
            shown = wanted.do(one, form.cleaned_data, officer_of(request))
        except LienlacError as error:
            blame(form, error, renamed={})
        else:
            if shown.lines:
                return _show_once(request, one, shown)
            messages.success(request, shown.label)
            return redirect("user", key=key)
    return render(request, "pages/form.html", _ask(one, wanted, form), status=422 if form.errors else 200)


def _ask(one: User, wanted: Deed, form: Any) -> dict[str, Any]:
    return {
        "title": _("%(deed)s: %(name)s") % {"deed": wanted.label, "name": one.full_name},
        "lead": "",
        "form": form,
        "verb": wanted.label,
        "causes": wanted.causes,
        "grave": wanted.grave,
        "back_url": reverse("user", args=[one.pk]),
    }


def _show_once(request: HttpRequest, one: User, shown: Shown) -> HttpResponse:
    context = {
        "title": one.full_name,
        "lead": _("Write this down now and hand it over yourself. It is not shown again."),
        "deeds": [{"label": pgettext("pages", "Back to the account"), "url": reverse("user", args=[one.pk])}],
        "columns": [shown.label],
        "rows": [{"url": "", "cells": [{"text": line}]} for line in shown.lines],
    }
    return render(request, "pages/table.html", context)
