"""The hit: a confirmed pair until its record is reviewed. Each deed calls one verb; answers are the enquiry's own."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import datetime

from django import forms
from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponseBase
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _

from lienlac.apps.accounts.models import User
from lienlac.apps.enquiries import actions as enquiries
from lienlac.apps.screening import actions, queries
from lienlac.apps.screening.models import Candidate, Hit
from lienlac.core.errors import LienlacError
from lienlac.web.coded import blame
from lienlac.web.door import by_post, for_enquiries, officer_of
from lienlac.web.screening import same_page
from lienlac.web.screening.hit_forms import AnswerAboutHit
from lienlac.web.screening.hit_page import DEEDS, Deed, cls_of, page

Inner = Callable[[User, Candidate, str, str, datetime], object]

INNER: Mapping[str, Inner] = {
    "decide": lambda officer, row, choice, reason, now: actions.decide(
        officer, row, choice, reason=reason, now=now
    ),
    "review": lambda officer, row, choice, reason, now: actions.review_record(
        officer, row, choice, reason=reason, now=now
    ),
    "reconsider": lambda officer, row, _choice, reason, now: actions.reconsider(
        officer, row, reason=reason, now=now
    ),
}
"""Deeds of which nothing leaves the node."""


def _hit(request: HttpRequest, key: int) -> tuple[Candidate, Hit]:
    row = queries.one(officer_of(request), key)
    hit = queries.hit_of(row) if row is not None else None
    if row is None or hit is None:
        raise Http404
    return row, hit


@for_enquiries
def hit(request: HttpRequest, key: int) -> HttpResponseBase:
    """Show how far it is, and what can be done now."""
    row, found = _hit(request, key)
    actions.show(officer_of(request), row, now=timezone.now())
    return render(request, "screening/hit.html", page(officer_of(request), row, found))


@for_enquiries
@by_post
def deed(request: HttpRequest, key: int, name: str) -> HttpResponseBase:
    """Do one deed and show the hit again."""
    row, _found = _hit(request, key)
    wanted = DEEDS.get(name)
    if wanted is None:
        raise Http404
    form = wanted.form(cls_of(row), request.POST)
    if form.is_valid():
        try:
            left = _done(request, row, wanted, form)
        except LienlacError as error:
            blame(form, error, renamed={})
        else:
            messages.success(request, _said(wanted, left))
            gone = name == "reconsider" or (name == "wrong" and left)
            return redirect("candidates") if gone else redirect("hit", key=key)
    context = page(officer_of(request), *_hit(request, key), bad=(name, form))
    return render(request, "screening/hit.html", context, status=422)


def _done(request: HttpRequest, row: Candidate, wanted: Deed, form: forms.Form) -> bool:
    """Do it; say whether what was to leave has left, or waits for a second person."""
    officer, now = officer_of(request), timezone.now()
    if not isinstance(form, AnswerAboutHit):
        choice = request.POST.get("choice", "")
        INNER[wanted.name](officer, row, choice, form.cleaned_data["reason"], now)
        return False
    asked_in = same_page.enquiry_of(officer, row)
    if asked_in is None:
        raise Http404
    return enquiries.answer(officer, asked_in, wanted.response, form.body(), now=now).sent


def _said(wanted: Deed, left: bool) -> str:
    if not wanted.response:
        return _("Recorded. Nothing has left this node.")
    return _("Signed and queued.") if left else _("It waits: a second person must approve it first.")
