"""Between the question and its end at the asked desk: begin, pause, extend, correct, put away."""

from datetime import timedelta

import pytest

from lienlac.apps.enquiries import actions, clocks, queries
from lienlac.apps.enquiries.models import Addressee, FollowUp
from lienlac.apps.records import vault
from lienlac.core.errors import LienlacError, Malformed, Refused
from tests.apps.enquiries.bodies import BODIES
from tests.apps.enquiries.releasing import draft
from tests.apps.enquiries.test_answering import received
from tests.apps.enquiries.test_arriving import ask, row_of
from tests.apps.enquiries.world import NOW, OURS, SURE, THEIRS

HOUR, DAY = timedelta(hours=1), timedelta(days=1)
UNTIL = "2026-12-20T09:00:00Z"
JUDGE = {"until": UNTIL, "waiting_for": "judicial_authorisation"}


@pytest.fixture
def came(jingxi):
    return received(jingxi, "VER_ID")


def fresh(row):
    return Addressee.objects.select_related("enquiry").get(pk=row.pk)


def test_the_asker_is_told_once_that_somebody_acts_on_it(linh, came, jingxi):
    actions.start_work(linh, came, now=NOW + HOUR)
    assert [one.body["stage"] for one in jingxi.hears(kind="RECEIPT")] == ["R2", "R3"]
    assert fresh(came).state == "in_work"
    with pytest.raises(Refused, match="not_now"):
        actions.start_work(linh, fresh(came), now=NOW + HOUR)


def test_work_begins_again_where_it_was_passed_to_and_nobody_is_told_twice(linh, came, jingxi):
    actions.start_work(linh, came, now=NOW + HOUR)
    actions.answer(
        linh, fresh(came), "PARTIAL", SURE | {"text": "Một phần.", "text_language": "vi"}, now=NOW + HOUR
    )
    actions.start_work(linh, fresh(came), now=NOW + 2 * HOUR)
    assert [one.body["stage"] for one in jingxi.hears(kind="RECEIPT")] == ["R2", "R3"]


def test_r3_shows_as_work_at_the_asker(linh, jingxi):
    asked = ask(linh)
    jingxi.receipt(asked.message_id, "R1", now=NOW)
    jingxi.receipt(asked.message_id, "R3", now=NOW)
    assert row_of(asked).state == "in_work"


# --- pauses and extension ----------------------------------------------------------------------------------------


def test_a_judge_stops_the_clock_here_until_our_next_word(linh, came, jingxi):
    due = came.final_answer_by
    actions.answer(linh, came, "STATUS", JUDGE, now=NOW + HOUR)
    row = fresh(came)
    assert row.clock_stopped_for == "judicial_authorisation"
    assert queries.clock_of(row, NOW + 30 * DAY)[2] == "stopped"
    actions.answer(linh, row, "STATUS", {"until": UNTIL}, now=NOW + HOUR + 5 * DAY)
    row = fresh(row)
    assert (row.clock_stopped_for, row.final_answer_by) == ("", due + 5 * DAY)
    assert [one.body.get("waiting_for") for one in jingxi.hears(kind="ANSWER")] == [
        "judicial_authorisation",
        None,
    ]


def test_the_askers_clock_stands_as_long(linh, jingxi):
    asked = ask(linh)
    jingxi.receipt(asked.message_id, "R1", now=NOW)
    due = row_of(asked).final_answer_by
    jingxi.answers(asked, "STATUS", **JUDGE, now=NOW + HOUR)
    assert row_of(asked).clock_stopped_for == "judicial_authorisation"
    jingxi.answers(asked, "STATUS", until=UNTIL, now=NOW + HOUR + 5 * DAY)
    row = row_of(asked)
    assert (row.clock_stopped_for, row.final_answer_by) == ("", due + 5 * DAY)


