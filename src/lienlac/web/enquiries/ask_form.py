"""The form of *ask in 60 seconds*: one box, six whys, three deadlines; the rest filled in or folded away."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from django import forms
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from lienlac import wording
from lienlac.apps.accounts.models import User
from lienlac.apps.directory import queries as directory
from lienlac.apps.directory.models import Office
from lienlac.apps.directory.offices import place_name
from lienlac.apps.enquiries.actions import Draft
from lienlac.core import codes
from lienlac.core.messages import kinds
from lienlac.core.messages.fields import Field, filled
from lienlac.core.names import scripts
from lienlac.web.coded import choices, form_field, tidied
from lienlac.web.enquiries.file_box import tray_of
from lienlac.web.enquiries.whom_form import WhomForm
from lienlac.web.names import birth_in_name
from lienlac.web.names.birth_in_name import CHOICE
from lienlac.web.names.boxes import NameField, SubjectInput

DEADLINES = ("U1", "U4", "U5")
"""Three of the urgencies an officer chooses from; flash (U0) has a way of its own, the hotline."""

OWN_LAW = {"CN": "CL"}  # short name of the criminal code; PC elsewhere
IN_SIGHT = ("offence", "why_there", "place", "matter_date", "link")
NEEDED = ("why_there", "place", "matter_date", "link")
NEEDED_IF_MISSING = ("reason_for_concern", "last_seen_place", "last_seen")
_OF_A_CRIME = ("purpose", "offence", *NEEDED, "evaluation_source", "evaluation_information")
NEEDED_OF_CLASS: Mapping[str, tuple[str, ...]] = {
    "HUM": NEEDED_IF_MISSING,
    "INF": _OF_A_CRIME,
    "LOC": (*_OF_A_CRIME, "case_number", "decision_authority", "decision_number", "decision_date",
            "decision_copy", "refused_elsewhere"),
}  # fmt: skip
"""What SG04, SG07, SG11, SG39 and SG42 ask for: boxes that may not stay empty, before policy has to say so."""
ELSEWHERE = frozenset({"subject_name", "subject_name_language", "document_number", "purpose", "urgency", "text",
                       "text_language", "offence_country", "offence_law", "offence_article",
                       "official_number", "signatory", *IN_SIGHT})  # fmt: skip
RENAMED = {
    "subject_name": "subject",
    "document_number": "subject",
    "purpose": "why",
    "urgency": "deadline",
    "text_language": "text_lang",
}
"""Names of coded fields whose box in this form is called otherwise."""


class AskForm(WhomForm):
    """One enquiry about a person. `draft()` turns it into what the verb takes."""

    subject = NameField(
        label=_("Who or what"),
        max_length=birth_in_name.LONGEST,
        help_text=_(
            "A name as you know it, in any script; or the number of a document, a telephone or a plate."
        ),
        widget=SubjectInput(attrs={"class": "bigbox", "data-key": "/", "autofocus": True}),
    )
    why = forms.ChoiceField(label=pgettext_lazy("reason for asking", "Why"), widget=forms.RadioSelect)
    deadline = forms.ChoiceField(label=_("Answer needed by"), widget=forms.RadioSelect, initial="U4")
    text = forms.CharField(label=_("In your own words"), required=False, max_length=4000,
                           widget=forms.Textarea(attrs={"rows": 4}))  # fmt: skip
    text_lang = forms.ChoiceField(label=_("Language of these words"), required=False)

    def __init__(self, officer: User, data: Mapping[str, Any] | None = None) -> None:
        own = directory.office(officer.office) if data else None
        country, today = own.country if own else "", timezone.localdate()
        data = birth_in_name.moved(data, country=country, today=today) if data is not None else None
        super().__init__(officer, data, first_values(officer))
        self.choose("why", choices("whys"))
        self.choose("deadline", choices("urgency", DEADLINES))
        self.choose("text_lang", [(code, wording.language_name(code)) for code in codes.load("languages")])
        for field in self.coded_fields():
            self.fields[field.name] = form_field(field, required=field.name in self.needed())
        subject = str(data.get("subject", "")) if data else ""
        self.ending = birth_in_name.ending_of(subject, country=country, today=today)
        if self.ending:
            self._ask_what_the_year_is(self.ending)

    def _ask_what_the_year_is(self, ending: birth_in_name.Ending) -> None:
        self.fields[CHOICE] = birth_in_name.Question(ending)
        box = self.fields["subject"].widget
        assert isinstance(box, SubjectInput)  # declared above
        box.ending, box.year = ending, self[CHOICE]

    def kind(self) -> str:
        """Return the kind that the chosen why stands for; VER_ID until one is chosen."""
        why = self.data.get("why", "") if self.is_bound else ""
        whys = codes.load("whys")
        return whys.row(why)["kind"] if why in whys else "VER_ID"

    def needed(self) -> tuple[str, ...]:
        """Return the coded fields that must be filled in for this kind."""
        return NEEDED_IF_MISSING if kinds.kind(self.kind()).cls == "HUM" else NEEDED

    def in_sight(self) -> tuple[str, ...]:
        """Return the coded fields that are shown open: those that must be filled in, and the offence."""
        return NEEDED_IF_MISSING if kinds.kind(self.kind()).cls == "HUM" else IN_SIGHT

    def coded_fields(self) -> list[Field]:
        """Return the coded fields of the kind that have a box of their own in this form."""
        own = [
            field for field in kinds.kind(self.kind()).fields if field.name not in ELSEWHERE - set(IN_SIGHT)
        ]
        return [field for field in own if field.many == 1]

    def draft(self) -> Draft:
        """Return what is to be asked, from the form's cleaned values; call `is_valid` first."""
        values = tidied(self.cleaned_data)
        return Draft(
            kind=self.kind(),
            body=_body(values, self.officer, self.kind()),
            to_offices=self.to_offices(),
            agreement=values.get("agreement", ""),
            handling=self.handling_codes(),
            tray=tray_of(self),
        )


