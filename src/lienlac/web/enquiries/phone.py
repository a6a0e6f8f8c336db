"""They told me by phone: the form of a question, kept as one that came, from a call."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponseBase
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _

from lienlac.apps.accounts.models import User
from lienlac.apps.enquiries import actions
from lienlac.core.errors import LienlacError
from lienlac.web.coded import blame
from lienlac.web.door import for_enquiries, officer_of
from lienlac.web.enquiries.ask_form import RENAMED, AskForm
from lienlac.web.enquiries.asking import page
from lienlac.web.enquiries.file_box import with_files


@for_enquiries
def write_down(request: HttpRequest) -> HttpResponseBase:
    """Show the form; with `do=send` keep the record."""
    officer = officer_of(request)
    form = _form(officer, request)
    if request.POST.get("do") == "send" and form.is_valid():
        try:
            row = actions.write_down_call(officer, form.draft(), now=timezone.now())
        except LienlacError as error:
            blame(form, error, renamed=RENAMED)
        else:
            messages.success(request, _("Kept under number %(number)s.") % {"number": row.enquiry.number})
            return redirect("thread", key=row.pk)
    status = 422 if form.is_bound and form.errors else 200
    return render(request, "enquiries/ask.html", _context(form, officer), status=status)


def _form(officer: User, request: HttpRequest) -> AskForm:
    form = AskForm(officer, request.POST if request.method == "POST" else None)
    form.fields["desk"].label = _("Who rang")
    form.fields.pop("also", None)
    with_files(form, officer, request if form.is_bound else None)
    return form


def _context(form: AskForm, officer: User) -> dict[str, Any]:
    """Return the page of a question, without what is only for what travels."""
    context = page(form, officer)
    urls = context["urls"] | {"send": reverse("by_phone"), "check": "", "draft": "", "other": ""}
    return context | {"by_phone": True, "urls": urls, "readers": "", "check": None, "before": []}
