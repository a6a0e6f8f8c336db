"""On the pages: the desk of an enquiry, the end of its time, files that say it alone, how a partner stands."""

from dataclasses import replace
from datetime import timedelta

import pytest
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext

from lienlac.apps.directory import entering, queries
from lienlac.apps.enquiries.models import Addressee, Enquiry
from lienlac.web.enquiries.printing import values_of
from tests.apps.enquiries.test_answering import received
from tests.apps.enquiries.test_desks import DRUGS, MISSING, named
from tests.apps.enquiries.world import NOW, THEIRS
from tests.web.enquiries.desk import asked, text, thread
from tests.web.enquiries.test_attachments import upload


@pytest.fixture
def came(jingxi):
    named(MISSING, DRUGS)
    return received(jingxi, "VER_ID")


def test_the_thread_and_the_paper_name_the_desk(at_desk, came):
    assert "Ma túy" in text(thread(at_desk, came))
    assert values_of(came)["to"]["mine"].endswith("· Ma túy")


def test_the_paper_says_whose_words_they_are(at_desk, came):
    (theirs,) = values_of(came)["messages"]
    (ours,) = values_of(asked(at_desk))["messages"]
    assert theirs["text_label"] == gettext("In their own words")
    assert ours["text_label"] == gettext("In our own words")


def test_an_officer_moves_it_and_finds_it_in_the_inbox_of_that_desk(at_desk, came):
    at_desk.post(reverse("thread_desk", args=[came.pk]), {"desk": "missing"})
    assert Addressee.objects.get(pk=came.pk).desk == "missing"
    found = [at_desk.get(reverse("inbox"), {"desk": code}).context["total"] for code in ("missing", "drugs")]
    assert found == [1, 0]


def test_a_desk_that_is_none_changes_nothing(at_desk, came):
    at_desk.post(reverse("thread_desk", args=[came.pk]), {"desk": "<b>"})
    assert Addressee.objects.get(pk=came.pk).desk == "drugs"


def test_an_office_without_desks_has_no_such_filter(at_desk, jingxi):
    assert "desk" not in at_desk.get(reverse("inbox")).context["filters"].fields


def test_what_is_over_is_kept_longer_for_a_reason(at_desk, jingxi):
    row = asked(at_desk)
    Addressee.objects.update(state="filed", open=False)
    address = reverse("thread_keep", args=[row.pk])
    assert address in text(thread(at_desk, row))
    until = f"{timezone.now().year + 2}-01-31"
    assert at_desk.post(address, {"retention_until": until, "retention_reason": " "}).status_code == 422
    answer = at_desk.post(address, {"retention_until": until, "retention_reason": "Vụ án đang xét xử."})
    assert answer.status_code == 302
    assert str(Enquiry.objects.get().kept_until) == until


def test_what_is_open_has_no_end_yet(at_desk, jingxi):
    row = asked(at_desk)
    assert reverse("thread_keep", args=[row.pk]) not in text(thread(at_desk, row))


def test_files_alone_are_a_clarification(at_desk, jingxi):
    row = asked(at_desk)
    jingxi.answers(row.enquiry, "CLARIFY", now=timezone.now(), text="请发照片。", text_language="zh-hans")
    address = reverse("thread_clarify", args=[row.pk])
    assert at_desk.post(address, {}).status_code == 422
    assert at_desk.post(address, {"files": [upload("ảnh.jpg", b"\xff\xd8\xff")]}).status_code == 302


@pytest.mark.parametrize(("standing", "word"), [("paused", "Ta đã tạm dừng"), ("revoked", "Đã thu hồi")])
def test_lists_say_how_the_partner_stands(standing, word, at_desk, jingxi):
    asked(at_desk)
    assert word not in text(at_desk.get(reverse("inbox")))
    node = jingxi.row()
    node.standing = standing
    node.save()
    assert word in text(at_desk.get(reverse("inbox")))


def test_an_office_is_chosen_by_what_it_is_called_besides(at_desk, jingxi):
    other = queries.office(THEIRS)
    told = replace(entering.on_card(other), places={"vi": "Tịnh Tây"}, aliases=(("zh-hans", "龙邦"),))
    entering.enter_office(other.node, told, now=NOW)
    assert "(Tịnh Tây, 龙邦)" in text(at_desk.get(reverse("ask")))


def test_a_reminder_may_go_once_a_day_and_the_page_says_so(at_desk, jingxi):
    row = asked(at_desk)
    jingxi.receipt(row.enquiry.message_id, "R1", now=timezone.now())
    assert "Nhắc bên kia" in text(thread(at_desk, row))
    at_desk.post(reverse("thread_remind", args=[row.pk]))
    page = text(thread(at_desk, row))
    assert "Mỗi ngày nhắc một lần là đủ" in page
    assert "Nhắc bên kia" not in page
    row.steps.filter(event="remind").update(at=timezone.now() - timedelta(hours=25))
    assert "Nhắc bên kia" in text(thread(at_desk, row))
