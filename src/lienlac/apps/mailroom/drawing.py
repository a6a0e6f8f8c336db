"""Draw a small picture of a file for its preview: in a process of its own, that has little memory and little time.

What is drawn came from somewhere: a telephone that was seized, a stranger's mail. Whoever decodes it holds neither
keys nor a way to the database, and a picture that is a trap ends that process and nothing else. Without Pillow's
libraries in this process a node also stays as small as it is.
"""

from __future__ import annotations

import logging
import sys
from collections.abc import Iterable

from lienlac.apps.mailroom import programs, shrinking
from lienlac.core.errors import Malformed
from lienlac.core.messages import files, preview

FORMATS = {files.JPEG: "JPEG", files.PNG: "PNG", files.TIFF: "TIFF"}
WITHIN_S = 20.0

log = logging.getLogger("lienlac.mailroom")


def small(media_type: str, pieces: Iterable[bytes], size: int) -> bytes | None:
    """Return a small picture of a file of `size` bytes; None where there is none, with the reason in the log.

    It never keeps a file from going: a letter without a preview is a letter.
    """
    if media_type not in FORMATS or size <= preview.MOST_BYTES:  # as small as its preview would be
        return None
    picture, reason = (
        _drawn(FORMATS[media_type], pieces) if size <= shrinking.MOST_BYTES else (b"", "too_large")
    )
    if reason:
        log.warning("no preview of a picture: %s", reason)
    return None if reason else picture


def _drawn(form: str, pieces: Iterable[bytes]) -> tuple[bytes, str]:
    """Return the picture, and "" or why there is none."""
    command = (sys.executable, "-I", "-m", shrinking.__name__, form)
    ended = programs.give(command, pieces, within_s=WITHIN_S, most_said=preview.MOST_BYTES)
    if ended.code != 0:
        return b"", shrinking.REASONS.get(ended.code, "broken_off")
    try:
        preview.check(ended.said)
    except Malformed as problem:
        return b"", f"unfit_{problem.facts['why']}"
    return ended.said, ""
