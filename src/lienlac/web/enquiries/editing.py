"""Change an enquiry that has not left: its own form again, filled in; it is put forward anew when it is sent."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponseBase
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _

from lienlac import wording
from lienlac.apps.enquiries import actions
from lienlac.apps.enquiries.actions.asking import as_draft
from lienlac.apps.enquiries.models import Addressee, Enquiry
from lienlac.apps.enquiries.walking import can
from lienlac.core.errors import LienlacError
from lienlac.web.coded import blame, language
from lienlac.web.door import for_enquiries, officer_of
from lienlac.web.enquiries.answer_forms import as_typed
from lienlac.web.enquiries.deeds import kept
from lienlac.web.enquiries.file_box import with_files
from lienlac.web.enquiries.other import KindForm, form_page
from lienlac.web.enquiries.threads import row_of
from lienlac.web.enquiries.whom_form import ORDINARY


@for_enquiries
def edit(request: HttpRequest, key: int) -> HttpResponseBase:
    """Show the enquiry as its author wrote it; keep and put forward what he changes."""
    row, officer = row_of(request, key), officer_of(request)
    enquiry = row.enquiry
    if enquiry.side != Enquiry.Side.ASKED or enquiry.written_by_id != officer.pk or not can(row, "edit"):
        raise Http404
    form = KindForm(officer, enquiry.kind, request.POST if request.method == "POST" else None)
    form.initial = {**form.initial, **_as_written(enquiry)}
    with_files(form, officer, request if form.is_bound else None)
    if form.is_bound and form.is_valid():
        try:
            actions.edit(officer, enquiry, form.draft(), now=timezone.now())
        except LienlacError as error:
            blame(form, error, renamed={})
        else:
            return _told(request, enquiry)
    context = form_page(form, enquiry.kind) | {
        "title": _("Change it and send it again"),
        "lead": f"{enquiry.number} · {wording.label('kinds', enquiry.kind, language())}",
        "action": request.path,
        "causes": _("Approvals and releases that were given are void: they were for the other text."),
        "back_url": reverse("thread", args=[row.pk]),
    }
    return render(request, "pages/form.html", context, status=422 if form.is_bound else 200)


def _told(request: HttpRequest, enquiry: Enquiry) -> HttpResponseBase:
    first = Addressee.objects.filter(enquiry=enquiry).order_by("pk")[0]
    if first.state == "sent":
        messages.success(
            request, _("Signed and queued under number %(number)s.") % {"number": enquiry.number}
        )
    else:
        messages.success(request, kept())
    return redirect("thread", key=first.pk)


def _as_written(enquiry: Enquiry) -> dict[str, Any]:
    draft = as_draft(enquiry)
    values = {name: as_typed(value) for name, value in draft.body.items()}
    return values | {
        "desk": draft.to_offices[0],
        "also": list(draft.to_offices[1:]),
        "agreement": draft.agreement,
        "handling": [code for code in draft.handling if code != ORDINARY],
    }
