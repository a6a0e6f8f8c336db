"""The release chain, the change of a returned enquiry and reviews as officers use them."""

import re
from datetime import timedelta

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from lienlac import wording
from lienlac.apps.directory.queries import own_code
from lienlac.apps.enquiries import actions, queries
from lienlac.apps.enquiries.models import Addressee, Release, Review
from lienlac.apps.mailroom.models import File
from lienlac.core.envelope import chunks
from tests.apps.accounts.people import officer
from tests.apps.enquiries.releasing import draft
from tests.apps.enquiries.world import NOW, OURS, SURE
from tests.web.enquiries.conftest import browser, proven
from tests.web.enquiries.desk import asked, came, text, thread

PDF = b"%PDF-1.7\n" + b"signed page\n" * 30
PNG = b"\x89PNG\r\n\x1a\n" + bytes(40)


@pytest.fixture
def mara(jingxi):
    return officer("mara")


@pytest.fixture
def tu(jingxi, mara):
    made = officer("tu")
    made.unit = "Phòng Tham mưu"
    made.save()
    for says in ("ask", "answer"):
        actions.set_chain(mara, OURS, "INF", says, [made.unit], now=NOW)
    return made


@pytest.fixture
def outside(tu):
    return browser(tu)


def go(client, name, *args, **data):
    return proven(client).post(reverse(name, args=args), data, follow=True)


def digest(page):
    return re.search(r'name="digest" value="([0-9a-f]{64})"', page)[1]


def test_a_question_waits_until_the_unit_outside_released_it_on_its_page(at_desk, outside, jingxi):
    row = asked(at_desk)
    assert row.state == "in_release"
    listed = text(outside.get(reverse("releases")))
    link = Release.objects.get()
    assert reverse("release", args=[link.pk]) in listed
    page = text(outside.get(reverse("release", args=[link.pk])))
    assert "Đàm Khánh Viễn" in page
    go(outside, "release_let_go", link.pk, digest=digest(page))
    row.refresh_from_db()
    assert (row.state, len(jingxi.hears())) == ("sent", 1)
    assert outside.get(reverse("release", args=[link.pk])).status_code == 404


def test_who_releases_is_shown_which_files_go_along(at_desk, outside, jingxi):
    row = asked(at_desk)
    manifest, _ = chunks.seal_file(PDF, name="quyết định.pdf", media_type="application/pdf")
    File.objects.create(
        of=row.enquiry.message_id, origin=own_code(), place=0, name=manifest.name, size=manifest.size,
        media_type=manifest.media_type, sha256=manifest.sha256, key=manifest.key, suite=manifest.suite,
        chunks=list(manifest.chunks), put_at=NOW,
    )  # fmt: skip
    page = text(outside.get(reverse("release", args=[Release.objects.get().pk])))
    assert manifest.name in page
    assert manifest.sha256 in page
    link, file = Release.objects.get().pk, File.objects.get().pk
    address = reverse("release_file", args=[link, file])
    assert address in page
    assert at_desk.get(address).status_code in (302, 403, 404)
    assert outside.get(reverse("release_file", args=[link, file + 1])).status_code == 404


def test_a_desk_left_open_releases_and_confirms_nothing(at_desk, outside, second, jingxi):
    """Whoever lets a text leave gives his own key, now, as whoever approves it does (SG34)."""
    asked(at_desk)
    link = Release.objects.get()
    read = {"digest": link.digest}
    for client, name in ((outside, "release_let_go"), (second, "release_confirm")):
        answer = client.post(reverse(name, args=[link.pk]), read)
        assert answer["Location"].split("?")[0] == reverse("account_reauthenticate")
    assert (Release.objects.get().decision, jingxi.hears()) == ("pending", [])


def test_a_page_of_another_text_releases_nothing(at_desk, outside, jingxi):
    asked(at_desk)
    go(outside, "release_let_go", Release.objects.get().pk, digest="0" * 64)
    assert jingxi.hears() == []


