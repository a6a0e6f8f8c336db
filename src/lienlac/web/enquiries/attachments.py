"""Files on the pages: a box that keeps them in a tray while a form is filled in, and the page that gives one out."""

from __future__ import annotations

import re
from collections.abc import Collection, Iterable, Mapping
from typing import Any, Protocol, TypeVar

from django import forms
from django.contrib import messages
from django.core.exceptions import ValidationError
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import redirect, render
from django.template.defaultfilters import filesizeformat
from django.template.loader import render_to_string
from django.urls import reverse
from django.utils import timezone
from django.utils.http import content_disposition_header
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from lienlac import wording
from lienlac.apps.accounts.models import User
from lienlac.apps.enquiries import attachments, letters, queries
from lienlac.apps.enquiries.models import Addressee
from lienlac.apps.mailroom import actions as mailroom
from lienlac.apps.mailroom import files
from lienlac.apps.mailroom.files import Shown
from lienlac.apps.mailroom.models import File
from lienlac.core.errors import LienlacError
from lienlac.core.messages.files import ENDINGS, MOST_BYTES, MOST_FILES
from lienlac.web.coded import language
from lienlac.web.door import by_post, for_enquiries, officer_of

NAME, TRAY, TAKE_OUT = "files", "tray", "take_out"
_TRAY = re.compile(r"[0-9a-f]{32}")
SANDBOX = "sandbox; default-src 'none'"  # whatever a browser makes of a file, it can reach nothing


Form = TypeVar("Form", bound=forms.BaseForm)


class HasMessageId(Protocol):
    """An enquiry, an answer, what was said later."""

    message_id: str


class FilesWidget(forms.Widget):
    """A list of what lies in the tray, each with a box to take it out, and an input for more."""

    template_name = "enquiries/_files.html"
    needs_multipart_form = True

    def __init__(self, tray: str, rows: Iterable[File]) -> None:
        super().__init__()
        self.tray, self.rows = tray, list(rows)

    def render(self, name: str, value: Any, attrs: Any = None, renderer: Any = None) -> SafeString:
        """Draw `enquiries/_files.html`."""
        return SafeString(_drawn(self.tray, self.rows, str((attrs or {}).get("id", NAME))))

    def value_from_datadict(self, data: Any, files: Any, name: str) -> str:
        """Give nothing: `with_files` has put the files into the tray before."""
        return ""


