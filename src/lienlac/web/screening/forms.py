"""The verdict's form: what the officer confirmed himself, and why."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from lienlac.apps.screening.actions.judging import REASON_CHARS


class VerdictForm(forms.Form):
    """Nothing is ticked beforehand: a machine's agreement is no confirmation (SG08)."""

    attributes = forms.MultipleChoiceField(
        label=_("What I have confirmed myself"),
        help_text=_("For “same” at least two, and never the name alone."),
        required=False,
        widget=forms.CheckboxSelectMultiple,
    )
    reason = forms.CharField(
        label=_("In your own words"),
        required=False,
        max_length=REASON_CHARS,
        widget=forms.Textarea(attrs={"rows": 3}),
    )

    def __init__(self, told: Sequence[tuple[str, str]], data: Mapping[str, Any] | None = None) -> None:
        super().__init__(data)
        field = self.fields["attributes"]
        assert isinstance(field, forms.MultipleChoiceField)  # declared above
        field.choices = list(told)
