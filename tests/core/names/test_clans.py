"""Surnames of Chinese families in Thai letters."""

from __future__ import annotations

import pytest

from lienlac.core.names import TIERS, Gallery, compare, readings
from lienlac.core.names.tables import rows


@pytest.mark.parametrize("other", ["陈", "Chen", "Tan", "Trần", "Sae Tang", "Saetang"])
@pytest.mark.parametrize("name", ["แซ่ตั้ง", "แซ่ ตั้ง", "แซ่ตัง"])
def test_a_chinese_surname_in_thai_letters_is_that_surname(name: str, other: str) -> None:
    assert compare(name, other).tier == compare(other, name).tier == "likely"


@pytest.mark.parametrize("row", rows("thai_clans"), ids=lambda row: row[0])
def test_every_surname_of_the_table_finds_its_character(row: tuple[str, ...]) -> None:
    name, han = f"แซ่{row[0]}", row[1]
    assert TIERS.index(compare(name, han).tier) < 2
    assert han in {hit.name for hit in Gallery(["陈", "林", "吴", "黄", han]).search(name)[:2]}


@pytest.mark.parametrize(
    ("name", "other"),
    [
        ("เฮง แซ่ตั้ง", "陈兴"),
        ("นาย เฮง แซ่ลิ้ม", "林兴"),
        ("สมชาย แซ่ตั้ง", "Somchai Chen"),
        ("สมชาย แซ่ตั้ง", "Somchai Tan"),
        ("แซ่ตั้ง สมชาย", "Somchai Sae Tang"),
    ],
)
def test_with_a_given_name_it_is_found_too(name: str, other: str) -> None:
    assert TIERS.index(compare(name, other).tier) < 3
    assert Gallery(["李 明", "Somsak Chan", "Somchai Lee", other]).search(name)[0].name == other
    assert Gallery(["สมศักดิ์ ใจดี", "สมชาย แซ่ลี้", name]).search(other)[0].name == name


def test_another_clan_is_another_name() -> None:
    assert compare("แซ่ตั้ง", "林").tier == compare("สมชาย แซ่ตั้ง", "สมชาย แซ่ลิ้ม").tier == "different"
    assert compare("แซ่ตั้ง", "แซ่ตั้ง").tier == "same"


def test_the_readings_of_such_a_surname_show_its_character() -> None:
    assert ("hanzi", "吴") in {(reading.view, reading.text) for reading in readings("แซ่โง้ว")}


def test_what_says_that_it_is_a_surname_is_not_left_out_where_both_have_it() -> None:
    found = compare("แซ่ตั้ง เฮง", "เฮง แซ่ตั้ง")
    assert "title_left_out" not in {reason.code for reason in (*found.reasons, *found.against)}
