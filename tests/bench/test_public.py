from __future__ import annotations

from pathlib import Path

import pytest
from bench.names import paired, public

CASES = """case_group,schema,name1,name2,is_match,quality,category,notes
ours,Person,Mara Linde,Mara Lindé,true,,,
ours,Person,Mara Linde,Otto Brandt,false,,,
ours,Company,"Linde, Ltd",Linde Limited,TRUE,,,
"""


def test_reads_pairs_and_tells_what_was_found(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (tmp_path / "cases.csv").write_text(CASES, encoding="utf-8")
    pairs = public.read(tmp_path / "cases.csv")
    assert [pair.same for pair in pairs] == [True, False, True]
    public.tell("lienlac", pairs, [public.says(pair) for pair in pairs])
    assert "n=   3  P 1.000  R 1.000  F1 1.000" in capsys.readouterr().out


def test_what_is_no_name_is_no_match() -> None:
    assert not public.says(public.Pair("2024", "2024", False, "Person"))


def test_nothing_told_is_nothing_right() -> None:
    assert public.measures([(True, False), (False, False)]) == (0.0, 0.0, 0.0)


def test_a_name_is_held_out_with_all_its_pairs() -> None:
    others = [f"Mara Linde {at}" for at in range(40)]
    held = {other: public.is_held_out(public.Pair("x", other, True, "Person")) for other in others}
    assert {True, False} == set(held.values())
    assert all(
        public.is_held_out(public.Pair("y", other.upper(), False, "Company")) == held[other]
        for other in others
    )


def test_what_was_wrong_is_shown_of_the_half_that_is_for_looking() -> None:
    pairs = [public.Pair("Otto Brandt", f"Mara Linde {at}", True, "Person") for at in range(40)]
    shown = public.wrong(pairs, [False] * 40)
    assert len(shown) == sum(not public.is_held_out(pair) for pair in pairs)


def test_one_that_is_always_right_is_surely_better_and_the_same_is_not() -> None:
    rows = [(str(at), at % 2 == 0, at % 2 == 0, at % 3 == 0) for at in range(60)]
    low, middle, high = paired.difference(rows)
    assert 0 < low < middle < high
    assert paired.difference([(name, same, one, one) for name, same, one, _ in rows]) == (0.0, 0.0, 0.0)
