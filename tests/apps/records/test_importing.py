"""A file becomes records: staged, looked at, taken in batches, each row on its own."""

from __future__ import annotations

import io
import json
from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from openpyxl import Workbook

from lienlac.apps.accounts.models import User
from lienlac.apps.audit.models import Leaf
from lienlac.apps.records import actions
from lienlac.apps.records.actions import Declared
from lienlac.apps.records.models import Import, ImportRow, NameKey, Record, RecordName
from lienlac.core.errors import Malformed, Refused
from lienlac.core.ledger import leaves
from tests.apps.records.people import NOW, linh, officer

pytestmark = pytest.mark.django_db

CSV = (
    "姓名,出生日期,性别,民族,编号\n"
    "谭庆远,1987年3月12日,男,壮,A-1\n"
    "韦明霞,1990,女,壮,A-2\n"
    "陆建国,31/02/1970,男,汉,A-3\n"
)


def said(**more: Any) -> Declared:
    given = {"kind": "wanted", "source": "通缉名单", "legal_basis": "Decision 17", "register": "wanted_list"}
    return Declared(**{**given, "name_language": "zh-hans", **more})


def staged(content: str | bytes = CSV, by: User | None = None, name: str = "list.csv", **more: Any) -> Import:
    raw = content.encode() if isinstance(content, str) else content
    return actions.stage(by or linh(), name, raw, said(**more), now=NOW)


def taken(row: Import) -> Import:
    actions.start(row.officer, row, now=NOW)
    return actions.run(row.pk, now=NOW)


def test_nothing_is_a_record_before_somebody_looked() -> None:
    row = staged()
    assert not Record.objects.exists()
    seen = actions.preview(row, now=NOW)
    assert [draft.names[0].text for _, draft in seen.drafts] == ["谭庆远", "韦明霞"]
    assert seen.errors == ((4, "date_impossible", "birth"),)


def test_each_bad_row_is_named_by_line_and_the_good_ones_are_taken() -> None:
    row = taken(staged())
    assert (row.state, row.rows_done, row.rows_bad) == ("done", 3, 1)
    assert sorted(RecordName.objects.values_list("text", flat=True)) == ["谭庆远", "韦明霞"]
    bad = ImportRow.objects.get()
    assert (bad.line, bad.error, bad.error_field, bad.cells) == (4, "date_impossible", "birth", [])


def test_a_row_about_somebody_not_yet_born_is_bad() -> None:
    row = taken(staged("name,date of birth\nLò Thị Mai,2050-01-01\nLò Văn Nam,1990-01-01\n"))
    assert (row.rows_bad, Record.objects.count()) == (1, 1)
    bad = ImportRow.objects.get(error="birth_in_the_future")
    assert (bad.line, bad.error_field) == (2, "birth")


def test_sensitive_columns_are_dropped_with_a_count_and_the_row_is_kept() -> None:
    row = staged()
    assert row.dropped_columns == 1
    assert "民族" not in row.headings
    assert "壮" not in json.dumps(list(ImportRow.objects.values_list("cells", flat=True)), ensure_ascii=False)
    taken(row)
    assert Record.objects.count() == 2


@pytest.mark.parametrize("heading", ["dân tộc", "Tôn giáo", "宗教信仰", "ethnicity", "religion"])
def test_sensitive_columns_are_known_in_several_languages(heading: str) -> None:
    assert staged(f"name,{heading}\nLò Thị Mai,x\n").dropped_columns == 1


@pytest.mark.parametrize("register", ["population", "hotel", "telecom", "school", "health"])
def test_a_register_of_a_population_is_never_taken(register: str) -> None:
    with pytest.raises(Refused, match="search_register_forbidden"):
        staged(register=register)
    assert not Import.objects.exists()


@pytest.mark.parametrize(("field", "value"), [("source", ""), ("legal_basis", " "), ("register", "my own")])
def test_a_file_says_whose_it_is_and_on_what_basis(field: str, value: str) -> None:
    with pytest.raises(Malformed) as caught:
        staged(**{field: value})
    assert caught.value.facts["field"] == field


def test_the_officer_may_say_what_a_column_means() -> None:
    row = staged("who,when\n谭庆远,1987\n")
    assert row.fields == ["", ""]
    actions.understand(row.officer, row, {0: "name", 1: "birth"}, now=NOW)
    taken(row)
    assert Record.objects.get().birth == "1987"


def test_the_same_list_next_week_changes_the_records_and_makes_no_twins() -> None:
    on_duty = linh()
    taken(staged(by=on_duty))
    taken(staged(CSV.replace("1990", "1991"), by=on_duty))
    assert Record.objects.count() == 2
    assert Record.objects.get(reference="A-2").birth == "1991"
    assert RecordName.objects.count() == 2


def test_the_very_same_file_again_is_recognised_row_by_row_and_compared_with_nobody() -> None:
    on_duty = linh()
    taken(staged(by=on_duty))
    Record.objects.update(to_compare=False, retention_until=NOW.date(), warned=2)
    again = taken(staged(by=on_duty))
    assert (again.rows_known, again.rows_bad, Record.objects.count()) == (2, 1, 2)
    assert not Record.objects.filter(to_compare=True).exists()
    assert all(row.retention_until > NOW.date() and row.warned == 0 for row in Record.objects.all())


