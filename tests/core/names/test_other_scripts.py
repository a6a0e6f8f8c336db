"""Names in scripts that are not ours are compared and found by their transliteration."""

from __future__ import annotations

import pytest

from lienlac.core.names import Gallery, compare, keys

PAIRS = [
    ("Иван Петров", "Ivan Petrov"),
    ("Σοφία Νικολάου", "Sofia Nikolaou"),
    ("प्रिया शर्मा", "Priya Sharma"),
    ("ნინო ბერიძე", "Nino Beridze"),
    ("Ольга Ким", "Olga Kim"),
    ("김 민수", "Gim Minsu"),
]


@pytest.mark.parametrize(("other", "latin"), PAIRS)
def test_a_name_agrees_with_its_latin_letters_but_is_never_the_same(other: str, latin: str) -> None:
    found = compare(other, latin)
    assert found.tier in {"likely", "possible"}
    assert found.score == compare(latin, other).score
    assert all(reason.code != "same_name" for reason in found.reasons)
    assert keys(other) & keys(latin)


@pytest.mark.parametrize("name", [other for other, _ in PAIRS] + ["مريم حسن", "བསོད་ནམས"])
def test_a_name_is_the_same_as_itself(name: str) -> None:
    assert compare(name, name).tier == "same"


@pytest.mark.parametrize(("other", "latin"), PAIRS)
def test_search_finds_it_both_ways(other: str, latin: str) -> None:
    assert Gallery(["Nguyễn Văn An", latin, "王小明"]).search(other, 1)[0].name == latin
    assert Gallery(["Nguyễn Văn An", other, "王小明"]).search(latin, 1)[0].name == other
