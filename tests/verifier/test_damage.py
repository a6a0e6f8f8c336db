"""Accidents and simple hands: whatever is done to a line of an export, the verifier names the line."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import cycle

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.verifier.verifying import WHOLE, codes, examined, joined, named, verifier


def test_every_dropped_line_is_named(lines: list[bytes]) -> None:
    for number in range(1, len(lines) + 1):
        assert codes(joined(lines[: number - 1] + lines[number:])) == {(number, "missing")}


def test_every_pair_of_swapped_lines_is_named(lines: list[bytes]) -> None:
    for number in range(1, len(lines)):
        swapped = [*lines[: number - 1], lines[number], lines[number - 1], *lines[number + 1 :]]
        assert codes(joined(swapped)) == {(number, "moved"), (number + 1, "moved")}


def test_every_line_that_stands_twice_is_named(lines: list[bytes]) -> None:
    for number in range(1, len(lines) + 1):
        assert (number, "twice") in codes(joined(lines[:number] + lines[number - 1 :]))


def test_every_changed_line_is_named(lines: list[bytes]) -> None:
    for number, line in enumerate(lines, start=1):
        for at, flip in zip((number % 9, len(line) // 2, len(line) - 2), (0x01, 0x20, 0x80), strict=True):
            assert set(named(with_changed_byte(lines, number, at, flip))) == {number}


def test_a_change_anywhere_in_a_line_is_named(lines: list[bytes]) -> None:
    for number, line in enumerate(lines, start=1):
        for at, flip in zip(
            range(0, len(line) - 1, len(line) // 12), cycle((0x01, 0x20, 0x80)), strict=False
        ):
            report = verifier.Report()
            verifier.read_lines(with_changed_byte(lines, number, at, flip), report)
            assert {fault.line for fault in report.faults} == {number}


def with_changed_byte(lines: Sequence[bytes], number: int, at: int, flip: int) -> bytes:
    line = lines[number - 1]
    return joined(
        [*lines[: number - 1], line[:at] + bytes([line[at] ^ flip]) + line[at + 1 :], *lines[number:]]
    )


def test_every_line_without_its_end_is_named(lines: list[bytes]) -> None:
    for number in range(1, len(lines) - 1):
        melted = [*lines[: number - 1], lines[number - 1][:-1], *lines[number:]]
        assert named(joined(melted)) == [number, number + 1]
    assert named(joined([*lines[:-2], lines[-2][:-1], lines[-1]])) == [len(lines) - 1]


def test_a_line_broken_in_two_is_named_once(lines: list[bytes]) -> None:
    for number, line in enumerate(lines, start=1):
        broken = [*lines[: number - 1], line[:70] + b"\n" + line[70:], *lines[number:]]
        assert named(joined(broken)) == [number]


def test_every_cut_is_named(lines: list[bytes]) -> None:
    for number, line in enumerate(lines, start=1):
        before = joined(lines[: number - 1])
        assert codes(before) == ({(number, "missing")} if before else set())  # of nothing, nothing is said
        for kept in (1, len(line) // 2, len(line) - 2, len(line) - 1):
            assert codes(before + line[:kept]) == {(number, "cut")}


def test_every_run_of_dropped_lines_is_named_by_its_ends(lines: list[bytes]) -> None:
    for number in range(2, len(lines) - 3):
        assert named(joined(lines[: number - 1] + lines[number + 2 :])) == [number, number + 2]


def test_a_foreign_line_is_named_by_the_line_before_it(lines: list[bytes]) -> None:
    for number in range(1, len(lines)):
        strange = [*lines[:number], b'{"t":"leaf"}\n', *lines[number:]]
        assert codes(joined(strange)) == {(number, "foreign")}


def test_damage_in_two_places_is_named_in_two_places() -> None:
    damaged = list(WHOLE)
    damaged[6] = damaged[6].replace(b"leaf", b"feal", 1)
    del damaged[20]
    assert codes(joined(damaged)) == {(7, "changed"), (21, "missing")}


@given(raw=st.binary(max_size=200))
def test_no_bytes_make_it_stumble_or_hold(raw: bytes) -> None:
    assert examined(raw).exit_code in (1, 2)


@pytest.mark.parametrize("raw", [b"", b"%PDF-1.7\n%\xe2\xe3\n1 0 obj\n", b"name,born\nA,1990\n"])
def test_what_never_was_an_export_is_not_called_a_changed_one(raw: bytes) -> None:
    report = examined(raw)
    assert (report.exit_code, report.faults) == (2, [])
    assert report.unexamined


@given(cut=st.integers(0, len(joined(WHOLE))), junk=st.binary(min_size=1, max_size=40))
def test_no_insertion_holds(cut: int, junk: bytes) -> None:
    raw = joined(WHOLE)
    assert examined(raw[:cut] + junk + raw[cut:]).exit_code == 1
