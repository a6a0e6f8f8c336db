"""While a partner is paused or revoked: clocks stand, nothing is offered that goes nowhere, it can be ended."""

from datetime import timedelta

import pytest

from lienlac.apps.directory.models import Node
from lienlac.apps.enquiries import actions, queries
from lienlac.apps.enquiries.models import Addressee, Note
from lienlac.apps.mailroom.models import Message
from lienlac.core.errors import Malformed, Refused
from tests.apps.enquiries.bodies import BODIES
from tests.apps.enquiries.test_answering import received
from tests.apps.enquiries.test_arriving import ask, row_of
from tests.apps.enquiries.world import NOW, SURE

HOUR, DAY = timedelta(hours=1), timedelta(days=1)
PAUSED, REVOKED, TRUSTED = Node.Standing.PAUSED, Node.Standing.REVOKED, Node.Standing.TRUSTED
at_rest = pytest.mark.parametrize("standing", [PAUSED, REVOKED])


def stands(jingxi, standing):
    Node.objects.filter(code=jingxi.code).update(standing=standing)


@pytest.fixture
def asked(linh, jingxi):
    enquiry = ask(linh)
    jingxi.receipt(enquiry.message_id, "R1")
    return enquiry


def said():
    return Message.objects.filter(outbound=True).count()


@at_rest
def test_the_clock_of_both_sides_stands_while_the_partner_is_at_rest(standing, asked, jingxi):
    came = received(jingxi, "VER_ID")
    stands(jingxi, standing)
    assert actions.daily(now=NOW + HOUR)["at_rest"] == 2
    late = NOW + 60 * DAY
    for row in (row_of(asked), Addressee.objects.select_related("enquiry").get(pk=came.pk)):
        assert queries.clock_of(row, late)[2] == "stopped"


def test_it_goes_on_with_the_partner_and_the_rest_does_not_count(asked, jingxi):
    before = row_of(asked).final_answer_by
    stands(jingxi, PAUSED)
    actions.daily(now=NOW + HOUR)
    assert actions.daily(now=NOW + 2 * HOUR)["at_rest"] == 0  # once, however often one looks
    stands(jingxi, TRUSTED)
    assert actions.daily(now=NOW + 9 * DAY)["back"] == 1
    row = row_of(asked)
    assert row.final_answer_by - before == 9 * DAY - HOUR
    assert row.clock_stopped_for == ""


def test_a_pause_for_another_reason_outlives_the_rest(asked, jingxi):
    jingxi.answers(asked, "CLARIFY", text="Ai?", text_language="vi", **SURE)
    assert row_of(asked).clock_stopped_for == "clarification"
    stands(jingxi, PAUSED)
    actions.daily(now=NOW + HOUR)
    stands(jingxi, TRUSTED)
    actions.daily(now=NOW + DAY)
    assert row_of(asked).clock_stopped_for == "clarification"


def test_what_they_asked_by_telephone_is_no_matter_of_the_line(linh, jingxi):
    draft = actions.Draft(
        kind="VER_ID", body=BODIES["VER_ID"], to_offices=(jingxi.code,), agreement="TEST-MOU-2021"
    )
    row = actions.write_down_call(linh, draft, now=NOW)
    stands(jingxi, PAUSED)
    assert actions.daily(now=NOW + HOUR)["at_rest"] == 0
    assert row.clock_stopped_for == ""


def test_an_enquiry_to_a_revoked_partner_is_withdrawn_here_and_nobody_is_told(asked, linh, jingxi):
    stands(jingxi, REVOKED)
    before = said()
    actions.withdraw(linh, row_of(asked), text="Đối tác bị thu hồi.", now=NOW)
    assert (row_of(asked).state, said()) == ("withdrawn", before)
    assert [one.text for one in Note.objects.all()] == ["Đối tác bị thu hồi."]


def test_an_answer_of_a_partner_who_is_revoked_by_now_gets_its_outcome_here(asked, linh, jingxi):
    jingxi.answers(asked, "NOHIT", **SURE)
    stands(jingxi, REVOKED)
    before, row = said(), row_of(asked)
    with pytest.raises(Malformed):
        actions.give_outcome(linh, row, "no_such_outcome", now=NOW)
    row = row_of(asked)
    actions.give_outcome(linh, row, "not_found", text="Cảm ơn.", now=NOW)
    actions.close(linh, row, now=NOW)
    assert (row_of(asked).state, row_of(asked).outcome, said()) == ("closed", "not_found", before)


def test_what_a_revoked_partner_had_asked_can_be_read_and_is_put_away_in_the_end(linh, jingxi):
    came = received(jingxi, "VER_ID")
    stands(jingxi, REVOKED)
    before = said()
    actions.open_enquiry(linh, came, now=NOW)
    assert (came.state, came.taken_by, said()) == ("taken", linh, before)
    actions.daily(now=NOW + HOUR)
    actions.daily(now=NOW + 400 * DAY)
    came.refresh_from_db()
    assert came.state == "expired"


@at_rest
def test_nobody_is_reminded_who_hears_nothing(standing, asked, linh, jingxi):
    stands(jingxi, standing)
    with pytest.raises(Refused, match="partner_at_rest"):
        actions.remind(linh, row_of(asked), now=NOW + HOUR)


def test_one_reminder_a_day_is_enough(asked, linh, jingxi):
    actions.remind(linh, row_of(asked), now=NOW)
    with pytest.raises(Refused, match="reminded_lately"):
        actions.remind(linh, row_of(asked), now=NOW + 23 * HOUR)
    actions.remind(linh, row_of(asked), now=NOW + 24 * HOUR)
    assert len(jingxi.hears(kind="REMINDER")) == 2


def test_an_answered_enquiry_is_not_reminded(asked, linh, jingxi):
    jingxi.answers(asked, "NOHIT", **SURE)
    with pytest.raises(Refused, match="not_now"):
        actions.remind(linh, row_of(asked), now=NOW + HOUR)
