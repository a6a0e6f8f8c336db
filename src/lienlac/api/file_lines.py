"""What the calls about a file have in common, an import and a search: how far it is, which lines cannot be read."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from ninja import Schema

from lienlac.apps.records.models import Import
from lienlac.apps.screening.models import FileSearch

MOST_LINES = 100


class BadLine(Schema):
    """A line that could not be read: the code of why, the field."""

    line: int
    code: str
    field: str


class FileOut(Schema):
    """How far a file is."""

    key: int
    state: str
    rows_total: int
    rows_done: int
    rows_bad: int
    dropped_columns: int
    bad_lines: list[BadLine]


def counted(row: Import | FileSearch, bad: Iterable[tuple[int, str, str]]) -> dict[str, Any]:
    """Return the values of a `FileOut`; `bad` are lines, codes and fields."""
    names = ("state", "rows_total", "rows_done", "rows_bad", "dropped_columns")
    lines = [BadLine(line=line, code=code, field=field) for line, code, field in bad]
    return {"key": row.pk, "bad_lines": lines} | {name: getattr(row, name) for name in names}
