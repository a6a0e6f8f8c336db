"""A file of persons through the API: the gates of the desk, candidates alone, approvals by nobody."""

import json

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile

from tests.api.test_calls import V1, System

pytestmark = pytest.mark.django_db
SAID = {
    "purpose": "INVESTIGATE",
    "case_number": "17/2026",
    "legal_basis": "§ 109",
    "register_code": "case_file",
    "origin": "Biên bản 12",
    "origin_signed": "true",
}


def give(system, text, status=200, **changed):
    file = SimpleUploadedFile("persons.csv", text.encode())
    body = {**SAID, **changed, "file": file}
    answer = system.client.post(f"{V1}/file-searches", body, headers=system.headers)
    assert answer.status_code == status, answer.content.decode()
    return json.loads(answer.content)


def test_a_small_file_gives_candidates_and_names_bad_lines(world):
    linh = System(world.officers["linh"])
    kept = world.enter("谭庆远")
    done = give(linh, "name,birth\n谭庆远,1987\n韦明霞,31/02/1970\n")
    assert (done["state"], done["rows_done"], done["rows_bad"]) == ("done", 2, 1)
    assert done["bad_lines"] == [{"line": 3, "code": "date_impossible", "field": "birth"}]
    found = linh.get(f"/file-searches/{done['key']}/candidates")
    assert {"line": 2, "record": kept.pk, "agreement": "moderate"} in found
    assert set(found[0]) == {"line", "record", "agreement"}


def test_a_large_file_waits_for_two_at_the_desk(world):
    linh = System(world.officers["linh"])
    waits = give(linh, "name\n" + "谭庆远\n" * 51)
    assert (waits["state"], waits["approvals"], waits["rows_done"]) == ("staged", 0, 0)


def test_a_forbidden_register_and_an_unsigned_origin_are_refused(world):
    linh = System(world.officers["linh"])
    assert give(linh, "name\n谭\n", 403, register_code="hotel")["code"] == "search_register_forbidden"
    assert give(linh, "name\n谭\n", 422, origin_signed="false")["field"] == "origin_signed"


def test_what_a_file_gave_is_its_authors(world):
    key = give(System(world.officers["linh"]), "name\n谭庆远\n")["key"]
    System(world.officers["bang"]).get(f"/file-searches/{key}", 404)
