"""XLSX: the first sheet with rows, cell by cell as text. A formula is refused in its row, never worked out.

A formula can fetch from a network or show what is not there; what it last showed is no better, since nobody
can see where it came from.
"""

from __future__ import annotations

import io
import zipfile
from datetime import date, datetime
from typing import Any

from lienlac.apps.records.files.table import (
    BROKEN,
    LONGEST_CELL,
    MOST_COLUMNS,
    MOST_ROWS,
    Table,
    broken,
    plain,
)
from lienlac.core.errors import LienlacError, Malformed

MOST_UNPACKED = 400 * 1024 * 1024  # a workbook of 50 MB holds about this much; a bomb holds more


def read(content: bytes) -> Table:
    """Read a workbook; Malformed('file_broken') when it is none, `file_too_big` when it unpacks to too much."""
    # A fifth of what a process would import at its start, for what most nodes never read.
    from openpyxl import load_workbook

    try:
        with zipfile.ZipFile(io.BytesIO(content)) as packed:
            unpacked = sum(one.file_size for one in packed.infolist())
        if unpacked > MOST_UNPACKED:
            raise Malformed("file_too_big", size=unpacked, limit=MOST_UNPACKED)
        book = load_workbook(io.BytesIO(content), read_only=True, data_only=False)
        return _first_sheet(book)
    except LienlacError:
        raise
    except Exception as error:
        # An isolation point: the library hands what stands in the file to constructors of its own, so that bent XML
        # ends as a TypeError as well as a SyntaxError or an error of zlib. Whatever it is, the workbook cannot be read.
        raise Malformed("file_broken", line=0) from error


def _first_sheet(book: Any) -> Table:
    headings: tuple[str, ...] = ()
    rows = []
    for sheet in book.worksheets:
        sheet.reset_dimensions()  # what a strange writer says of the size of his sheet is not believed
        for line, cells in enumerate(sheet.iter_rows(max_col=MOST_COLUMNS), start=1):
            tidy = tuple(_text(cell) for cell in cells)
            if not any(tidy):
                continue
            if not headings:
                headings = _without_tail(tuple("" if cell.startswith(BROKEN) else cell for cell in tidy))
            else:
                rows.append((line, tidy[: len(headings)]))
            if len(rows) > MOST_ROWS:
                break
        if headings:
            break
    return Table(format="xlsx", headings=headings, rows=tuple(rows))


def _without_tail(headings: tuple[str, ...]) -> tuple[str, ...]:
    last = max((at for at, heading in enumerate(headings, start=1) if heading), default=0)
    return headings[:last]


def _text(cell: Any) -> str:
    value = cell.value
    if value is None:
        return ""
    if cell.data_type == "f":
        return broken("formula_in_cell")
    if cell.data_type == "e":
        return broken("error_in_cell")
    if isinstance(value, datetime):
        return value.date().isoformat()
    if isinstance(value, date):
        return value.isoformat()
    if isinstance(value, float) and value.is_integer():
        return str(int(value))
    text = plain(str(value))
    return broken("cell_too_long") if len(text) > LONGEST_CELL else text
