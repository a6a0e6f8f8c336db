"""CSV: comma, semicolon or tab, quoted or not."""

from __future__ import annotations

import csv
import io

from lienlac.apps.records.files.table import LONGEST_CELL, MOST_ROWS, Table, broken, plain
from lienlac.core.errors import Malformed

DELIMITERS = (",", ";", "\t", "|", "，")


def read(text: str, encoding: str) -> Table:
    """Read the text of a CSV file; its first line that is not empty holds the headings."""
    first = next((line for line in text.splitlines() if line.strip()), "")
    delimiter = max(DELIMITERS, key=first.count)
    reader = csv.reader(io.StringIO(text, newline=""), delimiter=delimiter)
    headings: tuple[str, ...] = ()
    rows = []
    try:
        for cells in reader:
            tidy = tuple(_cell(cell) for cell in cells)
            if not any(tidy):
                continue
            if not headings:
                headings = tidy
            else:
                rows.append((reader.line_num, tidy))
            if len(rows) > MOST_ROWS:
                break
    except csv.Error as error:
        raise Malformed("file_broken", line=reader.line_num) from error
    return Table(format="csv", headings=headings, rows=tuple(rows), encoding=encoding)


def _cell(cell: str) -> str:
    text = plain(cell)
    return broken("cell_too_long") if len(text) > LONGEST_CELL else text
