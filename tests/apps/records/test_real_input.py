"""Files as offices send them: many invented persons from public lists of names, through the page and the command.

A thousand each, to stay quick; `python -m bench.records` takes in ten thousand each and prints how long it took.
"""

from __future__ import annotations

import io
from pathlib import Path
from typing import Any

import pytest
from bench.records import files
from bench.records.people import people
from click.testing import CliRunner
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse
from openpyxl import Workbook

from lienlac.apps.records import actions, finding
from lienlac.apps.records.models import Import, Record
from lienlac.apps.screening import actions as screening
from lienlac.cli import of_node
from lienlac.cli import records as command
from tests.apps.records.people import NOW, linh
from tests.apps.screening import world
from tests.web.screening.test_same_person import browser

pytestmark = [pytest.mark.django_db, pytest.mark.processes]
COUNT = 1_000
DECLARED = {"source": "Danh sách", "register": "wanted_list", "legal_basis": "QĐ 17", "kind": "wanted"}


def upload(client: Any, name: str, content: bytes) -> Import:
    client.post(reverse("record_import"), {**DECLARED, "file": SimpleUploadedFile(name, content)})
    return Import.objects.latest("pk")


def taken_in(client: Any, row: Import) -> Import:
    client.post(reverse("record_import_start", args=[row.pk]))
    while (row := Import.objects.get(pk=row.pk)).state == Import.State.RUNNING:
        client.post(reverse("record_import_step", args=[row.pk]))
    return row


def test_a_csv_of_many_through_the_page_and_enquiries_against_it() -> None:
    on_duty, drawn = linh(), list(people(COUNT))
    client = browser(on_duty)
    file = files.as_csv(drawn)
    row = upload(client, "danh sach.csv", file.content)
    look = client.get(reverse("record_import_page", args=[row.pk]))
    assert len(look.context["preview"]) == 10
    assert look.context["dropped"] == 1
    row = taken_in(client, row)
    assert dict(row.rows.values_list("line", "error")) == file.planted
    assert (row.state, row.rows_done, row.rows_bad) == ("done", COUNT, len(file.planted))
    assert Record.objects.count() == COUNT - len(file.planted)
    partner = world.build()
    for one in (drawn[0], drawn[1], drawn[7]):
        asked = {"subject_name": one.name, "subject_name_language": one.language, "birth": one.birth}
        message_id = world.arrives(partner, **asked)
        screening.compare_waiting(now=NOW)
        found = {each.record.reference for each in world.candidates(message_id)}
        assert f"TN-{one.number}" in found


def test_followthemoney_through_the_command_names_each_bad_line(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    linh()
    drawn = list(people(COUNT, seed=7))
    file = tmp_path / "persons.ftm"
    made = files.as_ftm(drawn)
    file.write_bytes(made.content)
    monkeypatch.setattr(of_node.start, "for_home", lambda _path: None)
    options = {
        "by": "linh",
        "kind": "wanted",
        "source": "list",
        "register": "wanted_list",
        "legal-basis": "D 17",
    }
    words = [word for name, value in options.items() for word in (f"--{name}", value)]
    done = CliRunner().invoke(command.records, ["import", str(file), *words], obj=tmp_path)
    assert done.exception is None, done.output
    assert f"{COUNT - len(made.planted)} taken in, {len(made.planted)} lines not" in done.output
    assert all(f"line {line}:" in done.output for line in made.planted)
    by_passport = finding.near([], {("document", drawn[5].passport)})
    assert [hit.record.reference for hit in by_passport.values()] == [files.reference(drawn[5])]


@pytest.mark.parametrize("encoding", ["gbk", "utf-16", "utf-8-sig"])
def test_the_encodings_of_the_region(encoding: str) -> None:
    drawn = [one for one in people(40) if one.language == "zh-hans"]
    text = "姓名,出生日期\n" + "".join(f"{one.name},{one.birth}\n" for one in drawn)
    row = upload(browser(linh()), "名单.csv", text.encode(encoding))
    seen = actions.preview(row, now=NOW)
    assert [draft.names[0].text for _, draft in seen.drafts] == [one.name for one in drawn]


def test_a_workbook_with_formulas_refuses_those_rows_alone() -> None:
    book, drawn = Workbook(), list(people(6))
    sheet = book.active
    sheet.append(["name", "birth"])
    for one in drawn:
        sheet.append([one.name, one.birth])
    sheet["A4"] = '=WEBSERVICE("http://127.0.0.1/")'
    content = io.BytesIO()
    book.save(content)
    client = browser(linh())
    row = taken_in(client, upload(client, "list.xlsx", content.getvalue()))
    assert (row.rows_done, row.rows_bad) == (6, 1)
    assert list(row.rows.values_list("line", "error")) == [(4, "formula_in_cell")]
