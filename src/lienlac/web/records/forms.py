"""Forms of records: search with its reason, one record, a file with what is said of it, a lifted quota."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from lienlac import wording
from lienlac.apps.records.columns import FIELDS
from lienlac.apps.records.drafts import Draft, Name, Number
from lienlac.apps.records.files.encodings import KNOWN
from lienlac.apps.records.models import Record
from lienlac.core import codes
from lienlac.core.messages.check import tidy
from lienlac.web.coded import choices, language
from lienlac.web.names.boxes import NameField, NamesInput

SEVERAL = forms.Textarea(attrs={"rows": 3})
SEVERAL_NAMES = NamesInput(attrs={"rows": 3})


class Worded(forms.Form):
    """A form with words of code lists: `label_of` names the field of a message, `lists` the list of a choice."""

    label_of: Mapping[str, str] = {}
    lists: Mapping[str, str] = {}

    def __init__(self, data: Any = None, files: Any = None, **rest: Any) -> None:
        super().__init__(data, files, **rest)
        for name, known_as in self.label_of.items():
            self.fields[name].label = wording.field(known_as, language())
        for name, list_name in self.lists.items():
            self._offer(name, choices(list_name))

    def _offer(self, name: str, options: Sequence[tuple[str, str]]) -> None:
        field = self.fields[name]
        assert isinstance(field, forms.ChoiceField)  # by the tables of each form
        field.choices = list(options) if field.required else [("", "—"), *options]


class SearchForm(Worded):
    """What, why, in which case (SG27)."""

    label_of = {"purpose": "purpose", "case_number": "case_number"}
    lists = {"purpose": "purposes", "kind": "record_kinds"}

    text = NameField(label=_("Who or what"))
    purpose = forms.ChoiceField()
    case_number = forms.CharField(max_length=64)
    kind = forms.ChoiceField(label=_("Kind of record"), required=False)


class RecordForm(Worded):
    """One record. Several names and numbers stand on lines of their own."""

    label_of = {"birth": "birth", "sex": "sex", "nationality": "nationality", "birth_place": "birth_place",
                "offence": "offence", "name_language": "subject_name_language", "aliases": "aliases"}  # fmt: skip
    lists = {"kind": "record_kinds", "name_language": "languages", "sex": "genders",
             "nationality": "nationalities", "offence": "offences"}  # fmt: skip

    kind = forms.ChoiceField(label=_("Kind of record"))
    name = NameField(label=_("Name"), required=False)
    name_language = forms.ChoiceField(required=False)
    aliases = forms.CharField(required=False, widget=SEVERAL_NAMES, help_text=_("One on each line."))
    birth = forms.CharField(required=False, max_length=21)
    sex = forms.ChoiceField(required=False)
    nationality = forms.ChoiceField(required=False)
    birth_place = forms.CharField(required=False, max_length=200)
    number_type = forms.ChoiceField(label=_("Kind of number"), required=False)
    number = forms.CharField(
        label=_("Numbers"), required=False, widget=SEVERAL, help_text=_("One on each line.")
    )
    offence = forms.ChoiceField(required=False)
    source = forms.CharField(
        label=_("Source"), max_length=120, help_text=_("The register or authority it comes from.")
    )
    reference = forms.CharField(label=_("Number in the source"), required=False, max_length=120)
    retention_until = forms.DateField(
        label=_("Keep until"),
        required=False,
        help_text=_("Left empty: as long as records of this kind may be kept."),
    )
    retention_reason = forms.CharField(label=_("Why it is kept longer"), required=False, max_length=500)
    text = forms.CharField(label=_("In your own words"), required=False, max_length=4000, widget=SEVERAL)

    def __init__(self, data: Any = None, files: Any = None, **rest: Any) -> None:
        super().__init__(data, files, **rest)
        self._offer("number_type", [*choices("identifier_types"), *choices("document_types")])

    def draft(self, before: Record | None = None) -> Draft:
        """Return the draft that the form tells; numbers of other types that a record has are kept."""
        told: dict[str, Any] = {
            name: tidy(value) if isinstance(value, str) else value
            for name, value in self.cleaned_data.items()
        }
        plain = ("kind", "source", "reference", "birth", "sex", "nationality", "birth_place", "offence", "text",
                 "retention_until", "retention_reason")  # fmt: skip
        return Draft(
            **{name: told[name] for name in plain},
            text_language=language() if told["text"] else "",
            names=self._names(told),
            numbers=(*self._numbers(told), *_others(before, told["number_type"])),
            handling=tuple(before.handling) if before else (),
        )

    def _names(self, told: Mapping[str, Any]) -> tuple[Name, ...]:
        first = [Name(text=told["name"], language=told["name_language"])] if told["name"] else []
        more = [
            Name(text=tidy(one), language=told["name_language"], type="alias")
            for one in told["aliases"].splitlines()
        ]
        return (*first, *(one for one in more if one.text))

    def _numbers(self, told: Mapping[str, Any]) -> list[Number]:
        lines = [tidy(one) for one in told["number"].splitlines()]
        return [Number(type=told["number_type"] or "document", value=one) for one in lines if one]


def _others(before: Record | None, type_: str) -> list[Number]:
    rows = before.identifiers.all() if before else []
    return [Number(type=one.type, value=one.value, country=one.country) for one in rows if one.type != type_]


def initial_of(record: Record) -> dict[str, Any]:
    """Return what the form shows of a record."""
    plain = ("kind", "source", "reference", "birth", "sex", "nationality", "birth_place", "offence", "text",
             "retention_until", "retention_reason")  # fmt: skip
    first, *more = [*record.names.all(), None]
    numbers = list(record.identifiers.all())
    type_ = numbers[0].type if numbers else ""
    return {name: getattr(record, name) for name in plain} | {
        "name": first.text if first else "",
        "name_language": first.language if first else "",
        "aliases": "\n".join(one.text for one in more if one),
        "number_type": type_,
        "number": "\n".join(one.value for one in numbers if one.type == type_),
    }


class ImportForm(Worded):
    """A file, and what the officer declares it to be."""

    lists = {"kind": "record_kinds", "name_language": "languages", "register": "registers"}
    label_of = {"name_language": "subject_name_language"}

    file = forms.FileField(
        label=_("File"), help_text=_("CSV, XLSX or FollowTheMoney JSON lines, up to 50 MB.")
    )
    kind = forms.ChoiceField(
        label=_("Kind of record"), help_text=_("For the lines that do not say it themselves.")
    )
    name_language = forms.ChoiceField(required=False)
    source = forms.CharField(
        label=_("Source"), max_length=120, help_text=_("The register or authority it comes from.")
    )
    register = forms.ChoiceField(label=_("What the file is"))
    legal_basis = forms.CharField(label=_("Legal basis"), max_length=200)
    encoding = forms.ChoiceField(
        label=_("Encoding"), required=False, help_text=_("Left empty: found by itself.")
    )

    def __init__(self, data: Any = None, files: Any = None, **rest: Any) -> None:
        super().__init__(data, files, **rest)
        self._offer("encoding", [(one, one.upper()) for one in KNOWN])


class ColumnsForm(forms.Form):
    """What each column means."""

    def __init__(self, headings: Sequence[str], fields: Sequence[str], data: Any = None) -> None:
        super().__init__(data)
        options = [("", _("not used")), *((one, field_label(one)) for one in FIELDS)]
        for at, (heading, meant) in enumerate(zip(headings, fields, strict=True)):
            self.fields[f"column_{at}"] = forms.ChoiceField(
                label=heading or "—", choices=options, initial=meant, required=False
            )

    def meanings(self) -> dict[int, str]:
        """Return place of the column -> field."""
        return {int(name.removeprefix("column_")): value for name, value in self.cleaned_data.items()}


OWN_LABELS = {"name": _("Name"), "kind": _("Kind of record"), "reference": _("Number in the source"),
              "retention_until": _("Keep until"), "text": _("In your own words")}  # fmt: skip
FIELD_OF_MESSAGE = {"alias": "aliases", "name_language": "subject_name_language"}


def field_label(name: str) -> str:
    """Return what a field of a record is called: by its own words, those of a number, or those of a message."""
    if name in OWN_LABELS:
        return str(OWN_LABELS[name])
    for list_name in ("identifier_types", "document_types"):
        if name in codes.load(list_name):
            return wording.label(list_name, name, language())
    return wording.field(FIELD_OF_MESSAGE.get(name, name), language())


class QuotaForm(forms.Form):
    """A supervisor lets an officer search more than 60 persons for an hour."""

    username = forms.CharField(label=_("User name of the officer"), max_length=150)
    reason = forms.CharField(label=_("Reason"), max_length=500, widget=forms.Textarea(attrs={"rows": 3}))


class ProtectedForm(Worded):
    """A person who is protected."""

    lists = {"claims_persecution_by": "nationalities", "why": "protection_reasons"}
    label_of = {"birth": "birth"}

    names = forms.CharField(label=_("Names"), widget=SEVERAL_NAMES, help_text=_("One on each line."))
    why = forms.ChoiceField(label=_("Why the person is protected"))
    birth = forms.CharField(required=False, max_length=21)
    documents = forms.CharField(
        label=_("Document numbers"), required=False, widget=SEVERAL, help_text=_("One on each line.")
    )
    claims_persecution_by = forms.ChoiceField(label=_("Says to be persecuted by"), required=False)
    asylum_decision = forms.CharField(label=_("Decision of the asylum body"), required=False, max_length=120)
    appeal_over_on = forms.CharField(label=_("The appeal ends on"), required=False, max_length=10)
    note = forms.CharField(label=_("In your own words"), required=False, max_length=2000, widget=SEVERAL)
    retention_until = forms.DateField(label=_("Keep until"))


__all__ = [
    "ColumnsForm",
    "ImportForm",
    "ProtectedForm",
    "QuotaForm",
    "RecordForm",
    "SearchForm",
    "field_label",
    "initial_of",
]
