"""The six answers as short coded forms, and the form that closes an enquiry. Fields come from the table of ANSWER."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from lienlac import wording
from lienlac.apps.directory import moments
from lienlac.apps.directory import queries as directory
from lienlac.apps.enquiries import clocks, queries
from lienlac.apps.enquiries.models import Addressee
from lienlac.apps.screening import hits
from lienlac.core import codes
from lienlac.core.journeys import clocks as core_clocks
from lienlac.core.messages import kinds
from lienlac.core.messages.fields import filled
from lienlac.core.policy.grounds import may_leave
from lienlac.web.coded import choices, form_field, language, tidied
from lienlac.web.enquiries.subjects import subject_of

PERSON = ("identity_confirmed", "subject_name", "birth", "document_type", "document_number")
FIELDS: Mapping[str, tuple[str, ...]] = {
    "NOHIT": ("text",),
    "FULL": (*PERSON, "text"),
    "CLARIFY": ("text",),
    "STATUS": ("until", "waiting_for", "extension_reason", "text"),
    "FORWARDED": ("forwarded_to", "text"),
    "REFUSED": ("outward_ground", "inside_ground"),
    "PARTIAL": (*PERSON, "text"),
    "ACTION_DONE": ("action_taken", "text"),
    "ACTION_IMPOSSIBLE": ("action_hindrance", "text"),
    "DUPLICATE_OF": ("duplicate_of", "text"),
}
"""What each answer asks for, the six buttons first; `of` and `response` are not asked."""
OF_WHEREABOUTS: Mapping[str, tuple[str, ...]] = {
    "FULL": ("located", "write_to"),
    "PARTIAL": ("located", "write_to"),
}
"""What an answer to whoever looks for a person says instead (SG39): found or not, and to whom to write."""

ICONS = {"NOHIT": "no-record", "FULL": "record", "CLARIFY": "more", "STATUS": "wait", "FORWARDED": "forward",
         "REFUSED": "stop", "PARTIAL": "more", "ACTION_DONE": "check", "ACTION_IMPOSSIBLE": "stop",
         "DUPLICATE_OF": "record"}  # fmt: skip
REQUIRED = frozenset(
    {"until", "forwarded_to", "outward_ground", "action_taken", "action_hindrance", "duplicate_of", "located"}
)
WARNS = frozenset({"FULL", "PARTIAL", "ACTION_DONE", "ACTION_IMPOSSIBLE"})
"""Answers that tell something, maybe of a confirmed hit; a partial one may also take it back, and warns of nothing."""
AUTHORISATION = "judicial_authorisation"
DESPITE = "despite_candidates"
DANGER, SAFETY = "danger", "safety_warning"
SAFETY_HINT = _("In one line, what colleagues must know before they act.")
DUPLICATES_SHOWN = 50
UNJUDGED = {"evaluation_source": "X", "evaluation_information": "4"}
"""How sure it is until the officer says so: cannot be assessed, cannot be corroborated. Nobody is made to vouch."""


def ask_how_sure(form: forms.Form) -> None:
    """Show both halves of the evaluation as they will be signed; they stand before the officer's own words."""
    for name, code in UNJUDGED.items():
        form.fields[name] = forms.ChoiceField(
            label=wording.field(name, language()), required=False, choices=choices(name), initial=code
        )
    form.order_fields([name for name in form.fields if name != "text"])


def how_sure(said: Mapping[str, Any]) -> dict[str, str]:
    """Return the evaluation of an answer from the form's values: what was not chosen is not judged."""
    return {name: str(said.get(name) or code) for name, code in UNJUDGED.items()}


