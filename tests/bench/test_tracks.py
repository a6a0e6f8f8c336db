"""What the bench of names makes of a directory of labelled pairs that nobody here has seen."""

from __future__ import annotations

import json
import sys
from pathlib import Path
from typing import Any

import pytest
from bench.names import __main__ as bench
from bench.names import tracks

PAIR = {
    "query": "Đàm Khánh Viễn",
    "target": "谭庆远",
    "target_lang": "zh-Hans",
    "tier": "real",
    "kind": "person",
}


def _write(data: Path, track: str, *lines: object) -> None:
    texts = [line if isinstance(line, str) else json.dumps(line, ensure_ascii=False) for line in lines]
    (data / f"{track}.jsonl").write_text("\n".join(texts), encoding="utf-8")


def _run(monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str], *asked: str) -> dict[str, Any]:
    monkeypatch.setattr(sys, "argv", ["bench.names", *asked])
    bench.main()
    found: dict[str, Any] = json.loads(capsys.readouterr().out)
    return found


def test_a_set_of_another_split_with_odd_files_and_rows_is_measured(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    (tmp_path / "gallery_hanzi.txt").write_text("谭庆远\r\n\n123\n谭文\u2028\n王小明\n", encoding="utf-8-sig")
    _write(
        tmp_path,
        "vi_zh_test",
        PAIR,
        {"query": "Vương Tiểu Minh", "target": "王小明"},
        {**PAIR, "query": "123"},
        {**PAIR, "target": "😀", "tier": None, "kind": None},
        {"query": "no target"},
        "[]",
        "no JSON",
        "",
        '{"query": "T\\ud83dran", "target": "\\udc00", "target_lang": null, "tier": 3}',
    )
    _write(tmp_path, "new_track_test", {**PAIR, "target": "Tan Qingyuan", "target_lang": "tlh"})
    _write(tmp_path, "nothing_test")
    _write(tmp_path, "vi_zh_dev", PAIR)
    found = _run(monkeypatch, capsys, "--data", str(tmp_path), "--split", "test", "--json")
    measured = found["tracks"]
    assert set(measured) == {"vi_zh", "new_track", "nothing"}
    for figures in measured.values():
        assert {"n", "recall@1", "recall@10", "mrr", "average_precision", "ms_p50"} <= set(figures)
    assert (measured["vi_zh"]["n"], measured["vi_zh"]["recall@1"]) == (5, 0.4)
    assert measured["new_track"]["recall@1"] == 1.0  # no gallery: the targets of all tracks stand in for it
    assert measured["nothing"]["n"] == 0
    assert found["memory_mb"] > 0


def test_a_split_may_name_the_files_themselves(tmp_path: Path) -> None:
    _write(tmp_path, "vi_zh_dev", PAIR)
    _write(tmp_path, "vi_zh", PAIR)
    assert list(tracks.paths(tmp_path, "dev")) == ["vi_zh"]
    assert set(tracks.paths(tmp_path, "*")) == {"vi_zh", "vi_zh_dev"}
    assert list(tracks.paths(tmp_path, "vi_zh.jsonl")) == ["vi_zh"]


def test_a_split_that_is_not_there_ends_with_what_is(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    _write(tmp_path, "vi_zh_dev", PAIR)
    monkeypatch.setattr(sys, "argv", ["bench.names", "--data", str(tmp_path), "--split", "test"])
    with pytest.raises(SystemExit, match="vi_zh_dev"):
        bench.main()