class FilesField(forms.Field):
    """The box; `problems` are worded and were met when files were put into the tray."""

    def __init__(self, tray: str, rows: Collection[File], problems: Iterable[str]) -> None:
        super().__init__(
            required=False,
            label=gettext_lazy("Files"),
            widget=FilesWidget(tray, rows),
            help_text=_(
                "PDF, pictures, plain text, DOCX, XLSX, ODT; at most %(most)s files of %(size)s MB. "
                "They go to the same readers, under the same restrictions."
            )
            % {"most": MOST_FILES, "size": MOST_BYTES // (1024 * 1024)},
        )
        self.tray, self.problems, self.holds_some = tray, list(problems), bool(rows)

    def clean(self, value: Any) -> str:
        """Say what was wrong with a file; a form's own values hold none."""
        if self.problems:
            raise ValidationError(self.problems)
        return ""


def with_files(form: forms.BaseForm, officer: User, request: HttpRequest | None = None) -> None:
    """Give a form a box for files. What `request` brings is put into the tray of the officer at once.

    So a form that was filled in wrongly keeps its files, with JavaScript or without. The tray is that of the form's
    own data: a draft that is taken up again has its files.
    """
    if not attachments.may_go_with(getattr(form, "response", "")):
        return
    tray = _key(form.data.get(TRAY, "")) if form.is_bound else ""
    problems: list[str] = []
    if request is not None:
        tray, problems = _taken_in(officer, tray, request)
    form.fields[NAME] = FilesField(tray, files.in_tray(officer, tray), problems)


def with_box(form: Form) -> Form:
    """Return an empty form of the thread with an empty box for files; a refusal has none."""
    if attachments.may_go_with(getattr(form, "response", "")):
        form.fields[NAME] = FilesField("", (), ())
    return form


def tray_of(form: forms.BaseForm) -> str:
    """Return the tray of a form with files, "" for none."""
    field = form.fields.get(NAME)
    return field.tray if isinstance(field, FilesField) else ""


def has_files(form: forms.BaseForm) -> bool:
    """Say whether a file lies in the tray of a form."""
    field = form.fields.get(NAME)
    return isinstance(field, FilesField) and field.holds_some


def _key(value: Any) -> str:
    return value if isinstance(value, str) and _TRAY.fullmatch(value) else ""


def _taken_in(officer: User, tray: str, request: HttpRequest) -> tuple[str, list[str]]:
    """Do what a request asks for; return the tray, and what was wrong, in words."""
    for key in request.POST.getlist(TAKE_OUT):
        if key.isdigit():
            mailroom.take_out(officer, tray, int(key))
    uploads = request.FILES.getlist(NAME)
    tray, problems = tray or (letters.new_id() if uploads else ""), list[str]()
    for upload in uploads:
        try:
            content = b"" if upload.size is None else upload.read(MOST_BYTES + 1)
            mailroom.put_in_tray(officer, tray, upload.name or "", content, now=timezone.now())
        except LienlacError as error:
            problems.append(wording.error(error, language()))
    return tray, problems


@for_enquiries
@by_post
def tray(request: HttpRequest) -> HttpResponse:
    """Take files in as they are chosen; answer with the box as it is now."""
    officer = officer_of(request)
    key, problems = _taken_in(officer, _key(request.POST.get(TRAY, "")), request)
    box = re.sub(r"[^A-Za-z0-9_-]", "", request.POST.get("box", NAME))[:64]
    return HttpResponse(_drawn(key, files.in_tray(officer, key), box, problems))


def _drawn(key: str, rows: Iterable[File], box: str, problems: Iterable[str] = ()) -> str:
    context = {
        "box": box,
        "tray": key,
        "rows": [{"key": row.pk, "name": row.name, "size": filesizeformat(row.size)} for row in rows],
        "problems": list(problems),
        "accept": ",".join(f".{ending}" for endings in ENDINGS.values() for ending in endings),
        "url": reverse("tray"),
    }
    return render_to_string(FilesWidget.template_name, context)


def sentence(officer: User, key: str) -> str:
    """Return what stands beside who will read it: which files go along; "" for none."""
    rows = files.in_tray(officer, key)
    if not rows:
        return ""
    return ngettext(
        "%(count)d file goes with it, to the same readers under the same restrictions: %(names)s",
        "%(count)d files go with it, to the same readers under the same restrictions: %(names)s",
        len(rows),
    ) % {"count": len(rows), "names": ", ".join(row.name for row in rows)}


def shown(row: Addressee) -> Mapping[str, list[dict[str, Any]]]:
    """Return for each message id what `_file_list.html` shows of its files."""
    found = attachments.files_of(row)
    return {of: [_shown(row, of, one, several) for one in several] for of, several in found.items()}


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


def _state(row: Addressee, one: Shown) -> str:
    """Say how far a file has come; "" when nothing is missing, or when it went nowhere."""
    if one.come == one.pieces or row.enquiry.by_phone:
        return ""
    counts = {"come": one.come, "pieces": one.pieces}
    if one.ours:
        return _("%(come)d of %(pieces)d pieces have arrived there") % counts
    return _("%(come)d of %(pieces)d pieces have come") % counts


@for_enquiries
def listed(request: HttpRequest, key: int, of: str) -> HttpResponse:
    """Answer with the list of a message's files as it is now."""
    row = queries.one(officer_of(request), key)
    if row is None or not (found := shown(row).get(of)):
        raise Http404
    return render(request, "enquiries/_file_list.html", {"files": found})


@for_enquiries
def give(request: HttpRequest, key: int, file: int) -> HttpResponseBase:
    """Give out a file of an enquiry that the officer may see; a leaf says so. Browsers save it, and never open it."""
    officer = officer_of(request)
    row = queries.one(officer, key)
    if row is None:
        raise Http404
    try:
        found, pieces = attachments.open_file(officer, row, file, now=timezone.now())
        answer = HttpResponse(b"".join(pieces), content_type=found.media_type)
    except LienlacError as error:
        if error.code == "not_there":
            raise Http404 from error
        messages.error(request, wording.error(error, language()))
        return redirect("thread", key=key)
    return sandboxed(answer, found)


def sandboxed(answer: HttpResponse, file: File) -> HttpResponse:
    """Return an answer that holds a file with the headers under which browsers save it, and never open it."""
    answer.headers["Content-Disposition"] = content_disposition_header(True, file.name) or "attachment"
    answer.headers["Content-Security-Policy"] = SANDBOX
    answer.headers["X-Content-Type-Options"] = "nosniff"
    return answer
