"""The context of `enquiries/thread.html`: rows and messages put into both languages."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _

from lienlac import wording
from lienlac.apps.agreements import queries as agreements
from lienlac.apps.directory import queries as directory
from lienlac.apps.enquiries import queries
from lienlac.apps.enquiries.models import Addressee, Answer, Enquiry
from lienlac.apps.enquiries.walking import can
from lienlac.core.journeys.answers import BUTTONS, answer
from lienlac.core.messages import kinds
from lienlac.core.messages.fields import Field, Type, filled
from lienlac.web.coded import language
from lienlac.web.enquiries.answer_forms import ICONS, AnswerForm, OutcomeForm
from lienlac.web.enquiries.ladder import ladder_of
from lienlac.web.enquiries.subjects import subject_of

NOT_FACTS = frozenset({"text", "text_language", "of", "subject_name_language", "response", "outward_ground"})
WRITTEN_BY_PEOPLE = frozenset({Type.NAME, Type.LINE})


def page(
    row: Addressee,
    *,
    candidates: Mapping[str, Any] | None = None,
    bad_answer: AnswerForm | None = None,
    bad_outcome: OutcomeForm | None = None,
) -> dict[str, Any]:
    """Return the whole context; a form that was filled in wrongly is shown again, open."""
    ours, theirs = _sides(row)
    partner = directory.office(theirs)
    mine, other = language(), _other_language(partner)
    return {
        "enquiry": _enquiry(row, theirs),
        "mine": mine,
        "theirs": other,
        "mine_name": wording.language_name(mine),
        "theirs_name": wording.language_name(other),
        "messages_": _messages(row, ours, other),
        **ladder_of(row),
        "answers": _answers(row, bad_answer),
        "candidates": candidates,
        "outcomes": bad_outcome or (OutcomeForm() if _asked(row) and can(row, "give_outcome") else None),
        "notes": [],
        "note_form": None,
        "urls": _urls(row),
        "reminded_at": _when(row, "remind"),
    }


def _asked(row: Addressee) -> bool:
    return bool(row.enquiry.side == Enquiry.Side.ASKED)


def _sides(row: Addressee) -> tuple[str, str]:
    """Return (our office, theirs)."""
    ours, theirs = row.enquiry.from_office, row.office
    return (ours, theirs) if _asked(row) else (theirs, ours)


def _other_language(partner: Any) -> str:
    return str(partner.languages[0]) if partner and partner.languages else "en"


def _enquiry(row: Addressee, theirs: str) -> dict[str, Any]:
    enquiry = row.enquiry
    what, due_at, clock = queries.clock_of(row, timezone.now())
    subject, subject_language = subject_of(enquiry)
    partner, partner_language = _named(theirs)
    return {
        "key": str(row.pk),
        "side": "asker" if _asked(row) else "answerer",
        "subject": subject,
        "subject_lang": subject_language,
        "kind": enquiry.kind,
        "urgency": enquiry.urgency,
        "state": row.state,
        "partner": partner,
        "partner_lang": partner_language,
        "number": enquiry.number,
        "their_number": enquiry.body.get("official_number", "") if not _asked(row) else "",
        "agreement": agreements.title(enquiry.agreement, language()) if enquiry.agreement else "",
        "handling": enquiry.handling,
        "due_at": due_at,
        "clock": clock,
        "due_what": what,
        "closed": not row.open,
        "desk": _named(row.office)[0],
        "officer": row.taken_by.full_name if row.taken_by else "",
    }


def _named(code: str) -> tuple[str, str]:
    office = directory.office(code)
    return directory.named(office, language()) if office else (code, "")


def _messages(row: Addressee, ours: str, other: str) -> list[dict[str, Any]]:
    enquiry = row.enquiry
    first = _message(
        key="q",
        kind=enquiry.kind,
        what=("kinds", enquiry.kind),
        body={**enquiry.body, **enquiry.own_body},
        sender=enquiry.from_office,
        ours=enquiry.from_office == ours,
        at=enquiry.created_at,
        other=other,
    )
    return [first, *(_answer(one, row, ours, other) for one in row.answers.all())]


def _answer(one: Answer, row: Addressee, ours: str, other: str) -> dict[str, Any]:
    message = _message(
        key=str(one.pk),
        kind="ANSWER",
        what=("responses", one.response),
        body={**one.body, **one.own_body},
        sender=row.office,
        ours=row.office == ours,
        at=one.at,
        other=other,
    )
    ground = one.body.get("outward_ground")
    return message | {"refused": wording.label("refusal_grounds", ground, language()) if ground else ""}


def _message(
    *,
    key: str,
    kind: str,
    what: tuple[str, str],
    body: Mapping[str, Any],
    sender: str,
    ours: bool,
    at: datetime,
    other: str,
) -> dict[str, Any]:
    name, name_language = _named(sender)
    fields = kinds.kind(kind).fields
    shown = [field for field in fields if field.name not in NOT_FACTS and filled(body.get(field.name))]
    return {
        "key": key,
        "ours": ours,
        "from_name": name,
        "from_lang": name_language,
        "at": at,
        "what": wording.label(*what, language()),
        "what_theirs": wording.label(*what, other),
        "facts": [_fact(field, body, other) for field in shown],
        "text": body.get("text", ""),
        "text_lang": body.get("text_language", ""),
        "translation": "",
        "refused": "",
        "files": [],
    }


def _fact(field: Field, body: Mapping[str, Any], other: str) -> dict[str, Any]:
    value = body[field.name]
    by_person = field.type in WRITTEN_BY_PEOPLE
    written_in = body.get("subject_name_language", "") if field.type is Type.NAME else ""
    return {
        "label": wording.field(field.name, language()),
        "label_theirs": wording.field(field.name, other),
        "value": _value(field, value, language()),
        "value_theirs": _value(field, value, other),
        "raw": _unknown(field, value),
        "lang": written_in if by_person else "",
        "lang_theirs": written_in if by_person else "",
        "strong": field.name == "subject_name",
    }


def _value(field: Field, value: Any, into: str) -> str:
    """Return a value in words of a language: codes are worded, what people wrote stays as it is."""
    if isinstance(value, list):
        return ", ".join(_value(field, one, into) for one in value)
    if isinstance(value, bool):
        return wording.label("yes_no", "yes" if value else "no", into)
    if field.type is Type.COUNTRY:
        return wording.country(str(value), into)
    if field.code_list:
        return wording.label(field.code_list, str(value), into)
    return str(value)


def _unknown(field: Field, value: Any) -> bool:
    """Say whether a code is unknown at this node and so shown as it came."""
    return bool(field.code_list) and isinstance(value, str) and _value(field, value, "en") == value


def _answers(row: Addressee, bad: AnswerForm | None) -> list[dict[str, Any]]:
    if _asked(row):
        return []
    return [
        {
            "code": response,
            "label": wording.label("responses", response, language()),
            "icon": ICONS[response],
            "form": bad if bad and bad.response == response else AnswerForm(response, row),
            "open": bool(bad and bad.response == response),
            "causes": _("The asking office sees it at once and the clock ends.")
            if answer(response).final
            else _("The asking office sees it at once; the enquiry stays open."),
        }
        for response in BUTTONS.values()
        if can(row, answer(response).event)
    ]


def _urls(row: Addressee) -> dict[str, str]:
    def url(name: str, shown: bool = True) -> str:
        return reverse(name, args=[row.pk]) if shown else ""

    asked = _asked(row)
    return {
        "back": reverse("desk"),
        "answer": url("thread_answer"),
        "print": url("thread_print"),
        "remind": url("thread_remind", asked and can(row, "remind")),
        "close": url("thread_close"),
        "withdraw": "",
        "acknowledge": url("thread_take", not asked and row.opened_at is None),
        "note": "",
        "ladder": url("thread_ladder"),
        "live": url("thread_live"),
        "call": "",
    }


def _when(row: Addressee, event: str) -> datetime | None:
    return next((step.at for step in reversed(list(row.steps.all())) if step.event == event), None)
