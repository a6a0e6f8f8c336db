"""Forms for what is said after the question: what they asked for, what was wrong, why it is withdrawn; and notes."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from lienlac.apps.enquiries.models import Addressee
from lienlac.core.messages import kinds
from lienlac.core.messages.fields import filled
from lienlac.web.coded import form_field, language, tidied
from lienlac.web.enquiries.answer_forms import as_typed
from lienlac.web.enquiries.file_box import has_files

MOST_CHARS = 1000
OF_A_PERSON = ("subject_name", "birth", "sex", "nationality", "document_type", "document_number")
CORRECTED = (*OF_A_PERSON, "place", "matter_date", "case_number")


class TellForm(forms.Form):
    """Coded fields of a follow-up and words of one's own; `body()` gives what the verb takes."""

    kind = ""
    names: tuple[str, ...] = ()

    def __init__(self, row: Addressee, data: Mapping[str, Any] | None = None, *, show: bool = False) -> None:
        super().__init__(data, auto_id=f"id_{self.kind}_%s", initial=row.enquiry.body if show else None)
        table = {field.name: field for field in kinds.kind(self.kind).fields}
        asked = {field.name for field in kinds.kind(self.about(row)).fields}
        for name in self.names:
            if name in asked and name in table:
                self.fields[name] = form_field(table[name])
        self.fields["text"] = form_field(table["text"])

    def about(self, row: Addressee) -> str:
        """Return the kind whose fields can be told more of."""
        return row.enquiry.kind

    def body(self) -> dict[str, Any]:
        """Return the coded fields that were filled in."""
        body = {name: value for name, value in tidied(self.cleaned_data).items() if filled(value)}
        if "text" in body:
            body["text_language"] = language()
        if "subject_name" in body:
            body["subject_name_language"] = language()
        return body


class ClarifyForm(TellForm):
    """What they need to know more."""

    kind, names = "CLARIFICATION", OF_A_PERSON

    def clean(self) -> dict[str, Any]:
        """Refuse an empty clarification without a file: it would start their clock again for nothing."""
        values = dict(self.cleaned_data)
        if not self.errors and not any(filled(value) for value in values.values()) and not has_files(self):
            raise forms.ValidationError(_("Say at least one thing that they asked for."))
        return values


class CorrectForm(TellForm):
    """What was wrong in the question, as it should be."""

    kind, names = "CORRECTION", CORRECTED

    def __init__(self, row: Addressee, data: Mapping[str, Any] | None = None) -> None:
        super().__init__(row, data, show=True)
        self._asked = row.enquiry.body

    def body(self) -> dict[str, Any]:
        """Return what is different now; a field that was emptied is named in `removed`."""
        values = tidied(self.cleaned_data)
        changed = {name: value for name, value in super().body().items() if value != self._asked.get(name)}
        if "subject_name" not in changed:
            changed.pop("subject_name_language", None)
        removed = [name for name in self.names if filled(self._asked.get(name)) and name in values
                   and not filled(values[name])]  # fmt: skip
        return changed | ({"removed": removed} if removed else {})

    def clean(self) -> dict[str, Any]:
        """Refuse a correction that changes nothing."""
        if not self.errors and not self.body():
            raise forms.ValidationError(_("Nothing is different from what you asked."))
        return dict(self.cleaned_data)


class CorrectAnswerForm(TellForm):
    """What was wrong in an answer that was given, as it should be; it stands beside the answer."""

    kind, names = "CORRECTION", OF_A_PERSON

    def __init__(self, row: Addressee, data: Mapping[str, Any] | None = None) -> None:
        given = [one for one in row.answers.all() if one.sent]
        self._given = given[-1].body if given else {}
        super().__init__(row, data)
        self.initial = {name: as_typed(value) for name, value in self._given.items() if name != "text"}

    def about(self, row: Addressee) -> str:
        """Return the kind of what was said: an answer."""
        return "ANSWER"

    def body(self) -> dict[str, Any]:
        """Return what is different now, and the words; a field that was emptied is named in `removed`."""
        values = tidied(self.cleaned_data)
        changed = {name: value for name, value in super().body().items() if value != self._given.get(name)}
        if "subject_name" not in changed:
            changed.pop("subject_name_language", None)
        removed = [name for name in self.names if filled(self._given.get(name)) and name in values
                   and not filled(values[name])]  # fmt: skip
        return changed | ({"removed": removed} if removed else {})

    def clean(self) -> dict[str, Any]:
        """Refuse a correction that changes nothing."""
        if not self.errors and not self.body():
            raise forms.ValidationError(_("Nothing is different from what you answered."))
        return dict(self.cleaned_data)


class WordsForm(forms.Form):
    """Words of one's own, that travel with a withdrawal or a reopening."""

    text = forms.CharField(
        label=_("In your own words"), max_length=MOST_CHARS, widget=forms.Textarea(attrs={"rows": 4})
    )

    def __init__(self, data: Mapping[str, Any] | None = None, *, required: bool = True) -> None:
        super().__init__(data)
        self.fields["text"].required = required


class NoteForm(forms.Form):
    """A note of this node."""

    text = forms.CharField(
        label=_("Note for your own office"), max_length=MOST_CHARS, widget=forms.Textarea(attrs={"rows": 3})
    )

    def __init__(self, data: Mapping[str, Any] | None = None) -> None:
        super().__init__(data, auto_id="id_note_%s")
