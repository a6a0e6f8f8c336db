"""The API does what the desk does for the same officer, says why in his language, and remembers who looked."""

import json
from dataclasses import replace
from unittest.mock import Mock

import pytest
from django.conf import settings
from django.contrib.auth import get_user_model
from django.db import OperationalError
from django.test import Client, override_settings

from lienlac.api import tokens
from lienlac.apps.audit import reading
from lienlac.apps.audit.house import Thing
from lienlac.apps.enquiries.models import Addressee, Enquiry
from lienlac.apps.mailroom.models import Parcel
from lienlac.core.lane import Quota
from lienlac.core.messages.kinds import KINDS, askable
from tests.web.world import BODY, HERE, MEMORANDUM, THERE

pytestmark = pytest.mark.django_db
V1 = "/api/v1"


class System:
    """A system of the agency that acts for one officer by his token."""

    def __init__(self, officer, language="en"):
        self.client = Client()
        self.headers = {"Authorization": f"Bearer {tokens.issue(officer)}", "Accept-Language": language}

    def get(self, path, status=200):
        return self._read(self.client.get(V1 + path, headers=self.headers), status)

    def post(self, path, body, status=200):
        answer = self.client.post(V1 + path, json.dumps(body), "application/json", headers=self.headers)
        return self._read(answer, status)

    def _read(self, answer, status):
        assert answer.status_code == status, answer.content.decode()
        return json.loads(answer.content)


@pytest.fixture
def linh(world):
    return System(world.officers["linh"])


def question(**changed):
    body = BODY | {"subject_name": "Lý Văn Sáng"}
    return {"kind": "VER_ID", "to_offices": [THERE], "agreement": MEMORANDUM, "body": body} | changed


def test_a_full_disk_is_told_and_nothing_is_asked(linh, monkeypatch):
    full = Mock(side_effect=OperationalError("database or disk is full"))
    monkeypatch.setattr("lienlac.apps.enquiries.actions.ask", full)
    before = Enquiry.objects.count()
    assert linh.post("/enquiries", question(), status=507)["code"] == "disk_full"
    assert Enquiry.objects.count() == before


def test_a_full_outbox_is_told_and_nothing_is_asked(linh):
    before = Enquiry.objects.count()
    with override_settings(NODE=replace(settings.NODE, outbox=Quota(parcels=1, size=1))):
        assert linh.post("/enquiries", question(), status=507)["code"] == "outbox_full"
    assert Enquiry.objects.count() == before


def test_enquiries_are_listed_without_the_persons_they_are_about(world, linh):
    page = linh.get("/enquiries")
    assert [row["key"] for row in page["rows"]] == sorted(
        (row.pk for row in world.asked + world.received), reverse=True
    )
    assert page["before"] is None
    assert "Viễn" not in json.dumps(page, ensure_ascii=False)
    asked = linh.get("/enquiries?side=asked")["rows"]
    assert {row["side"] for row in asked} == {"asked"}


def test_a_list_goes_on_behind_the_last_key(world, linh, monkeypatch):
    from lienlac.api import enquiries

    monkeypatch.setattr(enquiries, "PAGE", 3)
    first = linh.get("/enquiries")
    second = linh.get(f"/enquiries?before={first['before']}")
    assert len(first["rows"]) == 3
    assert len(second["rows"]) == 1
    assert second["before"] is None


def test_one_enquiry_is_shown_in_full_and_the_look_is_remembered(world, linh):
    row = world.received[0]
    shown = linh.get(f"/enquiries/{row.pk}")
    assert shown["body"]["subject_name"] == "谭庆远0"
    [look] = reading.looks_at(Thing(list="enquiry", key=row.enquiry.message_id), limit=5)
    assert look.officer == "linh"


def test_a_machine_that_reads_is_no_officer_who_opened(world, linh):
    row = world.received[0]
    linh.get(f"/enquiries/{row.pk}")
    assert Addressee.objects.get(pk=row.pk).opened_at is None
    assert linh.post(f"/enquiries/{row.pk}/open", {})["opened_at"]
    assert Addressee.objects.get(pk=row.pk).opened_at


