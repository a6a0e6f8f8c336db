"""Files through the other door: put, sent, listed, downloaded by whoever may, refused in words."""

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile

from lienlac.api import tokens
from lienlac.apps.audit import reading
from lienlac.apps.audit.house import Thing
from lienlac.apps.mailroom import files
from lienlac.apps.mailroom.models import File
from tests.api.test_calls import V1, System, linh, question  # noqa: F401

pytestmark = pytest.mark.django_db
PDF = b"%PDF-1.7 a decision"


def put(system, name="quyết định.pdf", content=PDF, status=201, **more):
    data = {"file": SimpleUploadedFile(name, content)} | more
    return system._read(system.client.post(f"{V1}/files", data, headers=system.headers), status)


def download(system, key, file):
    return system.client.get(f"{V1}/enquiries/{key}/files/{file}", headers=system.headers)


def test_a_file_is_put_sent_listed_and_downloaded(linh):  # noqa: F811
    tray = put(linh)["tray"]
    assert put(linh, name="2.pdf", tray=tray)["names"] == ["quyết định.pdf", "2.pdf"]
    (row,) = linh.post("/enquiries", question(tray=tray), 201)
    assert [one.name for one in files.manifests_of(row["message_id"])] == ["quyết định.pdf", "2.pdf"]
    first, _second = linh.get(f"/enquiries/{row['key']}/files")
    assert (first["ours"], first["come"], first["pieces"], first["size"]) == (True, 0, 1, len(PDF))
    assert first["preview"] is False
    linh.get(f"/enquiries/{row['key']}/files/{first['key']}/preview", 404)
    answer = download(linh, row["key"], first["key"])
    assert b"".join(answer) == PDF
    assert answer.headers["Content-Disposition"].startswith("attachment")
    assert answer.headers["X-Content-Type-Options"] == "nosniff"
    looks = reading.looks_at(Thing(list="attachment", key=first["sha256"]), limit=5)
    assert [look.officer for look in looks] == ["linh"]


def test_what_may_not_go_is_refused_by_code_and_in_words(linh):  # noqa: F811
    said = put(linh, name="a.pdf", content=b"MZ", status=403)
    assert (said["code"], "program" in said["says"]) == ("attachment_program", True)
    assert put(linh, tray="../x", status=422)["code"] == "call_shape"
    assert not File.objects.exists()


def test_nobody_downloads_through_another_enquiry_or_from_outside(world, linh):  # noqa: F811
    (row,) = linh.post("/enquiries", question(tray=put(linh)["tray"]), 201)
    key = File.objects.get().pk
    assert download(linh, world.received[0].pk, key).status_code == 404
    assert download(System(world.officers["mara"]), row["key"], key).status_code == 403


def test_the_calls_stand_in_the_openapi_description(linh):  # noqa: F811
    paths = linh.get("/openapi.json")["paths"]
    assert {f"{V1}/files", f"{V1}/enquiries/{{key}}/files", f"{V1}/enquiries/{{key}}/files/{{file}}"} <= set(
        paths
    )


def test_a_token_is_known_before_what_comes_with_it_is_read(linh):  # noqa: F811
    assert tokens.knows(linh.headers["Authorization"])
    assert not tokens.knows(linh.headers["Authorization"] + "x")
    assert not tokens.knows(linh.headers["Authorization"].removeprefix("Bearer "))
    assert not tokens.knows("")
