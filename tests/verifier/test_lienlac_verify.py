"""The stand-alone verifier: what holds, and how it says what it found."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path

import pytest

from tests.verifier import exchange_sample as sample
from tests.verifier.verifying import (
    DEEDS,
    END,
    FIRST_STATEMENT,
    PROGRAM,
    WHOLE,
    codes,
    examined,
    forged,
    joined,
    verifier,
)


def test_an_untouched_export_holds(lines: list[bytes]) -> None:
    report = examined(joined(lines))
    assert (report.faults, report.unexamined, report.exit_code) == ([], [], 0)


def test_it_says_what_it_verified() -> None:
    said = "\n".join(examined(joined(WHOLE)).verified)
    assert "3 checkpoints signed by vn-tra-linh" in said
    assert "cosigned by cn-tinh-tay up to 9 entries (at 2026-11-21T20:00:09Z by its clock)" in said
    assert "14 of 14 entries are in the tree" in said
    assert "signed statements of vn-tra-linh that hold and say what their entries say: 7" in said
    assert "signed statements of cn-tinh-tay that hold and say what their entries say: 7" in said
    assert f"{END} lines, closed by vn-tra-linh" in said


def test_it_says_that_nobody_vouched_for_the_keys() -> None:
    assert any("keys are those that the file itself brings" in note for note in examined(joined(WHOLE)).notes)
    pins = {sample.KEY.public.fingerprint, sample.PARTNER_KEY.public.fingerprint}
    report = examined(joined(WHOLE), pins=pins)
    assert (report.faults, [note for note in report.notes if "keys" in note]) == ([], [])


def test_a_key_that_was_not_named_counts_nothing() -> None:
    faults = codes(joined(WHOLE), pins={sample.KEY.public.fingerprint})
    partners = [
        n for n in range(FIRST_STATEMENT, END) if sample.records(WHOLE)[n - 1]["kid"] != sample.KEY.kid
    ]
    assert faults == {(n, "statement_signer") for n in partners}


def test_signed_bytes_that_are_gone_are_said_to_be_gone() -> None:
    made = [statement if index != 4 else sample.gone(4) for index, (_, statement) in enumerate(DEEDS)]
    report = examined(joined(sample.export(DEEDS, statements=made)))
    assert report.exit_code == 0
    assert (
        "signed statements said to be no longer kept, their digests being in the tree: 1" in report.verified
    )


def test_a_house_ledger_or_an_empty_one_holds() -> None:
    raw = joined(sample.export([], sizes=(0,)))
    assert examined(raw).faults == []


def test_it_runs_alone_and_imports_nothing_of_the_project(tmp_path: Path) -> None:
    (tmp_path / "verify.py").write_bytes(PROGRAM.read_bytes())
    damaged = list(WHOLE)
    del damaged[9]
    (tmp_path / "damaged.jsonl").write_bytes(joined(damaged))
    found = subprocess.run(
        [sys.executable, "-I", "verify.py", "damaged.jsonl"],
        cwd=tmp_path,
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )
    assert (found.returncode, found.stderr) == (1, "")
    assert "line 10: is missing" in found.stdout
    assert "lienlac." not in "".join(line for line in PROGRAM.read_text().splitlines() if "import" in line)


def test_its_exit_says_what_it_found(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    good, newer = tmp_path / "good", tmp_path / "newer"
    good.write_bytes(joined(WHOLE))
    newer.write_bytes(sample.refitted([forged()[0] | {"v": 2}, *forged()[1:]]))
    assert verifier.main([str(good)]) == 0
    assert capsys.readouterr().out.startswith("HOLDS\n")
    assert verifier.main([str(newer)]) == 2
    assert "format version 2" in capsys.readouterr().out
    assert verifier.main([str(tmp_path / "absent"), "--json"]) == 2
    assert json.loads(capsys.readouterr().out)["exit"] == 2


def test_it_reports_to_programs_too(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    path = tmp_path / "export"
    path.write_bytes(joined(WHOLE[:-1]))
    assert verifier.main([str(path), "--json", "--key", sample.KEY.public.fingerprint]) == 1
    value = json.loads(capsys.readouterr().out)
    assert (value["faults"][0]["line"], value["faults"][0]["code"]) == (END, "missing")
    assert [key["node"] for key in value["keys"]] == [sample.NODE]


def test_a_fingerprint_is_read_as_people_write_it(tmp_path: Path) -> None:
    path = tmp_path / "export"
    path.write_bytes(joined(WHOLE))
    known = [key.public.fingerprint for key in (sample.KEY, sample.PARTNER_KEY)]
    spelt = [one.upper()[:32] + " " + one[32:] for one in known]
    assert verifier.main([str(path), "--key", spelt[0], "--key", spelt[1]]) == 0
    with pytest.raises(SystemExit) as stopped:
        verifier.main([str(path), "--key", "12"])
    assert stopped.value.code == 2


@pytest.mark.parametrize(
    "text", ['{"a":1,"a":2}', '{"a":1.5}', '{"a":NaN}', "[]", '{"a":' + "9" * 40 + "}", '{"a":"\\ud800"}']
)
def test_json_that_can_be_read_in_two_ways_is_refused(text: str) -> None:
    with pytest.raises(verifier.Wrong):
        verifier.parse_json(text)


def test_json_of_any_depth_does_not_bring_it_down() -> None:
    with pytest.raises(verifier.Wrong):
        verifier.parse_json('{"a":' + "[" * 100_000 + "]" * 100_000 + "}")