def test_what_is_asked_here_is_asked_as_at_the_desk(world, linh):
    [row] = linh.post("/enquiries", question(), status=201)
    enquiry = Enquiry.objects.get(message_id=row["message_id"])
    assert enquiry.written_by == world.officers["linh"]
    assert enquiry.number == row["number"]
    assert row["state"] == "sent"
    assert Parcel.objects.filter(message__message_id=enquiry.message_id).exists()
    shown = linh.get(f"/enquiries/{row['key']}")
    assert [one["state"] for one in shown["deliveries"]] == ["waiting"]


def test_an_answer_goes_the_same_way(world, linh):
    row = world.received[1]
    given = {"response": "NOHIT", "body": {"text": "Không có.", "text_language": "vi"}}
    assert linh.post(f"/enquiries/{row.pk}/answers", given, status=201)["sent"]
    assert linh.get(f"/enquiries/{row.pk}")["answers"][0]["response"] == "NOHIT"


def test_a_safeguard_refuses_here_too_with_its_reason_in_the_language_asked_for(world):
    political = BODY | {"subject_name": "Lý Văn Sáng", "offence_article": "109"}
    said = {}
    for language in ("vi", "zh-CN,zh;q=0.9", "en"):
        system = System(world.officers["linh"], language)
        said[language] = system.post("/enquiries", question(body=political), status=403)
    assert len({one["says"] for one in said.values()}) == 3
    assert len({one["code"] for one in said.values()}) == 1
    assert Enquiry.objects.filter(body__subject_name="Lý Văn Sáng").count() == 0


@pytest.mark.parametrize("kind", sorted(set(KINDS) - {kind.code for kind in askable()}))
def test_a_kind_whose_safeguards_are_not_complete_is_refused(world, linh, kind):
    before = Enquiry.objects.count()
    answer = linh.post("/enquiries", question(kind=kind, body={}), status=403)
    assert answer["code"] in ("kind_not_open", "RF20")
    assert Enquiry.objects.count() == before


@pytest.mark.parametrize(
    ("changed", "code", "field"),
    [
        ({"subject_name": "x" * 10_000}, "field_too_long", "subject_name"),
        ({"birth": "yesterday"}, "field_format", "birth"),
        ({"sex": "often"}, "field_code", "sex"),
        ({"subject_name": 5}, "field_type", "subject_name"),
        ({"shoe_size": "44"}, "field_unknown", "shoe_size"),
        ({"subject_name": "Viễn\u202e"}, "field_characters", "subject_name"),
    ],
)
def test_a_wrong_field_is_named_as_the_form_names_it(linh, changed, code, field):
    wrong = question(body=BODY | {"subject_name": "Lý Văn Sáng"} | changed)
    answer = linh.post("/enquiries", wrong, status=422)
    assert (answer["code"], answer["field"]) == (code, field)
    assert answer["says"]


def test_a_call_of_the_wrong_shape_says_where(linh):
    answer = linh.post("/enquiries", {"kind": "VER_ID"}, status=422)
    assert answer["code"] == "call_shape"
    assert "to_offices" in answer["field"] or "agreement" in answer["field"]


@pytest.mark.parametrize("raw", [b"", b"{", b"[" * 100_000, b'{"kind": "\xff"}'])
def test_broken_json_is_refused_without_a_stack_trace(linh, raw):
    answer = linh.client.post(V1 + "/enquiries", raw, "application/json", headers=linh.headers)
    assert answer.status_code in (400, 422)
    assert b"Traceback" not in answer.content


def test_what_one_may_not_see_is_not_there(world, linh):
    get_user_model().objects.filter(username="bang").update(office="vn-elsewhere")
    elsewhere = System(get_user_model().objects.get(username="bang"))
    assert elsewhere.get("/enquiries")["rows"] == []
    assert elsewhere.get(f"/enquiries/{world.asked[0].pk}", status=404)["code"] == "not_there"
    linh.get("/enquiries/999999", status=404)


@pytest.mark.parametrize("who", ["mara", "hue", "lam"])
@pytest.mark.parametrize("path", ["/enquiries", "/records/1", "/candidates/1"])
def test_who_reads_no_cases_at_the_desk_reads_none_here(world, who, path):
    assert System(world.officers[who]).get(path, status=403)["code"] == "officer_may_not"


