"""A question that came, and what comes of one: answered, refused, withdrawn, corrected, closed."""

import re

from django.urls import reverse
from django.utils import timezone

from lienlac.apps.enquiries.models import Addressee
from lienlac.web.enquiries.answer_forms import FIELDS
from lienlac.web.enquiries.printing import values_of
from tests.apps.enquiries.world import SURE
from tests.web.enquiries.desk import asked, came, text, thread


def test_their_question_stands_in_both_languages_with_six_answers(at_desk, jingxi):
    page = text(thread(at_desk, came(jingxi)))
    assert len(re.findall(r'<summary data-key="\d"', page)) == 6
    assert len(re.findall(r'name="answer" value="', page)) == len(FIELDS)
    assert 'lang="zh-hans"' in page


def test_an_unknown_code_is_shown_as_it_came(at_desk, jingxi):
    page = text(thread(at_desk, came(jingxi, why_there="SEEN_BY_DRONE")))
    assert "SEEN_BY_DRONE" in page
    assert page.count("tag--amber") >= 1


def test_a_refusal_without_reason_is_kept_and_leaves_the_desk(at_desk, linh, jingxi):
    row = came(jingxi)
    at_desk.post(reverse("thread_answer", args=[row.pk]), {"answer": "REFUSED", "outward_ground": "RF00"})
    assert jingxi.hears(kind="ANSWER") == []
    assert reverse("thread", args=[row.pk]) not in text(at_desk.get("/"))
    page = text(thread(at_desk, row))
    assert 'name="answer"' not in page


def test_what_is_kept_inside_stands_on_no_paper(at_desk, jingxi):
    row = came(jingxi)
    refusal = {"answer": "REFUSED", "outward_ground": "RF00", "inside_ground": "RF13"}
    at_desk.post(reverse("thread_answer", args=[row.pk]), refusal)
    linh_row = Addressee.objects.select_related("enquiry").get(pk=row.pk)
    assert "RF13" not in str(values_of(linh_row))
    assert len(values_of(linh_row)["messages"]) == 1


def test_more_time_asks_for_a_reason_only_where_the_deadline_can_be_renewed(at_desk, jingxi):
    renewable, fixed = came(jingxi, urgency="U5"), came(jingxi, urgency="U4")
    assert "extension_reason" in text(thread(at_desk, renewable))
    assert "extension_reason" not in text(thread(at_desk, fixed))


def test_they_need_to_know_more_and_get_it(at_desk, linh, jingxi):
    row = asked(at_desk)
    jingxi.answers(row.enquiry, "CLARIFY", now=timezone.now(), text="出生年份？", text_language="zh-hans")
    assert reverse("thread", args=[row.pk]) in text(at_desk.get("/"))
    address = reverse("thread_clarify", args=[row.pk])
    assert address in text(thread(at_desk, row))
    assert at_desk.post(address, {}).status_code == 422
    at_desk.post(address, {"birth": "1987"})
    assert [one.body["birth"] for one in jingxi.hears(kind="CLARIFICATION")] == ["1987"]
    assert "1987" in text(thread(at_desk, row))


def test_a_withdrawal_says_first_what_it_does(at_desk, jingxi):
    row = asked(at_desk)
    address = reverse("thread_withdraw", args=[row.pk])
    assert "notice--red" in text(at_desk.get(address))
    at_desk.post(address, {"text": "Đã tìm thấy."})
    assert [one.kind for one in jingxi.hears(kind="WITHDRAWAL")] == ["WITHDRAWAL"]


def test_a_correction_sends_only_what_is_different(at_desk, jingxi):
    row = asked(at_desk, birth="1987~")
    address = reverse("thread_correct", args=[row.pk])
    same = {
        "subject_name": "Đàm Khánh Viễn",
        "birth": "1987~",
        "place": "Trà Lĩnh",
        "matter_date": "2026-11-20",
    }
    assert at_desk.post(address, same).status_code == 422
    at_desk.post(address, same | {"birth": "1978", "place": ""})
    [said] = jingxi.hears(kind="CORRECTION")
    assert said.body == {"of": row.enquiry.message_id, "birth": "1978", "removed": ["place"]}


def test_an_enquiry_is_closed_and_opened_again(at_desk, jingxi):
    row = asked(at_desk)
    jingxi.answers(row.enquiry, "NOHIT", now=timezone.now(), **SURE)
    at_desk.post(reverse("thread_close", args=[row.pk]), {"outcome": "not_found"})
    row.refresh_from_db()
    assert row.state == "closed"
    at_desk.post(reverse("thread_reopen", args=[row.pk]), {"text": "Có tin mới."})
    row.refresh_from_db()
    assert row.state == "reopened"


def test_a_note_stays_in_the_office(at_desk, jingxi):
    row = asked(at_desk)
    at_desk.post(reverse("thread_note", args=[row.pk]), {"text": "Gọi lại lúc 8 giờ."})
    assert "Gọi lại lúc 8 giờ." in text(thread(at_desk, row))
    assert all("Gọi lại" not in str(one.body) for one in jingxi.hears())
