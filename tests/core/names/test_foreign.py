"""Foreign names as Chinese hears them: found by their sound, never taken for Chinese ones."""

from __future__ import annotations

import pytest

from lienlac.core.names import Gallery, compare, keys, readings
from lienlac.core.names.transcribed import is_transcribed, keys_of, units, used


@pytest.mark.parametrize(
    ("heard", "name"),
    [
        ("阿布都拉", "Abdulla Karim"),
        ("昂山登敏", "Aung San Thein Myint"),
        ("玛丽亚", "Maria Gonzalez"),
        ("卡马尔", "Mohamed Kamal"),
        ("颂猜", "Somchai"),
        ("扎西", "Tashi"),
        ("再益", "Zaid"),  # as the newspapers of Malaysia and Singapore write
        ("峇哈丁", "Bahadin"),
        ("古玛星", "Kumar Singh"),
        ("素帖", "Suthep"),
    ],
)
def test_a_name_heard_in_mandarin_agrees_with_its_letters(heard: str, name: str) -> None:
    found = compare(heard, name)
    assert (found.view, found.tier) in {("transcribed", "likely"), ("transcribed", "possible")}
    assert found.score == compare(name, heard).score


def test_words_that_the_characters_leave_out_are_said_to_be_missing() -> None:
    found = compare("卡马尔", "Mohamed Kamal")
    assert [reason.facts for reason in found.against if reason.code == "missing"] == [{"written": "mohamed"}]
    assert {reason.facts["right"] for reason in found.reasons} == {"ka", "ma", "l"}


@pytest.mark.parametrize("name", ["王小明", "谭庆远", "阮文英", "哈"])
def test_a_chinese_name_is_not_heard_as_a_foreign_one(name: str) -> None:
    assert not is_transcribed(name)
    assert all(reading.view != "transcribed" for reading in readings(name))


def test_letters_that_are_pinyin_or_vietnamese_are_no_foreign_name() -> None:
    for name in ("Ka Ma Er", "Nguyễn Mã", "Li Yuan"):
        assert compare("卡马尔", name).view != "transcribed"


def test_both_ways_of_searching_find_it() -> None:
    latin = Gallery(["Kamala Devi", "Karim Aga", "Mohamed Kamal", "Zhang Wei", "Nguyễn Mã"])
    assert latin.search("卡马尔", 1)[0].name == "Mohamed Kamal"
    han = Gallery(["王小明", "卡马尔", "阿布都拉", "马卡龙"])
    hit = han.search("Mohamed Kamal", 1)[0]
    assert (hit.name, hit.view) == ("卡马尔", "transcribed")


def test_every_character_of_the_table_has_a_sound_in_it() -> None:
    assert all(keys_of(char) and all(key in units() for key in keys_of(char)) for char in used())


def test_a_key_in_common_leads_from_one_to_the_other() -> None:
    assert keys("卡马尔") & keys("Mohamed Kamal")
    assert keys("阿都拉欣") & keys("Abdul Rahim")


def test_ones_own_name_stands_before_the_fathers() -> None:
    own, father = "Halimah Jarifah", "Jarifah Halimah"
    assert compare("哈莉玛", own).score > compare("哈莉玛", father).score
    assert [hit.name for hit in Gallery([father, own]).search("哈莉玛")] == [own, father]
