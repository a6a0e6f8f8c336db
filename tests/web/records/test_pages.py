"""Pages of records, as Linh uses them: search, read, enter, import; and the vault that only Hà finds."""

from __future__ import annotations

from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from lienlac.apps.accounts.models import User
from lienlac.apps.records.models import Import, Look, Protected, QuotaLift, Record, Release
from tests.apps.records.people import linh, officer, record
from tests.apps.screening import world
from tests.web.screening.test_same_person import browser

pytestmark = pytest.mark.django_db
LANGUAGES = ["vi", "lo", "zh-hans", "km", "th", "my", "en"]
REASON = {"purpose": "INVESTIGATE", "case_number": "17/2026"}
LIST = "姓名,出生日期,民族,编号\n谭庆远,1987,壮,A-1\n陆建国,31/02/1970,汉,A-2\n"


def upload(client: Client, content: str = LIST, **more: str) -> Any:
    file = SimpleUploadedFile("list.csv", content.encode("gbk"))
    said = {"kind": "wanted", "source": "list", "register": "wanted_list", "legal_basis": "Decision 17"}
    return client.post(reverse("record_import"), {**said, "name_language": "zh-hans", **more, "file": file})


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_page_is_drawn_in_every_language(language: str) -> None:
    on_duty = linh()
    kept = record(
        on_duty, birth="1987", nationality="CN", numbers=[("plate", "桂L12345")], text="…", handling=("H1",)
    )
    client = browser(on_duty, language)
    upload(client)
    pages = [
        reverse("records"),
        reverse("record", args=[kept.pk]),
        reverse("record_new"),
        reverse("record_edit", args=[kept.pk]),
        reverse("record_withdraw", args=[kept.pk]),
        reverse("record_import"),
        reverse("record_import_page", args=[Import.objects.get().pk]),
        reverse("record_quota"),
    ]
    for page in pages:
        answer = client.get(page)
        assert answer.status_code == 200
        assert f'<html lang="{language}"' in answer.content.decode()


def test_a_search_goes_by_post_and_finds_across_scripts() -> None:
    on_duty = linh()
    record(on_duty)
    page = browser(on_duty).post(reverse("records"), {"text": "Đàm Khánh Viễn", **REASON})
    assert page.status_code == 200
    assert "谭庆远" in page.content.decode()
    assert Look.objects.get(deed="searched").case_number == "17/2026"


@pytest.mark.parametrize(
    ("text", "says"),
    [
        ("谭", "One syllable alone is too common"),
        ("Đàm", "One syllable alone is too common"),
        ("Nông Văn Tài", "fewer of its parts"),
        ("110105194912310021", "fewer of its parts"),
    ],
)
def test_who_finds_nothing_is_told_what_to_try(text: str, says: str) -> None:
    on_duty = linh()
    record(on_duty)
    page = browser(on_duty, "en").post(reverse("records"), {"text": text, **REASON})
    assert page.context["rows"] == []
    assert says in page.content.decode()


def test_a_text_longer_than_any_name_is_sent_back() -> None:
    page = browser(linh(), "en").post(reverse("records"), {"text": "谭庆远" * 20, **REASON})
    assert page.status_code == 422
    assert "60" in page.context["form"].errors["text"][0]


@pytest.mark.parametrize(("number", "doubted"), [("11010519491231002X", False), ("110105194912310021", True)])
def test_a_wrong_check_digit_is_said_beside_the_number(number: str, doubted: bool) -> None:
    on_duty = linh()
    kept = record(on_duty, numbers=[("national_id", number)])
    page = browser(on_duty, "en").get(reverse("record", args=[kept.pk])).content.decode()
    assert number in page
    assert ("The check digit does not agree" in page) == doubted


def test_the_leader_reads_how_often_a_file_was_searched_with() -> None:
    page = browser(officer("hue", "leader"), "en").get(reverse("reports")).content.decode()
    assert "Searches with a file in" in page


