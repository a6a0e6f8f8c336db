"""What is shown raw shows everything that is there, and takes no more room than it is given."""

from __future__ import annotations

import json
import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st

from lienlac.core.messages.raw import shown, visible

JSON = st.recursive(
    st.none() | st.booleans() | st.integers(-(2**53) + 1, 2**53 - 1) | st.text(),
    lambda inner: st.lists(inner) | st.dictionaries(st.text(), inner),
)


@pytest.mark.parametrize(
    "char", ["\u200b", "\u202e", "\u2066", "\x07", "\x9f", "\ufeff", "\u2028", "\u00a0", "\u3164", "\ue000"]
)
def test_a_character_that_shows_nothing_or_moves_others_is_shown_by_its_number(char: str) -> None:
    text, _cut = shown({"name": f"谭{char}庆远"}, most=1000)
    assert char not in text
    assert f"{ord(char):04X}" in text.upper()


@given(JSON)
def test_nothing_but_letters_marks_and_what_json_writes_comes_out(value: object) -> None:
    text, cut = shown(value, most=10**6)
    assert not cut
    assert {unicodedata.category(char) for char in text if char not in " \n"}.isdisjoint({"Cf", "Cc", "Zl"})


@given(st.text(st.characters(whitelist_categories=("L", "N", "P"), blacklist_characters='"\\\u3164\u115f')))
def test_what_people_can_see_is_left_as_it_came(text: str) -> None:
    assert json.loads(shown([text], most=10**6)[0]) == [text] or visible(text) != text


@given(JSON, st.integers(0, 40))
def test_no_more_is_shown_than_there_is_room_for_and_what_is_cut_is_said(value: object, most: int) -> None:
    text, cut = shown(value, most=most)
    whole, _ = shown(value, most=10**6)
    assert whole.startswith(text)
    assert cut == (text != whole)
    assert len(text) <= most * len("⟨U+10FFFF⟩")


def test_a_long_text_is_not_indented_before_it_is_cut() -> None:
    text, cut = shown({"text": "x" * 10**6, "z": "never seen"}, most=100)
    assert cut
    assert len(text) == 100
