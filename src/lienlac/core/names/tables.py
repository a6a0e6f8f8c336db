"""The tables of this room, read once: tab-separated, a header line, every row with its source.

Tables hold facts about scripts and languages, never anything about a person. `data/SOURCES.tsv` says where
each source comes from and under which licence. An operator's own rows (`add`) come after ours and say `operator`.
"""

from __future__ import annotations

from functools import cache
from importlib.resources import files

from lienlac.core.errors import Malformed

# the tables that an operator may add to -> how many columns she gives of them
OPEN = {"han_viet": 2, "pinyin_surnames": 2, "overseas": 3, "titles": 3, "particles": 1}
_added: list[tuple[str, ...]] = []


@cache
def rows(table: str) -> tuple[tuple[str, ...], ...]:
    """Return the rows of `data/<table>.tsv` without its header, each a tuple of columns.

    Raises Malformed: `readings_row_unread` (line, table), where a row has other columns than the header says.
    """
    text = (files(__package__) / "data" / f"{table}.tsv").read_text(encoding="utf-8")
    return parsed(table, text) + tuple(row[1:] for row in _added if row[0] == table)


def parsed(table: str, text: str) -> tuple[tuple[str, ...], ...]:
    """Return the rows of a table's text; a linguist who puts spaces for a tab is told the line."""
    header, *lines = text.splitlines()
    columns = len(header.split("\t"))
    numbered = [(at, tuple(line.split("\t"))) for at, line in enumerate(lines, start=2) if line]
    wrong = next((at for at, row in numbered if len(row) != columns), None)
    if wrong:
        raise Malformed("readings_row_unread", line=wrong, table=table)
    return tuple(row for _, row in numbered)


def add(text: str) -> None:
    """Add an operator's rows, each the name of a table of OPEN and its first columns, parted by tabs.

    Lines that are empty or begin with # say nothing. To be called before the first name is read, since tables are read
    once. Raises Malformed: `readings_table_unknown` (line, table), `readings_row_unread` (line); then nothing is added.
    """
    numbered = [(at, line) for at, line in enumerate(text.splitlines(), start=1) if line.strip()]
    _added.extend([_row(at, line) for at, line in numbered if not line.startswith("#")])


def _row(at: int, line: str) -> tuple[str, ...]:
    table, *columns = (column.strip() for column in line.split("\t"))
    if table not in OPEN:
        raise Malformed("readings_table_unknown", line=at, table=table[:40])
    if len(columns) != OPEN[table] or not all(columns) or (table == "han_viet" and len(columns[0]) != 1):
        raise Malformed("readings_row_unread", line=at)
    return (table, *columns, "operator", "yes")


@cache
def mapping(table: str) -> dict[str, str]:
    """Return the first column of a table mapped to the second."""
    return {row[0]: row[1] for row in rows(table)}


@cache
def words(table: str) -> frozenset[str]:
    """Return the first column of a table as a set."""
    return frozenset(row[0] for row in rows(table))
