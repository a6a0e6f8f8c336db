from __future__ import annotations

import pytest

from lienlac.core.errors import Malformed
from lienlac.core.names import compare, keys, readings, write


@pytest.mark.parametrize(
    ("name", "code"),
    [
        ("a" * 10_000, "name_too_long"),
        ("王" * 25, "name_too_long"),
        ("ก" * 150, "name_too_long"),
        ("Ng " * 25, "name_too_long"),
        ("Ⅷ" * 100, "name_too_long"),  # 400 letters
        ("김" * 100, "name_too_long"),  # 300 in Latin letters
        ("", "name_empty"),
        (" \u200b\u202e ", "name_empty"),
        ("😀😀", "name_without_letters"),
        ("12345", "name_without_letters"),
        ("FNU LNU", "name_is_placeholder"),
        ("\ud800", "name_empty"),
    ],
)
def test_what_is_no_name_is_refused_by_name(name: str, code: str) -> None:
    for ask in (write, readings, keys, lambda text: compare(text, "Nguyễn An")):
        with pytest.raises(Malformed) as refused:
            ask(name)
        assert refused.value.code == code


def test_invisible_and_directional_characters_are_left_out() -> None:
    assert write("\u202eĐàm\u200b Khánh\ufeff").text == "đàm khánh"


def test_half_of_a_surrogate_is_left_out() -> None:
    assert write("Đàm\ud83d Khánh").text == "đàm khánh"


def test_zawgyi_is_noticed_and_converted() -> None:
    assert write("ေမာင္ေမာင္").text == "မောင်မောင်"
    assert write("ေမာင္ေမာင္").was_zawgyi
    assert not write("မောင်မောင်").was_zawgyi


def test_traditional_and_variant_characters_are_folded() -> None:
    assert [token.text for token in write("譚慶遠").tokens] == ["谭庆远"]


def test_a_title_is_recognised_and_kept_as_an_alternative() -> None:
    written = write("U Thein Maung")
    assert written.titles == ("u",)
    assert [[token.text for token in form] for form in written.forms] == [
        ["thein", "maung"],
        ["u", "thein", "maung"],
    ]


def test_a_name_that_is_only_a_title_is_kept() -> None:
    assert [token.text for token in write("Daw").tokens] == ["daw"]


def test_signs_of_brahmic_scripts_are_never_dropped() -> None:
    assert write("ສີ").text != write("ສຸ").text != write("ສິ").text


def test_mixed_scripts_are_parted() -> None:
    assert [(token.text, token.script) for token in write("Nguyễn文英").tokens] == [
        ("nguyễn", "latin"),
        ("文英", "han"),
    ]


@pytest.mark.parametrize("letter", ["王", "ก", "ក", "က", "ກ", "a ", "é"])
def test_the_longest_name_of_one_letter_is_compared_with_any_other(letter: str) -> None:
    for times in range(1, 24):
        assert compare(letter * times, "Nguyễn Văn An").tier


@pytest.mark.parametrize("typed", ["Nguye6n4 Va8n Hu2ng", "Nguye^~n Va(n Hu`ng", "Nguyeenx Vawn Hungf"])
def test_keystrokes_of_an_input_method_are_read(typed: str) -> None:
    assert compare(typed, "Nguyễn Văn Hùng").tier in {"same", "likely"}


def test_a_full_stop_is_no_keystroke() -> None:
    assert [token.text for token in write("Nguyen V. Hung").tokens] == ["nguyen", "v", "hung"]


@pytest.mark.parametrize(
    ("typed", "meant"),
    [
        ("ဥာဏ်လင်း", "ဉာဏ်လင်း"),
        ("ဋ္ဌေးအောင်", "ဌေးအောင်"),
        ("နှြင်းဝေ", "နြှင်းဝေ"),
        ("သံုး", "သုံး"),
        ("မေျာ်", "မျော်"),
    ],
)
def test_burmese_signs_typed_in_another_order_are_the_same_name(typed: str, meant: str) -> None:
    assert compare(typed, meant).tier == "same"
