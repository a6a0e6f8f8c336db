"""Do one of several things by itself, so that one that fails keeps none of the others waiting."""

from __future__ import annotations

import logging
from collections.abc import Callable

from django.db import InterfaceError, OperationalError

from lienlac.core.errors import LienlacError

log = logging.getLogger("lienlac.rows")


def done(deed: Callable[[], int], what: str) -> int:
    """Return what the deed gave, 0 where it failed; the log says `what` failed, which names nobody.

    The deed is a transaction of its own, and what it was to do still waits: whoever calls comes to it again.
    OperationalError and InterfaceError go through: a full disk, a busy database or a lost connection is no fault of
    this one thing, and the next one would fare no better.
    """
    try:
        return deed()
    except LienlacError as problem:
        log.warning("%s was not possible: %s", what, problem.code)
    except (OperationalError, InterfaceError):
        raise
    except Exception:
        # An isolation point: a fault of ours over one row must not stop what is behind it.
        log.exception("%s failed; it is tried again", what)
    return 0
