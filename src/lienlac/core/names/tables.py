"""The tables of this room, read once: tab-separated, a header line, every row with its source.

Tables hold facts about scripts and languages, never anything about a person. `data/SOURCES.tsv` says where
each source comes from and under which licence.
"""

from __future__ import annotations

from functools import cache
from importlib.resources import files


@cache
def rows(table: str) -> tuple[tuple[str, ...], ...]:
    """Return the rows of `data/<table>.tsv` without its header, each a tuple of columns."""
    text = (files(__package__) / "data" / f"{table}.tsv").read_text(encoding="utf-8")
    return tuple(tuple(line.split("\t")) for line in text.splitlines()[1:] if line)


@cache
def mapping(table: str) -> dict[str, str]:
    """Return the first column of a table mapped to the second."""
    return {row[0]: row[1] for row in rows(table)}


@cache
def words(table: str) -> frozenset[str]:
    """Return the first column of a table as a set."""
    return frozenset(row[0] for row in rows(table))