def first_values(officer: User) -> dict[str, Any]:
    """Return what an empty form shows."""
    own = directory.office(officer.office)
    return {
        "deadline": "U4",
        "text_lang": officer.language,
        "place": _place_of(own, officer.language) if own else "",
        "matter_date": timezone.localdate().isoformat(),
        "link": "suspect",
        "evaluation_source": "X",
        "evaluation_information": "4",
    }


def _place_of(own: Office, language_: str) -> str:
    return place_name(own, language_) or directory.office_name(own, language_)


def _body(values: Mapping[str, Any], officer: User, kind: str) -> dict[str, Any]:
    """Return the coded fields of an enquiry: what was filled in, and what follows from the why."""
    names = {field.name for field in kinds.kind(kind).fields}
    body = {name: value for name, value in values.items() if name in names and filled(value)}
    body |= _subject(values.get("subject", ""), officer, named=bool(values.get(CHOICE)))
    body |= _follows_from(values.get("why", ""), body)
    if values.get("deadline"):
        body["urgency"] = values["deadline"]
    if body.get("text"):
        body["text_language"] = values.get("text_lang") or officer.language
    return {name: value for name, value in (body | law_of(body, officer)).items() if name in names}


def usual_offence(why: str) -> str:
    """Return the offence that a why stands for when the officer names none; "" for one that needs none."""
    whys = codes.load("whys")
    return next(iter(whys.row(why).several("offences")), "") if why in whys else ""


def _follows_from(why: str, body: Mapping[str, Any]) -> dict[str, str]:
    whys = codes.load("whys")
    if why not in whys:
        return {}
    offence = body.get("offence") or usual_offence(why)
    return {"purpose": whys.row(why)["purpose"]} | ({"offence": offence} if offence else {})


def _subject(subject: str, officer: User, *, named: bool) -> dict[str, str]:
    """Tell a name from the number of a document: a number has more digits than letters, unless he called it a name."""
    digits = sum(char.isdigit() for char in subject)
    if not named and digits > sum(char.isalpha() for char in subject):
        return {"document_number": subject}
    return (
        {"subject_name": subject, "subject_name_language": _language_of(subject, officer)} if subject else {}
    )


LANGUAGE_OF_SCRIPT = {
    scripts.HAN: "zh-hans",
    scripts.LAO: "lo",
    scripts.THAI: "th",
    scripts.KHMER: "km",
    scripts.MYANMAR: "my",
}
WRITTEN_IN_LATIN = frozenset({"vi", "en"})


def _language_of(name: str, officer: User) -> str:
    """Guess the language a name is written in from its letters; Latin ones are read as the officer would."""
    for script, _run in scripts.runs(name):
        if script in LANGUAGE_OF_SCRIPT:
            return LANGUAGE_OF_SCRIPT[script]
    return officer.language if officer.language in WRITTEN_IN_LATIN else "en"


def law_of(body: Mapping[str, Any], officer: User) -> dict[str, str]:
    """Return country, law and article of the offence as the asker's own law has it, where the table knows it."""
    own = directory.office(officer.office)
    offence = body.get("offence")
    if own is None or offence not in codes.load("offences"):
        return {}
    row = codes.load("offences").row(str(offence))
    column = own.country.lower()
    article = row.several(column)[0] if column in row.relations and row.several(column) else ""
    law = {
        "offence_country": own.country,
        "offence_law": OWN_LAW.get(own.country, "PC"),
        "offence_article": article,
    }
    return {name: value for name, value in law.items() if value}
