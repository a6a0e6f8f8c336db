"""Shifts, notes and calls: one shift at a time, a call ends with one result."""

from datetime import timedelta

import pytest

from lienlac.apps.enquiries import actions as asking
from lienlac.apps.enquiries import queries as enquiries
from lienlac.apps.enquiries.actions import Draft
from lienlac.apps.hotline import actions, queries
from lienlac.apps.hotline.models import Call, Shift
from lienlac.core.errors import LienlacError, Refused
from tests.apps.enquiries.world import NOW, OURS, THEIRS

HOUR = timedelta(hours=1)


def test_whoever_takes_the_shift_relieves_the_one_before(linh, bang):
    actions.take_shift(linh, now=NOW)
    actions.take_shift(bang, now=NOW + HOUR)
    assert queries.shift_now(OURS, NOW + 2 * HOUR).officer == bang
    assert Shift.objects.filter(ended_at=None).count() == 1


def test_a_shift_that_nobody_ends_runs_out(linh):
    actions.take_shift(linh, now=NOW)
    assert queries.shift_now(OURS, NOW + 11 * HOUR)
    assert queries.shift_now(OURS, NOW + 12 * HOUR) is None
    actions.take_shift(linh, now=NOW + 13 * HOUR)
    assert queries.shift_now(OURS, NOW + 14 * HOUR).began_at == NOW + 13 * HOUR


def test_a_shift_is_ended_by_its_officer(linh, bang):
    actions.take_shift(linh, now=NOW)
    actions.end_shift(bang, now=NOW + HOUR)
    assert queries.shift_now(OURS, NOW + HOUR).officer == linh
    actions.end_shift(linh, now=NOW + HOUR)
    assert queries.shift_now(OURS, NOW + HOUR) is None


def test_the_administrator_takes_no_shift(mara):
    with pytest.raises(Refused, match="role_may_not"):
        actions.take_shift(mara, now=NOW)


def test_the_note_is_read_by_the_next_shift_and_not_by_ones_own(linh, bang):
    actions.take_shift(linh, now=NOW)
    actions.leave_note(linh, "Chờ Jingxi trả lời.", now=NOW + 11 * HOUR)
    assert queries.note_before(OURS, NOW + 11 * HOUR) is None
    actions.take_shift(bang, now=NOW + 12 * HOUR)
    assert queries.note_before(OURS, NOW + 13 * HOUR).note == "Chờ Jingxi trả lời."
    assert queries.note_before(OURS, NOW + 72 * HOUR) is None


def test_only_who_is_on_duty_leaves_a_note(linh, bang):
    actions.take_shift(linh, now=NOW)
    with pytest.raises(Refused, match="not_on_duty"):
        actions.leave_note(bang, "x", now=NOW)


def test_a_call_has_one_result(linh):
    call = actions.begin_call(linh, THEIRS, now=NOW)
    actions.conclude_call(linh, call, "answered", now=NOW + HOUR)
    with pytest.raises(Refused, match="not_now"):
        actions.conclude_call(linh, call, "busy", now=NOW + HOUR)
    assert queries.last_answered(OURS) == {THEIRS: NOW + HOUR}


def test_ringing_again_ends_the_call_before_without_an_answer(linh):
    first = actions.begin_call(linh, THEIRS, now=NOW)
    second = actions.begin_call(linh, THEIRS, now=NOW + HOUR)
    first.refresh_from_db()
    assert (first.result, queries.open_call(linh)) == ("no_answer", second)


def test_a_call_needs_an_office_and_a_known_result(linh, bang):
    with pytest.raises(Refused, match="unknown_office"):
        actions.begin_call(linh, "nowhere", now=NOW)
    call = actions.begin_call(linh, THEIRS, now=NOW)
    with pytest.raises(LienlacError):
        actions.conclude_call(linh, call, "perhaps", now=NOW)
    assert Call.objects.get().result == ""


def test_a_stranger_finds_no_call_of_this_office(linh, bang):
    call = actions.begin_call(linh, THEIRS, now=NOW)
    bang.office = "vn-elsewhere"
    assert queries.call(bang, call.pk) is None


def test_awake_is_what_a_person_did_and_not_a_machine(linh, jingxi):
    draft = Draft(
        kind="HOTLINE_TEST",
        body={"at": "2026-11-21T09:00:00Z"},
        to_offices=(THEIRS,),
        agreement="",
        handling=(),
    )
    test = asking.ask(linh, draft, now=NOW)
    jingxi.receipt(test.message_id, "R1", now=NOW + HOUR)
    assert enquiries.last_test(OURS, THEIRS) == (None, NOW)
    jingxi.receipt(test.message_id, "R2", now=NOW + 2 * HOUR)
    assert enquiries.last_test(OURS, THEIRS) == (NOW + 2 * HOUR, None)
