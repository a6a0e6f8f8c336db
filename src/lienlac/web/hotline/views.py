"""Who is awake: test the twin, ring, say what came of it; take the shift."""

from __future__ import annotations

from typing import Any

from django.http import Http404, HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _

from lienlac.apps.accounts.models import User
from lienlac.apps.directory import moments
from lienlac.apps.directory import queries as directory
from lienlac.apps.enquiries import actions as enquiries
from lienlac.apps.hotline import actions, queries
from lienlac.core import codes
from lienlac.web.coded import language
from lienlac.web.deed_page import attempt
from lienlac.web.door import by_post, for_enquiries, officer_of
from lienlac.web.hotline.posts import posts

TEST = "HOTLINE_TEST"


@for_enquiries
def awake(request: HttpRequest) -> HttpResponse:
    """Show the offices in the order in which they are rung."""
    officer, now = officer_of(request), timezone.now()
    call = queries.open_call(officer)
    rows = posts(officer, now, ringing=call.to_office if call else "")
    twin = directory.twin_of(officer.office)
    context = {
        "posts": rows,
        "ringing": _ringing(call) if call else None,
        "results": [{"code": code} for code in codes.load("call_results")],
        "test_url": reverse("test_call", args=[twin.code]) if twin else "",
        "paper_url": "",
    }
    return render(request, "hotline/awake.html", context)


def _ringing(call: Any) -> dict[str, Any]:
    office = directory.office(call.to_office)
    name, name_language = directory.named(office, language()) if office else (call.to_office, "")
    return {
        "post": name,
        "lang": name_language,
        "since": call.began_at,
        "next_in_s": 0,
        "next": "",
        "result_url": reverse("call_result", args=[call.pk]),
        "answered_url": "",
    }


@for_enquiries
@by_post
def test_call(request: HttpRequest, office: str) -> HttpResponseBase:
    """Send a test call: it is answered when a person there opens it."""
    officer, now = officer_of(request), timezone.now()
    draft = enquiries.Draft(
        kind=TEST, body={"at": moments.to_wire(now)}, to_offices=(office,), agreement="", handling=()
    )
    return _told(request, lambda: enquiries.ask(officer, draft, now=now), _("The test call is on its way."))


@for_enquiries
@by_post
def ring(request: HttpRequest, office: str) -> HttpResponseBase:
    """Note that the officer rings an office by telephone."""
    officer: User = officer_of(request)
    return _told(request, lambda: actions.begin_call(officer, office, now=timezone.now()), "")


@for_enquiries
@by_post
def result(request: HttpRequest, key: int) -> HttpResponseBase:
    """Keep what came of a call."""
    officer = officer_of(request)
    call = queries.call(officer, key)
    if call is None:
        raise Http404
    said = request.POST.get("result", "")
    return _told(
        request,
        lambda: actions.conclude_call(officer, call, said, now=timezone.now()),
        _("Kept what came of the call."),
    )


@for_enquiries
@by_post
def take_shift(request: HttpRequest) -> HttpResponseBase:
    """Put the officer on duty."""
    officer = officer_of(request)
    _told(request, lambda: actions.take_shift(officer, now=timezone.now()), _("You are on duty."))
    return redirect("desk")


def _told(request: HttpRequest, deed: Any, done: str) -> HttpResponseBase:
    attempt(request, deed, said=done)
    return redirect("awake")