@pytest.mark.parametrize("path", ["/enquiries", "/enquiries/1", "/records/1", "/kinds", "/codes/purposes"])
def test_a_stranger_is_told_to_sign_in(path):
    answer = Client().get(V1 + path, headers={"Accept-Language": "zh"})
    assert answer.status_code == 401
    assert json.loads(answer.content)["code"] == "token_over"


def test_a_stranger_changes_nothing():
    answer = Client(enforce_csrf_checks=True).post(V1 + "/enquiries", "{}", "application/json")
    assert answer.status_code == 401


def test_a_browsers_session_needs_the_csrf_token(world):
    client = Client(enforce_csrf_checks=True)
    client.force_login(world.officers["linh"])
    answer = client.post(V1 + "/enquiries", json.dumps(question()), "application/json")
    assert answer.status_code == 403
    assert json.loads(answer.content)["code"] == "call_csrf"
    assert client.get(V1 + "/enquiries").status_code == 200


def test_kinds_are_told_from_the_table_with_labels(world):
    vietnamese = System(world.officers["linh"], "vi").get("/kinds")
    assert [kind["code"] for kind in vietnamese] == [kind.code for kind in askable()]
    fields = {field["name"]: field for field in vietnamese[0]["fields"]}
    assert fields["sex"]["shape"]["enum"]
    chinese = System(world.officers["linh"], "zh").get("/kinds")
    assert {one["label"] for one in chinese}.isdisjoint(one["label"] for one in vietnamese)


def test_a_code_list_is_told_with_labels(world, linh):
    listed = linh.get("/codes/purposes")
    assert "INVESTIGATE" in {one["code"] for one in listed}
    assert all(one["label"] != one["code"] for one in listed)
    linh.get("/codes/passwords", status=404)


def test_a_search_needs_its_case_and_its_purpose(world, linh):
    asked = {"text": "谭庆远", "purpose": "", "case_number": ""}
    assert linh.post("/records/search", asked, status=403)["code"] == "search_without_reason"
    asked = {"text": "谭庆远", "purpose": "INVESTIGATE", "case_number": "TL-1/2026"}
    assert linh.post("/records/search", asked) == []


def test_a_record_is_read_and_the_look_remembered(world, linh):
    from datetime import timedelta

    from django.utils import timezone

    from lienlac.apps.records.models import Record, RecordName

    now = timezone.now()
    record = Record.objects.create(
        kind="person",
        source="test",
        digest="-",
        retention_until=now.date() + timedelta(days=9),
        created_at=now,
        changed_at=now,
    )
    RecordName.objects.create(record=record, text="谭庆远", language="zh-hans")
    shown = linh.get(f"/records/{record.pk}")
    assert [name["text"] for name in shown["names"]] == ["谭庆远"]
    assert linh.get("/records/999999", status=404)["code"] == "not_there"


def test_candidates_are_told_and_no_call_gives_a_verdict(world, linh):
    row = world.received[0]
    assert linh.get(f"/enquiries/{row.pk}/candidates") == []
    paths = json.loads(Client().get(V1 + "/openapi.json").content)["paths"]
    assert not [path for path in paths if "verdict" in path]
    assert {method for path, calls in paths.items() if "candidate" in path for method in calls} == {"get"}


def test_the_documentation_comes_from_this_node_alone():
    page = Client().get(V1 + "/docs").content.decode()
    assert "swagger-ui-bundle.js" in page
    assert "https://" not in page
    assert "//cdn" not in page


def test_the_description_of_the_api_names_every_open_kind_and_every_code():
    openapi = json.loads(Client().get(V1 + "/openapi.json").content)
    body = openapi["components"]["schemas"]["AskIn"]["properties"]["body"]
    assert [one["title"] for one in body["oneOf"]] == [kind.code for kind in askable()]
    person = body["oneOf"][0]["properties"]
    assert person["subject_name"]["maxLength"] == 200
    assert openapi["openapi"].startswith("3.1")


def test_own_office_is_the_one_that_asks(world, linh):
    [row] = linh.post("/enquiries", question(), status=201)
    assert row["from_office"] == HERE
