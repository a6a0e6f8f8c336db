"""Roots of states: whose word about its own agencies is believed, and the directories that they sign."""

from __future__ import annotations

from typing import Any

from django import forms
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _

from lienlac import wording
from lienlac.apps.accounts.queries import keeps_accounts
from lienlac.apps.directory import actions
from lienlac.apps.directory import queries as directory
from lienlac.apps.directory.models import StateRoot
from lienlac.apps.mailroom.actions import refused_directories_noted
from lienlac.core.trust import words
from lienlac.web.accounts.doors import for_administrators
from lienlac.web.accounts.fresh import fresh_second_factor
from lienlac.web.coded import language
from lienlac.web.deed_page import Deed, Done, Values, answer, given
from lienlac.web.directory.forms import FileForm, WordsForm
from lienlac.web.door import officer_of
from lienlac.web.mailroom.door import for_operators
from lienlac.web.templatetags.desk import day

FIRST_WORDS = 4


@for_operators
def roots(request: HttpRequest) -> HttpResponse:
    """List the roots of states with the directory that each signed last."""
    may = keeps_accounts(officer_of(request))
    deeds = [
        {"label": _("Read a directory"), "url": reverse("directory_read"), "main": True},
        {"label": _("Introduce a root key"), "url": reverse("root_meet")},
    ]
    context = {
        "title": _("Roots of states"),
        "lead": _lead(),
        "deeds": deeds if may else [],
        "columns": [_("Country"), _("Trust"), _("Directory"), _("Good until")],
        "rows": [_row(one, may) for one in directory.state_roots()],
        "nothing": _("No root key yet. Without one, partners are introduced one by one."),
    }
    return render(request, "pages/table.html", context)


def _lead() -> str:
    """Say what a root is for and, once a list of them was taken, which list names those that hold."""
    lead = _("A state's root key speaks for the nodes of its own agencies, and for nobody else's.")
    taken = directory.roots_taken()
    if taken is None:
        return lead
    told = _("The states' list of roots, number %(number)s, is good until %(day)s.")
    return f"{lead} {told % {'number': taken.number, 'day': day(taken.expires_at)}}"


def _row(root: StateRoot, may: bool) -> dict[str, Any]:
    leads = {
        StateRoot.Standing.INTRODUCED: "root_trust",
        StateRoot.Standing.TRUSTED: "root_end",
        StateRoot.Standing.RETIRED: "root_trust",
    }
    name = leads.get(StateRoot.Standing(root.standing), "") if may else ""
    first = words.words(directory.root_fingerprint(root))[:FIRST_WORDS]
    number = _("number %(number)s") % {"number": root.number} if root.number else "—"
    return {
        "url": reverse(name, args=[root.pk]) if name else "",
        "cells": [
            {"text": wording.country(root.country, language()), "small": " ".join(first) + " …"},
            _standing(root),
            {"text": number},
            {"at": root.expires_at, "text": "—"},
        ],
    }


def _standing(root: StateRoot) -> dict[str, str]:
    if root.standing == StateRoot.Standing.TRUSTED and root.compared_at is None:
        return {"text": _("Named by the states' list of roots"), "tone": "green"}
    if root.standing == StateRoot.Standing.TRUSTED:
        return {"text": _("Introduced, fingerprints compared"), "tone": "green"}
    if root.standing == StateRoot.Standing.INTRODUCED:
        return {"text": _("Fingerprints not compared yet"), "tone": "amber"}
    if root.standing == StateRoot.Standing.RETIRED:
        return {"text": _("On the states' list of roots no longer"), "tone": "amber"}
    return {"text": _("Revoked"), "tone": "red"}


def _root(key: int) -> StateRoot:
    found = directory.state_roots().filter(pk=key).first()
    if found is None:
        raise Http404
    return found


@for_administrators
@fresh_second_factor
def meet(request: HttpRequest) -> HttpResponseBase:
    """Read the file of a state's root."""

    def do(said: Values) -> Done:
        by = officer_of(request).username
        actions.meet_root(said["file"], by=by, now=timezone.now())
        return Done(said=_("The root key was read. It says nothing before its fingerprint is compared."))

    return answer(request, _deed(given(request, FileForm), do, title=_("Introduce a root key"), upload=True))


@for_administrators
@fresh_second_factor
def trust(request: HttpRequest, key: int) -> HttpResponseBase:
    """Compare the fingerprint of a root."""
    root = _root(key)

    def do(said: Values) -> Done:
        by = officer_of(request).username
        actions.trust_root(root, fingerprint=said["said"], by=by, now=timezone.now())
        return Done(said=_("The fingerprints agree. This root now speaks for its own country's nodes."))

    lead = _("Ring whoever keeps the root key on a number that you know from elsewhere.")
    form = given(request, WordsForm)
    return answer(request, _deed(form, do, title=_("Compare fingerprints"), lead=lead))


@for_administrators
@fresh_second_factor
def end(request: HttpRequest, key: int) -> HttpResponseBase:
    """End the trust in a root."""
    root = _root(key)

    def do(_said: Values) -> Done:
        actions.distrust_root(root, by=officer_of(request).username, now=timezone.now())
        return Done(said=_("This root key is no longer believed."))

    causes = _("Nodes that stand on its word alone wait until their own fingerprints are compared.")
    form = given(request, forms.Form)
    return answer(
        request, _deed(form, do, title=_("Believe this root key no longer"), causes=causes, grave=True)
    )


@for_administrators
@fresh_second_factor
def read(request: HttpRequest) -> HttpResponseBase:
    """Read a directory of a state."""

    def do(said: Values) -> Done:
        by = officer_of(request).username
        now = timezone.now()
        with refused_directories_noted(said["file"], now=now):
            told = actions.read_directory(said["file"], by=by, now=now)
        sentence = _(
            "Directory %(number)s of %(country)s: %(added)s added, %(replaced)s with new keys, %(revoked)s revoked."
        ) % {
            "number": told.number,
            "country": wording.country(told.country, language()),
            "added": len(told.added),
            "replaced": len(told.keys_replaced),
            "revoked": len(told.revoked),
        }
        return Done(said=sentence)

    return answer(request, _deed(given(request, FileForm), do, title=_("Read a directory"), upload=True))


def _deed(form: forms.Form, do: Any, *, title: str, **more: Any) -> Deed:
    verb = title if more.get("upload") or more.get("grave") else _("Compare and trust")
    return Deed(title=title, verb=verb, form=form, do=do, back_url=reverse("state_roots"), **more)
