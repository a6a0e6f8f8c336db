"""Search with a file on the pages: declared by Linh, approved by two others, watched, exported, erased."""

from __future__ import annotations

from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.urls import reverse

from lienlac.apps.records.models import Look
from lienlac.apps.screening.models import FileSearch, FileSearchRow
from tests.apps.records.people import linh, officer, record
from tests.web.screening.test_same_person import browser

pytestmark = pytest.mark.django_db
SAID = {
    "purpose": "INVESTIGATE",
    "case_number": "17/2026",
    "legal_basis": "§ 109",
    "register": "case_file",
    "origin": "Biên bản 12",
    "origin_signed": "on",
}


def give(client: Client, text: str, **more: str) -> Any:
    file = SimpleUploadedFile("persons.csv", text.encode("gbk"))
    return client.post(reverse("file_search_new"), {**SAID, **more, "file": file})


def do(client: Client, name: str) -> Any:
    return client.post(reverse("file_search_deed", args=[FileSearch.objects.get().pk, name]), follow=True)


def test_a_small_file_in_gbk_is_searched_at_once() -> None:
    on_duty = linh()
    record(on_duty, birth="1987-03-12")
    client = browser(on_duty)
    give(client, "姓名,出生日期,民族\n谭庆远,1987,壮\n韦明霞,31/02/1970,汉\n")
    page = do(client, "start")
    assert [row["asked"] for row in page.context["rows"]] == ["谭庆远 · 1987"]
    assert page.context["errors"][0]["line"] == 3
    assert "1 sensitive column was dropped" in page.content.decode()
    told = client.post(reverse("file_search_export", args=[FileSearch.objects.get().pk]))
    assert told.headers["Content-Type"].startswith("text/csv")
    do(client, "erase")
    assert not FileSearchRow.objects.exists()


def test_two_others_approve_a_large_file_and_see_no_line_of_it() -> None:
    client, bang, lam = (
        browser(who) for who in (linh(), officer("bang", "supervisor"), officer("lam", "analyst"))
    )
    give(client, "姓名\n" + "谭庆远\n" * 51)
    refused = do(client, "start")
    assert refused.context["staged"]
    assert (
        f'action="{refused.context["urls"]["start"]}"' not in refused.content.decode()
    )  # the second consent begins it
    for approver in (bang, lam):
        seen = approver.get(reverse("file_search", args=[FileSearch.objects.get().pk]))
        assert "谭庆远" not in seen.content.decode()
        assert "Biên bản 12" in seen.content.decode()
        do(approver, "approve")
    assert FileSearch.objects.get().state == "running"
    page = do(client, "step")
    assert (
        page.context["search"].rows_done == 0
    )  # the node goes through many by itself; the page asks how far it is
    assert f'hx-get="{page.context["urls"]["progress"]}"' in page.content.decode()


def test_how_far_it_is_tells_no_line_and_leads_to_the_page_at_the_end() -> None:
    on_duty = linh()
    record(on_duty)
    client = browser(on_duty)
    give(client, "姓名\n" + "谭庆远\n" * 51)
    row, noted = FileSearch.objects.get(), Look.objects.count()
    for state, leads_on in (("running", "file_search_progress"), ("done", "file_search")):
        FileSearch.objects.update(state=state)
        seen = client.get(reverse("file_search_progress", args=[row.pk])).content.decode()
        assert "谭庆远" not in seen
        assert f'hx-get="{reverse(leads_on, args=[row.pk])}"' in seen
    assert Look.objects.count() == noted


def test_how_far_it_is_concerns_no_other_office() -> None:
    give(browser(linh()), "姓名\n谭庆远\n")
    address = reverse("file_search_progress", args=[FileSearch.objects.get().pk])
    assert browser(officer("far", office="vn-x")).get(address).status_code == 404


def test_who_does_not_sign_is_told_so_beside_the_box() -> None:
    page = give(browser(linh()), "姓名\n谭庆远\n", origin_signed="")
    assert page.status_code == 422
    assert list(page.context["form"].errors) == ["origin_signed"]
