"""What comes back to the asker: receipts, answers, and clocks that agree with those of the other desk."""

from datetime import UTC, datetime, timedelta

import pytest

from lienlac.apps.enquiries import actions, clocks, queries
from lienlac.apps.enquiries.actions import Draft
from lienlac.apps.enquiries.models import Addressee, Answer
from tests.apps.enquiries.bodies import BODIES
from tests.apps.enquiries.world import AGREEMENT, MATTER, NOW, PERSON, SURE, THEIRS

MINUTE, HOUR, DAY = timedelta(minutes=1), timedelta(hours=1), timedelta(days=1)


@pytest.fixture
def asked(linh):
    """An enquiry of ours on its way to Jingxi."""
    return ask(linh)


def ask(linh, kind="VER_ID", *, now=NOW, **changes):
    draft = Draft(kind=kind, body=BODIES[kind] | changes, to_offices=(THEIRS,), agreement=AGREEMENT)
    return actions.ask(linh, draft, now=now)


def row_of(enquiry):
    return Addressee.objects.select_related("enquiry").get(enquiry=enquiry)


def test_the_ladder_is_climbed_by_signed_receipts_alone(asked, jingxi, linh):
    assert (row_of(asked).state, row_of(asked).final_answer_by) == ("sent", None)
    jingxi.receipt(asked.message_id, "R1", now=NOW + MINUTE)
    assert (row_of(asked).state, row_of(asked).received_at) == ("received", NOW + MINUTE)
    jingxi.receipt(asked.message_id, "R2", now=NOW + HOUR)
    assert (row_of(asked).state, row_of(asked).opened_at) == ("taken", NOW + HOUR)


def test_the_clock_starts_at_the_time_of_r1_not_when_it_came(asked, jingxi):
    jingxi.receipt(asked.message_id, "R1", at=NOW + MINUTE, now=NOW + 3 * HOUR)
    assert clocks.read(row_of(asked)).started_at == NOW + MINUTE
    assert row_of(asked).final_answer_by == NOW + MINUTE + 7 * DAY


def test_r1_that_comes_after_r2_still_sets_the_clock(asked, jingxi):
    jingxi.receipt(asked.message_id, "R2", now=NOW + HOUR)
    assert row_of(asked).state == "taken"
    jingxi.receipt(asked.message_id, "R1", at=NOW + MINUTE, now=NOW + 2 * HOUR)
    assert (row_of(asked).state, clocks.read(row_of(asked)).started_at) == ("taken", NOW + MINUTE)


def test_r1_that_comes_after_the_answer_still_gives_its_deadline(asked, jingxi):
    jingxi.answers(asked, "NOHIT", now=NOW + HOUR, **SURE)
    jingxi.receipt(asked.message_id, "R1", at=NOW + MINUTE, now=NOW + 2 * HOUR)
    row = row_of(asked)
    assert (row.state, row.final_answer_by, row.open) == ("answered", NOW + MINUTE + 7 * DAY, True)


@pytest.mark.parametrize("wrong", [timedelta(days=-365), timedelta(days=365)])
def test_a_partners_clock_that_is_a_year_wrong_moves_no_deadline_by_a_year(wrong, asked, jingxi):
    jingxi.receipt(asked.message_id, "R1", at=NOW + wrong, now=NOW + HOUR)
    assert NOW <= row_of(asked).received_at <= NOW + HOUR


def test_both_desks_reckon_the_same_deadlines(jingxi, linh):
    sent = ask(linh, urgency="U5")
    jingxi.receipt(sent.message_id, "R1", at=NOW + MINUTE, now=NOW + HOUR)
    arrival = jingxi.say("VER_ID", BODIES["VER_ID"] | {"urgency": "U5"}, now=NOW + MINUTE)
    theirs = Addressee.objects.get(enquiry__message_id=arrival.message.message_id)
    ours = row_of(sent)
    assert (ours.acknowledge_by, ours.first_answer_by, ours.final_answer_by) == (
        theirs.acknowledge_by,
        theirs.first_answer_by,
        theirs.final_answer_by,
    )


def test_a_flash_starts_when_it_was_sent_on_both_sides(jingxi, linh):
    life = {"urgency": "U0", "purpose": "PROTECT_VICTIM", "link": "victim"}
    sent = ask(linh, **life)
    assert clocks.read(row_of(sent)).started_at == NOW
    jingxi.receipt(sent.message_id, "R1", now=NOW + HOUR)
    assert clocks.read(row_of(sent)).started_at == NOW
    arrival = jingxi.say("VER_ID", BODIES["VER_ID"] | life, created=NOW - HOUR, now=NOW)
    theirs = Addressee.objects.get(enquiry__message_id=arrival.message.message_id)
    assert clocks.read(theirs).started_at == NOW - HOUR


