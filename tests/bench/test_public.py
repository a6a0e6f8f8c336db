from __future__ import annotations

from pathlib import Path

import pytest
from bench.names import public

CASES = """case_group,schema,name1,name2,is_match,quality,category,notes
ours,Person,Mara Linde,Mara Lindé,true,,,
ours,Person,Mara Linde,Otto Brandt,false,,,
ours,Company,"Linde, Ltd",Linde Limited,TRUE,,,
"""


def test_reads_pairs_and_tells_what_was_found(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (tmp_path / "cases.csv").write_text(CASES, encoding="utf-8")
    pairs = public.read(tmp_path / "cases.csv")
    assert [pair.same for pair in pairs] == [True, False, True]
    public.tell("lienlac", pairs, public.says)
    assert "n=   3  P 1.000  R 1.000  F1 1.000" in capsys.readouterr().out


def test_what_is_no_name_is_no_match() -> None:
    assert not public.says(public.Pair("2024", "2024", False, "Person"))


def test_nothing_told_is_nothing_right() -> None:
    assert public.measures([(True, False), (False, False)]) == (0.0, 0.0, 0.0)
