"""Calls about files: put one into a tray, list those of an enquiry, download one."""

from __future__ import annotations

import io
from collections.abc import Collection

from django.http import HttpRequest, HttpResponse, StreamingHttpResponse
from django.utils import timezone
from django.utils.http import content_disposition_header
from ninja import File, Form, Router, Schema, UploadedFile
from ninja.responses import Status

from lienlac.api.door import NotThere, officer_of
from lienlac.apps.accounts.models import User
from lienlac.apps.enquiries import attachments, letters, queries
from lienlac.apps.enquiries.models import Addressee
from lienlac.apps.mailroom import actions as mailroom
from lienlac.apps.mailroom import files
from lienlac.apps.mailroom.giving import one_by_one
from lienlac.core.errors import Malformed
from lienlac.core.messages.files import JPEG

router = Router(tags=["files"])
NEVER_OPENED = "sandbox; default-src 'none'"


class FileOut(Schema):
    """A file; `come` of `pieces` pieces are where it goes to. One of theirs can be downloaded when all are here.

    `preview`: a small picture of one of theirs can be shown already.
    """

    key: int
    message_id: str
    name: str
    media_type: str
    size: int
    sha256: str
    ours: bool
    come: int
    pieces: int
    preview: bool


class TrayOut(Schema):
    """Files that were not sent yet: give the tray to `POST /enquiries` or to an answer."""

    tray: str
    names: list[str]


@router.post("/files", response={201: TrayOut}, summary="Put a file into a tray; without one a tray is begun")
def put_file(request: HttpRequest, file: File[UploadedFile], tray: Form[str] = "") -> Status[TrayOut]:
    """Look at a file, scan it where the operator has a scanner, keep it sealed for a week; at most five a tray."""
    officer, key = officer_of(request), tray or letters.new_id()
    if not letters.is_id(key):
        raise Malformed("call_shape", field="tray")
    content = file.file or io.BytesIO()
    mailroom.put_in_tray(officer, key, file.name or "", content, now=timezone.now())
    return Status(201, TrayOut(tray=key, names=[one.name for one in files.in_tray(officer, key)]))


@router.get(
    "/enquiries/{key}/files", response=list[FileOut], summary="Files of an enquiry and of its answers"
)
def list_files(request: HttpRequest, key: int) -> list[FileOut]:
    """List them, those too that have not come whole."""
    row = _visible(officer_of(request), key)
    found = attachments.files_of(row)
    pictured = attachments.with_preview(row, found, now=timezone.now())
    return [_out(of, one, pictured) for of, several in found.items() for one in several]


@router.get("/enquiries/{key}/files/{file}", summary="Download a file", openapi_extra={
    "responses": {200: {"description": "The file, complete and checked",
                        "content": {"application/octet-stream": {"schema": {"type": "string", "format": "binary"}}}}}
})  # fmt: skip
def download(request: HttpRequest, key: int, file: int) -> StreamingHttpResponse:
    """Give a file that is whole, unaltered and of its type; the house ledger says who took it."""
    officer = officer_of(request)
    try:
        found, pieces = attachments.open_file(officer, _visible(officer, key), file, now=timezone.now())
    except Malformed as error:
        raise NotThere("not_there", key=file) from error
    answer = StreamingHttpResponse(one_by_one(pieces), content_type=found.media_type)
    answer.headers["Content-Length"] = str(found.size)
    answer.headers["Content-Encoding"] = "identity"
    answer.headers["Content-Disposition"] = content_disposition_header(True, found.name) or "attachment"
    answer.headers["Content-Security-Policy"] = NEVER_OPENED
    return answer


@router.get("/enquiries/{key}/files/{file}/preview", summary="Get the small picture of a file", openapi_extra={
    "responses": {200: {"description": "What its sender drew of the file: at most 320 pixels, 15 KiB",
                        "content": {"image/jpeg": {"schema": {"type": "string", "format": "binary"}}}}}
})  # fmt: skip
def preview(request: HttpRequest, key: int, file: int) -> HttpResponse:
    """Give the preview of a file that may not have come yet; the house ledger says who took it."""
    officer = officer_of(request)
    try:
        picture = attachments.open_preview(officer, _visible(officer, key), file, now=timezone.now())
    except Malformed as error:
        raise NotThere("not_there", key=file) from error
    answer = HttpResponse(picture, content_type=JPEG)
    answer.headers["Content-Security-Policy"] = NEVER_OPENED
    answer.headers["X-Content-Type-Options"] = "nosniff"
    return answer


def _visible(officer: User, key: int) -> Addressee:
    row = queries.one(officer, key)
    if row is None:
        raise NotThere("not_there", key=key)
    return row


def _out(of: str, one: files.Shown, pictured: Collection[int]) -> FileOut:
    row = one.row
    return FileOut(
        key=row.pk,
        message_id=of,
        name=row.name,
        media_type=row.media_type,
        size=row.size,
        sha256=row.sha256,
        ours=one.ours,
        come=one.come,
        pieces=one.pieces,
        preview=row.pk in pictured,
    )
