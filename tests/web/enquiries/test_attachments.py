"""Files on the pages: chosen, kept while a form is mended, sent, shown when whole, given out and never opened."""

import hashlib
import re

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse
from django.utils import translation

from lienlac.apps.accounts.models import User
from lienlac.apps.audit.models import Opening
from lienlac.apps.enquiries.models import Addressee, Enquiry
from lienlac.apps.mailroom import files
from lienlac.apps.mailroom.models import Chunk, File
from lienlac.web.enquiries.decision_copy import EXAMPLE
from lienlac.web.enquiries.printing import values_of
from tests.apps.accounts.people import officer
from tests.apps.enquiries.bodies import BODIES
from tests.apps.enquiries.test_attachments import PDF, asked_with_a_file, chunk_comes
from tests.apps.enquiries.world import AGREEMENT, THEIRS
from tests.web.enquiries.conftest import browser
from tests.web.enquiries.desk import LANGUAGES, QUESTION, send, text, thread


def upload(name="quyết định.pdf", content=PDF):
    return SimpleUploadedFile(name, content)


def tray_in(answer):
    return re.search(r'name="tray" value="([0-9a-f]{32})"', text(answer)).group(1)


def file_page(client, row, file=None):
    return client.get(reverse("thread_file", args=[row.pk, (file or File.objects.get()).pk]))


def test_a_file_is_sent_with_the_question_without_any_script(at_desk, jingxi):
    assert send(at_desk, files=[upload(), upload("ảnh.jpg", b"\xff\xd8\xff")]).status_code == 302
    (message,) = jingxi.hears(kind="VER_ID")
    assert [one.name for one in message.attachments] == ["quyết định.pdf", "ảnh.jpg"]


def test_a_form_that_must_be_mended_keeps_its_files(at_desk, jingxi):
    answer = send(at_desk, subject="", files=[upload()])
    assert answer.status_code == 422
    assert "quyết định.pdf" in text(answer)
    assert send(at_desk, tray=tray_in(answer)).status_code == 302
    (message,) = jingxi.hears(kind="VER_ID")
    assert [one.name for one in message.attachments] == ["quyết định.pdf"]


@pytest.mark.parametrize(
    ("name", "content", "word"),
    [
        ("a.pdf", b"", "trống"),
        ("virus.pdf", b"MZ\x90", "chương trình"),
        ("a.jpg", b"%PDF-1.4", ".pdf"),
        ("a.pdf", b"%PDF-" + bytes(5 * 1024 * 1024), "5 MB"),
        ("..\\..\\a\u202efdp.exe", b"x", "chương trình"),
    ],
)
def test_what_may_not_go_is_said_in_words_and_nothing_is_sent(at_desk, jingxi, name, content, word):
    answer = send(at_desk, files=[upload(name, content)])
    assert answer.status_code == 422
    assert word in "".join(re.findall(r'class="bad">.*?</p>', text(answer), re.S))
    assert not jingxi.hears(kind="VER_ID")
    assert not Chunk.objects.exists()


def test_the_sixth_file_is_refused_and_the_five_stay(at_desk, jingxi):
    answer = send(at_desk, files=[upload(f"{n}.pdf") for n in range(6)])
    assert answer.status_code == 422
    assert len(files.in_tray(User.objects.get(username="linh"), tray_in(answer))) == 5


def test_files_are_taken_in_as_they_are_chosen_and_can_be_taken_out(at_desk):
    answer = at_desk.post(
        reverse("tray"), {"tray": "", "box": "id_files", "files": [upload(), upload("2.pdf")]}
    )
    assert (answer.status_code, text(answer).count('name="take_out"')) == (200, 2)
    first = File.objects.order_by("pk")[0]
    answer = at_desk.post(
        reverse("tray"), {"tray": tray_in(answer), "box": "id_files", "take_out": [first.pk]}
    )
    assert list(File.objects.values_list("name", flat=True)) == ["2.pdf"]
    assert "quyết định.pdf" not in text(answer)


