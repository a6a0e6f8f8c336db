"""The administrator's page of release chains: which units release what an office says, by class of kind."""

from __future__ import annotations

from typing import Any

from django import forms
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from lienlac import wording
from lienlac.apps.directory import queries as directory
from lienlac.apps.enquiries import actions, queries
from lienlac.core import codes
from lienlac.core.policy.releases import ASK, SAYS
from lienlac.web.accounts.doors import for_administrators
from lienlac.web.accounts.fresh import fresh_second_factor
from lienlac.web.coded import language
from lienlac.web.deed_page import Deed, Done, Values, answer, given
from lienlac.web.door import officer_of


class UnitsForm(forms.Form):
    """Up to three units, in their order."""

    first = forms.CharField(label=gettext_lazy("First unit"), max_length=64, required=False)
    second = forms.CharField(label=gettext_lazy("Second unit"), max_length=64, required=False)
    third = forms.CharField(label=gettext_lazy("Third unit"), max_length=64, required=False)

    def units(self) -> list[str]:
        """Return those that were named, in their order."""
        return [value for name in ("first", "second", "third") if (value := self.cleaned_data[name].strip())]


@for_administrators
def chains(request: HttpRequest) -> HttpResponse:
    """List the chains of this node's offices, class by class."""
    offices = list(directory.own_offices())
    found = {(one.office, one.cls, one.says): one.units for one in queries.chains_of(o.code for o in offices)}
    context = {
        "title": _("Release chains"),
        "lead": _(
            "Units outside this node that must release what an office asks or answers before it leaves. Officers of "
            "these units have an account with the role of a releasing officer and the same unit, or sign on paper."
        ),
        "columns": [_("Class of the question"), _("What"), _("Units, in their order")],
        "rows": [
            _row(office, cls, says, found.get((office.code, cls, says), []), several=len(offices) > 1)
            for office in offices
            for cls in codes.load("classes")
            for says in SAYS
        ],
        "nothing": _("This node has no office yet."),
    }
    return render(request, "pages/table.html", context)


@for_administrators
@fresh_second_factor
def chain(request: HttpRequest, office: str, cls: str, says: str) -> HttpResponseBase:
    """Set the units of one chain."""
    found = directory.own_offices().filter(code=office).first()
    if found is None or cls not in codes.load("classes") or says not in SAYS:
        raise Http404
    form = given(request, UnitsForm, **_initial(office, cls, says))

    def do(_said: Values) -> Done:
        actions.set_chain(officer_of(request), office, cls, says, form.units(), now=timezone.now())
        return Done(said=_("The chain is set. What waits already keeps its own."))

    return answer(
        request,
        Deed(
            title=f"{wording.label('classes', cls, language())}: {_what(says)}",
            verb=_("Set the chain"),
            form=form,
            do=do,
            back_url=reverse("release_chains"),
            lead=directory.office_name(found, language()),
            causes=_("Without a unit it leaves at once. A flash never waits for a chain."),
        ),
    )


def _initial(office: str, cls: str, says: str) -> dict[str, str]:
    found = queries.chains_of([office]).filter(cls=cls, says=says).first()
    return dict(zip(("first", "second", "third"), found.units if found else [], strict=False))


def _what(says: str) -> str:
    return _("what we ask") if says == ASK else _("what we answer")


def _row(office: Any, cls: str, says: str, units: list[str], *, several: bool) -> dict[str, Any]:
    name = directory.office_name(office, language()) if several else ""
    return {
        "url": reverse("release_chain", args=[office.code, cls, says]),
        "cells": [
            {"text": wording.label("classes", cls, language()), "small": name},
            {"text": _what(says)},
            {"text": " → ".join(units) or "—"},
        ],
    }
