"""Rows that an operator adds to the tables: what they may be, and that they are used."""

from __future__ import annotations

import subprocess
import sys

import pytest

from lienlac.core.errors import Malformed
from lienlac.core.names import tables

ADDED = "# ours\n\nhan_viet\t黄\tquàng\ntitles\tkhunying\tth\tbefore\n"
ASKED = """
from lienlac.core.names import compare, readings, tables, write
tables.add({text!r})
read = next(one for one in readings("黄") if one.view == "vietnamese")
print([s.table for s in read.syllables[0].spellings if s.text == "quàng"], write("Khunying Malee").titles)
"""


def test_added_rows_are_used_and_named_as_the_operators() -> None:
    # in a process of its own: tables are read once
    asked = [sys.executable, "-c", ASKED.format(text=ADDED)]
    told = subprocess.run(asked, check=True, capture_output=True, text=True).stdout
    assert told.strip() == "['operator'] ('khunying',)"


@pytest.mark.parametrize(
    ("text", "code", "line"),
    [
        ("surnames\t黄\thoàng", "readings_table_unknown", 1),
        ("# x\nhan_viet\t黄", "readings_row_unread", 2),
        ("han_viet\t黄\t ", "readings_row_unread", 1),
        ("han_viet\t黄河\thoàng hà", "readings_row_unread", 1),
        ("particles\tbin\tmore", "readings_row_unread", 1),
    ],
)
def test_a_row_that_is_none_is_refused_by_its_line(text: str, code: str, line: int) -> None:
    with pytest.raises(Malformed) as refused:
        tables.add(text)
    assert (refused.value.code, refused.value.facts["line"]) == (code, line)


def test_a_row_of_ours_with_a_column_too_few_is_refused_by_its_line() -> None:
    good = "language\tunit\nlao\tJ-\n\n"
    assert tables.parsed("habits", good) == (("lao", "J-"),)
    with pytest.raises(Malformed) as refused:
        tables.parsed("habits", good + "lao J-\n")
    assert (refused.value.code, refused.value.facts["line"]) == ("readings_row_unread", 4)
