"""The page of whoever releases: what waits for his unit and nothing else, whole, as it will be sent."""

from __future__ import annotations

from typing import Any

from django import forms
from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import redirect, render
from django.template.defaultfilters import filesizeformat
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from lienlac import wording
from lienlac.apps.audit import reading
from lienlac.apps.enquiries import actions, attachments, queries
from lienlac.apps.enquiries.models import Release
from lienlac.core.errors import LienlacError
from lienlac.web.accounts.doors import for_releasers
from lienlac.web.accounts.fresh import fresh_second_factor
from lienlac.web.coded import blame, language
from lienlac.web.deed_page import attempt
from lienlac.web.door import by_post, officer_of
from lienlac.web.enquiries.attachments import saved
from lienlac.web.enquiries.subjects import subject_of
from lienlac.web.enquiries.thread_messages import named
from lienlac.web.enquiries.waiting import chain_of
from lienlac.web.enquiries.whole_message import whole_message

MOST_CHARS = 1000


class ReturnForm(forms.Form):
    """Why it may not be sent as it is."""

    words = forms.CharField(
        label=gettext_lazy("What must be changed"),
        max_length=MOST_CHARS,
        widget=forms.Textarea(attrs={"rows": 4}),
    )


@for_releasers
def releases(request: HttpRequest) -> HttpResponse:
    """List what waits for the officer's unit."""
    officer = officer_of(request)
    context = {
        "title": _("Waits for your release"),
        "lead": _("Unit: %(unit)s. You see a message whole, as it will be sent, and nothing else.")
        % {"unit": officer.unit or "—"},
        "columns": [_("About"), _("What"), _("To"), _("Deadline")],
        "rows": [_row(link) for link in queries.releasable(officer)],
        "nothing": _("Nothing waits for your unit."),
    }
    return render(request, "pages/table.html", context)


@for_releasers
def release(request: HttpRequest, key: int) -> HttpResponse:
    """Show one message whole."""
    return _page(request, _link(request, key), ReturnForm())


@for_releasers
def file(request: HttpRequest, key: int, file: int) -> HttpResponseBase:
    """Give out a file that goes along, to whoever releases the whole; a leaf says so."""
    link = _link(request, key)
    try:
        found, pieces = attachments.open_released(officer_of(request), link, file, now=timezone.now())
    except LienlacError as error:
        if error.code == "not_there":
            raise Http404 from error
        messages.error(request, wording.error(error, language()))
        return redirect("release", key=key)
    return saved(found, pieces)


@for_releasers
@by_post
@fresh_second_factor
def let_go(request: HttpRequest, key: int) -> HttpResponseBase:
    """Release the very text that was shown, with a key given just now, as whoever approves does (SG34)."""
    link, digest = _link(request, key), request.POST.get("digest", "")
    released = attempt(
        request,
        lambda: actions.release(officer_of(request), link, digest=digest, now=timezone.now()),
        said=_("Released."),
    )
    return redirect("releases") if released else redirect("release", key=key)


@for_releasers
@by_post
def send_back(request: HttpRequest, key: int) -> HttpResponseBase:
    """Return it to its author, with words."""
    link, form = _link(request, key), ReturnForm(request.POST)
    if form.is_valid():
        words, digest = form.cleaned_data["words"], request.POST.get("digest", "")
        try:
            actions.return_from_release(officer_of(request), link, words, digest=digest, now=timezone.now())
        except LienlacError as error:
            blame(form, error, renamed={})
        else:
            messages.success(request, _("Returned to its author; it is not sent."))
            return redirect("releases")
    return _page(request, link, form)


def _link(request: HttpRequest, key: int) -> Release:
    link = queries.releasable(officer_of(request)).filter(pk=key).first()
    if link is None:
        raise Http404
    return link


def _row(link: Release) -> dict[str, Any]:
    row, enquiry = link.addressee, link.addressee.enquiry
    subject, subject_language = subject_of(enquiry)
    ours = row.side == "asked"
    name, name_language = named(row.office if ours else row.asked_by)
    return {
        "url": reverse("release", args=[link.pk]),
        "cells": [
            {"text": subject, "lang": subject_language, "small": enquiry.number},
            {"text": wording.label("kinds", enquiry.kind, language())},
            {"text": name, "lang": name_language},
            {"at": row.final_answer_by, "text": "—"},
        ],
    }


def _page(request: HttpRequest, link: Release, form: ReturnForm) -> HttpResponse:
    _note_look(request, link)
    context = {
        **whole_message(link.addressee, link.message_id),
        "chain": chain_of(link),
        "files": [
            {
                "name": one.name,
                "size": filesizeformat(one.size),
                "url": reverse("release_file", args=[link.pk, one.pk]),
            }
            for one in attachments.files_to_release(link)
        ],
        "form": form,
        "urls": {
            "release": reverse("release_let_go", args=[link.pk]),
            "return": reverse("release_send_back", args=[link.pk]),
            "back": reverse("releases"),
        },
    }
    return render(request, "enquiries/release.html", context, status=422 if form.errors else 200)


def _note_look(request: HttpRequest, link: Release) -> None:
    """Leave a leaf: this officer was shown what this enquiry, or its answer, says."""
    key = link.addressee.enquiry.message_id
    reading.read(officer_of(request), "enquiry", [key], now=timezone.now())
