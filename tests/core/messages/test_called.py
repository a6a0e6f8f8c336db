"""A name reads as it is stored, in every script of the region."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from lienlac.core.errors import Malformed
from lienlac.core.messages.called import check_name

GOOD = (
    "Văn phòng liên lạc Trà Lĩnh",
    "靖西边境联络官办公室",
    "ຫ້ອງການປະສານງານ ບໍ່ເຕັນ",
    "ការិយាល័យ\u200bទំនាក់ទំនង",  # the blank key of a Khmer keyboard writes an unseen word break
    "မြန်မာ\u200cရုံး",
    "สำนักงานประสานงาน",
    "O’Brien-Smith, unit 3 (nights)",
)
HIDING = (
    "Trà Lĩnh\u202e",
    "Tr\u200bà Lĩnh",
    "\u2066Trà Lĩnh\u2069",
    "Trà\u200d Lĩnh",
    "ការិ\u200b\u200bយាល័យ",
    "Trà\nLĩnh",
    "Trà\u2028Lĩnh",
    "\ufeffTrà Lĩnh",
    "Trà\u00adLĩnh",
    "Trà \u3164",
    "Trà\u2060Lĩnh",
    "Trà Lĩnh\U000e0041",
    "Trà\x00",
    "\u200b",
)


@pytest.mark.parametrize("name", GOOD)
def test_a_name_as_its_people_write_it_is_taken(name: str) -> None:
    assert check_name(name, field="name") == name


@pytest.mark.parametrize("name", HIDING)
def test_a_name_that_hides_something_is_refused_by_field(name: str) -> None:
    with pytest.raises(Malformed) as refusal:
        check_name(name, field="full_name")
    assert (refusal.value.code, refusal.value.facts["field"]) == ("name_invisible", "full_name")


def test_outer_and_double_blanks_go_and_marks_are_composed() -> None:
    assert check_name("  Tra\u0300  Li\u0303nh\u00a0", field="name") == "Trà Lĩnh"


@given(st.text(alphabet=st.characters(codec="utf-8")))
def test_what_was_taken_is_taken_again_as_it_is(text: str) -> None:
    try:
        name = check_name(text, field="name")
    except Malformed:
        return
    assert check_name(name, field="name") == name
