"""The operator's scanner: a command that is given a file on its standard input and answers with its exit code.

0 lets it pass, 1 refuses it, everything else says that nobody looked. Nothing is written to the disk for it.
"""

from __future__ import annotations

import logging
import subprocess
from collections.abc import Iterable, Sequence
from contextlib import suppress
from threading import Timer

from django.conf import settings

from lienlac.core.errors import Refused, Unavailable

PASSED, REFUSED = 0, 1
WITHIN_S = 60.0
BYTES_A_SECOND = 5 * 1024 * 1024  # a scanner that is slower has stopped

log = logging.getLogger("lienlac.mailroom")


def is_set() -> bool:
    """Say whether the operator has named a scanner (`scan` of node.toml)."""
    return bool(settings.NODE.scan)


def scan(name: str, pieces: Iterable[bytes], size: int) -> None:
    """Ask the scanner about a file of `size` bytes.

    Raises Refused(`attachment_scan_refused`), or Unavailable(`attachment_scan_failed`) when it did not answer: a file
    that nobody looked at is not let pass.
    """
    code = _exit_code(settings.NODE.scan, pieces, WITHIN_S + size / BYTES_A_SECOND)
    if code == REFUSED:
        raise Refused("attachment_scan_refused", name=name)
    if code != PASSED:
        log.error("the scanner ended with %s", code)
        raise Unavailable("attachment_scan_failed", name=name)


def _exit_code(command: Sequence[str], pieces: Iterable[bytes], within_s: float) -> int:
    nothing = subprocess.DEVNULL
    try:
        process = subprocess.Popen(  # noqa: S603 (the operator names it in his own file; no shell reads it)
            list(command), stdin=subprocess.PIPE, stdout=nothing, stderr=nothing
        )
    except OSError as problem:
        log.error("the scanner could not be started: %s", problem.strerror)
        return -1
    enough = Timer(within_s, process.kill)
    enough.start()
    try:
        _feed(process, pieces)
        return process.wait()
    finally:
        enough.cancel()
        process.kill()  # where feeding it failed; nothing happens to one that has ended


def _feed(process: subprocess.Popen[bytes], pieces: Iterable[bytes]) -> None:
    """Give it the file; one that has seen enough may hang up."""
    assert process.stdin is not None  # opened as a pipe
    with suppress(BrokenPipeError), process.stdin as pipe:
        for piece in pieces:
            pipe.write(piece)
