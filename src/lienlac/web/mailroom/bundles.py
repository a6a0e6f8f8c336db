"""The post on a stick: write a file for a partner, take in a file of his, write the one that goes back.

What writes and reads is given by whoever joins the rooms (`site.stick`): this door does not know the other one.
"""

from __future__ import annotations

from datetime import datetime
from typing import Any, Protocol

from django import forms
from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import redirect, render
from django.urls import URLPattern, path, reverse
from django.utils import timezone
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_http_methods

from lienlac import wording
from lienlac.apps.accounts.models import User
from lienlac.apps.directory.models import Node
from lienlac.apps.mailroom import queries
from lienlac.core.errors import LienlacError, Malformed
from lienlac.web.coded import blame, language
from lienlac.web.door import by_post, officer_of
from lienlac.web.mailroom.door import carries, for_operators
from lienlac.web.mailroom.outbox import partner_name


class Written(Protocol):
    """A file for a partner."""

    raw: bytes


class Taken(Protocol):
    """What became of a partner's file."""

    partner: Node
    made: str
    parcels: int
    new: int
    reply: str


class Stick(Protocol):
    """What writes and reads files."""

    MAX_FILE_BYTES: int

    def write(self, partner: str, *, reply: str = "", by: User | None, now: datetime) -> Written:
        """Write a file for a partner."""

    def take(self, raw: bytes, *, by: User | None, now: datetime) -> Taken:
        """Take in a partner's file."""


class FileForm(forms.Form):
    """A file that came on a stick."""

    file = forms.FileField(label=gettext_lazy("The file from the partner"))


def addresses(stick: Stick) -> list[URLPattern]:
    """Return the addresses of these pages, joined with what writes and reads."""

    @for_operators
    @require_http_methods(["GET", "POST"])
    def bundles(request: HttpRequest) -> HttpResponseBase:
        return _page(request, stick)

    @for_operators
    @by_post
    def written(request: HttpRequest) -> HttpResponseBase:
        return _file(request, stick)

    return [path("files/", bundles, name="bundles"), path("files/write", written, name="bundle_write")]


def _officer(request: HttpRequest) -> User:
    officer = officer_of(request)
    if not carries(officer):
        raise PermissionDenied
    return officer


def _page(request: HttpRequest, stick: Stick) -> HttpResponseBase:
    """Show what waits for each partner, and take in a file."""
    officer, taken = _officer(request), None
    form = FileForm(request.POST, request.FILES) if request.method == "POST" else FileForm()
    if form.is_bound and form.is_valid():
        try:
            taken = _taken(form.cleaned_data["file"], stick, officer)
        except LienlacError as error:
            blame(form, error, renamed={})
    context = {
        "form": form if taken is None else FileForm(),
        "taken": _result(taken) if taken else None,
        "partners": [_partner(line) for line in queries.lines()],
        "write_url": reverse("bundle_write"),
    }
    return render(request, "mailroom/bundles.html", context, status=422 if form.errors else 200)


def _taken(upload: Any, stick: Stick, officer: User) -> Taken:
    if upload.size > stick.MAX_FILE_BYTES:
        raise Malformed("bundle_too_large", size=upload.size, limit=stick.MAX_FILE_BYTES, field="file")
    return stick.take(upload.read(), by=officer, now=timezone.now())


def _result(taken: Taken) -> dict[str, Any]:
    name, name_language = partner_name(taken.partner)
    return {
        "code": taken.partner.code,
        "partner": name,
        "lang": name_language,
        "made": datetime.fromisoformat(taken.made),
        "parcels": taken.parcels,
        "new": taken.new,
        "reply": taken.reply,
    }


def _partner(line: queries.LineState) -> dict[str, Any]:
    name, name_language = partner_name(line.partner)
    return {
        "code": line.partner.code,
        "name": name,
        "lang": name_language,
        "waiting": line.waiting,
        "oldest_at": line.oldest_at,
    }


def _file(request: HttpRequest, stick: Stick) -> HttpResponseBase:
    """Give the file for a partner; a browser keeps it where its user says."""
    officer, now = _officer(request), timezone.now()
    code = request.POST.get("partner", "")
    try:
        written = stick.write(code, reply=request.POST.get("reply", ""), by=officer, now=now)
    except LienlacError as error:
        messages.error(request, wording.error(error, language()))
        return redirect("bundles")
    answer = HttpResponse(written.raw, content_type="application/octet-stream")
    answer.headers["Content-Disposition"] = f'attachment; filename="{code}-{now:%Y%m%d-%H%M%S}.lienlac"'
    answer.headers["X-Content-Type-Options"] = "nosniff"
    return answer
