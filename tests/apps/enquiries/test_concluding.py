"""After the answer, or instead of it; on both desks."""

from datetime import timedelta

import pytest

from lienlac.apps.enquiries import actions, clocks, queries, texts
from lienlac.apps.enquiries.models import Addressee, FollowUp
from lienlac.core.errors import Malformed, Refused
from tests.apps.enquiries.bodies import BODIES
from tests.apps.enquiries.conftest import of_unit
from tests.apps.enquiries.test_arriving import ask, row_of
from tests.apps.enquiries.world import NOW, SURE

DAY = timedelta(days=1)


@pytest.fixture
def asked(linh):
    return ask(linh)


@pytest.fixture
def came(jingxi):
    arrival = jingxi.say("VER_ID", BODIES["VER_ID"])
    return Addressee.objects.select_related("enquiry").get(enquiry__message_id=arrival.message.message_id)


def about(partner, row, kind, **body):
    arrival = partner.say(kind, {"of": row.enquiry.message_id, **body}, now=NOW + DAY)
    row.refresh_from_db()
    row.enquiry.refresh_from_db()
    return arrival


def test_a_reminder_travels_with_its_number(asked, linh, jingxi):
    actions.remind(linh, row_of(asked), now=NOW)
    actions.remind(linh, row_of(asked), now=NOW + DAY)
    assert [one.body["number"] for one in jingxi.hears(kind="REMINDER")] == [1, 2]


def test_an_answered_enquiry_closes_with_an_outcome_and_not_without(asked, linh, jingxi):
    jingxi.answers(asked, "NOHIT", **SURE)
    row = row_of(asked)
    with pytest.raises(Refused, match="not_now"):
        actions.close(linh, row, now=NOW)
    actions.give_outcome(linh, row, "not_found", text="Cảm ơn.", now=NOW)
    actions.close(linh, row, now=NOW)
    assert (row.state, row.outcome, row.open) == ("closed", "not_found", False)
    [said] = jingxi.hears(kind="FEEDBACK")
    assert (said.body["outcome"], said.body["text_language"]) == ("not_found", "vi")


def test_a_withdrawal_is_told_to_the_other_side(asked, linh, jingxi):
    actions.withdraw(linh, row_of(asked), text="Đã tìm thấy.", now=NOW)
    assert row_of(asked).state == "withdrawn"
    assert jingxi.hears(kind="WITHDRAWAL")[0].body["text"] == "Đã tìm thấy."


def test_a_correction_takes_effect_on_both_sides_without_a_human(asked, linh, jingxi, came):
    actions.correct(linh, row_of(asked), {"birth": "1978"}, now=NOW)
    asked.refresh_from_db()
    assert (asked.body["birth"], jingxi.hears(kind="CORRECTION")[0].body["birth"]) == ("1978", "1978")
    about(jingxi, came, "CORRECTION", birth="1978", removed=["case_number", "place"])
    assert (came.enquiry.body["birth"], "place" in came.enquiry.body) == ("1978", False)
    assert came.state == "received"


def test_a_correction_that_leaves_nobody_to_ask_about_is_none(asked, linh, jingxi, came):
    with pytest.raises(Malformed, match="field_missing"):
        actions.correct(linh, row_of(asked), {"removed": ["subject_name", "subject_name_language"]}, now=NOW)
    assert jingxi.hears(kind="CORRECTION") == []
    arrival = about(jingxi, came, "CORRECTION", removed=["subject_name", "subject_name_language"])
    assert (arrival.state, arrival.reason) == ("refused", "field_missing")
    assert came.enquiry.body["subject_name"] == "Đàm Khánh Viễn"


def test_a_closed_enquiry_opens_again_within_a_year_and_not_later(asked, linh, jingxi):
    jingxi.answers(asked, "NOHIT", **SURE)
    row = row_of(asked)
    actions.give_outcome(linh, row, "not_found", now=NOW)
    actions.close(linh, row, now=NOW)
    linh.certified_to = (NOW + 500 * DAY).date()
    with pytest.raises(Refused, match="guard_not_met"):
        actions.reopen(linh, row_of(asked), "Có tin mới.", now=NOW + 366 * DAY)
    actions.reopen(linh, row_of(asked), "Có tin mới.", now=NOW + 100 * DAY)
    row = row_of(asked)
    assert (row.state, row.open, row.answered_at) == ("reopened", True, None)
    assert jingxi.hears(kind="REOPENING")[0].body["text"] == "Có tin mới."


