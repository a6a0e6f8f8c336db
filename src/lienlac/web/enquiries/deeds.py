"""Deeds on a thread beside the answer: remind, clarify, correct, withdraw, close, reopen, approve, release, note."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime
from typing import Any

from django import forms
from django.contrib import messages
from django.http import HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import pgettext

from lienlac.apps.accounts.models import User
from lienlac.apps.enquiries import actions, queries
from lienlac.apps.enquiries.models import Addressee, Enquiry
from lienlac.apps.records import vault
from lienlac.core.errors import LienlacError, Refused
from lienlac.web.accounts.fresh import fresh_second_factor
from lienlac.web.coded import blame
from lienlac.web.deed_page import Deed, Done, Values, answer, attempt
from lienlac.web.door import by_post, for_enquiries, officer_of
from lienlac.web.enquiries.answer_forms import OutcomeForm
from lienlac.web.enquiries.file_box import tray_of, with_files
from lienlac.web.enquiries.follow_forms import (
    ClarifyForm,
    CorrectAnswerForm,
    CorrectForm,
    NoteForm,
    WordsForm,
)
from lienlac.web.enquiries.thread_page import Bad, page
from lienlac.web.enquiries.threads import row_of
from lienlac.web.enquiries.told import when_told

Verb = Callable[[User, Addressee, datetime], object]


def kept() -> str:
    """Say that something is written and waits for other people."""
    return _("Kept. Somebody else must consent before it is sent.")


def done(request: HttpRequest, key: int, deed: Verb, said: str = "") -> HttpResponseBase:
    """Do one deed and go back to the thread with a word about it."""
    attempt(request, lambda: deed(officer_of(request), row_of(request, key), timezone.now()), said=said)
    return redirect("thread", key=key)


def told(request: HttpRequest, key: int, deed: Verb, said: str) -> HttpResponseBase:
    """Do one deed of which the other side learns; say when it does, as it stood before."""
    return done(request, key, deed, f"{said} {when_told(row_of(request, key))}")


@for_enquiries
@by_post
def remind(request: HttpRequest, key: int) -> HttpResponseBase:
    """Remind the other side once."""
    said = _("The reminder is signed.")
    return told(request, key, lambda officer, row, now: actions.remind(officer, row, now=now), said)


@for_enquiries
@by_post
def close(request: HttpRequest, key: int) -> HttpResponseBase:
    """Give the outcome and put the enquiry away."""
    form = OutcomeForm(request.POST)

    def conclude(officer: User, row: Addressee, now: datetime) -> None:
        values = form.cleaned_data
        actions.give_outcome(officer, row, values["outcome"], text=values["text"], now=now)
        actions.close(officer, row, now=now)

    said = f"{_('Closed with its outcome.')} {when_told(row_of(request, key))}"
    return _kept_open(request, key, form, conclude, Bad(outcome=form), said=said)


@for_enquiries
@by_post
def clarify(request: HttpRequest, key: int) -> HttpResponseBase:
    """Give what they asked for."""
    row = row_of(request, key)
    form = ClarifyForm(row, request.POST)
    with_files(form, officer_of(request), request)

    def deed(officer: User, row: Addressee, now: datetime) -> object:
        return actions.clarify(officer, row, form.body(), tray=tray_of(form), now=now)

    said = f"{_('The clarification is signed.')} {when_told(row)}"
    return _kept_open(request, key, form, deed, Bad(clarification=form), said=said)


@for_enquiries
def correct(request: HttpRequest, key: int) -> HttpResponseBase:
    """Show what was asked, or answered, as a form; send what is different."""
    row = row_of(request, key)
    data = request.POST if request.method == "POST" else None
    asked = row.enquiry.side == Enquiry.Side.ASKED
    form = CorrectForm(row, data) if asked else CorrectAnswerForm(row, data)
    texts = {
        "title": _("Correct the question"),
        "lead": _(
            "Change what was wrong. They work with the new values at once; the old ones stay in the ledger."
        ),
        "verb": _("Sign and send the correction"),
    }
    if not asked:
        texts["title"] = _("Correct your answer")
        texts["lead"] = _(
            "Change what was wrong. They read the correction beside your answer; both are kept."
        )
    return _asked_on_a_page(
        request,
        row,
        form,
        texts,
        lambda officer, row, now: actions.correct(officer, row, form.body(), now=now),
        said=f"{_('The correction is signed.')} {when_told(row)}",
    )


@for_enquiries
@by_post
def start(request: HttpRequest, key: int) -> HttpResponseBase:
    """Begin to work on what came, and let them know."""
    said = _("You are working on it.")
    return told(request, key, lambda officer, row, now: actions.start_work(officer, row, now=now), said)


@for_enquiries
@by_post
def put_away(request: HttpRequest, key: int) -> HttpResponseBase:
    """Put away, on our own desk, what has its outcome."""
    return done(request, key, lambda officer, row, now: actions.close(officer, row, now=now))


@for_enquiries
def withdraw(request: HttpRequest, key: int) -> HttpResponseBase:
    """Say first what a withdrawal does; then withdraw."""
    row = row_of(request, key)
    form = WordsForm(request.POST if request.method == "POST" else None, required=False)
    texts = {
        "title": _("Withdraw the question"),
        "lead": "",
        "verb": _("Withdraw it"),
        "causes": f"{when_told(row)} {_('It cannot be undone; ask anew if you must.')}",
        "grave": True,
    }

    def deed(officer: User, row: Addressee, now: datetime) -> None:
        actions.withdraw(officer, row, text=form.cleaned_data["text"], now=now)

    said = f"{_('Withdrawn.')} {when_told(row)}"
    return _asked_on_a_page(request, row, form, texts, deed, said=said)


@for_enquiries
def reopen(request: HttpRequest, key: int) -> HttpResponseBase:
    """Open a closed enquiry again, with a reason."""
    row = row_of(request, key)
    form = WordsForm(request.POST if request.method == "POST" else None)
    texts = {
        "title": _("Open it again"),
        "lead": _("Say what is new. Their clock starts from the beginning."),
        "verb": _("Open it again"),
    }

    def deed(officer: User, row: Addressee, now: datetime) -> object:
        return actions.reopen(officer, row, form.cleaned_data["text"], now=now)

    said = f"{_('Opened again; their clock starts from the beginning.')} {when_told(row)}"
    return _asked_on_a_page(request, row, form, texts, deed, said=said)


def _asked_on_a_page(
    request: HttpRequest, row: Addressee, form: forms.Form, texts: dict[str, Any], deed: Verb, *, said: str
) -> HttpResponse | HttpResponseBase:
    def do(_said: Values) -> Done:
        made = deed(officer_of(request), row, timezone.now())
        return Done(said=said if getattr(made, "sent", True) else kept())

    return answer(request, Deed(form=form, do=do, back_url=reverse("thread", args=[row.pk]), **texts))


@for_enquiries
@by_post
@fresh_second_factor
def approve(request: HttpRequest, key: int) -> HttpResponseBase:
    """Approve, as a second person, what waits and was shown: the enquiry, the answer, what is said later.

    With a key of his own, given just now: a desk that somebody left open consents to nothing (SG34).
    """
    shown = request.POST.get("digest", "")

    def deed(officer: User, row: Addressee, now: datetime) -> None:
        if row.state == "checked":
            actions.approve(officer, row.enquiry, shown=shown, now=now)
        elif given := queries.waiting_answer(row):
            actions.approve_answer(officer, given, shown=shown, now=now)
        elif told := queries.waiting_follow_up(row):
            actions.approve_follow_up(officer, told, shown=shown, now=now)
        else:
            raise Refused("not_now", event="approve", state=row.state)

    return done(
        request, key, deed, _("Approved and signed. It leaves as soon as nobody else must release it.")
    )


@for_enquiries
def give_back(request: HttpRequest, key: int) -> HttpResponseBase:
    """Return what waits to its author, with words that say why."""
    row = row_of(request, key)
    form = WordsForm(request.POST if request.method == "POST" else None)
    texts = {
        "title": _("Return it to its author"),
        "lead": _("Say what must be changed. Your words stay at this node."),
        "verb": pgettext("to the author", "Return it"),
        "causes": _("It is not sent. Approvals and releases that were given are void."),
    }

    def deed(officer: User, row: Addressee, now: datetime) -> None:
        words = form.cleaned_data["text"]
        if row.state in ("checked", "in_release") and row.enquiry.side == Enquiry.Side.ASKED:
            actions.return_to_author(officer, row.enquiry, text=words, now=now)
        elif given := queries.waiting_answer(row):
            actions.return_answer(officer, given, text=words, now=now)
        elif told := queries.waiting_follow_up(row):
            actions.return_follow_up(officer, told, text=words, now=now)
        else:
            raise Refused("not_now", event="return_to_author", state=row.state)

    said = _("Returned to its author; it is not sent.")
    return _asked_on_a_page(request, row, form, texts, deed, said=said)


@for_enquiries
@by_post
def drop_answer(request: HttpRequest, key: int) -> HttpResponseBase:
    """Take back what one wrote oneself and what waits: an answer, what is said later."""

    def deed(officer: User, row: Addressee, now: datetime) -> None:
        if given := queries.waiting_answer(row):
            actions.drop_answer(officer, given, now=now)
        elif told := queries.waiting_follow_up(row):
            actions.drop_follow_up(officer, told, now=now)
        else:
            raise Refused("not_now", event="drop", state=row.state)

    return done(request, key, deed)


@for_enquiries
@by_post
def release(request: HttpRequest, key: int) -> HttpResponseBase:
    """Let the answer to this enquiry go: the protection officer's word."""
    return done(
        request,
        key,
        lambda officer, row, now: vault.release(officer, row.enquiry.message_id, now=now),
        _("Released: an answer may now be given."),
    )


