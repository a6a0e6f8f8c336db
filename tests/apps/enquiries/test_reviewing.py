"""The review of a flash: by somebody else, within twelve hours, provable on both sides."""

import hashlib
from datetime import timedelta

import pytest

from lienlac.apps.audit.models import Leaf
from lienlac.apps.enquiries import actions, queries
from lienlac.apps.enquiries.actions.reviewing import statement_of
from lienlac.apps.enquiries.models import Review
from lienlac.apps.mailroom.models import Incident
from lienlac.core.errors import Malformed, Refused
from lienlac.core.ledger import leaves
from tests.apps.enquiries.test_answering import received
from tests.apps.enquiries.test_releasing import draft
from tests.apps.enquiries.world import NOW, SURE, THEIRS

FLASH = {"urgency": "U0", "purpose": "PROTECT_VICTIM"}
HOUR = timedelta(hours=1)


@pytest.fixture
def flash(linh, jingxi):
    actions.ask(linh, draft(**FLASH), now=NOW)
    return Review.objects.get()


def leaves_of(partner, kind):
    rows = Leaf.objects.filter(ledger__partner=partner)
    found = [leaves.decode(bytes(row.body)) for row in rows]
    return [one for one in found if one.kind == kind]


def test_a_flash_opens_a_review_by_somebody_else(flash, linh, bang, jingxi):
    assert len(jingxi.hears()) == 1
    assert (flash.sent_by, flash.due_at) == (linh, NOW + 12 * HOUR)
    assert list(queries.to_review(bang)) == [flash]
    assert list(queries.to_review(linh)) == []
    with pytest.raises(Refused, match="approver_is_author"):
        actions.review_text(linh, flash, "justified", "Trẻ em gặp nguy.", now=NOW + HOUR)


def test_the_node_sets_the_purpose_of_a_flash(linh, jingxi):
    enquiry = actions.ask(linh, draft(urgency="U0", purpose="INVESTIGATE"), now=NOW)
    assert enquiry.body["purpose"] == "PROTECT_VICTIM"


def test_what_is_no_flash_is_not_reviewed(linh, jingxi):
    actions.ask(linh, draft(), now=NOW)
    assert not Review.objects.exists()


@pytest.mark.parametrize("verdict", ["justified", "not_justified", "cannot_tell"])
def test_the_verdict_stands_in_both_ledgers(verdict, flash, bang):
    actions.review_text(bang, flash, verdict, "Đã xem hồ sơ.", now=NOW + HOUR)
    flash.refresh_from_db()
    assert (flash.verdict, flash.reviewed_by, flash.reviewed_at) == (verdict, bang, NOW + HOUR)
    [pair] = leaves_of(THEIRS, "flash_reviewed")
    assert pair.facts["signed"] == hashlib.sha256(statement_of(flash)).hexdigest()
    [house] = leaves_of("", "verdict_given")
    assert house.facts["code"] == f"flash.{verdict}"
    assert list(queries.to_review(bang)) == []


def test_a_verdict_needs_words_a_code_a_certificate_and_is_given_once(flash, bang, mara):
    for verdict, words in (("justified", " "), ("maybe", "x")):
        with pytest.raises(Malformed):
            actions.review_text(bang, flash, verdict, words, now=NOW)
    with pytest.raises(Refused, match="officer_may_not"):
        actions.review_text(mara, flash, "justified", "x", now=NOW)
    actions.review_text(bang, flash, "justified", "Đúng.", now=NOW)
    with pytest.raises(Refused, match="text_is_reviewed"):
        actions.review_text(bang, flash, "not_justified", "Sai.", now=NOW)
    bang.certified_to = NOW.date() - timedelta(days=1)
    with pytest.raises(Refused, match="officer_not_certified"):
        actions.review_text(bang, flash, "justified", "x", now=NOW)


def test_a_review_that_is_overdue_is_an_incident_once(flash, bang):
    assert actions.note_overdue_reviews(now=NOW + 12 * HOUR) == 0
    assert actions.note_overdue_reviews(now=NOW + 13 * HOUR) == 1
    assert actions.note_overdue_reviews(now=NOW + 14 * HOUR) == 0
    assert [one.code for one in Incident.objects.all()] == ["flash_review_overdue"]
    assert list(queries.to_review(bang)) == [flash]


def test_a_review_in_time_is_none(flash, bang):
    actions.review_text(bang, flash, "justified", "Đúng.", now=NOW + HOUR)
    assert actions.note_overdue_reviews(now=NOW + 13 * HOUR) == 0


def test_an_answer_that_needed_no_clause_is_not_reviewed(linh, jingxi):
    row = received(jingxi, "VER_ID", **FLASH)
    actions.answer(linh, row, "NOHIT", SURE, now=NOW + HOUR)
    assert not Review.objects.exists()


def test_an_answer_that_only_the_clause_allowed_is_reviewed(linh, bang, jingxi):
    row = received(jingxi, "VER_ID", **FLASH)
    actions.answer(linh, row, "FULL", {"identity_confirmed": True}, now=NOW + HOUR)  # not evaluated: SG11
    assert Review.objects.get().message_id == row.answers.get().message_id
    actions.review_text(bang, Review.objects.get(), "justified", "Đúng.", now=NOW + 2 * HOUR)
    assert len(leaves_of(THEIRS, "flash_reviewed")) == 1