def test_the_box_says_what_is_wrong_with_a_file_and_takes_the_others(at_desk):
    answer = at_desk.post(
        reverse("tray"), {"tray": "", "box": 'x"><b>', "files": [upload(), upload("a.exe", b"MZ")]}
    )
    assert "a.exe" in text(answer)
    assert "<b>" not in text(answer)
    assert list(File.objects.values_list("name", flat=True)) == ["quyết định.pdf"]


def test_a_tray_of_another_officer_gives_nothing(at_desk, second, jingxi):
    answer = at_desk.post(reverse("tray"), {"tray": "", "files": [upload()]})
    theirs = second.post(reverse("tray"), {"tray": tray_in(answer)})
    assert "quyết định.pdf" not in text(theirs)
    assert send(second, tray=tray_in(answer)).status_code == 302
    assert jingxi.hears(kind="VER_ID")[0].attachments == ()


def test_a_draft_keeps_its_files(at_desk, linh):
    kept = at_desk.post(reverse("tray"), {"tray": "", "files": [upload()]})
    at_desk.post(reverse("ask_draft"), QUESTION | {"tray": tray_in(kept), "draft": ""})
    key = linh.drafts.get().key
    assert "quyết định.pdf" in text(at_desk.get(reverse("ask") + f"?draft={key}"))


def test_before_sending_the_files_are_named_among_what_they_will_read(at_desk):
    kept = at_desk.post(reverse("tray"), {"tray": "", "files": [upload()]})
    assert "quyết định.pdf" in text(at_desk.post(reverse("ask_check"), QUESTION | {"tray": tray_in(kept)}))


def test_another_kind_and_a_call_take_files_too(at_desk, jingxi):
    for name, args in (("ask_kind", ["SITREP"]), ("by_phone", [])):
        page = text(at_desk.get(reverse(name, args=args)))
        assert 'type="file"' in page
        assert 'enctype="multipart/form-data"' in page
    at_desk.post(reverse("by_phone"), QUESTION | {"do": "send", "files": [upload()]})
    assert File.objects.get().of == Addressee.objects.get().enquiry.message_id


LOCATE = {"desk": THEIRS, "agreement": AGREEMENT, **BODIES["LOCATE"], "refused_elsewhere": "false"}
LOCATE |= {"decision_copy": ""}


def locate(client, **changes):
    return client.post(reverse("ask_kind", args=["LOCATE"]), LOCATE | changes)


def copy_of_the_asked():
    return Enquiry.objects.get().body["decision_copy"]


def test_the_digest_of_a_decision_is_computed_from_the_file(at_desk):
    assert locate(at_desk, files=[upload()]).status_code == 302
    assert copy_of_the_asked() == hashlib.sha256(PDF).hexdigest()


def test_of_several_files_the_officer_marks_the_decision(at_desk):
    answer = locate(at_desk, files=[upload(), upload("2.pdf", b"%PDF-1.7 two")])
    assert answer.status_code == 422
    assert "Đánh dấu tệp nào là quyết định" in text(answer)
    assert text(answer).count('name="decision_file"') == 2
    second = File.objects.get(name="2.pdf")
    again = at_desk.post(
        reverse("tray"), {"tray": tray_in(answer), "marks_decision": "1", "decision_file": second.pk}
    )
    assert f'value="{second.pk}" checked' in text(again)
    assert locate(at_desk, tray=tray_in(answer), decision_file=second.pk).status_code == 302
    assert copy_of_the_asked() == hashlib.sha256(b"%PDF-1.7 two").hexdigest()


def test_a_typed_digest_that_is_of_no_attached_file_is_said(at_desk):
    answer = locate(at_desk, files=[upload()], decision_copy="b" * 64)
    assert answer.status_code == 422
    assert "Không tệp đính kèm nào" in text(answer)
    assert not Enquiry.objects.exists()
    typed = hashlib.sha256(PDF).hexdigest().upper()
    assert locate(at_desk, tray=tray_in(answer), decision_copy=typed).status_code == 302


def test_without_a_file_the_digest_is_typed_beside_an_example(at_desk):
    page = text(locate(at_desk))
    assert "Đính kèm quyết định" in page
    assert EXAMPLE in page
    assert locate(at_desk, decision_copy="c" * 64).status_code == 302


def test_only_a_form_that_asks_for_a_decision_marks_one(at_desk):
    answer = send(at_desk, subject="", files=[upload()])
    assert "decision_file" not in text(answer)


