"""The glossary names code words that exist, and marks what nobody has checked."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from lienlac.core import codes

GLOSSARY = (Path(__file__).parents[2] / "GLOSSARY.md").read_text(encoding="utf-8")
NAMED = sorted(set(re.findall(r"`([a-z_]+)\.([A-Za-z0-9_]+)`", GLOSSARY)))


@pytest.mark.parametrize(("list_name", "code"), NAMED)
def test_a_code_that_the_glossary_names_exists(list_name: str, code: str) -> None:
    assert code in codes.load(list_name)


def test_it_has_the_sixty_five_terms_of_the_field_in_seven_languages() -> None:
    rows = [line for line in GLOSSARY.splitlines() if re.match(r"\| \d+ \|", line)]
    assert len(rows) == 65
    assert all(len(row.strip("| ").split(" | ")) == 9 for row in rows)


def test_what_a_native_should_check_is_marked() -> None:
    assert GLOSSARY.count(" ? |") > 100
