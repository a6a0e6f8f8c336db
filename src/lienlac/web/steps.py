"""Long work that pages do in steps: a request works for a moment, shows how far it is, and the next one goes on."""

from __future__ import annotations

import time
from collections.abc import Callable

MOMENT_S = 3.0  # short enough to be looked at, long enough that drawing the page costs little of it


def go_on(batch: Callable[[], bool]) -> bool:
    """Call `batch` while it says that more is left, for a moment; say whether all is done."""
    ends = time.monotonic() + MOMENT_S
    while batch():
        if time.monotonic() > ends:
            return False
    return True