def test_what_is_returned_opens_filled_in_and_goes_again(at_desk, outside, jingxi):
    row = asked(at_desk)
    link = Release.objects.get()
    page = text(outside.get(reverse("release", args=[link.pk])))
    go(outside, "release_send_back", link.pk, digest=digest(page), words="Ghi rõ địa điểm.")
    shown = text(thread(at_desk, row))
    assert "Ghi rõ địa điểm." in shown
    assert reverse("thread_edit", args=[row.pk]) in shown
    form = at_desk.get(reverse("thread_edit", args=[row.pk])).context["form"]
    typed = {field.html_name: field.value() for field in form if field.value() not in (None, "", [])}
    assert typed["subject_name"] == "Đàm Khánh Viễn"
    answer = at_desk.post(reverse("thread_edit", args=[row.pk]), typed | {"place": "Chợ Trà Lĩnh"})
    assert answer.status_code == 302, form.errors
    row.refresh_from_db()
    assert (row.state, row.enquiry.earlier.count()) == ("in_release", 1)
    assert Addressee.objects.get().enquiry.body["place"] == "Chợ Trà Lĩnh"


def test_only_its_author_opens_the_form_again(at_desk, second, outside, jingxi):
    row = asked(at_desk)
    assert second.get(reverse("thread_edit", args=[row.pk])).status_code == 404


@pytest.mark.parametrize("content", [PDF, PNG])
def test_paper_goes_out_as_a_sheet_and_comes_back_as_a_scan(content, at_desk, second, tu, jingxi):
    row = asked(at_desk)
    link = Release.objects.get()
    sheet = at_desk.get(reverse("release_sheet", args=[link.pk]))
    assert (sheet.headers["Content-Type"], sheet.content[:5]) == ("application/pdf", b"%PDF-")
    entry = {
        "sheet": link.digest[:12],
        "signatory": "Đại tá Mẫu",
        "number": "45/PD",
        "signed_on": "2026-11-21",
    }
    wrong = at_desk.post(reverse("release_paper", args=[link.pk]), entry)
    assert wrong.status_code == 422
    file = SimpleUploadedFile("scan.exe", content)
    assert at_desk.post(reverse("release_paper", args=[link.pk]), entry | {"scan": file}).status_code == 302
    scan = second.get(reverse("release_scan", args=[link.pk]))
    assert (scan.content, scan.headers["X-Content-Type-Options"]) == (content, "nosniff")
    assert "sandbox" in scan.headers["Content-Security-Policy"]
    assert 'name="digest"' not in text(at_desk.get(reverse("release_compare", args=[link.pk])))
    page = text(second.get(reverse("release_compare", args=[link.pk])))
    go(second, "release_confirm", link.pk, digest=digest(page))
    row.refresh_from_db()
    assert (row.state, len(jingxi.hears())) == ("sent", 1)


def test_who_releases_opens_nothing_else(at_desk, outside, jingxi):
    row = asked(at_desk)
    for name, args in (("desk", []), ("inbox", []), ("ask", []), ("thread", [row.pk]), ("records", [])):
        answer = outside.get(reverse(name, args=args))
        assert answer.status_code in (302, 403), name
    assert outside.get("/", follow=True).redirect_chain[-1][0] == reverse("releases")
    for name in ("releases", "release_chains"):
        assert at_desk.get(reverse(name)).status_code == 403


def test_the_administrator_sets_a_chain(mara):
    address = reverse("release_chain", args=[OURS, "LOC", "ask"])
    assert "reauthenticate" in browser(mara).get(address)["Location"], "taking a chain away is a grave deed"
    client = Client()
    mara.set_password("border-post-only-for-tests")
    mara.save()
    client.post(reverse("account_login"), {"login": "mara", "password": "border-post-only-for-tests"})
    assert client.post(address, {"first": "A", "second": "A"}).status_code == 422
    assert client.post(address, {"first": "A", "third": "C"}).status_code == 302
    assert list(queries.chains_of([OURS]).get(cls="LOC").units) == ["A", "C"]
    assert "A → C" in text(client.get(reverse("release_chains")))


def test_an_answer_in_release_shows_its_chain_and_may_still_ask_for_time(at_desk, linh, tu, jingxi):
    row = came(jingxi)
    actions.answer(linh, row, "NOHIT", SURE, now=NOW)
    page = text(thread(at_desk, row))
    assert tu.unit in page
    assert re.findall(r'name="answer" value="(\w+)"', page) == ["STATUS"]


def test_a_flash_is_judged_by_somebody_else(at_desk, second, linh, jingxi):
    actions.ask(linh, draft(urgency="U0", purpose="PROTECT_VICTIM"), now=NOW)
    found = Review.objects.get()
    address = reverse("review", args=[found.pk])
    assert 'name="verdict"' not in text(at_desk.get(address))
    assert address in text(second.get("/"))
    assert address not in text(at_desk.get("/"))
    assert second.post(address, {"verdict": "justified"}).status_code == 422
    assert second.post(address, {"verdict": "justified", "words": "Trẻ em gặp nguy."}).status_code == 302
    found.refresh_from_db()
    assert found.verdict == "justified"
    assert address not in text(second.get("/"))


