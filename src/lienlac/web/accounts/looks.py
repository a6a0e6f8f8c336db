"""Who looked at whom: the inspector asks the house ledger about an enquiry, a record or an officer."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from typing import Any

from django import forms
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.utils.functional import Promise
from django.utils.http import urlencode
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from lienlac import wording
from lienlac.apps.accounts.models import User
from lienlac.apps.audit import house, reading
from lienlac.apps.audit.house import Thing
from lienlac.apps.audit.reading import Look
from lienlac.apps.enquiries import inspecting as enquiries
from lienlac.web.accounts.doors import for_inspectors
from lienlac.web.coded import language
from lienlac.web.door import officer_of
from lienlac.web.mailroom.incidents import on_desk

A_PAGE = 50
OFFICER = house.OFFICER


class AskForm(forms.Form):
    """About whom or what."""

    of = forms.ChoiceField(
        label=gettext_lazy("About"),
        choices=[
            ("enquiry", gettext_lazy("an enquiry: its number")),
            ("record", gettext_lazy("a record: its number")),
            (OFFICER, gettext_lazy("an officer: what he did")),
            ("account", gettext_lazy("an officer's account: what was done to it")),
        ],
    )
    key = forms.CharField(label=gettext_lazy("Number or user name"), max_length=150)


def _of_enquiry(key: str) -> Thing:
    return Thing(list="enquiry", key=enquiries.message_id_of(key) or key)


HOWS: Mapping[str, Promise] = {
    "opened": gettext_lazy("account opened"),
    "role": gettext_lazy("role given"),
    "certified": gettext_lazy("certified"),
    "transferred": gettext_lazy("moved to another office or unit"),
    "second_factor_reset": gettext_lazy("second factor forgotten"),
    "recovery_codes": gettext_lazy("recovery codes given"),
    "password_given": gettext_lazy("temporary password given"),
    "password_chosen": gettext_lazy("password changed by the officer"),
    "closed": gettext_lazy("account closed"),
    "opened_again": gettext_lazy("account opened again"),
    "password": gettext_lazy("with the password"),
    "totp": gettext_lazy("with a code of the authenticator"),
    "recovery_codes_used": gettext_lazy("with a recovery code"),
    "webauthn": gettext_lazy("with the password and a passkey"),
    "passkey": gettext_lazy("with a passkey"),
    "second_factor": gettext_lazy("wrong code after the right password"),
    "locked_out": gettext_lazy("too many wrong tries"),
    "flash": gettext_lazy("review of a flash"),
    "harm": gettext_lazy("review of a text that touches whom harm comes to easily"),
    "sample": gettext_lazy("review of a text drawn by lot"),
    "release": gettext_lazy("release chain"),
    "chain": gettext_lazy("release chain set"),
    "own_circle": gettext_lazy("about the officer himself or a colleague"),
}
"""Codes of the leaves about accounts, releases, reviews and searches; others are shown as they stand."""

LISTS = {"role": "roles", "release": "approval_decisions"} | dict.fromkeys(
    ("flash", "harm", "sample"), "review_verdicts"
)
"""Lists of the codes that stand behind the dot."""

THINGS: Mapping[str, Callable[[str], Thing]] = {
    "enquiry": _of_enquiry,
    "record": lambda key: Thing(list="record", key=key),
    "account": house.officer,
}


@for_inspectors
def looks(request: HttpRequest) -> HttpResponse:
    """Ask, and read the answer; that it was asked is a leaf too."""
    asked = AskForm(request.GET if "of" in request.GET else None)
    found: list[Look] = []
    if asked.is_bound and asked.is_valid():
        found = _find(request, asked.cleaned_data["of"], asked.cleaned_data["key"].strip())
    context = {
        "form": asked,
        "asked": asked.is_bound and not asked.errors,
        "rows": _rows(found[:A_PAGE]),
        "older_url": _older(request, found),
        "incidents": on_desk(officer_of(request)),
    }
    return render(request, "accounts/looks.html", context)


def _find(request: HttpRequest, of: str, key: str) -> list[Look]:
    before = request.GET.get("before", "")
    reach = {"limit": A_PAGE + 1, "before": int(before) if before.isdecimal() else None}
    about = house.officer(key) if of == OFFICER else THINGS[of](key)
    found = reading.looks_of(key, **reach) if of == OFFICER else reading.looks_at(about, **reach)
    house.note(
        "searched",
        actor=house.officer(officer_of(request).username),
        subjects=[about],
        facts={"list": "looks", "count": min(len(found), A_PAGE)},
        now=timezone.now(),
    )
    return found


def _older(request: HttpRequest, found: list[Look]) -> str:
    if len(found) <= A_PAGE:
        return ""
    query = request.GET.copy()
    query["before"] = str(found[A_PAGE - 1].number)
    return f"{reverse('looks')}?{urlencode(list(query.items()))}"


def _rows(found: list[Look]) -> list[dict[str, Any]]:
    names = _names(found)
    things = [thing for look in found for thing in look.subjects]
    numbers = enquiries.numbers_of([thing.key for thing in things if thing.list == "enquiry"])
    return [
        {
            "at": look.at,
            "who": names.get(look.officer, look.officer) or _("the node, or its operator at the machine"),
            "username": look.officer,
            "what": wording.label("leaf_kinds", look.kind, language()),
            "purpose": wording.label("purposes", str(look.facts.get("purpose", "")), language()),
            "how": how(str(look.facts.get("code", ""))),
            "subjects": [names.get(thing.key, numbers.get(thing.key, thing.key)) for thing in look.subjects],
            "holds": look.holds,
        }
        for look in found
    ]


def how(code: str) -> str:
    """Return the code of a leaf in words; `role.analyst` says which role was given, `flash.justified` the verdict."""
    deed, _dot, rest = code.partition(".")
    words = str(HOWS[deed]) if deed in HOWS else code
    if not rest or deed not in HOWS:
        return words
    return f"{words}: {wording.label(LISTS[deed], rest, language()) if deed in LISTS else rest}"


def _names(found: Iterable[Look]) -> dict[str, str]:
    named = {look.officer for look in found}
    named |= {thing.key for look in found for thing in look.subjects if thing.list == OFFICER}
    return dict(User.objects.filter(username__in=named).values_list("username", "full_name"))
