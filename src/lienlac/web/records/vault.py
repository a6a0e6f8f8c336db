"""The protection officer's pages: who is in the vault, which answers may go. For others there are none."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from functools import wraps
from typing import Any

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponseBase
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from lienlac import wording
from lienlac.apps.accounts.models import User
from lienlac.apps.enquiries import queries as enquiries
from lienlac.apps.records import vault
from lienlac.apps.records.models import Release
from lienlac.web.coded import language
from lienlac.web.deed_page import Deed, Done, Values, answer, given
from lienlac.web.door import by_post, for_enquiries, officer_of
from lienlac.web.enquiries.subjects import subject_of
from lienlac.web.records.forms import ProtectedForm

View = Callable[..., HttpResponseBase]
OPEN_ENQUIRIES = 50


def for_protection(view: View) -> View:
    """Let in the protection officer; to others there is no such page."""

    @for_enquiries
    @wraps(view)
    def guarded(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        if officer_of(request).role != User.Role.PROTECTION_OFFICER:
            raise Http404
        return view(request, *args, **kwargs)

    return guarded


@for_protection
def persons(request: HttpRequest) -> HttpResponseBase:
    """Show who is in the vault, and the enquiries whose answers wait for the protection desk."""
    officer = officer_of(request)
    context = {
        "persons": [_person(row, person) for row, person in vault.persons(officer, now=timezone.now())],
        "enquiries": _enquiries(officer),
        "urls": {
            "new": reverse("protected_new"),
            "release": reverse("protected_release"),
            "back": reverse("records"),
        },
    }
    return render(request, "records/protected.html", context)


def _person(row: Any, person: vault.Person) -> dict[str, Any]:
    return {
        "names": person.names,
        "birth": person.birth,
        "why": wording.label("protection_reasons", person.why, language()),
        "country": wording.country(person.claims_persecution_by, language())
        if person.claims_persecution_by
        else "",
        "until": row.retention_until,
    }


def _enquiries(officer: User) -> list[dict[str, Any]]:
    rows = list(enquiries.owed_by_us(officer).prefetch_related("follow_ups")[:OPEN_ENQUIRIES])
    ids = [row.enquiry.message_id for row in rows]
    known = vault.known([enquiries.told_by_asker(row) for row in rows])
    released = set(Release.objects.filter(message_id__in=ids).values_list("message_id", flat=True))
    return [
        {
            "url": reverse("thread", args=[row.pk]),
            "subject": subject_of(row.enquiry)[0],
            "lang": subject_of(row.enquiry)[1],
            "number": row.enquiry.number,
            "kind": row.enquiry.kind,
            "message_id": row.enquiry.message_id,
            "released": row.enquiry.message_id in released,
            "known": there,
        }
        for row, there in zip(rows, known, strict=True)
    ]


@for_protection
@require_http_methods(["GET", "POST"])
def new(request: HttpRequest) -> HttpResponseBase:
    """Put a person into the vault."""

    def do(told: Values) -> Done:
        _enter(request, told)
        return Done(said=_("The person is in the vault."))

    return answer(
        request,
        Deed(
            title=_("Protect a person"),
            verb=_("Protect this person"),
            form=given(request, ProtectedForm),
            do=do,
            back_url=reverse("protected"),
            lead=_("Only protection officers see who is here."),
            causes=_(
                "Answers about this person wait for you; the officer at the desk sees an ordinary hold."
            ),
        ),
    )


def _enter(request: HttpRequest, told: Values) -> None:
    until: date = told.pop("retention_until")
    lines: dict[str, Any] = {
        name: tuple(filter(None, map(str.strip, told.pop(name).splitlines())))
        for name in ("names", "documents")
    }
    vault.enter(officer_of(request), vault.Person(**lines, **told), retention_until=until, now=timezone.now())


@for_protection
@by_post
def release(request: HttpRequest) -> HttpResponseBase:
    """Let the answer to one enquiry go."""
    row = (
        enquiries.visible_to(officer_of(request))
        .filter(enquiry__message_id=request.POST.get("of", ""))
        .first()
    )
    if row is None:
        raise Http404
    vault.release(officer_of(request), row.enquiry.message_id, now=timezone.now())
    messages.success(request, _("The answer may go."))
    return redirect("protected")