@pytest.mark.parametrize("missing", ["text", "purpose", "case_number"])
def test_a_search_without_its_reason_is_sent_back(missing: str) -> None:
    on_duty = linh()
    record(on_duty)
    told = {name: value for name, value in {"text": "谭庆远", **REASON}.items() if name != missing}
    page = browser(on_duty).post(reverse("records"), told)
    assert page.status_code == 422
    assert page.context["rows"] == []
    assert not Look.objects.filter(deed="searched").exists()


def test_a_page_of_records_is_a_look() -> None:
    on_duty = linh()
    kept = record(on_duty)
    browser(on_duty).get(reverse("record", args=[kept.pk]))
    assert Look.objects.filter(deed="record_read", officer=on_duty).count() == 1


def test_a_record_is_entered_changed_and_withdrawn() -> None:
    on_duty = linh()
    client = browser(on_duty)
    told = {
        "kind": "wanted", "name": "Đàm Khánh Viễn", "name_language": "vi", "aliases": "Tư Viễn\nA Viễn",
        "birth": "1987", "source": "list", "number_type": "national_id", "number": "451000198703120011",
    }  # fmt: skip
    assert client.post(reverse("record_new"), told).status_code == 302
    kept = Record.objects.get()
    assert [one.text for one in kept.names.order_by("pk")] == ["Đàm Khánh Viễn", "Tư Viễn", "A Viễn"]
    edit = reverse("record_edit", args=[kept.pk])
    shown = client.get(edit).context["form"].initial
    assert (shown["aliases"], shown["number"]) == ("Tư Viễn\nA Viễn", "451000198703120011")
    assert client.post(edit, {**told, "aliases": "", "birth": "1988"}).status_code == 302
    kept.refresh_from_db()
    assert (kept.birth, kept.names.count(), kept.identifiers.count()) == ("1988", 1, 1)
    assert client.post(reverse("record_withdraw", args=[kept.pk])).status_code == 302
    assert client.get(reverse("record", args=[kept.pk])).status_code == 404


@pytest.mark.parametrize(("field", "value"), [("birth", "soon"), ("name", "12345"), ("number", "-")])
def test_what_is_wrong_stands_beside_its_field(field: str, value: str) -> None:
    told = {"kind": "wanted", "name": "Lò Thị Mai", "source": "list", "number_type": "phone", field: value}
    page = browser(linh()).post(reverse("record_new"), told)
    assert page.status_code == 422
    assert field in page.context["form"].errors
    assert not Record.objects.exists()


def test_a_file_is_looked_at_before_anything_is_a_record() -> None:
    client = browser(linh())
    answer = upload(client)
    page = client.get(answer["Location"])
    assert page.context["dropped"] == 1
    assert [row["name"] for row in page.context["preview"]] == ["谭庆远"]
    assert [error["line"] for error in page.context["errors"]] == [3]
    assert "GB18030" in page.content.decode().upper()
    assert not Record.objects.exists()


def test_the_columns_are_corrected_and_the_good_lines_taken() -> None:
    client = browser(linh())
    upload(client, "who,when\n谭庆远,1987\n陆建国,1970\n")
    key = Import.objects.get().pk
    client.post(reverse("record_import_columns", args=[key]), {"column_0": "name", "column_1": "birth"})
    client.post(reverse("record_import_start", args=[key]))
    page = client.get(reverse("record_import_page", args=[key]))
    assert (page.context["percent"], page.context["taken"]) == (100, 2)
    assert sorted(Record.objects.values_list("birth", flat=True)) == ["1970", "1987"]


def test_the_button_counts_what_will_be_taken_and_says_what_will_not() -> None:
    client = browser(linh())
    upload(client)
    page = client.get(reverse("record_import_page", args=[Import.objects.get().pk]))
    assert (page.context["good"], page.context["bad"], page.context["looked_at"]) == (1, 1, 0)
    text = page.content.decode()
    assert "Take in 1 line<" in text
    assert "1 line cannot be taken and is left out." in text


