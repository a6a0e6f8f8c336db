"""Other kinds of question: a list to choose from, and a form drawn from the kind's own table of fields."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from django import forms
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from lienlac import wording
from lienlac.apps.accounts.models import User
from lienlac.apps.directory import moments
from lienlac.apps.enquiries import actions
from lienlac.core.errors import LienlacError
from lienlac.core.messages import kinds
from lienlac.core.messages.fields import Field, Type, filled
from lienlac.web.coded import blame, choices, form_field, language, tidied
from lienlac.web.door import for_enquiries, officer_of
from lienlac.web.enquiries.ask_form import NEEDED_OF_CLASS, first_values, law_of
from lienlac.web.enquiries.asking import asked
from lienlac.web.enquiries.decision_copy import CopyField
from lienlac.web.enquiries.file_box import tray_of, with_files
from lienlac.web.enquiries.whom_form import WhomForm

HOTLINE = "HOTLINE_TEST"  # it has its own button where it is needed
FOLLOWS = frozenset({"text_language", "subject_name_language"})  # the officer's own language
GROUPS = (
    ("decision", gettext_lazy("The decision it rests on")),
    ("evaluation", gettext_lazy("How sure this is")),
    ("paper", gettext_lazy("Numbers and signature")),
)
NAMED_BY = {"offence_law": "laws"}
"""Fields that travel as a short name, and the list that has its words."""
FOLDED = frozenset(code for code, _label in GROUPS)


class KindForm(WhomForm):
    """Every coded field of one kind."""

    def __init__(self, officer: User, kind: str, data: Mapping[str, Any] | None = None) -> None:
        first = {field.name: field.default for field in kinds.kind(kind).fields if field.default}
        super().__init__(officer, data, first | first_values(officer))
        self.kind = kinds.kind(kind)
        if self.kind.cls == "ADM":
            self.fields["agreement"].required = False
        needed = NEEDED_OF_CLASS.get(str(self.kind.cls), ())
        for field in self.kind.fields:
            if field.many == 1 and field.name not in FOLLOWS:
                must = field.required is True or field.name in needed
                self.fields[field.name] = _box_of(field, required=must)

    def draft(self) -> actions.Draft:
        """Return what is to be asked; call `is_valid` first."""
        values = tidied(self.cleaned_data)
        body = {
            field.name: _on_the_wire(field, values[field.name])
            for field in self.kind.fields
            if filled(values.get(field.name))
        }
        names = {field.name for field in self.kind.fields}
        law = {name: value for name, value in law_of(body, self.officer).items() if name in names}
        if not (filled(body.get("offence_article")) or filled(body.get("offence_country"))):
            body |= law  # the offence was chosen; country, law and article follow from it
        for language_of, text in (("text_language", "text"), ("subject_name_language", "subject_name")):
            if text in body and language_of in names:
                body[language_of] = self.officer.language
        return actions.Draft(
            kind=self.kind.code,
            body=body,
            to_offices=self.to_offices(),
            agreement=values.get("agreement", ""),
            handling=self.handling_codes(),
            tray=tray_of(self),
        )


def _box_of(field: Field, *, required: bool) -> forms.Field:
    """Return the box of a coded field; a digest is taken from a file, and a book of law chosen by its name."""
    if field.name in NAMED_BY:
        box: forms.Field = forms.ChoiceField(choices=[("", "—"), *choices(NAMED_BY[field.name])])
    else:
        box = CopyField() if field.type is Type.DIGEST else form_field(field)
    box.label, box.required = wording.field(field.name, language()), required
    return box


def _on_the_wire(field: Field, value: Any) -> Any:
    return moments.to_wire(value) if field.type is Type.MOMENT else value


@for_enquiries
def choose(request: HttpRequest) -> HttpResponse:
    """List the kinds that can be asked."""
    rows = [
        {
            "url": reverse("ask_kind", args=[kind.code]),
            "cells": [
                {"text": wording.label("kinds", kind.code, language())},
                {"text": wording.label("classes", str(kind.cls), language())},
            ],
        }
        for kind in kinds.askable()
        if kind.code != HOTLINE
    ]
    context = {
        "title": _("Another kind of question"),
        "lead": "",
        "deeds": [],
        "search": None,
        "columns": [_("Question"), _("Group")],
        "rows": rows,
        "nothing": "",
        "page": None,
    }
    return render(request, "pages/table.html", context)


@for_enquiries
def ask(request: HttpRequest, kind: str) -> HttpResponseBase:
    """Show the form of a kind; send it."""
    if kind not in {one.code for one in kinds.askable()}:
        raise Http404
    officer = officer_of(request)
    form = KindForm(officer, kind, request.POST if request.method == "POST" else None)
    with_files(form, officer, request if form.is_bound else None)
    if form.is_bound and form.is_valid():
        try:
            enquiry = actions.ask(officer, form.draft(), now=timezone.now())
        except LienlacError as error:
            blame(form, error, renamed={})
        else:
            return asked(request, enquiry)
    return render(request, "pages/form.html", form_page(form, kind), status=422 if form.is_bound else 200)


def form_page(form: KindForm, kind: str) -> dict[str, Any]:
    """Return the context of `pages/form.html` for the form of a kind."""
    return {
        "title": wording.label("kinds", kind, language()),
        "lead": "",
        "form": form,
        "main": [form[name] for name in form.fields if _group_of(form, name) not in FOLDED],
        "groups": [one for code, label in GROUPS if (one := _group(form, code, label))["fields"]],
        "action": reverse("ask_kind", args=[kind]),
        "upload": True,
        "verb": _("Sign and send"),
        "causes": "",
        "back_url": reverse("ask_other"),
    }


def _group(form: KindForm, code: str, label: Any) -> dict[str, Any]:
    fields = [form[name] for name in form.fields if _group_of(form, name) == code]
    must = form.kind.cls == "LOC" and code == "decision"
    return {"label": label, "open": must or any(field.errors for field in fields), "fields": fields}


def _group_of(form: KindForm, name: str) -> str:
    return next((field.group for field in form.kind.fields if field.name == name), "")
