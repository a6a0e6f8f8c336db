"""Previews on the pages: a small picture is there before the file, marked as one, and shown to no stranger."""

import re

import pytest
from django.urls import reverse

from lienlac.apps.accounts.models import User
from lienlac.apps.audit.models import Opening
from lienlac.apps.mailroom.models import File
from tests.apps.accounts.people import officer
from tests.apps.enquiries.test_attachments import asked_with_a_picture, chunk_comes
from tests.vectors.attachments.make import PICTURE
from tests.web.enquiries.conftest import browser
from tests.web.enquiries.desk import LANGUAGES, text, thread


def preview_page(client, row):
    return client.get(reverse("thread_preview", args=[row.pk, File.objects.get().pk]))


@pytest.mark.parametrize("language", LANGUAGES)
def test_a_preview_is_marked_as_one_until_the_whole_file_is_here_and_leads_to_it_then(
    at_desk, linh, jingxi, language
):
    linh.language = language
    linh.save()
    at_desk.cookies["vn-tra-linh-language"] = language
    row, piece = asked_with_a_picture(jingxi)
    page, address = text(thread(at_desk, row)), preview_page(at_desk, row).request["PATH_INFO"]
    alt, note = (
        re.search(rf"{mark}([^<\"]+)[<\"]", page).group(1) for mark in ('alt="', "<figcaption[^>]*>")
    )
    assert (address in page, "现场.jpg" in alt) == (True, True)
    chunk_comes(jingxi, row.enquiry.message_id, piece)
    page = text(thread(at_desk, row))
    assert note not in page
    file = reverse("thread_file", args=[row.pk, File.objects.get().pk])
    assert re.search(rf'<a href="{file}" download><img [^>]*src="{address}"', page)


def test_a_preview_is_a_jpeg_whatever_its_sender_says_and_a_leaf_says_who_saw_it(at_desk, jingxi):
    row, _ = asked_with_a_picture(jingxi)
    answer = preview_page(at_desk, row)
    assert (answer.content, answer.headers["Content-Type"]) == (PICTURE, "image/jpeg")
    assert answer.headers["Content-Disposition"] == "inline"
    assert answer.headers["Content-Security-Policy"].startswith("sandbox")
    assert answer.headers["X-Content-Type-Options"] == "nosniff"
    assert answer.headers["Cache-Control"] == "no-store"
    assert Opening.objects.filter(list="attachment_preview").count() == 1


def test_nobody_else_gets_a_preview(at_desk, jingxi):
    row, _ = asked_with_a_picture(jingxi)
    assert preview_page(browser(officer("mara")), row).status_code == 403
    User.objects.filter(username="linh").update(office="vn-other")
    assert preview_page(at_desk, row).status_code == 404
    assert not Opening.objects.filter(list="attachment_preview").exists()


def test_a_preview_of_a_child_stands_on_no_page(at_desk, jingxi):
    row, _ = asked_with_a_picture(jingxi, birth="2012")
    assert "<img" not in "".join(re.findall("<figure.*?</figure>", text(thread(at_desk, row)), re.S))
    assert "/preview" not in text(thread(at_desk, row))
    assert preview_page(at_desk, row).status_code == 404


@pytest.mark.parametrize("language", LANGUAGES)
def test_a_preview_that_is_not_what_it_should_be_is_named_and_not_shown(at_desk, linh, jingxi, language):
    linh.language = language
    linh.save()
    at_desk.cookies["vn-tra-linh-language"] = language
    row, _ = asked_with_a_picture(jingxi)
    before = text(thread(at_desk, row))
    File.objects.update(preview_state="unfit")
    page = text(thread(at_desk, row))
    assert "/preview" in before
    assert "/preview" not in page
    assert (
        len(re.findall('<p class="small"><svg', page)) == len(re.findall('<p class="small"><svg', before)) + 1
    )
    assert preview_page(at_desk, row).status_code == 404