def test_a_pause_is_declared_within_the_limit(linh, came):
    with pytest.raises(Refused) as said:
        actions.answer(linh, came, "STATUS", JUDGE, now=came.final_answer_by + HOUR)
    assert said.value.facts["guard"] == "declared_within_limit"
    assert not came.answers.exists()


@pytest.mark.parametrize(
    "body", [{"until": UNTIL, "waiting_for": "force_majeure"}, {"waiting_for": "judicial_authorisation"}]
)
def test_no_other_reason_and_no_answer_stops_it(body, linh, came):
    with pytest.raises(Malformed):
        actions.answer(linh, came, "STATUS" if "until" in body else "NOHIT", {**SURE, **body}, now=NOW + HOUR)


def test_an_extension_moves_the_end_on_both_desks(linh, jingxi):
    row = received(jingxi, "VER_ID", urgency="U5")
    actions.answer(linh, row, "STATUS", {"until": UNTIL, "extension_reason": "Chờ hồ sơ."}, now=NOW + HOUR)
    assert fresh(row).final_answer_by > row.received_at + 30 * DAY
    assert clocks.read(fresh(row)).extensions == ("Chờ hồ sơ.",)
    [said] = jingxi.hears(kind="ANSWER")
    assert said.body["extension_reason"] == "Chờ hồ sơ."
    with pytest.raises(LienlacError, match="already_extended"):
        actions.answer(
            linh, fresh(row), "STATUS", {"until": UNTIL, "extension_reason": "Lại."}, now=NOW + HOUR
        )


# --- corrections of an answer ------------------------------------------------------------------------------------


def test_a_corrected_answer_travels_and_both_texts_are_kept(linh, came, jingxi):
    full = SURE | {"identity_confirmed": True, "birth": "1987"}
    given = actions.answer(linh, came, "FULL", full, now=NOW + HOUR)
    actions.correct(
        linh, fresh(came), {"birth": "1978", "text": "Nhầm số.", "text_language": "vi"}, now=NOW + DAY
    )
    [said] = jingxi.hears(kind="CORRECTION")
    assert (said.from_office, said.to_offices, said.body["birth"]) == (OURS, (THEIRS,), "1978")
    given.refresh_from_db()
    assert given.body["birth"] == "1987"
    assert FollowUp.objects.get().body["birth"] == "1978"
    assert (fresh(came).state, came.enquiry.body["birth"]) == ("answered", BODIES["VER_ID"]["birth"])


def test_nothing_is_corrected_before_an_answer_was_given(linh, came):
    with pytest.raises(Refused, match="nothing_to_correct"):
        actions.correct(linh, came, {"birth": "1978"}, now=NOW + HOUR)


def test_their_correction_stands_beside_their_answer(linh, jingxi):
    asked = ask(linh)
    jingxi.answers(asked, "FULL", identity_confirmed=True, birth="1987", **SURE)
    arrival = jingxi.say("CORRECTION", {"of": asked.message_id, "birth": "1978"}, now=NOW + DAY)
    assert arrival.state == "stored", arrival.reason
    row = row_of(asked)
    assert [one.body["birth"] for one in row.answers.all()] == ["1987"]
    assert [(one.said_by, one.body["birth"]) for one in row.follow_ups.all()] == [(THEIRS, "1978")]
    asked.refresh_from_db()
    assert asked.body["birth"] == BODIES["VER_ID"]["birth"]


def test_a_stranger_corrects_neither_question_nor_answer(linh, jingxi):
    arrival = jingxi.say("CORRECTION", {"of": "0" * 32, "birth": "1978"}, now=NOW)
    assert (arrival.state, FollowUp.objects.count()) == ("refused", 0)


def sent_locate(linh, bang):
    enquiry = actions.ask(linh, draft("LOCATE"), now=NOW)
    actions.approve(bang, enquiry, now=NOW)
    return enquiry.addressees.get()


