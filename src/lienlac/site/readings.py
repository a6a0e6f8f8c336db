"""An operator's own table of readings of names: `readings.tsv` in the home of a node.

What it may hold is said in docs/names.md. It is read at start, so that a mistake in it is told before anybody signs in.
"""

from __future__ import annotations

from pathlib import Path

from lienlac.core.errors import Malformed

FILE = "readings.tsv"


def take_in(path: Path) -> None:
    """Add the rows of a table, if it is there.

    Raises Malformed as `core.names.tables.add` does, and `readings_table_unreadable` (path) where it is no UTF-8 text.
    """
    if not path.is_file():
        return
    from lienlac.core.names import tables  # only here, since most nodes have no such table

    try:
        text = path.read_text(encoding="utf-8-sig")
    except (OSError, UnicodeDecodeError) as error:
        raise Malformed("readings_table_unreadable", path=path.name) from error
    tables.add(text)
