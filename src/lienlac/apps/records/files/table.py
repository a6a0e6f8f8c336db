"""What every reader gives: headings and rows of text, each row with its line in the file."""

from __future__ import annotations

from dataclasses import dataclass

MOST_ROWS = 200_000
MOST_COLUMNS = 200
LONGEST_CELL = 4_000
BROKEN = "\ufdd0"  # a noncharacter: no writing uses it, and every database keeps it
"""A cell that was refused stands as this mark and the code of why (`formula_in_cell`)."""


@dataclass(frozen=True, kw_only=True)
class Table:
    """`rows` holds (line, cells); a row may be shorter or longer than the headings."""

    format: str
    headings: tuple[str, ...]
    rows: tuple[tuple[int, tuple[str, ...]], ...]
    encoding: str = ""


def plain(cell: str) -> str:
    """Return a cell's text without outer blanks, NUL (which PostgreSQL cannot keep) and the mark above."""
    return cell.strip().strip("\ufeff").replace("\x00", "").replace(BROKEN, "")


def broken(code: str) -> str:
    """Return the text of a cell that was refused."""
    return BROKEN + code


def why_broken(cells: tuple[str, ...] | list[str]) -> str:
    """Return the code of the first refused cell, or `""`."""
    return next((cell[1:] for cell in cells if cell.startswith(BROKEN)), "")
