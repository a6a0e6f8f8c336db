"""The thread: one enquiry from question to outcome, with its delivery ladder and its six answers."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from lienlac import wording
from lienlac.apps.audit import reading
from lienlac.apps.enquiries import actions, queries
from lienlac.apps.enquiries.models import Addressee, Enquiry
from lienlac.core.errors import LienlacError
from lienlac.web.coded import blame, language
from lienlac.web.door import for_enquiries, officer_of
from lienlac.web.enquiries.answer_forms import AnswerForm, OutcomeForm
from lienlac.web.enquiries.ladder import ladder_of
from lienlac.web.enquiries.thread_page import page
from lienlac.web.live import stream
from lienlac.web.screening.views import notice


def _row(request: HttpRequest, key: int) -> Addressee:
    row = queries.one(officer_of(request), key)
    if row is None:
        raise Http404
    return row


@for_enquiries
def thread(request: HttpRequest, key: int) -> HttpResponseBase:
    """Show an enquiry; the first look of the asked desk is what R2 tells the asker."""
    row = _row(request, key)
    if row.enquiry.side == Enquiry.Side.RECEIVED and row.opened_at is None:
        actions.open_enquiry(officer_of(request), row, now=timezone.now())
        row = _row(request, key)
    enquiry = row.enquiry
    reading.read(
        officer_of(request),
        "enquiry",
        [enquiry.message_id],
        enquiry.body.get("purpose", ""),
        now=timezone.now(),
    )
    return render(request, "enquiries/thread.html", page(row, candidates=notice(request, row.enquiry)))


@for_enquiries
def ladder(request: HttpRequest, key: int) -> HttpResponse:
    """Answer with the delivery ladder alone."""
    return render(request, "enquiries/_ladder.html", ladder_of(_row(request, key)))


async def live(request: HttpRequest, key: int) -> HttpResponseBase:
    """Tell the thread that something changed."""
    return await stream(request, ("thread-changed",))


@for_enquiries
@require_POST
def take(request: HttpRequest, key: int) -> HttpResponseBase:
    """Take the enquiry: this desk answers."""
    actions.open_enquiry(officer_of(request), _row(request, key), now=timezone.now())
    return redirect("thread", key=key)


@for_enquiries
@require_POST
def answer(request: HttpRequest, key: int) -> HttpResponseBase:
    """Give one of the six answers."""
    row, response = _row(request, key), request.POST.get("answer", "")
    form = AnswerForm(response, row, request.POST)
    if form.is_valid():
        try:
            actions.answer(officer_of(request), row, response, form.body(), now=timezone.now())
        except LienlacError as error:
            blame(form, error, renamed={})
        else:
            messages.success(request, _("Your answer is signed and queued."))
            return redirect("thread", key=key)
    context = page(_row(request, key), candidates=notice(request, row.enquiry), bad_answer=form)
    return render(request, "enquiries/thread.html", context, status=422)


@for_enquiries
@require_POST
def remind(request: HttpRequest, key: int) -> HttpResponseBase:
    """Remind the other side once."""
    return _deed(request, key, lambda officer, row, now: actions.remind(officer, row, now=now))


@for_enquiries
@require_POST
def close(request: HttpRequest, key: int) -> HttpResponseBase:
    """Give the outcome and put the enquiry away."""
    form = OutcomeForm(request.POST)
    if not form.is_valid():
        return render(
            request, "enquiries/thread.html", page(_row(request, key), bad_outcome=form), status=422
        )

    def conclude(officer: Any, row: Addressee, now: Any) -> None:
        actions.give_outcome(
            officer, row, form.cleaned_data["outcome"], text=form.cleaned_data["text"], now=now
        )
        actions.close(officer, row, now=now)

    return _deed(request, key, conclude)


def _deed(request: HttpRequest, key: int, deed: Any) -> HttpResponseBase:
    try:
        deed(officer_of(request), _row(request, key), timezone.now())
    except LienlacError as error:
        messages.error(request, wording.error(error, language()))
    return redirect("thread", key=key)