def test_what_the_asker_says_arrives(came, linh, jingxi):
    assert about(jingxi, came, "REMINDER", number=1).state == "stored"
    actions.answer(linh, came, "CLARIFY", {"text": "Năm sinh?", "text_language": "vi"}, now=NOW)
    assert about(jingxi, came, "CLARIFICATION", birth="1987").state == "stored"
    assert (came.state, came.clock_stopped_for) == ("in_work", "")
    actions.answer(linh, came, "NOHIT", SURE, now=NOW + DAY)
    assert about(jingxi, came, "FEEDBACK", outcome="no_value").state == "stored"
    assert (came.state, came.outcome) == ("outcome_given", "no_value")
    assert [one.kind for one in came.follow_ups.order_by("pk")] == ["REMINDER", "CLARIFICATION", "FEEDBACK"]


def test_a_withdrawn_enquiry_needs_no_answer(came, linh, jingxi):
    about(jingxi, came, "WITHDRAWAL")
    assert (came.state, came.open, list(queries.owed_by_us(linh))) == ("withdrawn", False, [])


def test_no_clock_runs_for_what_was_withdrawn_before_anybody_opened_it(asked, came, linh, jingxi):
    assert queries.clock_of(came, NOW)[0] == "ack"
    about(jingxi, came, "WITHDRAWAL")
    actions.withdraw(linh, row_of(asked), text="", now=NOW)
    for row in (came, row_of(asked)):
        assert queries.clock_of(row, NOW + DAY) == ("", None, "calm")


@pytest.mark.parametrize("kind", ["REMINDER", "WITHDRAWAL", "CLARIFICATION", "CORRECTION"])
def test_nobody_speaks_about_an_enquiry_that_is_not_his(kind, came, jingxi):
    arrival = jingxi.say(kind, {"of": "e" * 32})
    assert (arrival.state, arrival.reason) == ("refused", "unknown_enquiry")
    assert not FollowUp.objects.exists()


def test_an_outcome_of_a_code_that_is_unknown_here_is_not_understood(came, jingxi):
    assert about(jingxi, came, "FEEDBACK", outcome="NEW_OUTCOME").state == "not_understood"


# --- by the node itself, once a day ------------------------------------------------------------------------------


def test_outcomes_are_pressed_for_at_30_and_60_days_and_given_up_at_90(asked, linh, jingxi):
    jingxi.answers(asked, "NOHIT", **SURE)
    told = [actions.daily(now=NOW + days * DAY)["outcome"] for days in (29, 30, 30, 59, 60, 89, 90, 91)]
    assert told == [0, 1, 0, 0, 1, 0, 1, 0]
    row = row_of(asked)
    assert (row.state, row.open) == ("closed_no_outcome", False)
    actions.give_outcome(linh, row, "not_found", now=NOW + 100 * DAY)
    assert row.state == "outcome_given"


def test_what_nobody_answers_expires_on_both_desks(asked, came, linh, jingxi):
    jingxi.receipt(asked.message_id, "R1")
    assert actions.daily(now=NOW + 96 * DAY)["expired"] == 0
    assert actions.daily(now=NOW + 98 * DAY)["expired"] == 2
    assert {row_of(asked).state, row_of(came.enquiry).state} == {"expired"}


def test_what_never_arrived_expires_too(asked, linh):
    assert actions.daily(now=NOW + 91 * DAY)["expired"] == 1


def test_a_row_that_breaks_its_daily_step_keeps_no_other_and_no_other_step_waiting(
    asked, came, linh, monkeypatch
):
    late = NOW + 98 * DAY
    broken, read = row_of(asked), clocks.read
    with monkeypatch.context() as torn:
        torn.setattr(clocks, "read", lambda row: 1 / 0 if row == broken else read(row))
        assert actions.daily(now=late)["expired"] == 1
        assert {row_of(asked).state, row_of(came.enquiry).state} == {broken.state, "expired"}
    assert actions.daily(now=late)["expired"] == 1


