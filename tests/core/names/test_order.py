"""Words of a name that change places: no order of them has a tier two away from another's."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from lienlac.core.names import TIERS, Gallery, compare
from lienlac.core.names.reordered import other_orders
from lienlac.core.names.tables import rows
from lienlac.core.names.written import write

PAIRS = Path(__file__).parents[3] / "bench/names/pairs"
ROWS = [json.loads(line) for file in sorted(PAIRS.glob("*.jsonl")) for line in file.open(encoding="utf-8")]
BOTH = [(row["query"], row["target"]) for row in ROWS]
TITLES_ = sorted({row[0] for row in rows("titles")})


@st.composite
def swapped(draw: st.DrawFn) -> tuple[str, str, str]:
    """Draw a name, the same in another order, and a name beside it: itself or its pair, with titles or in one word."""
    pair = draw(st.sampled_from(BOTH))
    name, other = draw(st.sampled_from([pair, pair[::-1], (pair[0], pair[0]), (pair[1], pair[1])]))
    if " " not in name:  # Han characters: the surname apart
        name = f"{name[:1]} {name[1:]}" if name[:1] >= "\u4e00" and len(name) > 1 else name
    words = [*draw(st.lists(st.sampled_from(TITLES_), max_size=1)), *name.split()]
    title = draw(st.lists(st.sampled_from(TITLES_), max_size=1))
    beside = " ".join([*title, draw(st.sampled_from([other, other.replace(" ", "")]))])
    return " ".join(words), " ".join(draw(st.permutations(words))), beside


@given(swapped())
@settings(max_examples=400)
def test_no_order_of_the_words_moves_the_tier_by_two(names: tuple[str, str, str]) -> None:
    name, turned, other = names
    assert abs(steps(name, turned, other)) < 2


def steps(name: str, turned: str, other: str) -> int:
    return TIERS.index(compare(name, other).tier) - TIERS.index(compare(turned, other).tier)


@pytest.mark.parametrize(
    ("name", "turned", "other"),
    [
        ("U Thein Maung", "Thein U Maung", "သိန်းမောင်"),
        ("ဒေါ် တီနူ မာ", "တီနူ ဒေါ် မာ", "တီနူ မာ"),
        ("บ้าน ลินดู กี", "ลินดู กี บ้าน", "Lindu Ky"),
        ("sahai ທອງບູ ວາ", "ວາ sahai ທອງບູ", "ທອງບູ ວາ"),
        ("ນາງບຸນສີ ວາ", "ວາ ນາງບຸນສີ", "ບຸນສີ ວາ"),  # a title in one word with the name
        ("赛 穆", "穆 赛", "ไซมู"),
        ("Naphi Tantu", "Tantu Naphi", "纳菲坦图"),
        ("Du Manu", "Manu Du", "ဒူမာနူ"),
        ("Lí Minh Hạ", "Hạ Lí Minh", "LíMinhHạ"),
        ("先生 张华山", "张华山 先生", "Trương Hoa Sơn"),
    ],
)
def test_what_is_likely_in_one_order_is_possible_in_any(name: str, turned: str, other: str) -> None:
    assert {TIERS.index(compare(one, other).tier) for one in (name, turned)} <= {0, 1, 2}
    assert abs(steps(name, turned, other)) < 2


def test_a_title_in_the_middle_may_be_a_name_and_is_told_when_it_is_left_out() -> None:
    assert compare("Thein U Maung", "Thein U Maung").tier == "same"
    assert compare("Nguyen Anh Tuan", "Nguyen Anh").tier == "possible"  # tuan is a title of Malays
    left_out = compare("Thein U Maung", "Thein Maung")
    assert left_out.tier == "possible"
    assert "title_left_out" in {reason.code for reason in (*left_out.reasons, *left_out.against)}


def test_a_name_is_found_whose_title_stands_in_the_middle() -> None:
    gallery = Gallery(["ลินดู กี", "ลินดี กู", "Somsak Jaidee"])
    assert gallery.search("ลินดู บ้าน กี")[0].name == "ลินดู กี"


def test_words_that_have_changed_places_are_said() -> None:
    found = compare("穆 赛", "ไซมู")
    assert found.tier == "possible"
    assert "order_swapped" in {reason.code for reason in found.against}


@pytest.mark.parametrize("other", ["赛穆", "ไซมู", "Sai Mu"])
def test_other_sounds_are_another_name_in_any_order(other: str) -> None:
    assert compare("Xaysi Phonemu", other).tier == "different"


def test_a_word_said_twice_makes_no_order_twice() -> None:
    assert len([*other_orders(write("ไซ มู คำ"), write("sai mu kham"))]) == 5
    assert len([*other_orders(write("ไซ ไซ มู"), write("sai sai mu"))]) == 2
