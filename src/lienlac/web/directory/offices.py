"""Offices: found by any name they ever had, with their desks; those of this node are changed by its administrator."""

from __future__ import annotations

from typing import Any

from django.http import Http404, HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _

from lienlac import wording
from lienlac.apps.accounts.queries import handles_enquiries, keeps_accounts
from lienlac.apps.directory import actions
from lienlac.apps.directory import offices as finding
from lienlac.apps.directory import queries as directory
from lienlac.apps.directory.models import Office
from lienlac.web.accounts.doors import for_administrators
from lienlac.web.coded import language
from lienlac.web.deed_page import Deed, Done, Values, answer, given
from lienlac.web.directory.forms import OfficeForm
from lienlac.web.door import officer_of
from lienlac.web.mailroom.door import for_operators

TONES = {"open": "green", "planned": "blue", "dormant": "amber", "closed": "red"}


@for_operators
def offices(request: HttpRequest) -> HttpResponse:
    """List the offices, or those that a name leads to."""
    query = request.GET.get("q", "").strip()
    found = finding.find_offices(query) if query else list(directory.every_office().select_related("node"))
    context = {
        "title": _("Offices"),
        "deeds": [],
        "search": {"url": reverse("offices"), "query": query},
        "columns": [_("Office"), _("Country"), _("Place"), _("State")],
        "rows": [_row(one) for one in found],
        "nothing": _("No office has this name. Try its place, or a former name."),
    }
    return render(request, "pages/table.html", context)


def _row(one: Office) -> dict[str, Any]:
    name, name_language = directory.named(one, language())
    return {
        "url": reverse("office", args=[one.code]),
        "cells": [
            {"text": name, "lang": name_language, "small": " · ".join(name for _, name in one.aliases[:3])},
            {"text": wording.country(one.country, language())},
            {"text": finding.place_name(one, language()) or "—"},
            _state(one),
        ],
    }


def _state(one: Office) -> dict[str, str]:
    label = wording.label("office_statuses", one.status, language())
    return {"text": label, "tone": TONES.get(one.status, "amber")}


def _found(code: str) -> Office:
    one = directory.office(code)
    if one is None:
        raise Http404
    return one


@for_operators
def office(request: HttpRequest, code: str) -> HttpResponse:
    """Show one office: names, desks, who took over, what it was before."""
    one, officer = _found(code), officer_of(request)
    name, _language = directory.named(one, language())
    own = one.node_id == directory.this_node().pk
    may_ask = handles_enquiries(officer) and directory.reachable_offices().filter(pk=one.pk).exists()
    deeds = [{"label": _("Ask this office"), "url": f"{reverse('ask')}?to={one.code}", "main": True}]
    change = [{"label": _("Change"), "url": reverse("office_change", args=[one.code]), "main": True}]
    context = {
        "title": name,
        "deeds": (deeds if may_ask else []) + (change if own and keeps_accounts(officer) else []),
        "columns": [_("What"), _("Value")],
        "rows": [{"url": "", "cells": [{"text": label}, cell]} for label, cell in _facts(one)],
    }
    return render(request, "pages/table.html", context)


def _facts(one: Office) -> list[tuple[str, dict[str, Any]]]:
    facts: list[tuple[str, dict[str, Any]]] = [
        (_("State"), _state(one)),
        (_("Country"), {"text": wording.country(one.country, language())}),
        (_("Place"), {"text": finding.place_name(one, language())}),
        (_("Telephone of the office"), {"text": one.phone}),
        (_("All this holds from"), {"text": one.since.isoformat() if one.since else ""}),
        (_("Other names"), {"text": " · ".join(_other_names(one)), "lang": "mul"}),
        (_("Offices opposite"), {"text": " · ".join(_names(one.twins.all())), "lang": "mul"}),
    ]
    if one.status == "closed":
        following = finding.successor_of(one)
        facts.append((_("Who took over"), {"text": _names([following])[0] if following else _("not known")}))
    for desk in finding.desks_of(one):
        told = [wording.label("competences", code, language()) for code in sorted(desk.competences)]
        told += [wording.label("kinds", code, language()) for code in sorted(desk.kinds)]
        label = _("Desk: %(name)s") % {"name": finding.desk_name(one.code, desk.code, language())}
        facts.append((label, {"text": " · ".join([*told, *sorted(desk.areas)]) or "—"}))
    facts += [
        (_("Until this version was replaced"), {"at": version.entered_at, "small": version.value["phone"]})
        for version in one.versions.order_by("-pk")[:10]
    ]
    return [(label, cell) for label, cell in facts if cell.get("text") or cell.get("at")]


def _other_names(one: Office) -> list[str]:
    shown = directory.office_name(one, language())
    names = [*one.names.values(), *(name for _, name in one.aliases)]
    return [name for name in dict.fromkeys(names) if name != shown]


def _names(several: Any) -> list[str]:
    return [directory.office_name(one, language()) for one in several]


@for_administrators
def change(request: HttpRequest, code: str) -> HttpResponseBase:
    """Change an office of this node."""
    one = _found(code)
    if one.node_id != directory.this_node().pk:
        raise Http404
    form = given(request, OfficeForm, **_initial(one))

    def do(_said: Values) -> Done:
        by, now = officer_of(request).username, timezone.now()
        actions.change_office(one, by=by, now=now, **form.changed())
        actions.set_twins(one, form.cleaned_data["twins"], by=by, now=now)
        return Done(said=_("The office is changed. Partners learn it from your next card."))

    groups = (("name", _("Names by language")), ("place", _("Place by language")))
    boxes = [{"label": label, "open": kind == "name", "fields": form.several(kind)} for kind, label in groups]
    main = [form[name] for name in ("phone", "status", "successor", "since", "twins", "aliases")]
    return answer(
        request,
        Deed(
            title=_("Change the office"),
            verb=_("Change the office"),
            form=form,
            do=do,
            back_url=reverse("office", args=[code]),
            more={"groups": boxes, "main": main},
        ),
    )


def _initial(one: Office) -> dict[str, Any]:
    return {
        "phone": one.phone,
        "status": one.status,
        "successor": one.successor,
        "since": one.since,
        "twins": list(one.twins.values_list("code", flat=True)),
        "aliases": "\n".join(name for _, name in one.aliases),
        **{f"name_{code}": name for code, name in one.names.items()},
        **{f"place_{code}": name for code, name in one.places.items()},
    }
