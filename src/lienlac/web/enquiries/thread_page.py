"""The context of `enquiries/thread.html`: rows and messages put into both languages."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.urls import reverse
from django.utils import timezone

from lienlac import wording
from lienlac.apps.accounts.models import User
from lienlac.apps.agreements import queries as agreements
from lienlac.apps.directory import queries as directory
from lienlac.apps.directory.offices import desk_names
from lienlac.apps.enquiries import queries
from lienlac.apps.enquiries.desks import office_of as desks_office
from lienlac.apps.enquiries.marks import digest_of, may_have, version_of
from lienlac.apps.enquiries.models import Addressee, Enquiry
from lienlac.apps.enquiries.partners import lost, may_remind, standing_of
from lienlac.apps.enquiries.retention import OVER
from lienlac.apps.enquiries.walking import can
from lienlac.web.coded import language
from lienlac.web.enquiries.answer_forms import AnswerForm, OutcomeForm
from lienlac.web.enquiries.answers_part import answers_of, can_correct
from lienlac.web.enquiries.file_box import with_box
from lienlac.web.enquiries.follow_forms import ClarifyForm, NoteForm
from lienlac.web.enquiries.ladder import ladder_of
from lienlac.web.enquiries.reviews import reviews_of
from lienlac.web.enquiries.subjects import subject_of
from lienlac.web.enquiries.thread_messages import messages_of, named
from lienlac.web.enquiries.waiting import waiting_of
from lienlac.web.templatetags.desk import time_left


@dataclass(frozen=True, kw_only=True)
class Bad:
    """A form of the thread that was refused, if one was."""

    answer: AnswerForm | None = None
    outcome: OutcomeForm | None = None
    clarification: ClarifyForm | None = None
    note: NoteForm | None = None


def page(
    row: Addressee,
    *,
    officer: User | None = None,
    candidates: Mapping[str, Any] | None = None,
    bad: Bad | None = None,
) -> dict[str, Any]:
    """Return the whole context; a form that was filled in wrongly is shown again, open, with what was typed.

    Without `officer` it is for paper, which others are given: nothing inner stands in it.
    """
    with directory.at_hand([row.office, row.enquiry.from_office, row.passed_to]):
        return _page(row, officer, candidates, bad or Bad())


def version(row: Addressee, officer: User) -> str:
    """Return what is another when the page of this officer would be another: by what happened, or by the clock."""
    now = timezone.now()
    what, due_at, clock = queries.clock_of(row, now)
    may = (officer.pk, officer.role, officer.office, officer.unit)
    return digest_of(
        version_of(row), may, language(), what, clock, time_left(due_at), timezone.localdate(now)
    )


def _page(
    row: Addressee,
    officer: User | None,
    candidates: Mapping[str, Any] | None,
    bad: Bad,
) -> dict[str, Any]:
    ours, theirs = _sides(row)
    their_office = directory.office(theirs)
    mine, other = language(), _other_language(their_office)
    waiting = waiting_of(row, officer) if officer else None
    reminded_at = row.reminded_at if officer else None  # type: ignore[attr-defined]
    return {
        "version": version(row, officer) if officer else "",
        "enquiry": _enquiry(row, theirs),
        "standing": "" if row.enquiry.by_phone else standing_of(row),
        "mine": mine,
        "theirs": other,
        "mine_name": wording.language_name(mine),
        "theirs_name": wording.language_name(other),
        "messages_": messages_of(row, ours, other, inner=officer is not None),
        **ladder_of(row),
        "waiting": waiting,
        **(answers_of(row, bad.answer) if officer else {}),
        "reviews": reviews_of(row) if officer and may_have(row, "reviews") else [],
        "clarify": bad.clarification
        or (with_box(ClarifyForm(row)) if _asked(row) and can(row, "clarify") and not lost(row) else None),
        "candidates": candidates,
        "outcomes": bad.outcome or (OutcomeForm() if _asked(row) and can(row, "give_outcome") else None),
        "also": [_also(one) for one in queries.also_asked(row)] if may_have(row, "also") else [],
        "notes": _notes(row) if may_have(row, "notes") else [],
        "note_form": bad.note or NoteForm(),
        "urls": _urls(row, reminded_at),
        "reminded_at": reminded_at,
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
    partner, partner_language = named(theirs)
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
        "handling": [code for code in enquiry.handling if code != "TRAINING"],
        "due_at": due_at,
        "clock": clock,
        "due_what": what,
        "closed": not row.open,
        "desk": named(row.passed_to or row.office)[0],
        **_desks(row),
        "officer": row.taken_by.full_name if row.taken_by else "",
        "by_phone": enquiry.by_phone,
    }


def _desks(row: Addressee) -> dict[str, Any]:
    """Return the desk of our office on which it lies, and those to which it may be moved."""
    desks = [] if _asked(row) else desk_names(desks_office(row), language())
    return {
        "on_desk": dict(desks).get(row.desk, row.desk),
        "desks": [{"code": code, "name": name} for code, name in desks if code != row.desk and row.open],
    }


def _notes(row: Addressee) -> list[dict[str, Any]]:
    return [
        {"at": note.at, "who": note.by.full_name, "text": note.text} for note in queries.notes_of(row.enquiry)
    ]


def _also(row: Addressee) -> dict[str, Any]:
    name, name_language = named(row.office)
    return {"name": name, "lang": name_language, "state": row.state, "url": reverse("thread", args=[row.pk])}


def _urls(row: Addressee, reminded_at: datetime | None) -> dict[str, str]:
    """Return what leads on from here; nothing that would have to go out is offered when its partner is revoked."""

    def url(name: str, shown: bool = True) -> str:
        return reverse(name, args=[row.pk]) if shown else ""

    asked, said = _asked(row), not lost(row)
    return {
        "back": reverse("desk"),
        "answer": url("thread_answer"),
        "print": url("thread_print"),
        "remind": url("thread_remind", asked and may_remind(row, last=reminded_at, now=timezone.now())),
        "close": url("thread_close"),
        "withdraw": url("thread_withdraw", asked and row.open and can(row, "withdraw")),
        "correct": url("thread_correct", said and can_correct(row)),
        "start": url(
            "thread_start", not asked and said and row.opened_at is not None and can(row, "start_work")
        ),
        "put_away": url("thread_put_away", not asked and can(row, "close")),
        "reopen": url("thread_reopen", asked and said and can(row, "reopen")),
        "clarify": url("thread_clarify"),
        "acknowledge": url("thread_take", not asked and row.opened_at is None),
        "note": url("thread_note"),
        "keep": url("thread_keep", row.state in OVER),
        "desk": url("thread_desk"),
        "news": url("thread_news"),
        "live": url("thread_live"),
        "call": reverse("awake") if asked and row.open else "",
    }
