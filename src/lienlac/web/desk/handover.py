"""The note for the next shift, which drafts itself, and one A4 for when the power goes."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime
from typing import Any

from django import forms
from django.http import HttpRequest, HttpResponse, HttpResponseBase
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from lienlac import wording
from lienlac.apps.accounts.models import User
from lienlac.apps.directory import queries as directory
from lienlac.apps.enquiries import queries as enquiries
from lienlac.apps.enquiries.models import Addressee, Enquiry
from lienlac.apps.hotline import actions, queries
from lienlac.apps.hotline.actions import MAX_NOTE_CHARS, SHIFT
from lienlac.web import printing
from lienlac.web.coded import language
from lienlac.web.deed_page import Deed, Done, Values, answer, given
from lienlac.web.desk.rows import Names, office_names
from lienlac.web.door import for_enquiries, officer_of
from lienlac.web.enquiries.subjects import subject_of
from lienlac.web.templatetags.desk import moment, moment_with_day

ROWS_A_PART = 12  # three parts and the telephones fit one A4


class NoteForm(forms.Form):
    """What the next shift must know."""

    note = forms.CharField(
        label=gettext_lazy("What the next shift must know"),
        max_length=MAX_NOTE_CHARS,
        widget=forms.Textarea(attrs={"rows": 18}),
    )


@for_enquiries
def note(request: HttpRequest) -> HttpResponseBase:
    """Show the note as it drafts itself, or as it was left; keep what the officer makes of it."""
    officer, now = officer_of(request), timezone.now()

    def do(said: Values) -> Done:
        actions.leave_note(officer, said["note"], now=now)
        return Done(said=_("The next shift will find your note on its desk."))

    lead = _(
        "It was put together from what is open and what was done since the shift began. Change it as you like."
    )
    return answer(
        request,
        Deed(
            title=_("Note for the next shift"),
            verb=_("Leave the note"),
            form=given(request, NoteForm, note=_draft(officer, now)),
            do=do,
            back_url=reverse("desk"),
            lead=lead,
        ),
    )


def _draft(officer: User, now: datetime) -> str:
    """Return the note in the officer's language: what is open, the calls, what the line does."""
    shift = queries.shift_now(officer.office, now)
    if shift is not None and shift.note:
        return shift.note
    since = shift.began_at if shift else now - SHIFT
    names = office_names(language())
    parts = [
        (title, [_line(row, names, now) for row in rows[:ROWS_A_PART]])
        for title, rows in open_parts(officer, now)
    ]
    parts.append((_("Calls of this shift"), list(_calls(officer, since, names))))
    return "\n\n".join(_paragraph(title, lines) for title, lines in parts)


def _paragraph(title: str, lines: list[str]) -> str:
    return "\n".join([title, *(f"– {line}" for line in lines or [_("nothing")])])


def open_parts(officer: User, now: datetime) -> list[tuple[str, Any]]:
    """Return (title, rows) of what is open at the officer's desk, the most pressing first."""
    return [
        (_("Not received by them: ring"), enquiries.not_received(officer, now)),
        (_("We owe an answer"), enquiries.owed_by_us(officer)),
        (_("They owe an answer"), enquiries.waiting_for_them(officer)),
    ]


def _line(row: Addressee, names: Names, now: datetime) -> str:
    cells = _cells(row, names, now)
    return " · ".join(
        text for text in (cells["number"], cells["subject"], cells["partner"], cells["due"]) if text
    )


def _cells(row: Addressee, names: Names, now: datetime) -> dict[str, str]:
    partner = row.office if row.enquiry.side == Enquiry.Side.ASKED else row.enquiry.from_office
    _what, due_at, _clock = enquiries.clock_of(row, now)
    subject, subject_language = subject_of(row.enquiry)
    return {
        "number": row.enquiry.number,
        "subject": subject,
        "subject_lang": subject_language or language(),
        "partner": names.get(partner, (partner, ""))[0],
        "urgency": row.enquiry.urgency,
        "due": moment(due_at),
    }


def _calls(officer: User, since: datetime, names: Names) -> Iterable[str]:
    for call in queries.calls_since(officer.office, since):
        name = names.get(call.to_office, (call.to_office, ""))[0]
        result = wording.label("call_results", call.result, language()) if call.result else _("no result yet")
        yield f"{moment(call.began_at)} · {name} · {result}"


@for_enquiries
def paper(request: HttpRequest) -> HttpResponse:
    """Answer with one A4: what is open, whom to ring, room to write; for when the power goes."""
    officer, now = officer_of(request), timezone.now()
    answer = HttpResponse(printing.render("shift", values_of(officer, now)), content_type="application/pdf")
    answer.headers["Content-Disposition"] = f'inline; filename="{officer.office}-{now:%Y%m%d-%H%M}.pdf"'
    return answer


def values_of(officer: User, now: datetime) -> dict[str, Any]:
    """Return the values of `shift.typ`."""
    names = office_names(language())
    own = directory.office(officer.office)
    return {
        "lang": language(),
        "title": _("For when the power goes"),
        "own": directory.office_name(own, language()) if own else officer.office,
        "made": moment_with_day(now),
        "columns": [_("Number"), _("Who or what"), _("Other side"), _("By when")],
        "parts": [
            {
                "title": title,
                "rows": [_cells(row, names, now) for row in rows[:ROWS_A_PART]],
                "more": max(rows.count() - ROWS_A_PART, 0),
            }
            for title, rows in open_parts(officer, now)
        ],
        "more_label": _("and more on the desk"),
        "nothing": _("nothing"),
        "phones_title": _("Whom to ring"),
        "phones": [
            {"name": directory.office_name(one, language()), "phone": one.phone}
            for one in directory.reachable_offices()
            if one.phone
        ],
        "notes_title": _("Written by hand; enter it when the power is back"),
    }
