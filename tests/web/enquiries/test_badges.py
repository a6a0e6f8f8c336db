"""The badge of an enquiry says what its ladder says: what waits was not sent, what lies unread did not arrive."""

import re
from datetime import timedelta

import pytest
from django.urls import reverse
from django.utils import timezone

from lienlac import wording
from lienlac.apps.directory.models import Node
from lienlac.apps.mailroom import actions as mailroom
from lienlac.apps.mailroom.models import Parcel
from tests.web.enquiries.desk import LANGUAGES, asked, text, thread
from tests.web.enquiries.test_news import steps

LANGUAGE = "vi"


def badge(answer):
    return re.search(r'<span class="tag tag--(?:blue|green)">(.*?)</span>', text(answer)).group(1)


def badge_in_list(client):
    cell = re.search(r'<td><span class="tag">(.*?)</span>', text(client.get(reverse("inbox"))))
    return cell.group(1) if cell else ""


def left(row):
    parcels = Parcel.objects.filter(message__message_id=row.enquiry.message_id)
    parcels.update(state=Parcel.State.SENT, sent_at=timezone.now())


def test_what_has_not_left_is_not_called_sent(at_desk, jingxi):
    row = asked(at_desk)
    waits = wording.label("delivery_stages", "queued", LANGUAGE)
    assert badge(thread(at_desk, row)) == badge_in_list(at_desk) == waits
    left(row)
    sent = wording.label("enquiry_states", "sent", LANGUAGE)
    assert badge(thread(at_desk, row)) == badge_in_list(at_desk) == sent


def test_what_their_system_cannot_read_has_no_tick_and_says_so(at_desk, jingxi):
    row = asked(at_desk)
    left(row)
    jingxi.receipt(row.enquiry.message_id, "R1", status="not_understood", now=timezone.now())
    page = thread(at_desk, row)
    assert steps(page)["received"] == "now"
    assert "nhưng hệ thống bên kia quá cũ" in text(page)
    assert badge(page) == badge_in_list(at_desk) == "Đã lưu bên kia, chưa đọc được"
    assert "gọi điện cho họ" in text(page)


def test_what_their_system_gave_up_is_refused_and_says_to_phone_and_send_again(at_desk, jingxi):
    row = asked(at_desk)
    left(row)
    jingxi.receipt(row.enquiry.message_id, "R1", status="not_understood", now=timezone.now())
    jingxi.receipt(row.enquiry.message_id, "R1", status="refused", ground="RF21", now=timezone.now())
    page = thread(at_desk, row)
    assert steps(page)["received"] == "failed"
    assert "chưa đọc được và không giữ lại" in text(page)
    assert "gửi lại khi hệ thống của họ đã nâng cấp" in text(page)


def test_once_their_system_is_renewed_it_has_arrived(at_desk, jingxi):
    row = asked(at_desk)
    left(row)
    for status in ("not_understood", "stored"):
        jingxi.receipt(row.enquiry.message_id, "R1", status=status, now=timezone.now())
    page = thread(at_desk, row)
    assert steps(page)["received"] == "done"
    assert badge(page) == wording.label("enquiry_states", "received", LANGUAGE)


@pytest.mark.parametrize("language", LANGUAGES)
def test_it_is_said_in_every_language(language, at_desk, linh, jingxi):
    row = asked(at_desk)
    left(row)
    jingxi.receipt(row.enquiry.message_id, "R1", status="not_understood", now=timezone.now())
    linh.language = language
    linh.save()
    at_desk.cookies["vn-tra-linh-language"] = language
    said = badge(thread(at_desk, row))
    assert said != wording.label("enquiry_states", "sent", language)
    assert (said == "Kept there, unread") == (language == "en")


AGAIN, NEVER = "tự động gửi lại", "Tin không tự gửi lại"


def refused_for_its_key(at_desk, jingxi):
    """It was sealed before the key of theirs that we know by now, and they acknowledged its place."""
    row = asked(at_desk)
    left(row)
    jingxi.receipt(row.enquiry.message_id, "R1", status="refused", ground="RF22", now=timezone.now())
    parcels = Parcel.objects.filter(message__message_id=row.enquiry.message_id)
    parcels.update(in_outbox=False, queued_at=timezone.now() - timedelta(days=3650))
    return row


def test_what_is_on_its_way_again_is_not_called_refused(at_desk, jingxi):
    row = refused_for_its_key(at_desk, jingxi)
    page = thread(at_desk, row)
    assert steps(page)["received"] == "failed"
    assert AGAIN in text(page)
    assert mailroom.send_sealed_anew(now=timezone.now()) == 1
    page = thread(at_desk, row)
    assert steps(page)["received"] == "todo"
    assert AGAIN not in text(page)


def test_what_can_never_be_sent_again_is_not_promised(at_desk, jingxi):
    row = refused_for_its_key(at_desk, jingxi)
    mailroom.erase_messages([row.enquiry.message_id], now=timezone.now())
    page = thread(at_desk, row)
    assert steps(page)["received"] == "failed"
    assert NEVER in text(page)
    assert AGAIN not in text(page)


def test_nothing_is_promised_to_go_to_a_partner_who_is_revoked(at_desk, jingxi):
    row = refused_for_its_key(at_desk, jingxi)
    Node.objects.filter(pk=jingxi.row().pk).update(standing=Node.Standing.REVOKED)
    assert NEVER in text(thread(at_desk, row))
