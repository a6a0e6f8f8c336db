"""An operator's table of readings is read at start, and told of when it cannot be."""

from __future__ import annotations

from pathlib import Path

import pytest

from lienlac.core.errors import Malformed
from lienlac.site import readings


def test_a_home_without_a_table_needs_none(tmp_path: Path) -> None:
    readings.take_in(tmp_path / readings.FILE)


def test_a_file_that_is_no_text_is_refused_by_name(tmp_path: Path) -> None:
    path = tmp_path / readings.FILE
    path.write_bytes(b"\xff\xfe\x00han")
    with pytest.raises(Malformed) as refused:
        readings.take_in(path)
    assert (refused.value.code, refused.value.facts["path"]) == ("readings_table_unreadable", "readings.tsv")


def test_a_row_that_cannot_be_read_is_refused_by_its_line(tmp_path: Path) -> None:
    path = tmp_path / readings.FILE
    path.write_text("# ours\nhan_viet\t黄\n", encoding="utf-8")
    with pytest.raises(Malformed) as refused:
        readings.take_in(path)
    assert (refused.value.code, refused.value.facts["line"]) == ("readings_row_unread", 2)
