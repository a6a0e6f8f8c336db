"""The operator's scanner: a command that is given a file on its standard input and answers with its exit code.

0 lets it pass, 1 refuses it, everything else says that nobody looked. Nothing is written to the disk for it.
"""

from __future__ import annotations

import logging
from collections.abc import Iterable

from django.conf import settings

from lienlac.apps.mailroom import programs
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
    code = programs.give(settings.NODE.scan, pieces, within_s=WITHIN_S + size / BYTES_A_SECOND).code
    if code == REFUSED:
        raise Refused("attachment_scan_refused", name=name)
    if code != PASSED:
        log.error("the scanner ended with %s", code)
        raise Unavailable("attachment_scan_failed", name=name)
