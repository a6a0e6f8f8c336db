"""How a name sounds in a few letters: the same across scripts, and no more than a database may keep."""

from __future__ import annotations

import unicodedata

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from lienlac.core import names
from lienlac.core.errors import Malformed
from lienlac.core.names.signature import LONGEST


@pytest.mark.parametrize(
    ("written", "typed"),
    [("ពីខាំ", "Pikham"), ("สมชาย", "Somchai"), ("စန်းယု", "Sann Yu"), ("ສີຄຳ", "Sikham")],
)
def test_a_name_sounds_like_itself_in_latin_letters_and_says_on_which_side_it_is(
    written: str, typed: str
) -> None:
    here, there = names.signature(typed), names.signature(written)
    assert (here.islower(), there.isupper()) == (True, True)
    others = [names.signature(one) for one in ("Nguyễn Văn An", "王伟", "ខេមរា")]
    assert names.nearest_by_sound(typed, [*others, there])[0] == len(others)
    assert names.nearest_by_sound(written, [*others, here])[0] == len(others)


def test_a_title_hides_nobody() -> None:
    kept = [names.signature(one) for one in ("Nguyễn Văn An", "นายสมชาย")]
    assert names.nearest_by_sound("Somchai", kept)[0] == 1


def test_what_sounds_like_nothing_is_near_to_nobody() -> None:
    assert names.nearest_by_sound("Somchai", ["", names.signature("Иванов")]) == []
    assert names.nearest_by_sound("Иванов", [names.signature("Somchai")]) == []


@settings(max_examples=40)
@given(st.text(max_size=200))
def test_any_text_has_a_short_signature_whatever_its_form_or_is_no_name(text: str) -> None:
    try:
        found = names.signature(text)
    except Malformed:
        return
    assert len(found) <= LONGEST
    assert found == names.signature(unicodedata.normalize("NFD", text))
    assert set(found.lower()) <= set("klmnpstaio ")
