import pytest
from hypothesis import given
from hypothesis import strategies as st

from lienlac.core.tokens import tokens

KEPT = [
    "Đàm Khánh Viễn, sinh năm 1987, mua bán trái phép chất ma túy",
    "谭庆远涉嫌贩毒，持护照E12345678",
    "ຄຳສີ ຢາບ້າ 2000 ເມັດ",
    "นายสมชาย ยาบ้า",
    "សុភី គ្រឿងញៀន",
    "အောင်မင်း ဘိန်းဖြူ",
]


@pytest.mark.parametrize(
    ("asked", "kept"),
    [
        ("dam khanh vien", KEPT[0]),
        ("ĐÀM", KEPT[0]),
        ("ma tuy", KEPT[0]),
        ("贩毒", KEPT[1]),
        ("庆远", KEPT[1]),
        ("e12345678", KEPT[1]),
        ("E12345678", KEPT[1]),
        ("ຢາບ້າ", KEPT[2]),
        ("สมชาย", KEPT[3]),
        ("សុភី", KEPT[4]),
        ("အောင်မင်း", KEPT[5]),
    ],
)
def test_a_part_of_a_text_is_found_in_every_script(asked, kept):
    assert tokens(asked) <= tokens(kept)


@pytest.mark.parametrize(("asked", "kept"), [("ສີ", "ສຸ"), ("毒贩", "贩毒"), ("សុភី", "សុភុ")])
def test_marks_and_order_of_other_scripts_are_kept(asked, kept):
    assert not tokens(asked) <= tokens(kept)


@given(st.text(max_size=300))
def test_no_text_makes_it_raise_and_no_token_is_empty(text):
    assert "" not in tokens(text)


@given(st.text(max_size=60), st.text(max_size=60))
def test_a_text_parted_by_a_space_is_found_by_either_part(one, other):
    assert tokens(one) <= tokens(f"{one} {other}") | tokens(one)
    assert tokens(other + " ") == tokens(other)


def test_a_text_of_a_million_letters_is_cut_not_refused():
    assert len(tokens("ab " * 500_000)) == 1
