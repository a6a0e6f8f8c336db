"""What headings mean and how cells become a draft."""

from __future__ import annotations

import contextlib

import pytest
from hypothesis import given
from hypothesis import strategies as st

from lienlac.apps.records import columns
from lienlac.apps.records.columns import Whole
from lienlac.core.errors import Malformed

WHOLE = Whole(kind="wanted", source="list", name_language="vi")


@pytest.mark.parametrize(
    ("headings", "fields"),
    [
        (["Họ và tên", "Năm sinh", "Giới tính", "Số CCCD"], ["name", "birth", "sex", "national_id"]),
        (["姓名", "出生日期", "护照号码", "民族饮食"], ["name", "birth", "passport_ordinary", ""]),
        (["ຊື່ແລະນາມສະກຸນ", "ວັນເດືອນປີເກີດ", "ເພດ"], ["name", "birth", "sex"]),
        (["NAME", "Full name", " Date of birth: "], ["name", "", "birth"]),
        (["kind", "id", "birthDate", "alias", "passportNumber"],
         ["kind", "reference", "birth", "alias", "passport_ordinary"]),
    ],
)  # fmt: skip
def test_headings_are_understood_in_the_languages_of_the_region(
    headings: list[str], fields: list[str]
) -> None:
    assert columns.guess(headings) == fields


def test_every_heading_of_the_table_means_a_field() -> None:
    assert set(columns._meanings().values()) <= set(columns.FIELDS)


@pytest.mark.parametrize(
    ("cell", "date"),
    [
        ("1987", "1987"), ("12/03/1987", "1987-03-12"), ("12.3.1987", "1987-03-12"), ("1987-03-12", "1987-03-12"),
        ("1987/3/12", "1987-03-12"), ("1987年3月12日", "1987-03-12"), ("1987年3月", "1987-03"),
        ("19870312", "1987-03-12"), ("khoảng 1987", "1987~"), ("1987~", "1987~"),
        ("1987; 1988", "1987"), ("", ""),
    ],
)  # fmt: skip
def test_births_are_read_as_they_are_written(cell: str, date: str) -> None:
    assert columns.birth(cell) == date


@pytest.mark.parametrize(
    ("cell", "code"),
    [("31/02/1987", "date_impossible"), ("1990-02-30", "date_impossible"), ("13/13/1987", "date_impossible"),
     ("19871399", "date_impossible"), ("soon", "date_unreadable")],
)  # fmt: skip
def test_a_day_that_never_was_is_refused_as_such(cell: str, code: str) -> None:
    with pytest.raises(Malformed, match=code):
        columns.birth(cell)


@given(st.text(max_size=30))
def test_no_text_makes_a_date_raise_anything_else(cell: str) -> None:
    with contextlib.suppress(Malformed):
        columns.birth(cell)


def test_the_era_follows_the_language_of_the_names() -> None:
    made = columns.draft(
        ["name", "birth"], ["สมชาย ใจดี", "12/03/2530"], Whole(kind="missing", source="l", name_language="th")
    )
    assert made.birth == "1987-03-12"


@pytest.mark.parametrize("language", ["", "my"])
def test_burmese_typed_for_zawgyi_is_kept_so_that_it_can_be_read(language: str) -> None:
    whole = Whole(kind="wanted", source="list", name_language=language)
    typed, read = "ေမာင္ေမာင္", "မောင်မောင်"
    for cell in (typed, read):
        made = columns.draft(["name", "birth_place"], [cell, cell], whole)
        assert (made.names[0].text, made.birth_place) == (read, read)


def test_a_row_becomes_a_draft() -> None:
    made = columns.draft(
        ["name", "alias", "sex", "nationality", "phone", ""],
        ["Đàm Khánh Viễn", "Tư Viễn; A Viễn", "Nam", "Việt Nam", "0912345678", "ignored"],
        WHOLE,
    )
    assert [(one.text, one.type) for one in made.names] == [
        ("Đàm Khánh Viễn", "official"), ("Tư Viễn", "alias"), ("A Viễn", "alias"),
    ]  # fmt: skip
    assert (made.kind, made.sex, made.nationality) == ("wanted", "male", "VN")
    assert [(one.type, one.value) for one in made.numbers] == [("phone", "0912345678")]
