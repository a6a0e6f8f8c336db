"""Reviews: what left on one officer's word, the list of it, and somebody else's verdict about each."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from django import forms
from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, pgettext

from lienlac import wording
from lienlac.apps.accounts.models import User
from lienlac.apps.enquiries import actions, queries
from lienlac.apps.enquiries.models import Addressee, Review
from lienlac.core.errors import LienlacError
from lienlac.core.policy.reviews import FLASH, HARM, SAMPLE
from lienlac.web.coded import blame, choices, language
from lienlac.web.door import for_enquiries, officer_of
from lienlac.web.enquiries.subjects import subject_of
from lienlac.web.enquiries.whole_message import whole_message
from lienlac.web.paging import ROWS_A_PAGE, first_row, pager
from lienlac.web.templatetags.desk import moment_with_day

MOST_CHARS = 1000
TITLES: Mapping[str, Promise] = {
    FLASH: gettext_lazy("Was this flash justified?"),
    HARM: gettext_lazy("Was it right to send this?"),
    SAMPLE: gettext_lazy("Was it right to send this?"),
}
LEADS: Mapping[str, Promise] = {
    FLASH: gettext_lazy(
        "It was sent on one officer's word because life was in danger. Somebody else judges that within "
        "12 hours; both inspectors can prove the result."
    ),
    HARM: gettext_lazy(
        "It was sent on one officer's word, and it touches somebody to whom harm comes easily. Somebody else "
        "judges each such text within 24 hours."
    ),
    SAMPLE: gettext_lazy(
        "It was sent on one officer's word and drawn by lot: at least one text in ten is judged by somebody else "
        "within 24 hours."
    ),
}


class VerdictForm(forms.Form):
    """Was it right?"""

    verdict = forms.ChoiceField(label=gettext_lazy("Your verdict"), widget=forms.RadioSelect)
    words = forms.CharField(
        label=gettext_lazy("Why you judge so"),
        max_length=MOST_CHARS,
        widget=forms.Textarea(attrs={"rows": 4}),
    )

    def __init__(self, data: Any = None) -> None:
        super().__init__(data)
        field = self.fields["verdict"]
        assert isinstance(field, forms.ChoiceField)  # declared above
        field.choices = choices("review_verdicts")


@for_enquiries
def reviews(request: HttpRequest) -> HttpResponse:
    """List what this office said on one officer's word and somebody judges: what waits first."""
    officer, now, first = officer_of(request), timezone.now(), first_row(request)
    rows = queries.reviews(officer)
    total = rows.count()
    shown = [_row(one, officer, now) for one in rows[first : first + ROWS_A_PAGE]]
    context = {
        "title": _("Reviews"),
        "lead": _(
            "What left on one officer's word: each flash, each text about somebody to whom harm comes easily, and "
            "at least one in ten of the others. Somebody certified judges it who neither wrote it nor consented to it."
        ),
        "columns": [_("About"), _("Why it is reviewed"), _("Sent by"), _("To be reviewed by"), _("Verdict")],
        "rows": shown,
        "nothing": _("Nothing was drawn for review yet."),
        "page": pager(request, first, len(shown), total),
    }
    return render(request, "pages/table.html", context)


@for_enquiries
def review(request: HttpRequest, key: int) -> HttpResponseBase:
    """Show a text as it was sent; take the verdict of somebody who did not send it."""
    officer = officer_of(request)
    found = queries.review(officer, key)
    if found is None:
        raise Http404
    form = VerdictForm(request.POST if request.method == "POST" else None)
    if form.is_bound and form.is_valid():
        values = form.cleaned_data
        try:
            actions.review_text(officer, found, values["verdict"], values["words"], now=timezone.now())
        except LienlacError as error:
            blame(form, error, renamed={})
        else:
            messages.success(request, _recorded(found))
            return redirect("thread", key=found.addressee_id)
    context = _context(found, form, mine=found.sent_by_id == officer.pk)
    return render(request, "enquiries/review.html", context, status=422 if form.is_bound else 200)


def reviews_of(row: Addressee) -> list[dict[str, str]]:
    """Return the reviews of a thread as links in words."""
    return [
        {"url": reverse("review", args=[one.pk]), "label": _label(one)} for one in queries.reviews_of(row)
    ]


def verdict_of(one: Review) -> str:
    """Return the verdict in words, or that there is none yet."""
    return wording.label("review_verdicts", one.verdict, language()) if one.verdict else _("not judged yet")


def why_of(one: Review) -> str:
    """Return in words why it is reviewed: what it touches, or the reason alone."""
    codes = one.flags or [one.reason]
    return ", ".join(wording.label("review_reasons", code, language()) for code in codes)


def _label(one: Review) -> str:
    label = _("Flash review: %(verdict)s") if one.reason == FLASH else _("Review: %(verdict)s")
    return label % {"verdict": verdict_of(one)}


def _recorded(one: Review) -> str:
    if one.reason == FLASH:
        return _("Your verdict is recorded. Both inspectors can prove it.")
    return _("Your verdict is recorded. The inspector can prove it.")


def _row(one: Review, officer: User, now: datetime) -> dict[str, Any]:
    subject, lang = subject_of(one.addressee.enquiry)
    return {
        "url": reverse("review", args=[one.pk]),
        "cells": [
            {"text": subject, "lang": lang},
            {"text": why_of(one)},
            {"text": one.sent_by.full_name},
            {"at": one.due_at},
            _standing(one, officer, now),
        ],
    }


def _standing(one: Review, officer: User, now: datetime) -> dict[str, str]:
    if one.verdict:
        tone = "green" if one.verdict == "justified" else "amber"
        return {
            "text": verdict_of(one),
            "tone": tone,
            "small": one.reviewed_by.full_name if one.reviewed_by else "",
        }
    small = _("You sent it: somebody else judges it.") if one.sent_by_id == officer.pk else ""
    if one.due_at < now:
        return {"text": pgettext("a review", "overdue"), "tone": "red", "small": small}
    return {"text": verdict_of(one), "tone": "blue", "small": small}


def _context(found: Review, form: VerdictForm, *, mine: bool) -> dict[str, Any]:
    done = found.reviewed_at is not None
    return {
        **whole_message(found.addressee, found.message_id),
        "title": TITLES[found.reason],
        "lead": LEADS[found.reason],
        "due_at": None if done else found.due_at,
        "clock": queries.how_pressing(found.due_at, timezone.now()),
        "rows": [
            (_("Why it is reviewed"), why_of(found)),
            (_("Sent by"), found.sent_by.full_name),
            (_("Sent at"), moment_with_day(found.sent_at)),
            (_("To be reviewed by"), moment_with_day(found.due_at)),
            *(_verdict_rows(found) if done else []),
        ],
        "form": None if done or mine else form,
        "sent_by_reader": mine and not done,
        "back_url": reverse("thread", args=[found.addressee_id]),
    }


def _verdict_rows(found: Review) -> list[tuple[str, str]]:
    return [
        (_("Verdict"), verdict_of(found)),
        (_("Why"), found.words),
        (_("Reviewed by"), found.reviewed_by.full_name if found.reviewed_by else ""),
        (_("Reviewed at"), moment_with_day(found.reviewed_at)),
    ]
