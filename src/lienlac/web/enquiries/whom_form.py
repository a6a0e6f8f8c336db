"""What every form that asks has in common: whom, under which agreement, how it may be used."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

from django import forms
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from lienlac.apps.accounts.models import User
from lienlac.apps.agreements import queries as agreements
from lienlac.apps.directory import queries as directory
from lienlac.apps.directory.models import Node, Office
from lienlac.apps.directory.offices import found_by
from lienlac.apps.enquiries.actions.asking import MOST_OFFICES
from lienlac.core import codes
from lienlac.web.coded import choices, language

ORDINARY = "H0"
RESTING = {Node.Standing.PAUSED: _("Paused by us"), Node.Standing.REVOKED: _("Revoked")}


class WhomForm(forms.Form):
    """The fields `desk`, `also`, `agreement`, `handling`, filled in as far as the directory knows.

    Nobody but the twin is chosen beforehand: while it cannot be asked, no other agency slips into its place.
    """

    desk = forms.ChoiceField(label=_("Ask whom"))
    also = forms.MultipleChoiceField(
        label=_("Ask these offices too"), required=False, widget=forms.CheckboxSelectMultiple
    )
    agreement = forms.ChoiceField(label=_("Under which agreement"))
    handling = forms.MultipleChoiceField(
        label=_("How it may be used"), required=False, widget=forms.CheckboxSelectMultiple
    )

    def __init__(
        self, officer: User, data: Mapping[str, Any] | None = None, initial: dict[str, Any] | None = None
    ) -> None:
        super().__init__(data, initial=initial)
        self.officer = officer
        twin = directory.twin_of(officer.office)
        found = self._offices(twin)
        offices = [(one.code, found_by(one, language())) for one in found]
        self.choose("desk", offices if twin else [("", "—"), *offices])
        self.fields["desk"].help_text = "" if twin else self._resting()
        self.choose("also", offices)
        self.choose("agreement", self._agreements(dict.fromkeys(one.country for one in found)))
        restricted = [code for code in codes.load("handling") if code != ORDINARY]
        self.choose("handling", choices("handling", restricted))
        if len(offices) < 2:
            del self.fields["also"]

    def choose(self, name: str, options: list[tuple[str, str]]) -> None:
        """Give a field its choices."""
        field = self.fields[name]
        assert isinstance(field, forms.ChoiceField)  # declared above
        field.choices = options

    def _offices(self, twin: Office | None) -> list[Office]:
        rest = [one for one in directory.reachable_offices() if twin is None or one.pk != twin.pk]
        return ([twin] if twin else []) + rest

    def _resting(self) -> str:
        """Say of the twin that it is paused or revoked; "" when there is none."""
        twin = directory.resting_twin_of(self.officer.office)
        if twin is None:
            return ""
        return f"{directory.office_name(twin, language())}: {RESTING[Node.Standing(twin.node.standing)]}"

    def _agreements(self, countries: Iterable[str]) -> list[tuple[str, str]]:
        """Return what is in force with any of these countries, each country asked once however many offices it has."""
        today = timezone.localdate()
        own = directory.office(self.officer.office)
        found = {
            agreement.id: agreements.title(agreement.id, language())
            for country in countries
            for agreement in agreements.in_force_between(own.country if own else "", country, today=today)
        }
        return list(found.items())

    def clean(self) -> dict[str, Any]:
        """Refuse more offices than one enquiry goes to, and a restriction whose words are missing."""
        values = dict(self.cleaned_data)
        if len(self.to_offices()) > MOST_OFFICES:
            self.add_error("also", _("Ask three offices at most; ask the others by enquiries of their own."))
        needs_words = [
            code
            for code in values.get("handling") or ()
            if codes.load("handling").row(code)["text_required"] == "true"
        ]
        if needs_words and "text" in self.fields and not values.get("text"):
            self.add_error(
                "text", _("Say in your own words how it may be used: this restriction asks for it.")
            )
        return values

    def to_offices(self) -> tuple[str, ...]:
        """Return the offices chosen, each once, the first one first."""
        values = self.cleaned_data
        chosen = [values.get("desk", ""), *(values.get("also") or ())]
        return tuple(dict.fromkeys(code for code in chosen if code))

    def handling_codes(self) -> tuple[str, ...]:
        """Return the restrictions chosen, or the code that says there is none."""
        return tuple(self.cleaned_data.get("handling") or (ORDINARY,))