@for_enquiries
@by_post
def move_to_desk(request: HttpRequest, key: int) -> HttpResponseBase:
    """Let an enquiry that came lie on another desk of this office."""
    desk = request.POST.get("desk", "")
    return done(request, key, lambda officer, row, now: actions.move_to_desk(officer, row, desk, now=now))


@for_enquiries
@by_post
def note(request: HttpRequest, key: int) -> HttpResponseBase:
    """Add a note of this node."""
    form = NoteForm(request.POST)

    def deed(officer: User, row: Addressee, now: datetime) -> None:
        actions.add_note(officer, row.enquiry, form.cleaned_data["text"], now=now)

    return _kept_open(request, key, form, deed, Bad(note=form))


def _kept_open(
    request: HttpRequest, key: int, form: forms.Form, deed: Verb, bad: Bad, *, said: str = ""
) -> HttpResponseBase:
    """Do what a form of the thread asks for; refused, it stands on the thread again with what was typed."""
    officer = officer_of(request)
    if form.is_valid():
        try:
            made = deed(officer, row_of(request, key), timezone.now())
        except LienlacError as error:
            blame(form, error, renamed={})
        else:
            if said:
                messages.success(request, said if getattr(made, "sent", True) else kept())
            return redirect("thread", key=key)
    context = page(row_of(request, key), officer=officer, bad=bad)
    return render(request, "enquiries/thread.html", context, status=422)
