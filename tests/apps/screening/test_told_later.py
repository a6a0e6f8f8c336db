"""What the asker tells after his question reaches the comparison; what humans have judged stays judged."""

from __future__ import annotations

from datetime import timedelta

import pytest

from lienlac.apps.screening import actions, queries
from lienlac.apps.screening.models import Candidate, Subject
from tests.apps.records.people import NOW, linh, record
from tests.apps.screening import world

pytestmark = pytest.mark.django_db
HOUR = timedelta(hours=1)
NOBODY_YET = {"birth": None, "sex": None}


def test_a_birth_date_told_later_weighs_the_candidates_anew() -> None:
    record(linh(), birth="1987-03-12")
    partner = world.build()
    enquiry = world.arrives(partner, **NOBODY_YET)
    actions.compare_waiting(now=NOW)
    assert [one.agreement for one in world.candidates(enquiry)] == ["weak"]
    world.tells(partner, "CLARIFICATION", enquiry, now=NOW + HOUR, birth="1987-03-12")
    assert actions.compare_waiting(now=NOW + HOUR) == 0
    assert [one.agreement for one in world.candidates(enquiry)] == ["strong"]


def test_a_document_told_later_finds_whom_the_name_did_not_and_he_is_new() -> None:
    on_duty = linh()
    record(on_duty)
    kept = record(on_duty, "陆建国", numbers=[("passport_ordinary", "E12345678")])
    partner = world.build()
    enquiry = world.arrives(partner)
    actions.compare_waiting(now=NOW)
    row = world.addressee(enquiry).enquiry
    assert (waiting := queries.candidates_for(on_duty, row)) is not None
    assert (waiting.waiting, waiting.new) == (1, 0)
    world.tells(partner, "CLARIFICATION", enquiry, now=NOW + HOUR,
                document_type="passport_ordinary", document_number="E 12345678")  # fmt: skip
    assert actions.compare_waiting(now=NOW + HOUR) == 1
    assert (waiting := queries.candidates_for(on_duty, row)) is not None
    assert (waiting.waiting, waiting.new) == (2, 1)
    assert [one.record for one in world.candidates(enquiry) if queries.is_new(one)] == [kept]


def test_another_name_stands_beside_the_first() -> None:
    on_duty = linh()
    first, second = record(on_duty), record(on_duty, "陆建国")
    partner = world.build()
    enquiry = world.arrives(partner)
    actions.compare_waiting(now=NOW)
    world.tells(partner, "CLARIFICATION", enquiry, subject_name="陆建国", subject_name_language="zh-hans")
    actions.compare_waiting(now=NOW)
    assert {one.record for one in world.candidates(enquiry)} == {first, second}


def test_who_was_judged_stays_judged_and_the_refuted_do_not_come_back() -> None:
    on_duty = linh()
    record(on_duty, birth="1987")
    partner = world.build()
    enquiry = world.arrives(partner, **NOBODY_YET)
    actions.compare_waiting(now=NOW)
    actions.judge(on_duty, world.candidates(enquiry)[0], "not_same", now=NOW)
    world.tells(partner, "CLARIFICATION", enquiry, birth="1987")
    assert actions.compare_waiting(now=NOW) == 0
    assert [one.state for one in world.candidates(enquiry)] == ["refuted"]
    Candidate.objects.all().delete()  # as after thirty days
    Subject.objects.update(compared_at=None)
    assert actions.compare_waiting(now=NOW) == 0


def test_a_corrected_name_drops_whom_nobody_has_judged() -> None:
    on_duty = linh()
    record(on_duty, sex="male")
    judged = record(on_duty, "谭庆远", sex="male", birth="1962")
    partner = world.build()
    enquiry = world.arrives(partner)
    actions.compare_waiting(now=NOW)
    (candidate,) = [one for one in world.candidates(enquiry) if one.record == judged]
    actions.judge(on_duty, candidate, "cannot_tell", now=NOW)
    world.tells(partner, "CORRECTION", enquiry, subject_name="韦明霞", subject_name_language="zh-hans")
    actions.compare_waiting(now=NOW)
    assert {one.record == judged: one.state for one in world.candidates(enquiry)} == {
        True: "undecided",
        False: "dropped",
    }


def test_a_removed_document_compares_no_more() -> None:
    record(linh(), "陆建国", numbers=[("passport_ordinary", "E12345678")])
    partner = world.build()
    enquiry = world.arrives(partner, document_type="passport_ordinary", document_number="E12345678")
    actions.compare_waiting(now=NOW)
    world.tells(partner, "CORRECTION", enquiry, removed=["document_number", "document_type"])
    actions.compare_waiting(now=NOW)
    assert [one.state for one in world.candidates(enquiry)] == ["dropped"]


def test_words_alone_compare_nothing_again() -> None:
    partner = world.build()
    enquiry = world.arrives(partner)
    actions.compare_waiting(now=NOW)
    world.tells(partner, "CLARIFICATION", enquiry, text="Xin chờ.", text_language="vi")
    assert not actions.something_waits()


def test_a_question_that_told_of_nobody_is_compared_once_it_tells() -> None:
    record(linh(), birth="1987", sex="male")
    partner = world.build()
    enquiry = world.arrives(partner, code="INFO", text="Một người.", text_language="vi",
                            **dict.fromkeys(world.PERSON))  # fmt: skip
    assert not Subject.objects.exists()
    world.tells(partner, "CLARIFICATION", enquiry, **world.PERSON)
    assert actions.compare_waiting(now=NOW) == 1


def test_what_is_opened_again_is_compared_again() -> None:
    on_duty = linh()
    record(on_duty, birth="1987")
    partner = world.build()
    enquiry = world.arrives(partner)
    actions.compare_waiting(now=NOW)
    row = world.addressee(enquiry)
    row.state = "outcome_given"
    row.save()
    Subject.objects.update(closed_at=NOW)
    Candidate.objects.update(state="dropped")
    world.tells(partner, "REOPENING", enquiry, text="Có tin mới.", text_language="vi")
    actions.compare_waiting(now=NOW)
    assert [one.state for one in world.candidates(enquiry)] == ["candidate"]