class AnswerForm(forms.Form):
    """The coded form of one answer."""

    def __init__(
        self, response: str, row: Addressee, data: Mapping[str, Any] | None = None, *, hit: bool = False
    ) -> None:
        """`hit`: somebody on record was confirmed to be meant, and what tells of him warns (SG43)."""
        super().__init__(data, prefix=None, auto_id=f"id_{response}_%s", initial=_returned(row, response))
        self.response, self.row = response, row
        table = {field.name: field for field in kinds.kind("ANSWER").fields}
        for name in _fields_of(response, row):
            self.fields[name] = form_field(table[name], required=name in REQUIRED)
        if response in WARNS:
            ask_how_sure(self)
        if hit and response in WARNS:
            self.fields[DANGER] = form_field(table[DANGER], required=response != "PARTIAL")
            self.fields[SAFETY] = form_field(table[SAFETY])
            self.fields[SAFETY].help_text = SAFETY_HINT
            self.order_fields([name for name in self.fields if name != "text"])
        if data is not None and response == "NOHIT":
            self._ask_despite_candidates()
        if "waiting_for" in self.fields:
            self._ask_what_it_waits_for()
        if "duplicate_of" in self.fields:
            self.fields["duplicate_of"] = _choice(_same_askers(row), self.fields["duplicate_of"])
        if "outward_ground" in self.fields:
            grounds = [code for code in codes.load("refusal_grounds") if may_leave(code)]
            self.fields["outward_ground"] = _choice(
                choices("refusal_grounds", grounds), self.fields["outward_ground"]
            )
        if "inside_ground" in self.fields:
            self._ask_inside_ground()
        if "extension_reason" in self.fields and not _may_extend(row):
            del self.fields["extension_reason"]
        if "forwarded_to" in self.fields:
            self.fields["forwarded_to"] = _choice(_other_offices(row), self.fields["forwarded_to"])

    def _ask_despite_candidates(self) -> None:
        """Offer to confirm, beside the warning, that nothing was found although somebody may be meant."""
        if hits.undecided(self.row.enquiry.message_id).exists():
            self.fields[DESPITE] = forms.BooleanField(
                label=_("I have looked at them: answer that nothing was found all the same"),
                required=False,
                help_text=_("The ledger of this node says that you confirmed it."),
            )

    def _ask_what_it_waits_for(self) -> None:
        options = [("", "—"), *choices("clock_pauses", [AUTHORISATION])]
        field = _choice(options, self.fields["waiting_for"])
        field.required = False
        field.help_text = _("The clock then stands still on both desks, until your next answer.")
        self.fields["waiting_for"] = field

    def _ask_inside_ground(self) -> None:
        listed = codes.load("refusal_grounds")
        grounds = [code for code in listed if listed.row(code).flag("inside")]
        field = _choice([("", "—"), *choices("refusal_grounds", grounds)], self.fields["inside_ground"])
        field.required = False
        field.help_text = _(
            "Kept at this node and never sent. If it must not be told, no reason is stated to them."
        )
        self.fields["inside_ground"] = field

    def clean(self) -> dict[str, Any]:
        """Refuse an answer that does not exist."""
        if self.response not in FIELDS:
            raise forms.ValidationError(_("This answer does not exist. Choose one of the six buttons."))
        return dict(self.cleaned_data)

    def despite_candidates(self) -> bool:
        """Say whether he confirmed that nothing was found although somebody on record may be meant."""
        return bool(self.cleaned_data.get(DESPITE))

    def body(self) -> dict[str, Any]:
        """Return the coded fields of the answer."""
        said = {name: value for name, value in self.cleaned_data.items() if name != DESPITE}
        body = {name: value for name, value in tidied(said).items() if filled(value)}
        if "until" in body:
            body["until"] = moments.to_wire(body["until"])
        if body.get("text"):
            body["text_language"] = language()
        if body.get("subject_name"):
            body["subject_name_language"] = language()
        return body | how_sure(self.cleaned_data) if self.response in WARNS else body


def _fields_of(response: str, row: Addressee) -> tuple[str, ...]:
    looks_for = kinds.kind(row.enquiry.kind).cls == "LOC"
    return (OF_WHEREABOUTS if looks_for and response in OF_WHEREABOUTS else FIELDS).get(response, ())


def _returned(row: Addressee, response: str) -> dict[str, Any]:
    """Return what stood in the answer that came back to its author last: he goes on from there."""
    given = sorted(row.answers.all(), key=lambda one: (one.at, one.pk))
    if not given or given[-1].returned_at is None or given[-1].response != response:
        return {}
    said = {**given[-1].body, **given[-1].own_body}
    return {name: as_typed(value) for name, value in said.items() if name != "until"}


def _same_askers(row: Addressee) -> list[tuple[str, str]]:
    """Return the other enquiries that the same office asked of ours, the newest first."""
    found = queries.same_askers(row)[:DUPLICATES_SHOWN]
    return [(one.enquiry.message_id, f"{one.enquiry.number} · {subject_of(one.enquiry)[0]}") for one in found]


def _may_extend(row: Addressee) -> bool:
    clock = clocks.read(row)
    return len(clock.extensions) < core_clocks.limits_of(clock.urgency).renewals


def _other_offices(row: Addressee) -> list[tuple[str, str]]:
    """Return the offices it can be passed to, those of our own country first; never back to who asked."""
    here = directory.office(row.office)
    found = [one for one in directory.every_office() if one.code not in (row.office, row.enquiry.from_office)]
    found.sort(key=lambda one: (here is None or one.country != here.country, one.code))
    return [(one.code, directory.office_name(one, language())) for one in found]


def _choice(options: list[tuple[str, str]], like: forms.Field) -> forms.ChoiceField:
    return forms.ChoiceField(label=like.label, required=True, choices=options)


def as_typed(value: Any) -> Any:
    """Return a value of a body as the boxes of `coded` show it: yes and no are words there."""
    return str(value).lower() if isinstance(value, bool) else value


class OutcomeForm(forms.Form):
    """What came of it: without this no enquiry closes."""

    outcome = forms.ChoiceField(label=_("Outcome"))
    text = forms.CharField(label=_("In your own words"), required=False, max_length=1000,
                           widget=forms.Textarea(attrs={"rows": 3}))  # fmt: skip

    def __init__(self, data: Mapping[str, Any] | None = None) -> None:
        super().__init__(data, auto_id="id_outcome_%s")
        field = self.fields["outcome"]
        assert isinstance(field, forms.ChoiceField)  # declared above
        field.choices = choices("outcomes")