def test_rows_without_a_reference_are_known_by_every_word() -> None:
    unnumbered = "姓名,出生日期\n谭庆远,1987\n韦明霞,1990\n谭庆远,1987\n"
    on_duty = linh()
    first = taken(staged(unnumbered, by=on_duty))
    assert (Record.objects.count(), first.rows_known) == (2, 1)
    again = taken(staged(unnumbered + "谭庆远,1988\n", by=on_duty))
    assert (again.rows_known, Record.objects.count()) == (3, 3)


def test_a_withdrawn_record_is_not_taken_for_the_row_that_comes_back() -> None:
    on_duty = linh()
    taken(staged(by=on_duty))
    Record.objects.update(withdrawn_at=NOW)
    assert taken(staged(by=on_duty)).rows_known == 0
    assert not Record.objects.exclude(withdrawn_at=None).exists()


def test_one_reference_twice_in_a_file_is_the_later_rows_fault() -> None:
    row = taken(staged("name,id\nLò Thị Mai,1\nVi Văn Sáng,1\n"))
    assert row.rows_bad == 1
    assert ImportRow.objects.get().error == "reference_twice"


def test_one_reference_twice_is_seen_across_batches_too() -> None:
    row = staged("name,id\nLò Thị Mai,1\nVi Văn Sáng,2\nNông Văn Tư,1\n")
    actions.start(row.officer, row, now=NOW)
    for _ in range(4):
        row = actions.take_batch(row.pk, now=NOW, most=1)
    assert (row.state, row.rows_bad) == ("done", 1)
    assert (ImportRow.objects.get().line, ImportRow.objects.get().error) == (4, "reference_twice")
    assert Record.objects.get(reference="1").names.get().text == "Lò Thị Mai"


def test_an_import_stops_at_any_batch_and_goes_on() -> None:
    row = staged("name\n" + "\n".join(f"Lò Thị Mai {word}" for word in ("An", "Bình", "Chi", "Dung", "Em")))
    actions.start(row.officer, row, now=NOW)
    half = actions.take_batch(row.pk, now=NOW, most=2)
    assert (half.state, half.rows_done, Record.objects.count()) == ("running", 2, 2)
    assert actions.run(row.pk, now=NOW).rows_done == 5
    assert Record.objects.count() == 5


def test_what_waits_is_erased_when_an_import_is_cancelled() -> None:
    row = staged()
    actions.cancel(row.officer, row, now=NOW)
    assert not ImportRow.objects.exists()
    with pytest.raises(Refused, match="not_now"):
        actions.start(row.officer, Import.objects.get(), now=NOW)


def test_who_may_see_nothing_imports_nothing() -> None:
    with pytest.raises(Refused):
        staged(by=officer("mara", "leader"))


def test_an_import_is_in_the_house_ledger() -> None:
    taken(staged())
    facts = [leaves.decode(bytes(leaf.body)).facts for leaf in Leaf.objects.order_by("pk")]
    assert [(one["code"], one["count"]) for one in facts] == [("staged", 3), ("imported", 2)]


def test_follow_the_money_and_xlsx_come_in_by_the_same_way() -> None:
    on_duty = linh()
    entity = {"id": "x-1", "schema": "Person", "properties": {"name": ["Đàm Khánh Viễn"], "religion": ["?"]}}
    by_json = staged(json.dumps(entity), by=on_duty, name="people.json", source="ftm")
    assert by_json.dropped_columns == 1
    taken(by_json)
    book, out = Workbook(), io.BytesIO()
    book.active.append(["Họ tên", "Năm sinh"])
    book.active.append(["Nông Văn Sơn", "=1900+87"])
    book.active.append(["Lò Thị Mai", 1999])
    book.save(out)
    row = taken(staged(out.getvalue(), by=on_duty, name="people.xlsx", source="xlsx"))
    assert (row.rows_done, row.rows_bad) == (2, 1)
    assert ImportRow.objects.get(of=row).error == "formula_in_cell"
    assert Record.objects.get(source="xlsx").birth == "1999"
    assert Record.objects.get(source="ftm").reference == "x-1"


def test_queries_grow_with_batches_not_with_rows() -> None:
    on_duty = linh()

    def queries(names: list[str]) -> int:
        row = staged("name\n" + "\n".join(names), by=on_duty)
        actions.start(on_duty, row, now=NOW)
        with CaptureQueriesContext(connection) as seen:
            actions.take_batch(row.pk, now=NOW)
        return len(seen)

    queries(["Lò Thị Mai", "Vi Văn Sáng"])
    few = queries(["Lò Thị Mai", "Vi Văn Sáng"])
    keys = NameKey.objects.count()
    many = queries(["Lò Thị Mai", "Vi Văn Sáng"] * 30)
    assert many <= few + (NameKey.objects.count() - keys) // 300 + 1  # SQLite takes 999 values a statement
