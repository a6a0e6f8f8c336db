"""The box for the digest of a decision (SG04): it is taken from the attached file, and typed only where it must be."""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _

from lienlac.apps.mailroom.models import File

EXAMPLE = hashlib.sha256(b"").hexdigest()
"""A digest as one looks: that of the empty file, which can be attached nowhere."""


class _DigestInput(forms.TextInput):
    def use_required_attribute(self, initial: Any) -> bool:
        """Let the box stay empty in the browser: an attached file fills it."""
        return False


class CopyField(forms.CharField):
    """A digest of one of the attached files. `rows` and `marked` are those of the box for files beside it."""

    def __init__(self) -> None:
        super().__init__(
            max_length=64,
            widget=_DigestInput(attrs={"spellcheck": "false", "autocapitalize": "none"}),
            help_text=_(
                "Leave this empty and attach the decision under “Files”: the digest is computed from that file. "
                "Or type its SHA-256, 64 characters 0–9 and a–f, for example %(example)s"
            )
            % {"example": EXAMPLE},
        )
        self.rows: Sequence[File] = ()
        self.marked = ""

    def clean(self, value: Any) -> str:
        """Return what was typed; when nothing was, the digest of the file marked as the decision, or the only one."""
        typed = str(value or "").strip().lower()
        if typed:
            return str(super().clean(typed))
        if not self.rows:
            raise ValidationError(_("Attach the decision as a file, or type the digest of your copy."))
        chosen = decision_among(self.rows, self.marked)
        if chosen is None:
            raise ValidationError(_("Several files are attached. Mark which of them is the decision."))
        return chosen.sha256


def decision_among(rows: Sequence[File], marked: str) -> File | None:
    """Return the file that is the decision: the one marked by its key, or the only one; None when nobody said."""
    if len(rows) == 1:
        return rows[0]
    return next((row for row in rows if str(row.pk) == marked), None)
