"""The box for files of a form: what is chosen is kept in the officer's tray while the form is filled in."""

from __future__ import annotations

import io
import re
from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass, replace
from typing import Any, TypeVar

from django import forms
from django.core.exceptions import ValidationError
from django.http import HttpRequest, HttpResponse, QueryDict
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
from lienlac.core.messages.files import ENDINGS, MOST_FILES
from lienlac.web.coded import language
from lienlac.web.door import by_post, for_enquiries, officer_of
from lienlac.web.enquiries.decision_copy import CopyField, decision_among

NAME, TRAY, TAKE_OUT = "files", "tray", "take_out"
HELD, LEFT_OUT, GO_WITHOUT = "held", "left_out", "go_without"
"""Names of files: those that lay in the tray, those that do not go along, those that the officer sends without."""
MARKS, MARKED = "marks_decision", "decision_file"
"""Whether one of the files is a decision whose digest the form takes, and the key of that file."""
MOST_NAMES, MOST_CHARS = 2 * MOST_FILES, 200
_TRAY = re.compile(r"[0-9a-f]{32}")
Form = TypeVar("Form", bound=forms.BaseForm)


@dataclass(frozen=True, kw_only=True)
class Box:
    """What a box holds: the rows of its tray, what was wrong just now in words, and what was chosen and does not go.

    `left_out` are names of files; `decided` those of them that the officer sends without. `marks`: one of the rows
    may be marked as the decision, `marked` is its key.
    """

    tray: str = ""
    rows: Sequence[File] = ()
    problems: Sequence[str] = ()
    left_out: Sequence[str] = ()
    decided: Collection[str] = ()
    marks: bool = False
    marked: str = ""

    @property
    def undecided(self) -> list[str]:
        """Names of files that were chosen, do not go along, and that nobody has decided to send without."""
        return [name for name in self.left_out if name not in self.decided]

    @property
    def trouble(self) -> str:
        """Say what keeps the form from being sent; "" when everything goes along or is knowingly left out."""
        if not self.undecided:
            return ""
        said = _(
            "%(names)s would not go with it: refused, or no longer here. Choose it again, or tick that it is left out."
        )
        return said % {"names": ", ".join(self.undecided)}


class FilesWidget(forms.Widget):
    """A list of what lies in the tray, each with a box to take it out, and an input for more."""

    template_name = "enquiries/_files.html"
    needs_multipart_form = True

    def __init__(self, box: Box) -> None:
        super().__init__()
        self.box = box

    def render(self, name: str, value: Any, attrs: Any = None, renderer: Any = None) -> SafeString:
        """Draw `enquiries/_files.html`; what was wrong is said by the field."""
        return SafeString(_drawn(replace(self.box, problems=()), str((attrs or {}).get("id", NAME))))

    def value_from_datadict(self, data: Any, files: Any, name: str) -> str:
        """Give nothing: `with_files` has put the files into the tray before."""
        return ""


