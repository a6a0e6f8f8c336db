"""The persons as files that offices send: a CSV with Vietnamese headings, FollowTheMoney lines, both with bad lines."""

from __future__ import annotations

import csv
import io
import json
from collections.abc import Iterable

from bench.records.people import Person

HEADINGS = (
    "Số hồ sơ",
    "Họ và tên",
    "Bí danh",
    "Ngày sinh",
    "Giới tính",
    "Quốc tịch",
    "Số hộ chiếu",
    "Dân tộc",
)
BAD_DATE_EVERY = 100
"""Every so many persons the clerk wrote a day that is none."""


def as_csv(people: Iterable[Person]) -> bytes:
    """Return a CSV as an office of Viet Nam writes it, with a sensitive column (SG28) and bad dates."""
    text = io.StringIO()
    writer = csv.writer(text)
    writer.writerow(HEADINGS)
    for one in people:
        writer.writerow(
            (f"TN-{one.number}", one.name, one.alias, _local(one), "Nữ" if one.sex == "female" else "Nam",
             one.nationality, one.passport, "Tày")
        )  # fmt: skip
    return text.getvalue().encode("utf-8")


def _local(one: Person) -> str:
    if one.number % BAD_DATE_EVERY == 0:
        return "31/02/1970"
    year, month, day = one.birth.split("-")
    return f"{day}/{month}/{year}"


def as_ftm(people: Iterable[Person]) -> bytes:
    """Return FollowTheMoney lines, among them a schema that no record is, and a line that is cut off."""
    lines = [json.dumps(_entity(one), ensure_ascii=False) for one in people]
    lines.insert(3, json.dumps({"id": "own-1", "schema": "Ownership", "properties": {"owner": ["x"]}}))
    lines.insert(7, '{"id": "cut", "schema": "Person", "proper')
    return ("\n".join(lines) + "\n").encode("utf-8")


def _entity(one: Person) -> dict[str, object]:
    known = {
        "name": [one.name],
        "alias": [one.alias] if one.alias else [],
        "birthDate": [one.birth],
        "gender": [one.sex],
        "nationality": [one.nationality.lower()],
        "passportNumber": [one.passport],
        "topics": ["wanted"],
    }
    return {
        "id": f"ftm-{one.number}",
        "schema": "Person",
        "properties": {k: v for k, v in known.items() if v},
    }


PLANTED_IN_FTM = 2
