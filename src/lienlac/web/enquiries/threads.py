"""The thread: one enquiry from question to outcome, with its delivery ladder and its six answers."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _

from lienlac.apps.audit import reading
from lienlac.apps.enquiries import actions, queries
from lienlac.apps.enquiries.marks import may_have
from lienlac.apps.enquiries.models import Addressee, Answer, Enquiry
from lienlac.apps.screening import hits
from lienlac.core.errors import LienlacError
from lienlac.web.coded import blame
from lienlac.web.door import by_post, for_enquiries, officer_of
from lienlac.web.enquiries.answer_forms import AnswerForm
from lienlac.web.enquiries.file_box import tray_of, with_files
from lienlac.web.enquiries.thread_page import Bad, page, version
from lienlac.web.live import mark, stream
from lienlac.web.screening.views import notice


def row_of(request: HttpRequest, key: int) -> Addressee:
    """Return the row that the officer may see, with its answers; 404 otherwise."""
    row = queries.one(officer_of(request), key)
    if row is None:
        raise Http404
    return row


@for_enquiries
def thread(request: HttpRequest, key: int) -> HttpResponseBase:
    """Show an enquiry; the first look of the asked desk is what R2 tells the asker."""
    since, row = mark(), row_of(request, key)
    if row.enquiry.side == Enquiry.Side.RECEIVED and row.opened_at is None:
        actions.open_enquiry(officer_of(request), row, now=timezone.now())
        row = row_of(request, key)
    _note_look(request, row)
    return render(request, "enquiries/thread.html", _whole(request, row) | {"since": since})


@for_enquiries
def news(request: HttpRequest, key: int) -> HttpResponse:
    """Answer with the parts of the thread that are not as the page shows them (`?seen=`).

    204 when nothing happened since the page's `?version=`, which costs one question: a desk has many threads open.
    """
    officer = officer_of(request)
    row = queries.at_a_glance(officer, key)
    if row is None:
        raise Http404
    if request.GET.get("version") == version(row, officer):
        return HttpResponse(status=204)
    seen = frozenset(request.GET.getlist("seen"))
    shown = _whole(request, queries.with_answers(row))
    fresh = [
        one for one in shown["messages_"] if not any(said.startswith(f"{one['part']}:") for said in seen)
    ]
    if fresh:
        _note_look(request, row)
    return render(request, "enquiries/_news.html", shown | {"seen": seen, "fresh": fresh})


def _whole(request: HttpRequest, row: Addressee) -> dict[str, Any]:
    found = notice(request, row.enquiry) if may_have(row, "candidates") else None
    return page(row, officer=officer_of(request), candidates=found)


def _note_look(request: HttpRequest, row: Addressee) -> None:
    """Leave a leaf: this officer was shown what this enquiry says."""
    said = row.enquiry
    reading.read(
        officer_of(request), "enquiry", [said.message_id], said.body.get("purpose", ""), now=timezone.now()
    )


async def live(request: HttpRequest, key: int) -> HttpResponseBase:
    """Tell the thread that something changed."""
    return await stream(request, ("thread-changed",))


@for_enquiries
@by_post
def take(request: HttpRequest, key: int) -> HttpResponseBase:
    """Take the enquiry: this desk answers."""
    actions.open_enquiry(officer_of(request), row_of(request, key), now=timezone.now())
    return redirect("thread", key=key)


@for_enquiries
@by_post
def answer(request: HttpRequest, key: int) -> HttpResponseBase:
    """Give one of the six answers."""
    row, response = row_of(request, key), request.POST.get("answer", "")
    form = AnswerForm(response, row, request.POST, hit=hits.stands(row.enquiry.message_id))
    with_files(form, officer_of(request), request)
    if form.is_valid():
        try:
            given = actions.answer(
                officer_of(request),
                row,
                response,
                form.body(),
                tray=tray_of(form),
                despite_candidates=form.despite_candidates(),
                now=timezone.now(),
            )
        except LienlacError as error:
            blame(form, error, renamed={})
        else:
            messages.success(request, _told(given))
            return redirect("thread", key=key)
    context = page(
        row_of(request, key),
        officer=officer_of(request),
        candidates=notice(request, row.enquiry),
        bad=Bad(answer=form),
    )
    return render(request, "enquiries/thread.html", context, status=422)


def _told(given: Answer) -> str:
    """Say whether an answer is on its way, and if not, for what it waits."""
    if given.sent:
        return _("Your answer is signed and queued.")
    if given.body.get("outward_ground"):
        return _("Kept. It leaves by itself, at a random hour in the second half of the clock.")
    if given.addressee.state == "in_release":
        return _("Kept. Other units must release it before it is sent.")
    return _("Kept. A second person must approve it before it is sent.")
