"""Forms of a hit: what the own side decides, the facts of form G, what came of the action, the review of the record.

Fields that travel come from the table of ANSWER; what stays here is a reason in the officer's words.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from lienlac.apps.directory import moments
from lienlac.apps.screening.actions.hits import REASON_CHARS
from lienlac.core.messages import kinds
from lienlac.core.messages.fields import filled
from lienlac.web.coded import form_field, language, tidied
from lienlac.web.enquiries.answer_forms import SAFETY_HINT, ask_how_sure, how_sure

PLACE = ("hit_place", "whereabouts_decision")
FIELDS: Mapping[str, tuple[str, ...]] = {
    "HIT_CONFIRMED": ("hit_at", "circumstances", "action_taken", "danger", "safety_warning", *PLACE, "text"),
    "ACTION_DONE": ("action_taken", "danger", "safety_warning", "text"),
    "ACTION_IMPOSSIBLE": ("action_hindrance", "danger", "safety_warning", "text"),
    "PARTIAL": ("text",),
}
"""What each answer about a hit asks for, in its order."""

REQUIRED = frozenset({"hit_at", "circumstances", "action_taken", "action_hindrance", "danger"})
IN_LOC = frozenset({"danger"})
"""Of a LOC enquiry: the rest leaves under a decision alone (SG39)."""

HINTS = {
    "safety_warning": SAFETY_HINT,
    "hit_place": _("Leaves only with the number of your prosecutor's or leader's decision."),
}
FIXED: Mapping[str, Mapping[str, object]] = {"PARTIAL": {"identity_confirmed": False}}


class AnswerAboutHit(forms.Form):
    """One answer about a hit."""

    def __init__(self, response: str, cls: str, data: Mapping[str, Any] | None = None) -> None:
        super().__init__(data, auto_id=f"id_{response}_%s")
        self.response, self.cls = response, cls
        required = IN_LOC if cls == "LOC" else REQUIRED | ({"text"} if response == "PARTIAL" else set())
        table = {field.name: field for field in kinds.kind("ANSWER").fields}
        for name in FIELDS[response]:
            self.fields[name] = form_field(table[name], required=name in required)
            self.fields[name].help_text = HINTS.get(name, self.fields[name].help_text)
        ask_how_sure(self)

    def body(self) -> dict[str, Any]:
        """Return the coded fields of the answer."""
        told = {name: value for name, value in tidied(self.cleaned_data).items() if filled(value)}
        body = {
            name: moments.to_wire(value) if isinstance(value, datetime) else value
            for name, value in told.items()
        }
        if body.get("text"):
            body["text_language"] = language()
        fixed = (
            {"located": False}
            if self.cls == "LOC" and self.response in FIXED
            else FIXED.get(self.response, {})
        )
        return {**body, **how_sure(self.cleaned_data), **fixed}


class ReasonForm(forms.Form):
    """A reason that stays at this node."""

    reason = forms.CharField(
        label=_("Reason"), required=False, max_length=REASON_CHARS, widget=forms.Textarea(attrs={"rows": 2})
    )

    def __init__(self, deed: str, data: Mapping[str, Any] | None = None) -> None:
        super().__init__(data, auto_id=f"id_{deed}_%s")