class FilesField(forms.Field):
    """The box as a field: it holds only when everything that was chosen goes along, or is knowingly left out."""

    def __init__(self, box: Box) -> None:
        super().__init__(
            required=False,
            label=gettext_lazy("Files"),
            widget=FilesWidget(box),
            help_text=_(
                "PDF, pictures, plain text, DOCX, XLSX, ODT; at most %(most)s files of %(size)s MB. "
                "They go to the same readers, under the same restrictions."
            )
            % {"most": MOST_FILES, "size": files.most_bytes() // (1024 * 1024)},
        )
        self.box = box

    def clean(self, value: Any) -> str:
        """Say what was wrong with a file; a form's own values hold none."""
        if self.box.problems:
            raise ValidationError(list(self.box.problems))
        if self.box.trouble:
            raise ValidationError(self.box.trouble)
        return ""


def with_files(form: forms.BaseForm, officer: User, request: HttpRequest | None = None) -> None:
    """Give a form a box for files. What `request` brings is put into the tray of the officer at once.

    So a form that was filled in wrongly keeps its files, with JavaScript or without. The tray is that of the form's
    own data: a draft that is taken up again has its files.
    """
    if not attachments.may_go_with(getattr(form, "response", "")):
        return
    if request is not None:
        box = _taken_in(officer, request)
    else:
        said = form.data if form.is_bound and isinstance(form.data, QueryDict) else QueryDict()
        box = _box(officer, _key(said.get(TRAY, "")), said)
    copies = [field for field in form.fields.values() if isinstance(field, CopyField)]
    for field in copies:
        field.rows, field.marked = box.rows, box.marked
    form.fields[NAME] = FilesField(replace(box, marks=bool(copies)))


def with_box(form: Form) -> Form:
    """Return an empty form of the thread with an empty box for files; a refusal has none."""
    if attachments.may_go_with(getattr(form, "response", "")):
        form.fields[NAME] = FilesField(Box())
    return form


def tray_of(form: forms.BaseForm) -> str:
    """Return the tray of a form with files, "" for none."""
    field = form.fields.get(NAME)
    return field.box.tray if isinstance(field, FilesField) else ""


def trouble_of(form: forms.BaseForm) -> str:
    """Say which files of a form do not go along though nobody left them out; "" for none."""
    field = form.fields.get(NAME)
    return field.box.trouble if isinstance(field, FilesField) else ""


def has_files(form: forms.BaseForm) -> bool:
    """Say whether a file lies in the tray of a form."""
    field = form.fields.get(NAME)
    return isinstance(field, FilesField) and bool(field.box.rows)


def _key(value: Any) -> str:
    return value if isinstance(value, str) and _TRAY.fullmatch(value) else ""


def _taken_in(officer: User, request: HttpRequest) -> Box:
    """Do what a request asks for; return the box as it is then."""
    tray, uploads = _key(request.POST.get(TRAY, "")), request.FILES.getlist(NAME)
    wanted = _taken_out(officer, tray, request.POST)
    tray, refused = tray or (letters.new_id() if uploads else ""), dict[str, str]()
    for upload in uploads:
        name = upload.name or ""
        try:
            mailroom.put_in_tray(officer, tray, name, upload.file or io.BytesIO(), now=timezone.now())
        except LienlacError as error:
            refused[name] = wording.error(error, language())
    box = _box(officer, tray, request.POST, wanted=wanted, refused=refused)
    return replace(box, problems=list(refused.values()))


def _taken_out(officer: User, tray: str, said: QueryDict) -> set[str]:
    """Take out of the tray what the officer does not want to send; return the names of what he still wants."""
    held, keys = set(said.getlist(HELD)), set(said.getlist(TAKE_OUT))
    for row in files.in_tray(officer, tray):
        if str(row.pk) in keys:
            mailroom.take_out(officer, tray, row.pk)
            held.discard(row.name)
    return held


def _box(
    officer: User,
    tray: str,
    said: QueryDict,
    *,
    wanted: Iterable[str] | None = None,
    refused: Iterable[str] = (),
) -> Box:
    """Return the box: what the officer chose and is not in the tray is left out, be it refused or gone since."""
    rows = files.in_tray(officer, tray)
    there = {row.name for row in rows}
    chosen = [*said.getlist(LEFT_OUT), *(said.getlist(HELD) if wanted is None else sorted(wanted)), *refused]
    missing = dict.fromkeys(name[:MOST_CHARS] for name in chosen if name not in there)
    return Box(
        tray=tray,
        rows=rows,
        left_out=list(missing)[:MOST_NAMES],
        decided=frozenset(said.getlist(GO_WITHOUT)),
        marks=MARKS in said,
        marked=said.get(MARKED, ""),
    )


@for_enquiries
@by_post
def tray(request: HttpRequest) -> HttpResponse:
    """Take files in as they are chosen; answer with the box as it is now, and let the page judge anew what it sends."""
    place = re.sub(r"[^A-Za-z0-9_-]", "", request.POST.get("box", NAME))[:64]
    drawn = _drawn(_taken_in(officer_of(request), request), place)
    return HttpResponse(drawn, headers={"HX-Trigger": "filesTaken"})


def _drawn(box: Box, place: str) -> str:
    decision = decision_among(box.rows, box.marked) if box.marks else None
    context = {
        "box": place,
        "tray": box.tray,
        "rows": [
            {"key": row.pk, "name": row.name, "size": filesizeformat(row.size), "marked": row == decision}
            for row in box.rows
        ],
        "marks": box.marks,
        "problems": list(box.problems),
        "left_out": [{"name": name, "decided": name in box.decided} for name in box.left_out],
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
