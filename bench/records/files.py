"""The persons as files that offices send, each with bad lines planted: what stands in which line is known beforehand.

    as_csv(people)             UTF-8, or UTF-16 as spreadsheets save it; Vietnamese headings, a sensitive column (SG28)
    as_gbk(people)             the same with Chinese headings, in the encoding of Chinese spreadsheets
    as_ftm(people)             FollowTheMoney, one entity a line
    as_xlsx(people)            a workbook with dates as dates and formulas

Each returns File: name, content, and `planted`: line of the file -> code of what is wrong with it.
"""

from __future__ import annotations

import csv
import io
import json
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from openpyxl import Workbook

from bench.records.people import Person

VIETNAMESE = (
    "Số hồ sơ",
    "Họ và tên",
    "Bí danh",
    "Ngày sinh",
    "Giới tính",
    "Quốc tịch",
    "Số hộ chiếu",
    "Dân tộc",
)
CHINESE = ("档案编号", "姓名", "别名", "出生日期", "性别", "国籍", "护照号码", "民族")
SORTS = (
    "date_impossible",
    "name_without_letters",
    "value_unknown",
    "number_too_short",
    "record_without_name",
)
"""What is wrong with a planted row of a table: a day that is none, a name without letters, a word that is no sex, …"""

BAD_EVERY = 50
AFTER_HEADINGS = 2  # the line of the first row


@dataclass(frozen=True, kw_only=True)
class File:
    """A file as an office sends it, how many rows it has, and what is wrong with which line."""

    name: str
    content: bytes
    rows: int
    planted: Mapping[int, str]


def as_csv(people: Sequence[Person], *, encoding: str = "utf-8") -> File:
    """Return a CSV as an office of Viet Nam writes it."""
    return _csv(people, VIETNAMESE, encoding)


def as_gbk(people: Iterable[Person]) -> File:
    """Return a CSV as an office of China writes it, of those whose names are in characters."""
    return _csv([one for one in people if one.language == "zh-hans"], CHINESE, "gbk")


def plain_csv(people: Iterable[Person]) -> bytes:
    """Return names and years of birth alone, with no number: a list to search with."""
    text = io.StringIO()
    writer = csv.writer(text)
    writer.writerow(("name", "birth"))
    writer.writerows((one.name, one.birth[:4]) for one in people)
    return text.getvalue().encode()


def _csv(people: Sequence[Person], headings: Sequence[str], encoding: str) -> File:
    text = io.StringIO()
    writer = csv.writer(text)
    writer.writerow(headings)
    planted = {}
    for line, (one, wrong) in enumerate(_with_sorts(people), start=AFTER_HEADINGS):
        writer.writerow(_spoiled(_cells(one), wrong))
        if wrong:
            planted[line] = wrong
    content = text.getvalue().encode(encoding)
    return File(name=f"persons-{encoding}.csv", content=content, rows=len(people), planted=planted)


def _with_sorts(people: Iterable[Person]) -> Iterator[tuple[Person, str]]:
    for place, one in enumerate(people):
        bad, which = place % BAD_EVERY == BAD_EVERY - 1, place // BAD_EVERY % len(SORTS)
        yield one, SORTS[which] if bad else ""


def _cells(one: Person) -> list[str]:
    year, month, day = one.birth.split("-")
    day_first = f"{day}/{month}/{year}"
    return [reference(one), one.name, "", day_first, one.sex, one.nationality, one.passport, "-"]


def reference(one: Person) -> str:
    """Return the number that a person has in every file."""
    return f"TN-{one.number}"


def _spoiled(cells: list[str], wrong: str) -> list[str]:
    spoiled = {
        "date_impossible": {3: "31/02/1970"},
        "name_without_letters": {1: "12345"},
        "value_unknown": {4: "??"},
        "number_too_short": {6: "7"},
        "record_without_name": {1: ""},
    }.get(wrong, {})
    return [spoiled.get(at, cell) for at, cell in enumerate(cells)]


def without_planted(people: Sequence[Person]) -> list[Person]:
    """Return those whose rows are whole in a table."""
    return [one for one, wrong in _with_sorts(people) if not wrong]


def as_ftm(people: Sequence[Person]) -> File:
    """Return FollowTheMoney lines, among them a schema that no record is, a cut line and a day that is none."""
    lines, planted = [], {}
    for line, (one, wrong) in enumerate(_with_sorts(people), start=1):
        entity = _entity(one)
        raw, code = _spoiled_line(entity, line) if wrong else (_json(entity), "")
        lines.append(raw)
        if code:
            planted[line] = code
    content = ("\n".join(lines) + "\n").encode("utf-8")
    return File(name="persons.ftm.json", content=content, rows=len(lines), planted=planted)


def _entity(one: Person) -> dict[str, Any]:
    known = {
        "name": [one.name],
        "birthDate": [one.birth],
        "gender": [one.sex],
        "nationality": [one.nationality.lower()],
        "passportNumber": [one.passport],
        "topics": ["wanted"],
    }
    return {"id": reference(one), "schema": "Person", "properties": known}


def _spoiled_line(entity: dict[str, Any], line: int) -> tuple[str, str]:
    return (
        (_json({**entity, "schema": "Ownership"}), "schema_not_read"),
        (_json(entity)[:40], "row_is_no_entity"),
        (_json({**entity, "properties": {**entity["properties"], "birthDate": ["1970-02-31"]}}), "date_impossible"),
    )[line // BAD_EVERY % 3]  # fmt: skip


def _json(value: object) -> str:
    return json.dumps(value, ensure_ascii=False)


def as_xlsx(people: Sequence[Person]) -> File:
    """Return a workbook: days as days, and now and then a formula where a value should stand."""
    book = Workbook(write_only=True)
    sheet = book.create_sheet()
    sheet.append(VIETNAMESE)
    planted = {}
    for line, (one, wrong) in enumerate(_with_sorts(people), start=AFTER_HEADINGS):
        cells: list[object] = [*_cells(one)]
        cells[3] = date.fromisoformat(one.birth)
        if wrong:
            cells[1], planted[line] = f'=B{line - 1}&""', "formula_in_cell"
        sheet.append(cells)
    content = io.BytesIO()
    book.save(content)
    return File(name="persons.xlsx", content=content.getvalue(), rows=len(people), planted=planted)
