"""The form of a file search: the file, and what the officer declares and signs of it (SG27)."""

from __future__ import annotations

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from lienlac.apps.records.files.encodings import KNOWN
from lienlac.web.records.forms import Worded


class FileSearchForm(Worded):
    """Everything is declared before a line is read; the officer signs the origin."""

    lists = {"purpose": "purposes", "register": "registers", "name_language": "languages"}
    label_of = {"purpose": "purpose", "case_number": "case_number", "name_language": "subject_name_language"}

    file = forms.FileField(
        label=_("File"), help_text=_("CSV, XLSX or FollowTheMoney JSON lines, up to 50 MB.")
    )
    purpose = forms.ChoiceField()
    case_number = forms.CharField(max_length=64, help_text=_("Of the case or the campaign."))
    legal_basis = forms.CharField(label=_("Legal basis"), max_length=200)
    register = forms.ChoiceField(label=_("What the file is"))
    origin = forms.CharField(
        label=_("Where the file comes from"),
        max_length=200,
        help_text=_("Who gave it, when, under what decision."),
    )
    origin_signed = forms.BooleanField(
        label=_("I sign that this is so. My name, the file and this statement go into the ledger."),
        required=False,
    )
    name_language = forms.ChoiceField(required=False)
    encoding = forms.ChoiceField(
        label=_("Encoding"), required=False, help_text=_("Left empty: found by itself.")
    )

    def __init__(self, data: Any = None, files: Any = None, **rest: Any) -> None:
        super().__init__(data, files, **rest)
        self._offer("encoding", [(one, one.upper()) for one in KNOWN])
