"""Forms from the table of coded fields (`core.messages`): one row there is one field here, labelled by `wording`."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from lienlac import wording
from lienlac.core.errors import LienlacError
from lienlac.core.messages.check import tidy
from lienlac.core.messages.fields import Field, Type
from lienlac.web.countries import CountryField
from lienlac.web.language import language
from lienlac.web.names.boxes import NameField


def choices(code_list: str, codes: Iterable[str] | None = None) -> list[tuple[str, str]]:
    """Return the codes of a list (or those given, in their order) with their labels."""
    labels = wording.labels(code_list, language())
    return [(code, labels.get(code, code)) for code in (labels if codes is None else codes)]


def form_field(field: Field, *, required: bool = False) -> forms.Field:
    """Return the form field of a coded field."""
    made = _MADE.get(field.type, _line)(field)
    made.label, made.required = wording.field(field.name, language()), required
    return made


def _line(field: Field) -> forms.Field:
    return forms.CharField(max_length=field.max_length)


def _name(field: Field) -> forms.Field:
    """Show how the name of the person is read; whoever signs a paper is nobody who is looked for."""
    return NameField(max_length=field.max_length) if field.group == "person" else _line(field)


def _text(field: Field) -> forms.Field:
    return forms.CharField(max_length=field.max_length, widget=forms.Textarea(attrs={"rows": 4}))


def _choice(field: Field) -> forms.Field:
    return forms.ChoiceField(choices=[("", "—"), *choices(field.code_list or "")])


def _partial_date(_field: Field) -> forms.Field:
    return forms.CharField(
        max_length=21,
        help_text=_(
            "A year, a year and month, or a day: 1988, 1988-04, 1988-04-12. Put ~ behind it if it is about."
        ),
    )


def _date(_field: Field) -> forms.Field:
    return forms.CharField(max_length=10, help_text=_("Year, month, day: 2026-11-21."))


def _boolean(_field: Field) -> forms.Field:
    """Offer yes and no as the values that Django's field knows; it takes the word "yes" for no answer."""
    labels = wording.labels("yes_no", language())
    offered = [("", "—"), ("true", labels["yes"]), ("false", labels["no"])]
    return forms.NullBooleanField(widget=forms.Select(choices=offered))


def _moment(_field: Field) -> forms.Field:
    return forms.DateTimeField(widget=forms.DateTimeInput(attrs={"type": "datetime-local"}))


_MADE: Mapping[Type, Callable[[Field], forms.Field]] = {
    Type.NAME: _name,
    Type.TEXT: _text,
    Type.CODE: _choice,
    Type.COUNTRY: lambda field: CountryField(about=field.name),
    Type.LANGUAGE: _choice,
    Type.PARTIAL_DATE: _partial_date,
    Type.DATE: _date,
    Type.BOOLEAN: _boolean,
    Type.MOMENT: _moment,
    Type.INTEGER: lambda field: forms.IntegerField(),
}


def tidied(data: Mapping[str, Any]) -> dict[str, Any]:
    """Return a form's cleaned values with their texts in NFC and without stray marks."""
    return {name: tidy(value) if isinstance(value, str) else value for name, value in data.items()}


def blame(form: forms.Form, error: LienlacError, *, renamed: Mapping[str, str]) -> None:
    """Put an error of the core beside the field it is about, or above the form."""
    name = str(error.facts.get("field", ""))
    name = renamed.get(name, name)
    text = wording.error(error, language())
    form.add_error(name if name in form.fields else None, text)
