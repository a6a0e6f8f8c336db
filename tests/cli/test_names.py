from __future__ import annotations

import json
from pathlib import Path

from click.testing import CliRunner

from lienlac.cli.main import lienlac
from lienlac.core.names import TIERS


def told(*asked: str) -> str:
    done = CliRunner().invoke(lienlac, ["names", *asked])
    assert done.exit_code == 0, done.output
    return done.output


def test_readings_name_their_sources() -> None:
    assert "đàm khánh viễn" in told("readings", "谭庆远")
    assert "lienlac" in told("readings", "谭庆远")


def test_readings_speak_the_language_asked_for() -> None:
    assert told("readings", "谭庆远", "--language", "vi") != told("readings", "谭庆远", "--language", "lo")


def test_a_comparison_says_why_in_words() -> None:
    assert "khánh" in told("compare", "Đàm Khánh Viễn", "谭庆远")


def test_a_comparison_as_json_has_codes_and_no_words() -> None:
    found = json.loads(told("compare", "Nguyễn Văn Hùng", "Nguyễn Văn Hưng", "--json"))
    assert found["tier"] in TIERS
    assert [reason["code"] for reason in found["against"]] == ["same_letters_other_accents"]


def test_a_file_is_searched_and_chance_is_told(tmp_path: Path) -> None:
    file = tmp_path / "names.txt"
    file.write_text("王小明\n谭庆远\nNguyễn Văn An\n\n", encoding="utf-8")
    found = json.loads(told("search", str(file), "Dam Khanh Vien", "--json"))
    assert found["hits"][0]["name"] == "谭庆远"
    assert found["expected_namesakes"] < 3


def test_what_is_no_name_is_refused_before_the_file_is_read(tmp_path: Path) -> None:
    file = tmp_path / "names.txt"
    file.write_bytes(b"\xff\xff")
    done = CliRunner().invoke(lienlac, ["names", "search", str(file), "12345"])
    assert done.exit_code != 0
    assert getattr(done.exception, "code", "") == "name_without_letters"


def test_a_list_is_screened_against_a_list_and_only_candidates_come_out(tmp_path: Path) -> None:
    asked, against = tmp_path / "asked.txt", tmp_path / "against.txt"
    asked.write_text("Trương Phong Nghị\n\n😀\nSomchai Jaidee\n", encoding="utf-8")
    against.write_text("王小明\n\n张风毅\nສີສະຫວາດ\n", encoding="utf-8")
    found = CliRunner().invoke(lienlac, ["names", "screen", str(asked), str(against)])
    assert found.exit_code == 0, found.output
    candidates = [json.loads(line) for line in found.stdout.splitlines()]
    assert [(one["line"], one["against_line"], one["tier"]) for one in candidates] == [(1, 3, "likely")]
    assert "1 of 4 lines are no names" in found.stderr
    assert "Somchai" not in found.output