def test_an_answer_takes_a_file_and_a_refusal_offers_none(at_desk, jingxi):
    row, _ = asked_with_a_file(jingxi)
    page = text(thread(at_desk, row))
    assert 'id="id_NOHIT_files"' in page
    assert 'id="id_REFUSED_files"' not in page
    at_desk.post(reverse("thread_answer", args=[row.pk]), {"answer": "NOHIT", "files": [upload()]})
    (message,) = jingxi.hears(kind="ANSWER")
    assert [one.name for one in message.attachments] == ["quyết định.pdf"]


def test_a_file_is_saved_and_never_opened_and_a_leaf_says_who_took_it(at_desk, jingxi):
    row, _ = asked_with_a_file(jingxi)
    assert "判决书.pdf" in text(thread(at_desk, row))
    answer = file_page(at_desk, row)
    assert b"".join(answer) == PDF
    assert answer.headers["Content-Disposition"].startswith("attachment; filename")
    assert answer.headers["Content-Security-Policy"].startswith("sandbox")
    assert answer.headers["X-Content-Type-Options"] == "nosniff"
    assert answer.headers["Cache-Control"] == "no-store"
    assert Opening.objects.filter(list="attachment").count() == 1


def test_nobody_else_gets_a_file(at_desk, jingxi):
    row, _ = asked_with_a_file(jingxi)
    assert file_page(browser(officer("mara")), row).status_code == 403
    stranger = User.objects.get(username="linh")
    stranger.office = "vn-other"
    stranger.save()
    assert file_page(at_desk, row).status_code == 404
    assert not Opening.objects.filter(list="attachment").exists()


def test_a_file_of_another_enquiry_is_not_found_through_this_one(at_desk, jingxi):
    row, _ = asked_with_a_file(jingxi)
    send(at_desk, files=[upload()])
    other = File.objects.exclude(of=row.enquiry.message_id).get()
    assert file_page(at_desk, row, other).status_code == 404


@pytest.mark.parametrize("language", LANGUAGES)
def test_until_all_pieces_are_there_the_reader_sees_how_many_and_no_file(at_desk, linh, jingxi, language):
    linh.language = language
    linh.save()
    at_desk.cookies["vn-tra-linh-language"] = language
    row, piece = asked_with_a_file(jingxi, pieces=False)
    page = text(thread(at_desk, row))
    assert "判决书.pdf" in page
    assert reverse("thread_file", args=[row.pk, File.objects.get().pk]) not in page
    state = re.search(r'tag--amber">([^<]+)<', page).group(1)
    assert sorted(re.findall(r"[0-9]+", state)) == ["0", "1"]
    answer = file_page(at_desk, row)
    assert (answer.status_code, answer.url) == (302, reverse("thread", args=[row.pk]))
    chunk_comes(jingxi, row.enquiry.message_id, piece)
    listed = text(at_desk.get(reverse("thread_files", args=[row.pk, row.enquiry.message_id])))
    assert reverse("thread_file", args=[row.pk, File.objects.get().pk]) in listed


def test_an_altered_file_is_not_given_and_the_page_says_why(at_desk, jingxi):
    row, _ = asked_with_a_file(jingxi)
    Chunk.objects.update(raw=b"x" * 100)
    answer = at_desk.get(reverse("thread_file", args=[row.pk, File.objects.get().pk]), follow=True)
    assert "không đúng với những gì bên gửi đã ký" in text(answer)


def test_paper_names_files_with_their_digests(at_desk, linh, jingxi):
    row, _ = asked_with_a_file(jingxi)
    with translation.override("vi"):
        (message,) = values_of(Addressee.objects.select_related("enquiry").get(pk=row.pk))["messages"]
    label, said = message["facts"][-1]["label"], message["facts"][-1]["value"]["mine"]
    assert label == {"mine": "Tệp", "theirs": "文件"}
    assert File.objects.get().sha256 in said.replace(" ", "")
    assert max(map(len, said.split())) < 30, "what has no blank runs over the edge of its column"


