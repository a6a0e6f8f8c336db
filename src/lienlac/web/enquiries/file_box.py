"""The box for files of a form: what is chosen is kept in the officer's tray while the form is filled in."""

from __future__ import annotations

import re
from collections.abc import Collection, Iterable
from typing import Any, TypeVar

from django import forms
from django.core.exceptions import ValidationError
from django.http import HttpRequest, HttpResponse
from django.template.defaultfilters import filesizeformat
from django.template.loader import render_to_string
from django.urls import reverse
from django.utils import timezone
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from lienlac import wording
from lienlac.apps.accounts.models import User
from lienlac.apps.enquiries import attachments, letters
from lienlac.apps.mailroom import actions as mailroom
from lienlac.apps.mailroom import files
from lienlac.apps.mailroom.models import File
from lienlac.core.errors import LienlacError
from lienlac.core.messages.files import ENDINGS, MOST_BYTES, MOST_FILES
from lienlac.web.coded import language
from lienlac.web.door import by_post, for_enquiries, officer_of

NAME, TRAY, TAKE_OUT = "files", "tray", "take_out"
_TRAY = re.compile(r"[0-9a-f]{32}")
Form = TypeVar("Form", bound=forms.BaseForm)


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
