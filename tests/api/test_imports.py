"""A file of records through the API: staged, understood, taken in by the verbs of the desk."""

import json

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile

from lienlac.apps.mailroom import bells
from lienlac.apps.records.models import Record
from tests.api.test_calls import V1, System

pytestmark = pytest.mark.django_db
SAID = {"kind": "wanted", "source": "list 7", "legal_basis": "QĐ 17", "register_code": "wanted_list"}
TEXT = "name,birth,ethnicity,who\n谭庆远,1987,x,A\n韦明霞,31/02/1970,x,B\n"


def give(system, text=TEXT, status=200, **changed):
    body = {**SAID, **changed, "file": SimpleUploadedFile("persons.csv", text.encode())}
    answer = system.client.post(f"{V1}/records/imports", body, headers=system.headers)
    assert answer.status_code == status, answer.content.decode()
    return json.loads(answer.content)


def test_a_file_is_staged_understood_and_taken_in(world):
    linh = System(world.officers["linh"])
    before = Record.objects.count()
    staged = give(linh)
    assert (staged["state"], staged["rows_total"], staged["dropped_columns"]) == ("staged", 2, 1)
    assert staged["columns"][2] == {"heading": "who", "field": ""}
    assert staged["bad_lines"] == [{"line": 3, "code": "date_impossible", "field": "birth"}]
    assert Record.objects.count() == before
    meant = linh.post(f"/records/imports/{staged['key']}/columns", {"fields": {"2": "reference"}})
    assert meant["columns"][2]["field"] == "reference"
    done = linh.post(f"/records/imports/{staged['key']}/start", {})
    assert (done["state"], done["rows_done"], done["rows_bad"]) == ("done", 2, 1)
    assert Record.objects.get(source="list 7").reference == "A"
    assert linh.get(f"/records/imports/{staged['key']}") == done


def test_what_is_not_allowed_is_refused_by_name(world):
    linh = System(world.officers["linh"])
    assert give(linh, status=403, register_code="hotel")["code"] == "search_register_forbidden"
    assert give(linh, status=422, source=" ")["field"] == "source"
    assert give(linh, status=422, kind="nobody")["code"] == "record_kind_unknown"
    key = give(linh)["key"]
    wrong = linh.post(f"/records/imports/{key}/columns", {"fields": {"0": "shoe_size"}}, 422)
    assert wrong["code"] == "field_code"


def test_a_cancelled_import_keeps_nothing_that_waits(world):
    linh = System(world.officers["linh"])
    key = give(linh)["key"]
    assert linh.post(f"/records/imports/{key}/cancel", {})["state"] == "cancelled"
    linh.post(f"/records/imports/{key}/start", {}, 403)


def test_who_sees_no_records_sees_no_imports(world):
    key = give(System(world.officers["linh"]))["key"]
    System(world.officers["mara"]).get(f"/records/imports/{key}", 403)
    System(world.officers["linh"]).get("/records/imports/999999", 404)


def test_what_is_left_after_the_first_rows_is_taken_in_at_once(world, monkeypatch):
    """The background process is rung: it does not wait for its next minute."""
    rung = []
    monkeypatch.setattr(bells, "ring", lambda: rung.append(True))
    linh = System(world.officers["linh"])
    names = "".join(f"谭庆远{chr(0x4E00 + at)},1987,x,A\n" for at in range(501))
    for text, rings in ((TEXT, []), ("name,birth,ethnicity,who\n" + names, [True])):
        key = give(linh, text)["key"]
        rung.clear()
        linh.post(f"/records/imports/{key}/start", {})
        assert rung == rings
