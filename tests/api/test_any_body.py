"""Whatever stands in a body, or behind the address on a paper: an answer with its code, and never a crash."""

import os
from random import Random
from urllib.parse import quote

import pytest
from django.db import transaction
from django.test import Client

from lienlac.api import tokens
from lienlac.core.messages import canonical
from tests.api.test_calls import question
from tests.fuzz.altering import altered

pytestmark = pytest.mark.django_db
BODIES = int(os.environ.get("LIENLAC_FUZZ_BODIES", "40"))
ANSWER = {"response": "NOHIT", "body": {}, "despite_candidates": True}
SEARCH = {"text": "Đàm Khánh Viễn", "kind": "", "purpose": "INVESTIGATE", "agreement": "", "reference": "1"}
SAMPLES = {
    "/enquiries": [question(), question(body={}), question(kind="LOC")],
    "/enquiries/{key}/answers": [
        ANSWER,
        ANSWER | {"response": "STATUS", "body": {"until": "2026-12-01T00:00:00Z"}},
    ],
    "/records/search": [SEARCH],
    "/names/compare": [{"one": "Đàm Khánh Viễn", "other": "谭庆远"}],
}


@pytest.mark.parametrize("path", SAMPLES)
def test_no_body_breaks_a_call(world, path):
    address = "/api/v1" + path.format(key=world.received[0].pk)
    headers = {"Authorization": f"Bearer {tokens.issue(world.officers['linh'])}"}
    client = Client()
    for number in range(BODIES):
        chance = Random(f"{path}/{number}")
        body = altered(canonical.encode(chance.choice(SAMPLES[path])), chance)
        with transaction.atomic():
            answer = client.post(address, body, "application/json", headers=headers)
            transaction.set_rollback(True)
        assert answer.status_code < 500, (number, body, answer.content)


@pytest.mark.parametrize("part", ["\\ud83d", "\\udc00", "\\u0000"])
@pytest.mark.parametrize("path", ["/records/search", "/names/compare", "/enquiries"])
def test_a_text_that_cannot_be_stored_is_refused(world, path, part):
    headers = {"Authorization": f"Bearer {tokens.issue(world.officers['linh'])}"}
    body = canonical.encode(SAMPLES[path][0]).replace(b'":"', b'":"' + part.encode(), 1)
    answer = Client().post("/api/v1" + path, body, "application/json", headers=headers)
    assert answer.status_code == 400, answer.content
    assert answer.json()["code"] == "call_shape"


def test_no_address_on_a_paper_breaks_its_page(world):
    client = Client()
    client.force_login(world.officers["linh"])
    message = world.asked[0].enquiry.message_id
    for number in range(BODIES):
        chance = Random(f"paper/{number}")
        code = altered(f"{message}/{'0' * 16}".encode(), chance).decode("utf-8", "replace")
        address = f"/verify/{quote(code)}"
        assert client.get(address).status_code < 500, (number, address)