def test_what_is_closed_is_filed_after_a_year(asked, linh, jingxi):
    jingxi.answers(asked, "NOHIT", **SURE)
    row = row_of(asked)
    actions.give_outcome(linh, row, "not_found", now=NOW)
    actions.close(linh, row, now=NOW)
    assert actions.daily(now=NOW + 365 * DAY)["filed"] == 0
    assert actions.daily(now=NOW + 367 * DAY)["filed"] == 1
    assert row_of(asked).state == "filed"


# --- words, and who releases them ---------------------------------------------------------------------------------


@pytest.fixture
def chain(mara):
    actions.set_chain(mara, "vn-tra-linh", "INF", "ask", ["Phòng Pháp chế"], now=NOW)


def answered(asked, partner):
    partner.answers(asked, "NOHIT", **SURE)
    return row_of(asked)


@pytest.mark.parametrize("words", ["", "Anh ta ở số 1 phố Mẫu."])
def test_what_cannot_wait_goes_round_no_chain_with_words(words, asked, linh, jingxi, chain):
    row = answered(asked, jingxi)
    deeds = {
        "FEEDBACK": lambda: actions.give_outcome(linh, row, "not_found", text=words, now=NOW),
        "WITHDRAWAL": lambda: actions.withdraw(linh, row_of(asked), text=words, now=NOW),
    }
    for kind, deed in deeds.items():
        if words:
            with pytest.raises(Refused, match="words_need_release"):
                deed()
        else:
            deed()
        assert len(jingxi.hears(kind=kind)) == (not words)


def test_an_outcome_that_was_refused_its_words_is_not_kept(asked, linh, jingxi, chain):
    row = answered(asked, jingxi)
    with pytest.raises(Refused, match="words_need_release"):
        actions.give_outcome(linh, row, "not_found", text="Lời.", now=NOW)
    assert (row_of(asked).outcome, FollowUp.objects.count()) == ("", 0)


def test_a_reopening_waits_for_its_chain_and_takes_effect_when_it_leaves(asked, linh, jingxi, mara):
    row = answered(asked, jingxi)
    actions.give_outcome(linh, row, "not_found", now=NOW)
    actions.close(linh, row, now=NOW)
    actions.set_chain(mara, "vn-tra-linh", "INF", "ask", ["Phòng Pháp chế"], now=NOW)
    told = actions.reopen(linh, row_of(asked), "Có tin mới.", now=NOW + DAY)
    assert (told.sent, row_of(asked).state, jingxi.hears(kind="REOPENING")) == (False, "closed", [])
    tu = of_unit("tu", "Phòng Pháp chế")
    [link] = queries.releasable(tu)
    digest = texts.of_message(link.addressee, link.message_id).digest
    actions.release(tu, link, digest=digest, now=NOW + 2 * DAY)
    row = row_of(asked)
    assert (row.state, row.answered_at, len(jingxi.hears(kind="REOPENING"))) == ("reopened", None, 1)


def test_what_is_asked_once_more_stands_under_the_rules_of_its_question(linh, bang, jingxi):
    """A reopened LOCATE needs a second person, and a decision that is still in force (SG04, SG34)."""
    body = {**BODIES["LOCATE"], "decision_expires_on": "2026-11-30"}
    asked = actions.ask(linh, actions.Draft(kind="LOCATE", body=body, to_offices=("cn-jingxi",),
                                            agreement="TEST-MOU-2021"), now=NOW)  # fmt: skip
    actions.approve(bang, asked, now=NOW)
    Addressee.objects.update(state="closed", open=False)
    with pytest.raises(Refused, match="decision_expired"):
        actions.reopen(linh, row_of(asked), "Có tin mới.", now=NOW + 30 * DAY)
    told = actions.reopen(linh, row_of(asked), "Có tin mới.", now=NOW + DAY)
    assert told.sent is False
    actions.approve_follow_up(bang, told, now=NOW + DAY)
    assert row_of(asked).state == "reopened"
