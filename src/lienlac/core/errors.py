"""Every error that the core and the apps raise on purpose, in one tree.

    LienlacError
    ├── Refused          a rule says no: code (SGnn, RFnn …) and the facts that explain it
    ├── Malformed        bytes or a value from outside without the shape that they claim
    ├── Unauthentic      a signature, a key, a recipient or a digest does not hold
    ├── NotUnderstood    well made, but newer than this node: keep it, go on, try after an upgrade
    └── Unavailable      try again later: no line, busy database
        └── NoRoom       a disk or an outbox is full: again when there is room

Errors carry codes and facts; the doors put them into words (`lienlac.wording`).
"""

from __future__ import annotations

import errno
from collections.abc import Iterator

NO_ROOM_STATES = frozenset({"53100"})  # PostgreSQL, appendix A: disk_full
NO_ROOM_NUMBERS = frozenset({errno.ENOSPC, errno.EDQUOT})
FAILING_STATES = frozenset({"58030"})  # io_error
FAILING_NUMBERS = frozenset({errno.EIO, errno.EROFS})
FAILING_WORDS = ("disk I/O error", "readonly database")  # SQLITE_IOERR, SQLITE_READONLY


class LienlacError(Exception):
    """Root of the tree; `code` is stable for ever, `facts` are values for the sentence a door makes."""

    def __init__(self, code: str, **facts: object) -> None:
        super().__init__(code, facts)
        self.code = code
        self.facts = facts

    def __str__(self) -> str:
        """Give the code and the NAMES of the facts: their values may be personal, and logs hold none."""
        return f"{self.code}({', '.join(sorted(self.facts))})" if self.facts else self.code


class Refused(LienlacError):
    """A rule says no; asking again without changing anything gives the same answer."""


class Malformed(LienlacError):
    """The bytes or the value do not have the shape they claim."""


class Unauthentic(LienlacError):
    """A signature, key, recipient or digest does not hold."""


class NotUnderstood(LienlacError):
    """Well made, but of a kind, version, suite or code that this node does not know yet."""


class Unavailable(LienlacError):
    """Nothing is wrong with what was asked: try again later."""


class NoRoom(Unavailable):
    """The disk, or an outbox, is full: nothing was kept, and nothing is until there is room."""


def store_unavailable(error: BaseException) -> Unavailable:
    """Return what an error of the database or of the disk means.

    NoRoom('disk_full'), Unavailable('disk_fails': it reports errors, or cannot be written to) or
    Unavailable('database_busy'). What was raised in its wake counts too: Django wraps the driver's error in its own.
    """
    met = list(_with_causes(error))
    if any(map(_says_full, met)):
        return NoRoom("disk_full")
    return Unavailable("disk_fails" if any(map(_says_failing, met)) else "database_busy")


def _says_full(error: BaseException) -> bool:
    return (
        "is full" in str(error)  # SQLite has words for it only: "database or disk is full"
        or getattr(error, "errno", None) in NO_ROOM_NUMBERS
        or getattr(error, "sqlstate", None) in NO_ROOM_STATES
    )


def _says_failing(error: BaseException) -> bool:
    return (
        any(words in str(error) for words in FAILING_WORDS)
        or getattr(error, "errno", None) in FAILING_NUMBERS
        or getattr(error, "sqlstate", None) in FAILING_STATES
    )


def _with_causes(error: BaseException) -> Iterator[BaseException]:
    seen, waiting = set[int](), [error]
    while waiting:
        one = waiting.pop()
        if id(one) not in seen:
            seen.add(id(one))
            yield one
            waiting += [cause for cause in (one.__cause__, one.__context__) if cause is not None]
