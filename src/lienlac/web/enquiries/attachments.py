"""Files of an enquiry on its pages: how far each has come, and the page that gives one out."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Mapping
from typing import Any, Protocol

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseBase, StreamingHttpResponse
from django.shortcuts import redirect, render
from django.template.defaultfilters import filesizeformat
from django.urls import reverse
from django.utils import timezone
from django.utils.http import content_disposition_header
from django.utils.translation import gettext as _

from lienlac import wording
from lienlac.apps.accounts.models import User
from lienlac.apps.enquiries import attachments, queries
from lienlac.apps.enquiries.models import Addressee
from lienlac.apps.mailroom import actions as mailroom
from lienlac.apps.mailroom.files import Shown
from lienlac.apps.mailroom.giving import one_by_one
from lienlac.apps.mailroom.models import File
from lienlac.core.errors import LienlacError
from lienlac.core.messages.files import JPEG
from lienlac.web.coded import language
from lienlac.web.door import for_enquiries, officer_of

SANDBOX = "sandbox; default-src 'none'"  # whatever a browser makes of a file, it can reach nothing


class HasMessageId(Protocol):
    """An enquiry, an answer, what was said later."""

    message_id: str


def shown(row: Addressee) -> Mapping[str, list[dict[str, Any]]]:
    """Return for each message id what `_file_list.html` shows of its files."""
    found = attachments.files_of(row)
    pictured = attachments.with_preview(row, found, now=timezone.now())
    return {
        of: [_shown(row, of, one, several) | _preview(row, one, pictured) for one in several]
        for of, several in found.items()
    }


def files_of(message: HasMessageId, found: Mapping[str, list[dict[str, Any]]]) -> dict[str, Any]:
    """Return what `_message.html` needs of a message's files beside everything else."""
    return {"files": found.get(message.message_id, [])}


def on_paper(listed: Iterable[Mapping[str, Any]]) -> list[str]:
    """Return files as a printed message names them: name, size, and the digest by which one is told from others."""
    return [f"{one['name']} · {one['size']} · SHA-256 {_grouped(one['sha256'])}" for one in listed]


def _grouped(digest: str) -> str:
    """Return a digest in groups of eight: it breaks within its column, and can be read aloud."""
    return " ".join(digest[at : at + 8] for at in range(0, len(digest), 8))


def _shown(row: Addressee, of: str, one: Shown, several: Iterable[Shown]) -> dict[str, Any]:
    waits = any(_state(row, other) for other in several)
    return {
        "name": one.row.name,
        "size": filesizeformat(one.row.size),
        "sha256": one.row.sha256,
        "url": reverse("thread_file", args=[row.pk, one.row.pk]) if one.whole else "",
        "state": _state(row, one),
        "again": reverse("thread_files", args=[row.pk, of]) if waits else "",
    }


def _preview(row: Addressee, one: Shown, pictured: Collection[int]) -> dict[str, Any]:
    place = one.row.pk if one.row.pk in pictured else 0
    return {
        "place": place,
        "preview": reverse("thread_preview", args=[row.pk, place]) if place else "",
        "unfit": one.preview == mailroom.UNFIT,
    }


def _state(row: Addressee, one: Shown) -> str:
    """Say how far a file has come; "" when nothing is missing, or when it went nowhere."""
    if one.come == one.pieces or row.enquiry.by_phone:
        return ""
    counts = {"come": one.come, "pieces": one.pieces}
    if one.ours:
        return _("%(come)d of %(pieces)d pieces have arrived there") % counts
    return _("%(come)d of %(pieces)d pieces have come") % counts


def _seen_by(officer: User, key: int) -> Addressee:
    row = queries.one(officer, key)
    if row is None:
        raise Http404
    return row


@for_enquiries
def listed(request: HttpRequest, key: int, of: str) -> HttpResponse:
    """Answer with the list of a message's files as it is now."""
    if not (found := shown(_seen_by(officer_of(request), key)).get(of)):
        raise Http404
    return render(request, "enquiries/_file_list.html", {"files": found})


@for_enquiries
def give(request: HttpRequest, key: int, file: int) -> HttpResponseBase:
    """Give out a file of an enquiry that the officer may see; a leaf says so. Browsers save it, and never open it."""
    officer = officer_of(request)
    row = _seen_by(officer, key)
    try:
        found, pieces = attachments.open_file(officer, row, file, now=timezone.now())
    except LienlacError as error:
        if error.code == "not_there":
            raise Http404 from error
        messages.error(request, wording.error(error, language()))
        return redirect("thread", key=key)
    return saved(found, pieces)


@for_enquiries
def preview(request: HttpRequest, key: int, file: int) -> HttpResponse:
    """Show the small picture of a file that may not have come yet: a JPEG and nothing else."""
    officer = officer_of(request)
    row = _seen_by(officer, key)
    try:
        picture = attachments.open_preview(officer, row, file, now=timezone.now())
    except LienlacError as error:
        raise Http404 from error  # the list of files says why
    answer = HttpResponse(picture, content_type=JPEG)
    answer.headers["Content-Disposition"] = "inline"
    answer.headers["Content-Security-Policy"] = SANDBOX
    answer.headers["X-Content-Type-Options"] = "nosniff"
    return answer


def saved(file: File, pieces: Iterator[bytes]) -> StreamingHttpResponse:
    """Return an answer that gives a file piece by piece, with headers under which browsers save it, and never open it.

    It was checked whole before. Its length is said, so that a browser knows one that was broken off.
    """
    answer = StreamingHttpResponse(one_by_one(pieces), content_type=file.media_type)
    answer.headers["Content-Length"] = str(file.size)
    answer.headers["Content-Encoding"] = (
        "identity"  # files are dense already, and a packed one has no known length
    )
    answer.headers["Content-Disposition"] = content_disposition_header(True, file.name) or "attachment"
    answer.headers["Content-Security-Policy"] = SANDBOX
    answer.headers["X-Content-Type-Options"] = "nosniff"
    return answer
