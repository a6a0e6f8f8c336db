"""How a line of the log looks: what went wrong and where, never whose name it was about.

An exception that is not ours may carry a value in its text (PostgreSQL names the key that stood twice, a parser
quotes what it could not read). So a traceback here has its places and its types, and no text but that of
`core.errors`, which names facts without their values.
"""

from __future__ import annotations

import json
import logging
import traceback
from collections.abc import Iterator
from datetime import UTC, datetime
from types import TracebackType
from typing import Any

from lienlac.core.errors import LienlacError

FORM_SENT_BACK = 422


class WithoutSlips(logging.Filter):
    """Leave out that a form was sent back: somebody mistyped, and reads on the page what is wrong."""

    def filter(self, record: logging.LogRecord) -> bool:
        """Let everything through but such an answer."""
        return getattr(record, "status_code", None) != FORM_SENT_BACK


class NamelessFormatter(logging.Formatter):
    """Format a record with the places and types of its exception, without the exception's text."""

    def formatException(self, ei: Any) -> str:
        """Return one line for each exception of the chain, the first cause first, and one for each place."""
        return "\n".join(line for error in _chain(ei[1]) for line in _lines(error))


class JsonFormatter(NamelessFormatter):
    """The same as one JSON object a line: `at`, `level`, `logger`, `says`, and `error` where one was caught.

    Only these: what a caller hangs on a record (a request, with its address and its officer) stays out.
    """

    def format(self, record: logging.LogRecord) -> str:
        """Return the line."""
        told: dict[str, object] = {
            "at": datetime.fromtimestamp(record.created, UTC).isoformat(timespec="milliseconds"),
            "level": record.levelname,
            "logger": record.name,
            "says": record.getMessage(),
        }
        if record.exc_info and record.exc_info[1]:
            told["error"] = self.formatException(record.exc_info).splitlines()
        return json.dumps(told, ensure_ascii=False)


def _chain(error: BaseException | None) -> list[BaseException]:
    seen: list[BaseException] = []
    while error is not None and error not in seen:
        seen.append(error)
        error = error.__cause__ or (None if error.__suppress_context__ else error.__context__)
    return seen[::-1]


def _lines(error: BaseException) -> Iterator[str]:
    yield str(error) if isinstance(error, LienlacError) else type(error).__qualname__
    yield from _places(error.__traceback__)


def _places(trace: TracebackType | None) -> Iterator[str]:
    for frame in traceback.extract_tb(trace, limit=-20):
        yield f"  {frame.filename}:{frame.lineno} {frame.name}"
