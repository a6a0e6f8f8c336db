"""Forms of the directory's pages."""

from __future__ import annotations

from datetime import date, datetime, time, timedelta
from typing import Any

from django import forms
from django.conf import settings
from django.core.validators import MaxValueValidator
from django.utils import timezone
from django.utils.translation import gettext, pgettext_lazy
from django.utils.translation import gettext_lazy as _

from lienlac import wording
from lienlac.apps.directory import queries as directory
from lienlac.core.trust.cards import MOST_ALIASES
from lienlac.web.coded import choices, language

MAX_FILE_BYTES = 1 << 20  # a state's directory at its largest; a card has four thousand


class FileForm(forms.Form):
    """A file that another agency gave."""

    file = forms.FileField(label=_("The file they gave you"))

    def clean_file(self) -> bytes:
        """Return its bytes, as many as the largest of these files may have and one more."""
        return bytes(self.cleaned_data["file"].read(MAX_FILE_BYTES + 1))


class WordsForm(forms.Form):
    """What they read to us."""

    said = forms.CharField(
        label=_("Type what they read to you"),
        help_text=_("24 words, four letters of each are enough, or 78 digits: from their voice or their paper."),
        max_length=2000,
        widget=forms.Textarea(attrs={"rows": 4, "autocomplete": "off", "spellcheck": "false"}),
    )  # fmt: skip


class RevokeForm(forms.Form):
    """Why a partner is revoked, and until when what he signed is to be believed."""

    reason = forms.ChoiceField(label=pgettext_lazy("a revocation", "Reason"))
    last_trusted_on = forms.DateField(
        label=_("Believe what it signed until the end of"),
        help_text=_("Empty: until now. With stolen keys, the last day on which they were safe."),
        required=False,
        widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d"),
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["reason"].choices = choices("revocation_reasons")  # type: ignore[attr-defined]

    def clean_last_trusted_on(self) -> date | None:
        """Refuse a day that has not begun where this node is."""
        day: date | None = self.cleaned_data["last_trusted_on"]
        if day and day > timezone.localdate():
            raise forms.ValidationError(gettext("This day lies in the future."))
        return day


def end_of(day: date) -> datetime:
    """Return the moment at which a day is over where this node is."""
    return timezone.make_aware(datetime.combine(day + timedelta(days=1), time()))


class RevokeKeyForm(RevokeForm):
    """Why one key of a partner is revoked, and up to which entry of our ledger, or until when, its word counts."""

    size = forms.IntegerField(label=_("Believe its word up to entry"), min_value=0, required=False)
    field_order = ("reason", "size", "last_trusted_on")

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        """Take `entries`, the size of our ledger with the partner, from what the form begins with."""
        super().__init__(*args, **kwargs)
        entries = self.initial["entries"]
        said = _("Our ledger with them has %(size)s entries. Empty: all of them.") % {"size": entries}
        self.fields["size"].help_text = said
        self.fields["size"].validators.append(MaxValueValidator(entries))

    def clean(self) -> dict[str, Any]:
        """Refuse two answers to one question."""
        values: dict[str, Any] = super().clean() or self.cleaned_data
        if values.get("size") is not None and values.get("last_trusted_on") is not None:
            self.add_error("last_trusted_on", gettext("Give the number of an entry or a day, not both."))
        return values


class TransportForm(forms.Form):
    """By which way the post to a partner is to travel."""

    transport = forms.ChoiceField(label=_("Way of the post to this partner"), widget=forms.RadioSelect)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["transport"].choices = choices("transports")  # type: ignore[attr-defined]


class WordForm(forms.Form):
    """A word about what was found and done."""

    word = forms.CharField(
        label=_("What was found and what was done"), max_length=500, widget=forms.Textarea(attrs={"rows": 3})
    )


class OfficeForm(forms.Form):
    """What an administrator says of an office of this node. `changed()` gives the members of its card."""

    phone = forms.CharField(label=_("Telephone of the office"), max_length=40, required=False)
    status = forms.ChoiceField(label=_("State of the office"))
    successor = forms.ChoiceField(label=_("Who took over, if it has closed"), required=False)
    since = forms.DateField(
        label=_("All this holds from"),
        required=False,
        widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d"),
    )
    twins = forms.MultipleChoiceField(
        label=_("Offices opposite"), required=False, widget=forms.CheckboxSelectMultiple
    )
    aliases = forms.CharField(
        label=_("Former names and names in other scripts, one a line"),
        required=False,
        max_length=8000,
        widget=forms.Textarea(attrs={"rows": 3}),
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        offices = [(one.code, directory.office_name(one, language())) for one in directory.every_office()]
        own = {one.code for one in directory.own_offices()}
        self._choose("status", choices("office_statuses"))
        self._choose("successor", [("", "—"), *offices])
        self._choose("twins", [(code, name) for code, name in offices if code not in own])
        for code, _name in settings.LANGUAGES:
            for kind in ("name", "place"):
                self.fields[f"{kind}_{code}"] = forms.CharField(
                    label=wording.language_name(code), max_length=200, required=False
                )

    def _choose(self, name: str, options: list[tuple[str, str]]) -> None:
        self.fields[name].choices = options  # type: ignore[attr-defined]

    def clean_aliases(self) -> tuple[tuple[str, str], ...]:
        """Return the names, each once; their language is left open."""
        lines = [" ".join(line.split()) for line in str(self.cleaned_data["aliases"]).splitlines()]
        return tuple(("", line[:200]) for line in dict.fromkeys(lines) if line)[:MOST_ALIASES]

    def changed(self) -> dict[str, Any]:
        """Return the changed members of `core.trust.cards.OfficeOnCard`."""
        values = self.cleaned_data
        return {
            "phone": values["phone"],
            "status": values["status"],
            "successor": values["successor"],
            "since": values["since"].isoformat() if values["since"] else "",
            "aliases": values["aliases"],
            "names": self._by_language("name"),
            "places": self._by_language("place"),
        }

    def _by_language(self, kind: str) -> dict[str, str]:
        said = {code: self.cleaned_data[f"{kind}_{code}"] for code, _name in settings.LANGUAGES}
        return {code: text for code, text in said.items() if text}

    def several(self, kind: str) -> list[forms.BoundField]:
        """Return the boxes of one kind, a language each."""
        return [self[f"{kind}_{code}"] for code, _name in settings.LANGUAGES]
