"""Reviews (SG34): a flash within twelve hours, provable on both sides; harm and the lot within a day, in this house."""

import hashlib
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta

import pytest
from django.db import connection, transaction

from lienlac.apps.audit.models import Leaf
from lienlac.apps.enquiries import actions, consents, queries, retention, reviews, texts
from lienlac.apps.enquiries.actions import reviewing
from lienlac.apps.enquiries.actions.reviewing import statement_of
from lienlac.apps.enquiries.models import Addressee, Review, SampleCount
from lienlac.apps.mailroom.models import Incident
from lienlac.core.errors import Malformed, Refused
from lienlac.core.ledger import leaves
from tests.apps.enquiries.releasing import draft
from tests.apps.enquiries.test_answering import received
from tests.apps.enquiries.world import NOW, SURE, THEIRS

FLASH = {"urgency": "U0", "purpose": "PROTECT_VICTIM"}
HOUR = timedelta(hours=1)
CHILD = {"birth": "2011"}
KEYED = reviews.lot_of  # as it is, before the tests' session lets the lot fall on nobody


@pytest.fixture
def drawn(monkeypatch):
    """Let the lot fall on every text."""
    monkeypatch.setattr(reviews, "lot_of", lambda _message_id: bytes(32))


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


def test_what_needs_no_certificate_is_not_reviewed(linh, jingxi):
    actions.ask(linh, draft("MEET"), now=NOW)
    assert not SampleCount.objects.exists()
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


def test_a_review_that_cannot_be_noted_keeps_no_other_from_being_noted(flash, linh, monkeypatch):
    actions.ask(linh, draft(**FLASH), now=NOW)
    note, late = reviewing.incidents.note, NOW + 13 * HOUR

    def break_over_the_first(node, code, facts, **more):
        assert facts["of"] != flash.message_id, "broken"
        return note(node, code, facts, **more)

    with monkeypatch.context() as torn:
        torn.setattr(reviewing.incidents, "note", break_over_the_first)
        assert actions.note_overdue_reviews(now=late) == 1
    assert list(Review.objects.filter(overdue_noted=False)) == [flash]
    assert actions.note_overdue_reviews(now=late) == 1


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


# --- the sample, and what touches whom harm comes to easily ------------------------------------------------------


def reasons():
    return list(Review.objects.order_by("pk").values_list("reason", flat=True))


def test_a_text_on_which_the_lot_falls_is_reviewed_within_a_day(drawn, linh, bang, jingxi):
    actions.ask(linh, draft(), now=NOW)
    review = Review.objects.get()
    assert (review.reason, review.flags, review.due_at) == ("sample", [], NOW + 24 * HOUR)
    assert list(queries.to_review(bang)) == [review]
    assert list(queries.to_review(linh)) == []


def test_no_ten_texts_of_an_office_pass_without_one_review(linh, jingxi):
    for _ in range(9):
        actions.ask(linh, draft(), now=NOW)
    assert reasons() == []
    actions.answer(linh, received(jingxi, "VER_ID"), "FULL", SURE | {"identity_confirmed": True}, now=NOW)
    assert reasons() == ["sample"]
    assert SampleCount.objects.get().passed == 0


def test_the_lot_is_keyed_so_that_who_knows_the_id_cannot_foresee_it(settings):
    lot = KEYED("a" * 32)
    assert lot == KEYED("a" * 32) != KEYED("b" * 32)
    assert lot != hashlib.sha256(b"a" * 32).digest()
    settings.SECRET_KEY = "of another node"
    assert lot != KEYED("a" * 32)


def test_what_waits_is_drawn_when_it_leaves_and_only_once(drawn, linh, bang, jingxi):
    row = received(jingxi, "VER_ID")
    actions.answer(linh, row, "NOHIT", SURE, now=NOW)
    assert reasons() == [], "nothing found in INF needs any officer's word"
    actions.ask(linh, draft("LOCATE"), now=NOW)
    assert reasons() == [], "a second person consents before it leaves"


def test_each_text_about_a_child_is_reviewed_and_does_not_count_for_the_lot(linh, jingxi):
    for _ in range(2):
        actions.ask(linh, draft(**CHILD), now=NOW)
    assert reasons() == ["harm", "harm"]
    assert Review.objects.first().flags == ["minor"]
    assert not SampleCount.objects.exists()


def test_what_is_said_later_is_drawn_like_the_question(drawn, linh, jingxi):
    enquiry = actions.ask(linh, draft(), now=NOW)
    actions.correct(linh, enquiry.addressees.get(), {"birth": "2010"}, now=NOW + HOUR)
    assert reasons() == ["sample", "harm"]


def test_a_verdict_on_a_sample_stands_in_this_house_alone(drawn, linh, bang, jingxi):
    actions.ask(linh, draft(), now=NOW)
    actions.review_text(bang, Review.objects.get(), "not_justified", "Không cần hỏi.", now=NOW + HOUR)
    assert leaves_of(THEIRS, "flash_reviewed") == []
    [house] = leaves_of("", "verdict_given")
    assert house.facts["code"] == "sample.not_justified"


def test_who_consented_to_it_is_not_asked_to_review_it(drawn, linh, bang, diep, jingxi):
    actions.ask(linh, draft(), now=NOW)
    review = Review.objects.get()
    consents.give(bang, texts.of_message(review.addressee, review.message_id), now=NOW)
    assert list(queries.to_review(bang)) == []
    assert list(queries.to_review(diep)) == [review]
    with pytest.raises(Refused, match="reviewer_has_approved"):
        actions.review_text(bang, review, "justified", "Đúng.", now=NOW)


def test_where_nobody_else_may_review_it_the_duty_is_overdue_and_stays(drawn, linh, jingxi):
    actions.ask(linh, draft(), now=NOW)
    assert actions.note_overdue_reviews(now=NOW + 24 * HOUR) == 0
    assert actions.note_overdue_reviews(now=NOW + 25 * HOUR) == 1
    assert [one.code for one in Incident.objects.all()] == ["review_overdue"]
    assert Review.objects.filter(reviewed_at=None).count() == 1


def test_what_nobody_reviewed_is_erased_in_its_time_but_a_flash_waits(drawn, linh, jingxi):
    actions.ask(linh, draft(), now=NOW)
    actions.ask(linh, draft(**FLASH), now=NOW)
    Addressee.objects.update(state="filed", open=False)
    ending = retention.ending((NOW + timedelta(days=5 * 365)).date())
    assert [one.addressees.get().reviews.get().reason for one in ending] == ["sample"]


@pytest.mark.django_db(transaction=True)
def test_officers_who_send_at_the_same_moment_do_not_both_pass_as_the_ninth():
    def send(number):
        try:
            with transaction.atomic():
                return reviews.lot_falls_on("vn-tra-linh", f"{number:032x}")
        finally:
            connection.close()

    with ThreadPoolExecutor(max_workers=4) as officers:
        drawn = list(officers.map(send, range(40)))
    assert (sum(drawn), SampleCount.objects.get().passed) == (4, 0)