def test_a_correction_of_a_locate_waits_for_a_second_person(linh, bang, jingxi):
    row = sent_locate(linh, bang)
    told = actions.correct(linh, row, {"birth": "1978"}, now=NOW + DAY)
    assert (told.sent, jingxi.hears(kind="CORRECTION")) == (False, [])
    assert fresh(row).enquiry.body["birth"] == BODIES["LOCATE"]["birth"]
    assert (list(queries.to_approve(bang)), list(queries.to_approve(linh))) == ([row], [])
    with pytest.raises(Refused, match="approver_is_author"):
        actions.approve_follow_up(linh, told, now=NOW + DAY)
    actions.approve_follow_up(bang, told, now=NOW + DAY)
    assert len(jingxi.hears(kind="CORRECTION")) == 1
    assert fresh(row).enquiry.body["birth"] == "1978"


def test_what_a_second_person_returns_or_its_author_drops_is_not_sent(linh, bang, jingxi):
    row = sent_locate(linh, bang)
    told = actions.correct(linh, row, {"birth": "1978"}, now=NOW + DAY)
    with pytest.raises(Refused, match="only_its_author"):
        actions.drop_follow_up(bang, told, now=NOW + DAY)
    actions.drop_follow_up(linh, told, now=NOW + DAY)
    again = actions.correct(linh, fresh(row), {"birth": "1979"}, now=NOW + DAY)
    actions.return_follow_up(bang, again, text="Không cần.", now=NOW + DAY)
    assert jingxi.hears(kind="CORRECTION") == []
    assert FollowUp.objects.get().returned_at == NOW + DAY
    with pytest.raises(Refused, match="not_now"):
        actions.approve_follow_up(bang, FollowUp.objects.get(), now=NOW + DAY)


def test_an_answer_that_a_second_person_returns_is_given_anew(linh, bang, diep, jingxi):
    row = received(jingxi, "LOCATE")
    vault.release(diep, row.enquiry.message_id, now=NOW)
    full = SURE | {"located": True, "write_to": OURS}
    given = actions.answer(linh, row, "FULL", full, now=NOW + HOUR)
    actions.return_answer(bang, given, text="Nêu ai trả lời.", now=NOW + HOUR)
    given.refresh_from_db()
    assert (given.sent, given.returned_at) == (False, NOW + HOUR)
    again = actions.answer(linh, fresh(row), "FULL", full, now=NOW + HOUR)
    actions.approve_answer(bang, again, now=NOW + HOUR)
    assert len(jingxi.hears(kind="ANSWER")) == 1


# --- the end -----------------------------------------------------------------------------------------------------


@pytest.fixture
def concluded(linh, came, jingxi):
    actions.answer(linh, came, "NOHIT", SURE, now=NOW + HOUR)
    jingxi.say("FEEDBACK", {"of": came.enquiry.message_id, "outcome": "not_found"}, now=NOW + DAY)
    return fresh(came)


def test_the_asked_desk_puts_away_what_has_its_outcome(linh, concluded):
    assert concluded.state == "outcome_given"
    actions.close(linh, concluded, now=NOW + DAY)
    assert fresh(concluded).state == "closed"


def test_the_node_puts_away_what_nobody_did(concluded):
    actions.daily(now=NOW + 20 * DAY)
    assert fresh(concluded).state == "outcome_given"
    actions.daily(now=NOW + 33 * DAY)
    assert fresh(concluded).state == "closed"


def test_a_clarification_that_crosses_a_hold_is_taken_without_a_word(linh, came, jingxi):
    actions.answer(linh, came, "CLARIFY", {"text": "Năm sinh?", "text_language": "vi"}, now=NOW + HOUR)
    actions.answer(linh, fresh(came), "REFUSED", {"outward_ground": "RF00"}, now=NOW + HOUR)
    assert fresh(came).state == "held"
    arrival = jingxi.say(
        "CLARIFICATION", {"of": came.enquiry.message_id, "birth": "1988"}, now=NOW + 2 * HOUR
    )
    assert (arrival.state, fresh(came).state, fresh(came).clock_stopped_for) == ("stored", "held", "")
