"""Which reader a file needs: told by its first bytes, then by its name."""

from __future__ import annotations

from collections.abc import Callable, Mapping

from lienlac.apps.records.files import csv_file, ftm_file, xlsx_file
from lienlac.apps.records.files.encodings import decode
from lienlac.apps.records.files.table import LONGEST_CELL, MOST_COLUMNS, MOST_ROWS, Table
from lienlac.core.errors import Malformed

MOST_BYTES = 50 * 1024 * 1024
ZIP, OLD_EXCEL = b"PK\x03\x04", b"\xd0\xcf\x11\xe0"


def read(name: str, content: bytes, *, encoding: str = "") -> Table:
    """Read a file; `encoding` (of `encodings.KNOWN`) is used instead of looking for it.

    Raises Malformed `file_empty`, `file_too_big`, `file_format_unknown`, `file_encoding`, `file_broken`,
    `file_too_many_rows`, `file_without_rows`, `heading_twice`.
    """
    if not content.strip():
        raise Malformed("file_empty")
    if len(content) > MOST_BYTES:
        raise Malformed("file_too_big", size=len(content), limit=MOST_BYTES)
    if content.startswith(OLD_EXCEL):
        raise Malformed("file_format_unknown")
    table = xlsx_file.read(content) if content.startswith(ZIP) else _text(name, content, encoding)
    return _checked(table)


def _text(name: str, content: bytes, encoding: str) -> Table:
    text, used = decode(content, encoding)
    ending = name.lower().rpartition(".")[2]
    reader = _BY_ENDING.get(ending) or (ftm_file.read if text.lstrip().startswith("{") else csv_file.read)
    return reader(text, used)


_BY_ENDING: Mapping[str, Callable[[str, str], Table]] = {
    "csv": csv_file.read,
    "tsv": csv_file.read,
    "txt": csv_file.read,
    "json": ftm_file.read,
    "jsonl": ftm_file.read,
    "ndjson": ftm_file.read,
    "ftm": ftm_file.read,
}


def _checked(table: Table) -> Table:
    if not table.rows or not table.headings:
        raise Malformed("file_without_rows")
    if len(table.rows) > MOST_ROWS:
        raise Malformed("file_too_many_rows", rows=len(table.rows), limit=MOST_ROWS)
    if len(table.headings) > MOST_COLUMNS or any(len(one) > LONGEST_CELL for one in table.headings):
        raise Malformed("file_broken", line=1)
    named = [one.casefold() for one in table.headings if one]
    if len(set(named)) != len(named):
        twice = next(one for one in table.headings if one and named.count(one.casefold()) > 1)
        raise Malformed("heading_twice", heading=twice[:80])
    return table