def test_a_file_that_is_wholly_ours_says_how_far_it_came(at_desk, jingxi):
    send(at_desk, files=[upload()])
    row = Addressee.objects.latest("pk")
    assert re.search(r"tag--amber\">[^<]*0[^<]*1", text(thread(at_desk, row)))
    assert b"".join(file_page(at_desk, row)) == PDF


# --- a file that does not go along stops the sending ---------------------------------------------------------------


def chosen(client, *uploads, **said):
    return client.post(reverse("tray"), {"tray": "", "box": "id_files", "files": uploads, **said})


def carried(answer):
    """Return what the box gives back with its form."""
    page = text(answer)
    names = {
        name: re.findall(f'name="{name}" value="([^"]*)"', page) for name in ("tray", "left_out", "held")
    }
    return {name: values for name, values in names.items() if values}


def test_a_file_that_was_refused_as_it_was_chosen_stops_the_sending(at_desk, jingxi):
    said = carried(chosen(at_desk, upload(), upload("a.exe", b"MZ")))
    answer = send(at_desk, **said)
    assert answer.status_code == 422
    assert "a.exe" in "".join(re.findall(r'class="bad">.*?</p>', text(answer), re.S))
    assert not jingxi.hears(kind="VER_ID")


def test_before_sending_a_file_that_was_refused_is_said_to_stop_it(at_desk):
    box = chosen(at_desk, upload(), upload("a.exe", b"MZ"))
    assert box.headers["HX-Trigger"] == "filesTaken"  # the panel beside the form asks again
    assert "Bỏ a.exe ra" in text(box)
    said = QUESTION | carried(box)
    panel = text(at_desk.post(reverse("ask_check"), said))
    assert "a.exe" in panel
    assert "notice--green" not in panel
    assert "notice--green" in text(at_desk.post(reverse("ask_check"), said | {"go_without": "a.exe"}))


def test_whoever_says_so_sends_without_it(at_desk, jingxi):
    said = carried(chosen(at_desk, upload(), upload("a.exe", b"MZ")))
    assert send(at_desk, **said, go_without="a.exe").status_code == 302
    (message,) = jingxi.hears(kind="VER_ID")
    assert [one.name for one in message.attachments] == ["quyết định.pdf"]


def test_one_that_is_chosen_again_and_good_goes_along(at_desk, jingxi):
    said = carried(chosen(at_desk, upload("ảnh.jpg", PDF)))
    again = carried(chosen(at_desk, upload("ảnh.jpg", b"\xff\xd8\xff"), **said))
    assert "left_out" not in again
    assert send(at_desk, **again).status_code == 302
    assert [one.name for one in jingxi.hears(kind="VER_ID")[0].attachments] == ["ảnh.jpg"]


def test_one_that_was_swept_away_meanwhile_stops_the_sending(at_desk, jingxi):
    said = carried(chosen(at_desk, upload()))
    File.objects.all().delete()
    answer = send(at_desk, **said)
    assert (answer.status_code, "quyết định.pdf" in text(answer)) == (422, True)


def test_one_that_the_officer_took_out_is_not_missed(at_desk, jingxi):
    said = carried(chosen(at_desk, upload(), upload("2.pdf")))
    assert send(at_desk, **said, take_out=[File.objects.get(name="2.pdf").pk]).status_code == 302
    assert [one.name for one in jingxi.hears(kind="VER_ID")[0].attachments] == ["quyết định.pdf"]


def test_an_answer_does_not_go_without_its_file_either(at_desk, jingxi):
    row, _ = asked_with_a_file(jingxi)
    said = carried(chosen(at_desk, upload("a.exe", b"MZ")))
    answer = at_desk.post(reverse("thread_answer", args=[row.pk]), {"answer": "NOHIT", **said})
    assert answer.status_code == 422
    assert not jingxi.hears(kind="ANSWER")


def test_a_draft_remembers_which_file_was_refused(at_desk, linh):
    said = carried(chosen(at_desk, upload(), upload("a.exe", b"MZ"), upload("b.exe", b"MZ")))
    at_desk.post(reverse("ask_draft"), QUESTION | said | {"draft": ""})
    page = text(at_desk.get(reverse("ask") + f"?draft={linh.drafts.get().key}"))
    assert re.findall('name="left_out" value="([^"]*)"', page) == ["a.exe", "b.exe"]
