"""The review of a flash: what was sent on one officer's word, and somebody else's verdict about it."""

from __future__ import annotations

from typing import Any

from django import forms
from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponseBase
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from lienlac import wording
from lienlac.apps.enquiries import actions, queries
from lienlac.apps.enquiries.models import Addressee, FlashReview
from lienlac.core.errors import LienlacError
from lienlac.web.coded import blame, choices, language
from lienlac.web.door import for_enquiries, officer_of
from lienlac.web.enquiries.whole_message import whole_message
from lienlac.web.templatetags.desk import moment_with_day

MOST_CHARS = 1000


class VerdictForm(forms.Form):
    """Was life in danger?"""

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
        field.choices = choices("flash_verdicts")


@for_enquiries
def review(request: HttpRequest, key: int) -> HttpResponseBase:
    """Show a flash as it was sent; take the verdict of somebody who did not send it."""
    found = queries.review(officer_of(request), key)
    if found is None:
        raise Http404
    form = VerdictForm(request.POST if request.method == "POST" else None)
    if form.is_bound and form.is_valid():
        values = form.cleaned_data
        try:
            actions.review_flash(
                officer_of(request), found, values["verdict"], values["words"], now=timezone.now()
            )
        except LienlacError as error:
            blame(form, error, renamed={})
        else:
            messages.success(request, _("Your verdict is recorded. Both inspectors can prove it."))
            return redirect("thread", key=found.addressee_id)
    context = _context(found, form, mine=found.sent_by_id == officer_of(request).pk)
    return render(request, "enquiries/flash_review.html", context, status=422 if form.is_bound else 200)


def reviews_of(row: Addressee) -> list[dict[str, str]]:
    """Return the reviews of a thread as links in words."""
    return [
        {
            "url": reverse("flash_review", args=[one.pk]),
            "label": _("Flash review: %(verdict)s") % {"verdict": verdict_of(one)},
        }
        for one in queries.reviews_of(row)
    ]


def verdict_of(one: FlashReview) -> str:
    """Return the verdict in words, or that there is none yet."""
    return wording.label("flash_verdicts", one.verdict, language()) if one.verdict else _("not judged yet")


def _context(found: FlashReview, form: VerdictForm, *, mine: bool) -> dict[str, Any]:
    done = found.reviewed_at is not None
    return {
        **whole_message(found.addressee, found.message_id),
        "title": _("Was this flash justified?"),
        "lead": _(
            "It was sent on one officer's word because life was in danger. Somebody else judges that within "
            "12 hours; both inspectors can prove the result."
        ),
        "due_at": None if done else found.due_at,
        "clock": queries.how_pressing(found.due_at, timezone.now()),
        "rows": [
            (_("Sent by"), found.sent_by.full_name),
            (_("Sent at"), moment_with_day(found.sent_at)),
            (_("To be reviewed by"), moment_with_day(found.due_at)),
            *(
                [
                    (_("Verdict"), verdict_of(found)),
                    (_("Why"), found.words),
                    (_("Reviewed by"), found.reviewed_by.full_name if found.reviewed_by else ""),
                    (_("Reviewed at"), moment_with_day(found.reviewed_at)),
                ]
                if done
                else []
            ),
        ],
        "form": None if done or mine else form,
        "sent_by_reader": mine and not done,
        "back_url": reverse("thread", args=[found.addressee_id]),
    }
