"""What every reader gives: headings and rows of text, each row with its line in the file."""

from __future__ import annotations

from dataclasses import dataclass

MOST_ROWS = 200_000
MOST_COLUMNS = 200
LONGEST_CELL = 4_000
BROKEN = "\x00"
"""A cell that was refused stands as this mark and the code of why (`formula_in_cell`)."""


@dataclass(frozen=True, kw_only=True)
class Table:
    """`rows` holds (line, cells); a row may be shorter or longer than the headings."""

    format: str
    headings: tuple[str, ...]
    rows: tuple[tuple[int, tuple[str, ...]], ...]
    encoding: str = ""


def broken(code: str) -> str:
    """Return the text of a cell that was refused."""
    return BROKEN + code


def why_broken(cells: tuple[str, ...] | list[str]) -> str:
    """Return the code of the first refused cell, or `""`."""
    return next((cell[1:] for cell in cells if cell.startswith(BROKEN)), "")
