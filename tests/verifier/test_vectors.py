"""The program for inspectors reads the exports of the vectors, and names what somebody changed in them."""

from __future__ import annotations

import pytest

from tests.vectors.make import kept
from tests.verifier.verifying import verifier

EXPORT = kept("export")


@pytest.mark.parametrize("name", ["export", "fork", "opening"])
def test_the_files_of_the_vectors_hold(name: str) -> None:
    report, _ = verifier.verify(EXPORT[name].encode())
    assert (report.faults, report.exit_code) == ([], 0)


@pytest.mark.parametrize("name", ["export", "fork", "opening"])
def test_a_changed_digit_of_them_is_named(name: str) -> None:
    second = EXPORT[name].splitlines()[1]
    changed = EXPORT[name].replace(second, second.replace('"n":2', '"n":3'), 1)
    assert changed != EXPORT[name]
    report, _ = verifier.verify(changed.encode())
    assert report.faults[0].line == 2
