"""A form that is refused stands on its page again with everything that was typed."""

import pytest
from django.urls import reverse

from lienlac.apps.enquiries.models import Addressee, Note
from tests.web.enquiries.desk import QUESTION, asked, text, thread

WORDS = "Đã gặp đương sự tại cửa khẩu."


def test_a_note_that_is_too_long_is_given_back_and_not_called_empty(at_desk, jingxi):
    row = asked(at_desk)
    answer = at_desk.post(reverse("thread_note", args=[row.pk]), {"text": WORDS * 100})
    assert answer.status_code == 422
    assert WORDS in text(answer)
    assert not Note.objects.exists()


def test_a_note_is_kept(at_desk, jingxi):
    row = asked(at_desk)
    at_desk.post(reverse("thread_note", args=[row.pk]), {"text": WORDS})
    assert WORDS in text(thread(at_desk, row))


def test_an_outcome_that_cannot_be_given_now_keeps_its_words(at_desk, jingxi):
    row = asked(at_desk)  # somebody had an old page: there is no answer to give an outcome of
    said = {"outcome": "not_found", "text": WORDS}
    answer = at_desk.post(reverse("thread_close", args=[row.pk]), said)
    assert answer.status_code == 422
    assert text(answer).count(WORDS) == 1
    assert text(answer).count('id="error-summary"') == 1
    assert Addressee.objects.get(pk=row.pk).state == "sent"


@pytest.mark.parametrize("codes", [["H2"], ["H2", "H3"]], ids=["one", "two"])
def test_a_draft_keeps_every_restriction_that_was_chosen(at_desk, linh, codes, jingxi):
    at_desk.post(reverse("ask_draft"), QUESTION | {"handling": codes, "draft": ""})
    form = at_desk.get(reverse("ask") + f"?draft={linh.drafts.get().key}").context["form"]
    assert form["handling"].value() == codes
