"""Candidates: found for an enquiry that came and for a record that changed, each pair once."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import timedelta
from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from lienlac.apps.records import actions as records
from lienlac.apps.records.models import Record
from lienlac.apps.screening import actions, persons, queries
from lienlac.apps.screening.models import Candidate, Subject, SubjectKey
from tests.apps.records.people import NOW, draft, linh, officer, record
from tests.apps.screening import world

pytestmark = pytest.mark.django_db


def test_the_enquiry_finds_the_record_in_another_script_with_its_year() -> None:
    wanted = record(linh(), birth="1987-03-12", sex="male")
    enquiry = world.arrives(world.build())
    assert actions.compare_waiting(now=NOW) == 1
    (found,) = world.candidates(enquiry)
    assert (found.record, found.agreement, found.state) == (wanted, "moderate", "candidate")
    compared, weighed = queries.compared(found)
    assert compared.tier == "likely"
    assert [name for name, _ in weighed.speaks_for] == ["birth", "sex"]
    assert weighed.speaks_against == ()
    assert found.namesakes <= 1


def test_the_namesake_of_another_age_argues_against_himself() -> None:
    record(linh(), birth="1962", sex="male")
    enquiry = world.arrives(world.build())
    actions.compare_waiting(now=NOW)
    (found,) = world.candidates(enquiry)
    assert found.agreement == "contradicted"
    assert queries.compared(found)[1].speaks_against == (("birth", "years_apart"),)


def test_who_has_another_name_is_no_candidate() -> None:
    record(linh(), "韦明霞", birth="1987", sex="male")
    enquiry = world.arrives(world.build())
    assert actions.compare_waiting(now=NOW) == 0
    assert world.candidates(enquiry) == []


def test_a_document_finds_a_person_under_another_name() -> None:
    kept = record(linh(), "陆建国", birth="1987", numbers=[("passport_ordinary", "E12345678")])
    enquiry = world.arrives(world.build(), document_type="passport_ordinary", document_number="e 123-456-78")
    actions.compare_waiting(now=NOW)
    (found,) = world.candidates(enquiry)
    assert (found.record, found.agreement) == (kept, "moderate")


def test_the_closest_candidate_comes_first() -> None:
    on_duty = linh()
    record(on_duty, birth="1962")
    best = record(on_duty, birth="1987-03-12", birth_place="靖西")
    record(on_duty)
    enquiry = world.arrives(world.build())
    actions.compare_waiting(now=NOW)
    assert [one.agreement for one in world.candidates(enquiry)] == ["moderate", "weak", "contradicted"]
    assert world.candidates(enquiry)[0].record == best


def test_a_record_that_comes_later_finds_the_open_enquiry() -> None:
    enquiry = world.arrives(world.build())
    actions.compare_waiting(now=NOW)
    assert world.candidates(enquiry) == []
    kept = record(linh(), birth="1987")
    assert actions.compare_waiting(now=NOW) == 1
    assert world.candidates(enquiry)[0].record == kept


def test_a_record_in_other_letters_that_comes_later_finds_the_open_enquiry_by_sound() -> None:
    enquiry = world.arrives(world.build(), subject_name="Somchai Jaidee", subject_name_language="th")
    actions.compare_waiting(now=NOW)
    kept = record(linh(), "สมชาย ใจดี", "th", birth="1987")
    assert actions.compare_waiting(now=NOW) == 1
    assert world.candidates(enquiry)[0].record == kept


def test_a_changed_record_is_weighed_anew_and_stays_one_candidate() -> None:
    on_duty = linh()
    kept = record(on_duty)
    enquiry = world.arrives(world.build())
    actions.compare_waiting(now=NOW)
    assert world.candidates(enquiry)[0].agreement == "weak"
    records.change(on_duty, kept, draft(birth="1987-03-12"), now=NOW)
    assert actions.compare_waiting(now=NOW) == 0
    assert [one.agreement for one in world.candidates(enquiry)] == ["moderate"]


def test_comparing_twice_finds_nothing_twice() -> None:
    record(linh())
    world.arrives(world.build())
    assert actions.compare_waiting(now=NOW) == 1
    assert actions.compare_waiting(now=NOW) == 0
    assert Candidate.objects.count() == 1


def test_a_withdrawn_record_takes_its_open_candidates_with_it() -> None:
    on_duty = linh()
    kept = record(on_duty)
    enquiry = world.arrives(world.build())
    actions.compare_waiting(now=NOW)
    records.withdraw(on_duty, kept, now=NOW)
    actions.compare_waiting(now=NOW)
    assert world.candidates(enquiry)[0].state == "dropped"
    assert queries.candidates_for(on_duty, world.addressee(enquiry).enquiry) is None


def test_an_old_question_does_not_watch_the_records() -> None:
    enquiry = world.arrives(world.build())
    actions.compare_waiting(now=NOW)
    record(linh())
    assert actions.compare_waiting(now=NOW + timedelta(days=91)) == 0
    assert world.candidates(enquiry) == []


def test_nothing_but_what_tells_of_the_person_is_kept_here() -> None:
    world.arrives(world.build(), text="Please keep this quiet", text_language="en")
    assert set(Subject.objects.get().body) == set(world.PERSON)


def test_a_name_that_is_none_is_compared_by_its_number() -> None:
    record(linh(), numbers=[("passport_ordinary", "E12345678")])
    enquiry = world.arrives(world.build(), subject_name="FNU LNU", document_number="E12345678")
    actions.compare_waiting(now=NOW)
    assert len(world.candidates(enquiry)) == 1


def test_only_the_office_that_was_asked_sees_its_candidates() -> None:
    on_duty = linh()
    record(on_duty)
    enquiry = world.addressee(world.arrives(world.build())).enquiry
    actions.compare_waiting(now=NOW)
    waiting = queries.candidates_for(on_duty, enquiry)
    assert waiting is not None
    assert (waiting.count, waiting.waiting) == (1, 1)
    assert queries.candidates_for(officer("mara", "administrator"), enquiry) is None
    assert queries.candidates_for(officer("sok", office="kh-bavet"), enquiry) is None


def test_queries_do_not_grow_with_candidates() -> None:
    on_duty, partner = linh(), world.build()
    record(on_duty)

    def counted(message_id: str) -> tuple[int, int]:
        with CaptureQueriesContext(connection) as comparing:
            actions.compare_waiting(now=NOW)
        with CaptureQueriesContext(connection) as asking:
            queries.candidates_for(on_duty, world.addressee(message_id).enquiry)
        return len(comparing), len(asking)

    counted(world.arrives(partner))
    few = counted(world.arrives(partner))
    for _ in range(15):
        record(on_duty)
    actions.compare_waiting(now=NOW)
    assert counted(world.arrives(partner)) == few


def test_refuted_pairs_and_old_subjects_are_forgotten() -> None:
    on_duty = linh()
    record(on_duty)
    enquiry = world.arrives(world.build())
    actions.compare_waiting(now=NOW)
    actions.judge(on_duty, world.candidates(enquiry)[0], "not_same", now=NOW)
    assert actions.erase_due(now=NOW + timedelta(days=29)) == 0
    assert actions.erase_due(now=NOW + timedelta(days=31)) == 1
    actions.erase_due(now=NOW + timedelta(days=91))
    assert not Subject.objects.exists()
    assert not SubjectKey.objects.exists()
    assert Record.objects.exists()


def test_chance_is_reckoned_in_the_view_in_which_the_names_agree() -> None:
    """The records have no Latin names: that a Latin word is rare among them says nothing."""
    on_duty = linh()
    for name in ("谭庆远", "谭庆华", "谭建远", "陆庆远"):
        record(on_duty, name)
    enquiry = world.arrives(world.build())
    actions.compare_waiting(now=NOW)
    assert [one.namesakes for one in world.candidates(enquiry)] == [pytest.approx(4 * (3 / 4) ** 3)] * 4


def arrived(*names: str) -> list[str]:
    partner = world.build()
    return [world.arrives(partner, subject_name=one, subject_name_language="vi") for one in names]


def breaking_over(monkeypatch: pytest.MonkeyPatch, name: str) -> None:
    asked = persons.asked

    def break_over(body: Mapping[str, Any]) -> persons.Known:
        if body["subject_name"] == name:
            raise ZeroDivisionError
        return asked(body)

    monkeypatch.setattr(persons, "asked", break_over)


def test_a_subject_that_cannot_be_compared_keeps_no_other_and_no_record_waiting(
    monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    broken, whole = arrived("Nông Văn Gãy", "Đàm Khánh Viễn")
    kept = record(linh(), "谭庆远", birth="1987")
    with monkeypatch.context() as torn:
        breaking_over(torn, "Nông Văn Gãy")
        assert actions.compare_waiting(now=NOW) == 1
    assert [one.record for one in world.candidates(whole)] == [kept]
    assert not Record.objects.filter(to_compare=True).exists()
    waits = Subject.objects.get(compared_at=None)
    assert waits.message_id == broken
    (said,) = (one for one in caplog.records if one.exc_info)
    assert said.getMessage() == f"comparing subject {waits.pk} failed; it is tried again"
    actions.compare_waiting(now=NOW)
    assert not actions.something_waits()


def test_a_record_that_cannot_be_compared_keeps_no_other_waiting(
    monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    (enquiry,) = arrived("Đàm Khánh Viễn")
    actions.compare_waiting(now=NOW)
    on_duty = linh()
    broken, *whole = [record(on_duty, birth=year) for year in ("1986", "1987", "1988")]
    recorded = persons.recorded

    def break_over(row: Record) -> persons.Known:
        if row == broken:
            raise ZeroDivisionError
        return recorded(row)

    with monkeypatch.context() as torn:
        torn.setattr(persons, "recorded", break_over)
        assert actions.compare_waiting(now=NOW) == 2
    assert {one.record for one in world.candidates(enquiry)} == set(whole)
    assert Record.objects.get(to_compare=True) == broken
    (said,) = (one for one in caplog.records if one.levelname == "ERROR")
    assert said.getMessage() == f"comparing record {broken.pk} failed; it is tried again"
    assert actions.compare_waiting(now=NOW) == 1
    assert not actions.something_waits()
