"""Keep an enquiry longer than its class says, for a reason of its own (SG23); what falls due is a view of the inbox."""

from __future__ import annotations

from django import forms
from django.contrib import messages
from django.http import HttpRequest, HttpResponseBase
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from lienlac.apps.enquiries import actions, retention
from lienlac.core.errors import LienlacError
from lienlac.core.journeys.retention import LONGEST_EXTENSION
from lienlac.web.coded import blame
from lienlac.web.door import for_enquiries, officer_of
from lienlac.web.enquiries.threads import row_of


class KeepForm(forms.Form):
    """Until when, and the reason that is this enquiry's own."""

    retention_until = forms.DateField(label=gettext_lazy("Keep until"))
    retention_reason = forms.CharField(
        label=gettext_lazy("Why it is kept longer"), max_length=500, widget=forms.Textarea(attrs={"rows": 3}),
        help_text=gettext_lazy("A reason of this enquiry, not of its kind."),
    )  # fmt: skip


@for_enquiries
def keep(request: HttpRequest, key: int) -> HttpResponseBase:
    """Show until when an enquiry is kept; keep it longer."""
    row, officer = row_of(request, key), officer_of(request)
    latest = retention.day_of(timezone.now()) + LONGEST_EXTENSION
    form = KeepForm(request.POST or None, initial={"retention_until": latest.isoformat()})
    if form.is_bound and form.is_valid():
        until, reason = form.cleaned_data["retention_until"], form.cleaned_data["retention_reason"]
        try:
            actions.keep_longer(officer, row.enquiry, until, reason=reason, now=timezone.now())
        except LienlacError as error:
            blame(form, error, renamed={})
        else:
            messages.success(request, _("The enquiry is kept longer; your reason stands beside it."))
            return redirect("thread", key=key)
    context = {
        "title": row.enquiry.number,
        "lead": _("Kept until %(until)s.") % {"until": retention.last_day(row.enquiry).isoformat()},
        "form": form,
        "action": request.path,
        "verb": _("Keep it longer"),
        "causes": _(
            "When its time is over, the node erases it with its answers, notes and files. Keep it only if it is still"
            " needed."
        ),
        "back_url": reverse("thread", args=[row.pk]),
    }
    return render(request, "pages/form.html", context, status=422 if form.errors else 200)
