"""Enter, change and withdraw a record; whatever changes is compared with the open enquiries at once."""

from __future__ import annotations

from collections.abc import Callable

from django import forms
from django.http import HttpRequest, HttpResponseBase
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from lienlac.apps.records import actions
from lienlac.apps.records.models import Record
from lienlac.apps.screening import actions as screening
from lienlac.web.deed_page import Deed, Done, Values, answer, given
from lienlac.web.door import for_enquiries, officer_of
from lienlac.web.records.forms import RecordForm, initial_of
from lienlac.web.records.searching import record_of


@for_enquiries
@require_http_methods(["GET", "POST"])
def new(request: HttpRequest) -> HttpResponseBase:
    """Enter a record."""
    form = given(request, RecordForm)

    def do(_said: Values) -> Done:
        return _kept(actions.enter(officer_of(request), form.draft(), now=timezone.now()))

    return answer(request, _deed(form, do, _("New record"), reverse("records")))


@for_enquiries
@require_http_methods(["GET", "POST"])
def edit(request: HttpRequest, key: int) -> HttpResponseBase:
    """Change a record."""
    record = record_of(request, key)
    form = given(request, RecordForm, **initial_of(record))

    def do(_said: Values) -> Done:
        actions.change(officer_of(request), record, form.draft(record), now=timezone.now())
        return _kept(record)

    return answer(request, _deed(form, do, _("Change the record"), reverse("record", args=[key])))


@for_enquiries
@require_http_methods(["GET", "POST"])
def withdraw(request: HttpRequest, key: int) -> HttpResponseBase:
    """Withdraw a record, after a page that says what it causes."""
    record = record_of(request, key)

    def do(_said: Values) -> Done:
        actions.withdraw(officer_of(request), record, now=timezone.now())
        screening.compare_waiting(now=timezone.now())
        return Done(said=_("The record is withdrawn."), next_url=reverse("records"))

    return answer(
        request,
        Deed(
            title=_("Withdraw the record"),
            verb=_("Withdraw the record"),
            form=given(request, forms.Form),
            do=do,
            back_url=reverse("record", args=[key]),
            lead=record.number,
            causes=_("It is found no more, open candidates close, and it is erased when its time is over."),
            grave=True,
        ),
    )


def _kept(record: Record) -> Done:
    screening.compare_waiting(now=timezone.now())
    return Done(said=_("The record is kept."), next_url=reverse("record", args=[record.pk]))


def _deed(form: RecordForm, do: Callable[[Values], Done], title: str, back_url: str) -> Deed:
    return Deed(
        title=title,
        verb=_("Keep the record"),
        form=form,
        do=do,
        back_url=back_url,
        causes=_("It is compared with the open enquiries. A candidate never leaves this node."),
    )