def test_working_days_are_those_on_which_both_countries_work(jingxi, linh):
    before_tet = datetime(2027, 2, 4, 3, 0, tzinfo=UTC)  # the Lunar New Year of 2027 is on 6 February in both
    sent = ask(linh, urgency="U4", now=before_tet)
    jingxi.receipt(sent.message_id, "R1", now=before_tet)
    assert row_of(sent).acknowledge_by > before_tet + 5 * DAY
    plain = ask(linh, urgency="U4", matter_date="2026-11-15", now=NOW.replace(day=16))
    jingxi.receipt(plain.message_id, "R1", now=NOW.replace(day=16))
    assert row_of(plain).acknowledge_by == NOW.replace(day=17)


def test_a_signed_refusal_ends_it_with_its_ground(asked, jingxi, linh):
    jingxi.receipt(asked.message_id, "R1", status="refused", ground="RF20", now=NOW + HOUR)
    row = row_of(asked)
    assert (row.state, row.answered_at) == ("refused", NOW + HOUR)
    assert list(queries.to_conclude(linh)) == [row]


def test_what_they_do_not_understand_yet_waits_for_their_upgrade(asked, jingxi):
    jingxi.receipt(asked.message_id, "R1", status="not_understood")
    assert (row_of(asked).state, row_of(asked).received_at) == ("sent", None)


@pytest.mark.parametrize(
    ("response", "body", "state"),
    [
        ("NOHIT", SURE, "answered"),
        ("FULL", SURE | {"identity_confirmed": True}, "answered"),
        ("CLARIFY", {"text": "出生年份？", "text_language": "zh-hans"}, "clarifying"),
        ("STATUS", {"until": "2026-11-25T00:00:00Z"}, "in_work"),
        ("FORWARDED", {"forwarded_to": "cn-baise"}, "forwarded"),
        ("REFUSED", {"outward_ground": "RF00"}, "refused"),
    ],
)
def test_each_answer_that_comes_moves_our_row(response, body, state, asked, jingxi):
    arrival = jingxi.answers(asked, response, **body)
    assert arrival.state == "stored", arrival.reason
    assert row_of(asked).state == state
    assert Answer.objects.get().body == {"of": asked.message_id, "response": response, **body}


def test_an_answer_from_an_office_that_was_not_asked_is_refused(asked, jingxi):
    arrival = jingxi.answers(asked, "NOHIT", of="f" * 32, **SURE)
    assert (arrival.state, arrival.reason, arrival.outward_ground) == ("refused", "unknown_enquiry", "RF02")


def test_an_address_without_a_decision_is_refused_on_receipt_too(asked, jingxi):
    arrival = jingxi.answers(asked, "FULL", address="某街1号", **SURE)
    assert (arrival.state, arrival.outward_ground) == ("refused", "RF16")
    assert row_of(asked).state == "sent"


def test_a_renewed_deadline_moves_on_our_desk_too_and_only_once(jingxi, linh):
    sent = ask(linh, urgency="U5")
    jingxi.receipt(sent.message_id, "R1")
    more = {"until": "2026-12-20T00:00:00Z", "extension_reason": "等待省厅材料"}
    for _ in range(2):
        assert jingxi.answers(sent, "STATUS", **more).state == "stored"
    assert row_of(sent).final_answer_by == NOW + 60 * DAY


def test_the_clock_stands_while_they_wait_for_us(asked, jingxi, linh):
    jingxi.receipt(asked.message_id, "R1")
    jingxi.answers(asked, "CLARIFY", now=NOW + DAY, text="出生年份？", text_language="zh-hans")
    row = row_of(asked)
    assert (row.state, row.clock_stopped_for, list(queries.to_clarify(linh))) == (
        "clarifying",
        "clarification",
        [row],
    )
    assert list(queries.waiting_for_them(linh)) == []
    actions.clarify(
        linh, row, {"birth": "1987", "text": "Sinh năm 1987.", "text_language": "vi"}, now=NOW + 3 * DAY
    )
    row = row_of(asked)
    assert (row.state, row.clock_stopped_for, row.final_answer_by) == ("in_work", "", NOW + 9 * DAY)
    [said] = jingxi.hears(kind="CLARIFICATION")
    assert (said.body["birth"], said.body["of"]) == ("1987", asked.message_id)


def test_who_was_not_asked_for_more_cannot_clarify(asked, linh):
    with pytest.raises(Exception, match="not_now"):
        actions.clarify(linh, row_of(asked), {"birth": "1987"}, now=NOW)


def test_our_receipts_tell_stored_and_opened_and_nothing_of_what_was_found(linh, jingxi):
    arrival = jingxi.say("VER_ID", PERSON | MATTER)
    assert arrival.receipt_due
    row = Addressee.objects.get(enquiry__message_id=arrival.message.message_id)
    actions.open_enquiry(linh, row, now=NOW + HOUR)
    [said] = jingxi.hears(kind="RECEIPT")
    assert set(said.body) == {"stage", "of", "at", "status"}
