"""Small pictures of files that came: judged as they come, scanned before one is first shown, never believed."""

from __future__ import annotations

import logging
from datetime import datetime

from lienlac.apps.mailroom import chunks as kept
from lienlac.apps.mailroom import files, scanning
from lienlac.apps.mailroom.models import File
from lienlac.core.envelope import chunks
from lienlac.core.errors import LienlacError, Refused, Unavailable

FIT, UNFIT = "fit", "unfit"
"""What became of a preview: it may be shown, or it is not what it should be and never is."""
NAME = "preview.jpg"  # what a scanner's answer calls it

log = logging.getLogger("lienlac.mailroom")


def judge_previews(of: str, origin: str) -> None:
    """Look at the previews of a message's files that have come since: opened, but not decoded, and nothing is shown.

    One that is not what its sender signed, or more than a small plain picture, is marked; letter and file are not.
    """
    for row in File.objects.filter(of=of, origin=origin, preview_state="").exclude(preview=""):
        if state := _judged(row):
            File.objects.filter(pk=row.pk).update(preview_state=state)


def _judged(row: File) -> str:
    try:
        _opened(row)
    except Unavailable:
        return ""
    except LienlacError as problem:
        log.warning("a preview of %s is not shown: %s", row.origin, problem.code)
        return UNFIT
    return FIT


def open_preview(row: File, *, now: datetime) -> bytes:
    """Return the small picture of a file that came: a JPEG of at most 320 pixels and 15 KiB, let pass by the scanner.

    Raises Unavailable (`chunk_missing`, `attachment_scan_failed`), Refused(`attachment_scan_refused`), Unauthentic
    (`chunk_altered`), Malformed(`preview_unfit`): nothing is shown then.
    """
    picture = _opened(row)
    if scanning.is_set() and row.preview_scanned_at is None:
        _scan(row, picture)
        File.objects.filter(pk=row.pk).update(preview_scanned_at=now)
    return picture


def _scan(row: File, picture: bytes) -> None:
    try:
        scanning.scan(NAME, [picture], len(picture))
    except Refused:
        File.objects.filter(pk=row.pk).update(preview_state=UNFIT)
        raise


def _opened(row: File) -> bytes:
    return chunks.open_preview(files.manifest(row), kept.find(row.origin, row.of))