def test_a_running_import_goes_on_step_by_step_or_stops() -> None:
    client = browser(linh())
    upload(client)
    row = Import.objects.get()
    Import.objects.update(state="running")
    page = client.get(reverse("record_import_page", args=[row.pk]))
    assert reverse("record_import_step", args=[row.pk]) in page.content.decode()
    client.post(reverse("record_import_step", args=[row.pk]))
    assert Import.objects.get().state == "done"
    client.post(reverse("record_import_cancel", args=[row.pk]))
    assert Import.objects.get().state == "done"  # too late, and said so


@pytest.mark.parametrize(
    ("content", "more", "field"),
    [(LIST, {"register": "hotel"}, "__all__"), ("姓名\n", {}, "__all__"), (LIST, {"source": ""}, "source")],
)
def test_a_file_that_may_not_or_cannot_be_taken_is_sent_back(
    content: str, more: dict[str, str], field: str
) -> None:
    page = upload(browser(linh()), content, **more)
    assert page.status_code == 422
    assert field in page.context["form"].errors
    assert not Import.objects.exists()


def test_a_supervisor_lets_an_officer_search_on() -> None:
    on_duty, bang = linh(), officer("bang", "supervisor")
    told = {"username": "linh", "reason": "a bus with 80 passengers"}
    assert browser(on_duty).post(reverse("record_quota"), told).status_code == 422
    assert browser(bang).post(reverse("record_quota"), {**told, "username": "nobody"}).status_code == 422
    assert browser(bang).post(reverse("record_quota"), told).status_code == 302
    assert QuotaLift.objects.get().officer == on_duty


@pytest.mark.parametrize("role", ["administrator", "inspector", "leader"])
def test_who_handles_no_enquiries_sees_no_record(role: str) -> None:
    kept = record(linh())
    mara = browser(officer("mara", role))
    for page in ("records", "record_new", "record_import", "record_quota"):
        assert mara.get(reverse(page)).status_code == 403
    assert mara.get(reverse("record", args=[kept.pk])).status_code == 403


@pytest.mark.parametrize("role", ["duty_officer", "supervisor", "analyst"])
def test_there_is_no_vault_for_anybody_but_the_protection_officer(role: str) -> None:
    client = browser(officer("x", role))
    assert client.get(reverse("protected")).status_code == 404
    assert client.get(reverse("protected_new")).status_code == 404
    assert client.post(reverse("protected_release"), {"of": "a" * 32}).status_code == 404
    assert reverse("protected") not in client.get(reverse("records")).content.decode()


@pytest.mark.parametrize("language", ["vi", "zh-hans", "en"])
def test_the_protection_officer_protects_and_releases(language: str) -> None:
    message_id = world.arrives(world.build())
    client = browser(officer("ha", "protection_officer"), language)
    told = {"names": "谭庆远", "why": "witness", "birth": "1987", "retention_until": "2027-12-31"}
    assert client.post(reverse("protected_new"), told).status_code == 302
    assert Protected.objects.count() == 1
    page = client.get(reverse("protected"))
    assert [(row["message_id"], row["known"], row["released"]) for row in page.context["enquiries"]] == [
        (message_id, True, False)
    ]
    client.post(reverse("protected_release"), {"of": message_id})
    assert Release.objects.get().message_id == message_id
    assert client.get(reverse("protected")).context["enquiries"][0]["released"]


def test_queries_do_not_grow_with_rows() -> None:
    on_duty, ha = linh(), officer("ha", "protection_officer")
    partner = world.build()
    told = {"text": "谭庆远", **REASON}

    def counted() -> list[int]:
        client, protection = browser(on_duty), browser(ha)
        visits = (
            lambda: client.get(reverse("records")),
            lambda: client.post(reverse("records"), told),
            lambda: protection.get(reverse("protected")),
        )
        found = []
        for visit in visits:
            with CaptureQueriesContext(connection) as seen:
                visit()
            found.append(len(seen))
        return found

    record(on_duty, numbers=[("plate", "桂L12345")])
    world.arrives(partner)
    counted()
    few = counted()
    for number in range(15):
        record(on_duty, numbers=[("plate", f"桂L{number:05}")])
        world.arrives(partner)
    assert counted() == few
    assert User.objects.count() == 2
