from __future__ import annotations

import json
from pathlib import Path

import pytest
from click.testing import CliRunner

from lienlac import wording
from lienlac.cli import screening, screening_ray
from lienlac.cli.main import lienlac, main
from lienlac.core.errors import Malformed
from lienlac.core.names import TIERS, Gallery, Wanted


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
    assert "Khánh" in told("compare", "Đàm Khánh Viễn", "谭庆远")


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


WORDED = (  # what is printed besides names and figures
    ("readings", "谭庆远"),
    ("compare", "Nguyễn Văn Hùng", "Nguyễn Văn Hưng"),
    ("search", "{file}", "Dam Khanh Vien"),
    ("search", "{file}", "Nguyen Van An"),
)


@pytest.mark.parametrize("asked", WORDED, ids=" ".join)
def test_every_sentence_is_in_the_language_asked_for(tmp_path: Path, asked: tuple[str, ...]) -> None:
    file = tmp_path / "names.txt"
    file.write_text("谭庆远\n" + "Nguyễn Văn An\n" * 30, encoding="utf-8")
    words = [part.format(file=file) for part in asked]
    said = {language: told(*words, "--language", language).splitlines() for language in wording.LANGUAGES}
    for lines in zip(*said.values(), strict=True):
        same = [line for line in set(lines) if lines.count(line) > 1]
        assert not same or lines == (lines[0],) * len(lines)  # a name with its figure is alike in all
    assert said["en"] == told(*words).splitlines()
    assert len({lines[-1] for lines in said.values()}) == len(wording.LANGUAGES)


def test_an_error_is_in_the_language_asked_for(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr("sys.argv", ["lienlac", "names", "readings", "12345", "--language", "th"])
    with pytest.raises(SystemExit):
        main()
    assert capsys.readouterr().err.strip() == wording.error(Malformed("name_without_letters"), "th")


def test_a_language_that_is_none_of_ours_is_refused() -> None:
    done = CliRunner().invoke(lienlac, ["names", "readings", "谭庆远", "--language", "fr"])
    assert done.exit_code == 2


def test_what_is_no_name_is_refused_before_the_file_is_read(tmp_path: Path) -> None:
    file = tmp_path / "names.txt"
    file.write_bytes(b"\xff\xff")
    done = CliRunner().invoke(lienlac, ["names", "search", str(file), "12345"])
    assert done.exit_code != 0
    assert getattr(done.exception, "code", "") == "name_without_letters"


@pytest.mark.parametrize("asked", [("search", "{}", "Dam Khanh Vien"), ("screen", "{}", "{}", "--jobs", "1")])
def test_a_file_in_another_encoding_is_refused_by_name(tmp_path: Path, asked: tuple[str, ...]) -> None:
    file = tmp_path / "names.txt"
    file.write_bytes("Nguyễn Văn An\r\n".encode("utf-16"))
    done = CliRunner().invoke(lienlac, ["names", *(part.format(file) for part in asked)])
    assert getattr(done.exception, "code", "") == "file_encoding"


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


@pytest.fixture
def lists(tmp_path: Path) -> tuple[Path, Path]:
    asked, against = tmp_path / "asked.txt", tmp_path / "against.txt"
    names = ["Trương Phong Nghị", "", "Dam Khanh Vien", "😀", "Vương Tiểu Minh"] * 50
    asked.write_text("\n".join(names) + "\n", encoding="utf-8")
    against.write_text("王小明\n张风毅\n谭庆远\nສີສະຫວາດ\n", encoding="utf-8")
    return asked, against


def test_several_processes_give_what_one_gives_in_the_same_order(lists: tuple[Path, Path]) -> None:
    asked, against = map(str, lists)
    one = told("screen", asked, against, "--jobs", "1")
    assert one.count("against_line") == 150
    assert told("screen", asked, against, "--jobs", "2") == one


def test_a_killed_screening_goes_on_where_it_stopped(lists: tuple[Path, Path], tmp_path: Path) -> None:
    asked, against = lists
    whole, into = tmp_path / "whole.jsonl", tmp_path / "into.jsonl"
    told("screen", str(asked), str(against), "--jobs", "1", "--into", str(whole))
    wanted = Wanted(limit=3, least="likely")
    output = screening.Output(into, screening.job_of(asked, against, wanted))
    work = screening.Screening(Gallery(screening.lines(against)), wanted)
    with output.opened() as file:
        output.add(file, next(work.chunks(screening.numbered(asked, 0), 1)))
        file.write(b'{"line": 101, "half of a li')  # written and never noted
    done = CliRunner().invoke(
        lienlac, ["names", "screen", str(asked), str(against), "--jobs", "1", "--into", str(into), "--erase"]
    )
    assert done.exit_code == 0, done.output
    assert into.read_bytes() == whole.read_bytes()
    assert "50 of 250 lines are no names" in done.stderr
    assert not asked.exists()
    assert sorted(path.name for path in tmp_path.iterdir()) == ["against.txt", "into.jsonl", "whole.jsonl"]


def test_no_list_is_deleted_while_its_candidates_stand_nowhere(lists: tuple[Path, Path]) -> None:
    asked, against = lists
    done = CliRunner().invoke(lienlac, ["names", "screen", str(asked), str(against), "--erase"])
    assert isinstance(done.exception, Malformed)
    assert done.exception.code == "erase_needs_into"
    assert asked.exists()


def test_no_file_but_the_output_of_the_same_job_is_written_on(lists: tuple[Path, Path]) -> None:
    asked, against = lists
    before = against.read_bytes()
    done = CliRunner().invoke(lienlac, ["names", "screen", str(asked), str(asked), "--into", str(against)])
    assert getattr(done.exception, "code", "") == "output_of_another_job"
    assert against.read_bytes() == before


@pytest.mark.parametrize("parts", [1, 2, 4])
def test_parts_on_several_machines_give_what_one_list_gives(lists: tuple[Path, Path], parts: int) -> None:
    asked, against = lists
    wanted, size = Wanted(limit=3, least="possible"), 4
    whole = screening.Screening(Gallery(screening.lines(against)), wanted)
    held = [
        screening_ray.Part(against, first, after, size, wanted)
        for first, after in screening_ray.bounds(size, parts)
    ]
    for chunk in screening.numbered(asked, 0):
        merged = screening.joined(chunk, [part.answers(chunk) for part in held], wanted)
        assert _without_chance(merged) == _without_chance(whole.found(chunk))


def _without_chance(found: screening.Found) -> tuple[list[dict[str, object]], int, int]:
    """Leave out what each part reckons from its own names."""
    told = [json.loads(line) for line in found.text.splitlines()]
    for one in told:
        del one["expected_namesakes"]
    return told, found.lines, found.refused


def test_a_cluster_gives_what_one_process_gives(lists: tuple[Path, Path]) -> None:
    pytest.importorskip("ray", reason="the extra `bulk` is not installed")
    asked, against = map(str, lists)
    assert told("screen", asked, against, "--ray", "local") == told("screen", asked, against, "--jobs", "1")