def test_a_supervisor_finds_every_review_on_one_list_with_its_reason_and_its_clock(
    at_desk, second, linh, jingxi
):
    actions.ask(linh, draft(birth="2012"), now=NOW)
    actions.ask(linh, draft(urgency="U0", purpose="PROTECT_VICTIM"), now=NOW)
    late, waits = Review.objects.order_by("pk")
    for one, hours in ((late, -1), (waits, 1)):
        Review.objects.filter(pk=one.pk).update(due_at=timezone.now() + timedelta(hours=hours))
    listed = reverse("reviews")
    assert listed in text(second.get("/")), "in the frame of a supervisor's pages"
    assert listed not in text(at_desk.get("/"))
    page = text(second.get(listed))
    assert page.index(reverse("review", args=[late.pk])) < page.index(reverse("review", args=[waits.pk]))
    assert wording.label("review_reasons", "minor", "vi") in page
    assert wording.label("review_reasons", "flash", "vi") in page
    assert "quá hạn" in page
    assert "quá hạn" in text(second.get("/")), "on the desk too"
    answer = second.post(reverse("review", args=[late.pk]), {"verdict": "justified", "words": "Cần hỏi."})
    assert answer.status_code == 302
    page = text(second.get(listed))
    assert page.index(reverse("review", args=[waits.pk])) < page.index(reverse("review", args=[late.pk]))
    assert "quá hạn" not in page


def test_an_answer_is_corrected_on_its_page_and_both_are_shown(at_desk, linh, jingxi):
    row = came(jingxi)
    actions.answer(linh, row, "FULL", SURE | {"identity_confirmed": True, "birth": "1987"}, now=NOW)
    address = reverse("thread_correct", args=[row.pk])
    assert address in text(thread(at_desk, row))
    same = at_desk.post(address, {"birth": "1987"})
    assert same.status_code == 422
    assert at_desk.post(address, {"birth": "1978"}).status_code == 302
    page = text(thread(at_desk, row))
    assert "1987" in page
    assert "1978" in page


def test_work_is_begun_and_put_away_with_a_button(at_desk, linh, jingxi):
    row = came(jingxi)
    assert reverse("thread_start", args=[row.pk]) in text(thread(at_desk, row))
    go(at_desk, "thread_start", row.pk)
    row.refresh_from_db()
    assert row.state == "in_work"
    actions.answer(linh, row, "NOHIT", SURE, now=NOW)
    jingxi.say("FEEDBACK", {"of": row.enquiry.message_id, "outcome": "not_found"}, now=NOW)
    assert reverse("thread_put_away", args=[row.pk]) in text(thread(at_desk, row))
    go(at_desk, "thread_put_away", row.pk)
    row.refresh_from_db()
    assert row.state == "closed"


@pytest.mark.parametrize(
    ("response", "fields"),
    [
        ("PARTIAL", {"identity_confirmed": "true"}),
        ("ACTION_DONE", {"action_taken": "Đã xác minh."}),
        ("ACTION_IMPOSSIBLE", {"action_hindrance": "Không còn ở địa phương."}),
        (
            "STATUS",
            {
                "until": f"{timezone.now() + timedelta(days=28):%Y-%m-%dT%H:%M}",
                "waiting_for": "judicial_authorisation",
            },
        ),
    ],
)
def test_the_rarer_answers_leave_from_their_forms(response, fields, at_desk, jingxi):
    row = came(jingxi)
    answer = at_desk.post(reverse("thread_answer", args=[row.pk]), {"answer": response} | fields)
    assert answer.status_code == 302, re.findall(r'class="bad">.*?</p>', text(answer), re.S)
    assert [one.body["response"] for one in jingxi.hears(kind="ANSWER")] == [response]


def test_a_duplicate_names_the_enquiry_that_it_repeats(at_desk, jingxi):
    first, again = came(jingxi), came(jingxi)
    address = reverse("thread_answer", args=[again.pk])
    given = {"answer": "DUPLICATE_OF", "duplicate_of": first.enquiry.message_id}
    assert at_desk.post(address, given).status_code == 302
    assert first.enquiry.number in text(thread(at_desk, again))
